"""Writes the made-up CRM into a workspace through the GraphQL API: what is not there yet, and nothing else.

A record that is there is left as it is, deleted ones among them. An interrupted run is continued by the next.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from app.database.database import Database
from app.demo import words
from app.demo.contacts import Record, member_id
from app.demo.records import parts
from app.events.happenings import Happenings
from app.fault import OperatorFault
from app.http.pace import DEFAULT_PACE
from app.http.rate_limits import authenticator_of
from app.http.request_context import RequestContext
from app.settings import Settings
from schema.api import Api, build
from schema.catalog.loading import load as load_catalog
from schema.catalog.model import ObjectType
from schema.context import Caller, Context, GraphQLRequest, Policy
from schema.declare.names import capital

BATCH = 500  # records in one create

Advance = Callable[[int], None]


class CannotLoad(OperatorFault):
    """The API refuses a record; the message says which and why."""


async def load(settings: Settings, workspace_id: UUID, people: int, advance: Advance) -> dict[str, int]:
    """How many records were added, by the plural of their object. `advance` is told of people that are there now.

    Raises CannotLoad.
    """
    api, today = build(load_catalog()), datetime.now(UTC).date()
    assert settings.database_url is not None
    database = Database(settings.database_url, api.catalog, settings.statement_timeout_ms)
    added: Counter[str] = Counter()
    async with database.connected():
        for part in parts(people, today):
            writer = Writer(api, _context(settings, api, database, _caller(workspace_id, part.member)))
            for name, records in part.records.items():
                object_type = api.catalog.objects[name]
                for start in range(0, len(records), BATCH):
                    added[object_type.plural] += await writer.add(object_type, records[start : start + BATCH])
            advance(part.people)
    return added


def _caller(workspace_id: UUID, member: int | None) -> Caller:
    """The member who enters a part, whom `createdBy` names."""
    if member is None:
        return Caller(workspace_id, "SYSTEM", "System")
    return Caller(workspace_id, "MANUAL", words.member_name(member), member_id(member))


def _context(settings: Settings, api: Api, database: Database, caller: Caller) -> Context:
    authenticator = authenticator_of(settings, api.catalog.objects.values(), database.fetch, None)
    happenings = Happenings(database, settings.max_live_queries, DEFAULT_PACE.poll, DEFAULT_PACE.live)
    policy = Policy(records_events=settings.events)
    return RequestContext(caller, policy, database, authenticator, None, happenings)


@dataclass(frozen=True, slots=True)
class Writer:
    """Asks the API as its clients do."""

    api: Api
    context: Context

    async def add(self, object_type: ObjectType, records: Sequence[Record]) -> int:
        """Creates those of the records that are not there. Gives how many."""
        missing = await self._missing(object_type, records)
        if missing:
            plural, input_type = capital(object_type.plural), f"{capital(object_type.name)}CreateInput"
            create = f"mutation ($data: [{input_type}!]!) {{ create{plural}(data: $data) {{ id }} }}"
            await self._ask(create, data=missing)
        return len(missing)

    async def _missing(self, object_type: ObjectType, records: Sequence[Record]) -> list[Record]:
        any_state = "or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]"
        query = (
            f"query ($ids: [ID!], $first: Int) {{ found: {object_type.plural}(first: $first,"
            f" filter: {{id: {{in: $ids}}, {any_state}}}) {{ edges {{ node {{ id }} }} }} }}"
        )
        answer = await self._ask(query, ids=[record["id"] for record in records], first=len(records))
        there = {edge["node"]["id"] for edge in answer["found"]["edges"]}
        return [record for record in records if record["id"] not in there]

    async def _ask(self, document: str, **variables: Any) -> dict[str, Any]:
        answer = await self.api.execute(GraphQLRequest(document, variables), self.context)
        if answer.errors or answer.data is None:
            raise CannotLoad(str(answer.errors[0]["message"]))
        found: dict[str, Any] = orjson.loads(orjson.dumps(answer.data))
        return found
