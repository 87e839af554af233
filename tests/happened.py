"""Events in the log of a workspace, written as the relay writes them: numbered, in one transaction, then notified."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson

from app.events.event import CHANNEL

ORIGIN = {"source": "API", "name": "Test key", "workspaceMemberId": None, "apiKeyId": None, "requestId": None}
NUMBERS = """
INSERT INTO event_log (workspace_id, last_number) VALUES ($1, $2)
ON CONFLICT (workspace_id) DO UPDATE SET last_number = event_log.last_number + $2 RETURNING last_number
"""
EVENTS = """
INSERT INTO event (workspace_id, number, day, object, action, record_id, record, before, updated_fields, origin,
    happened_at, recorded_at)
SELECT $1, $2, current_date, $3, $4, $5, $6, $7, $8, $9, now(), now()
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened to a record."""

    object_name: str
    action: str
    record_id: UUID
    record: Any
    before: Any = None
    updated_fields: Sequence[str] | None = None


def person(action: str = "created", record_id: UUID | None = None, **values: Any) -> Happening:
    own_id = record_id or uuid4()
    return Happening("person", action, own_id, {"id": str(own_id), **values})


async def happened(
    connection: "asyncpg.Connection[asyncpg.Record]",
    workspace_id: UUID,
    *happenings: Happening,
    notify: bool = True,
) -> int:
    """The number of the last one."""
    async with connection.transaction():
        last: int = await connection.fetchval(NUMBERS, workspace_id, len(happenings))
        for number, one in enumerate(happenings, last - len(happenings) + 1):
            before = None if one.before is None else orjson.dumps(one.before).decode()
            record, origin = orjson.dumps(one.record).decode(), orjson.dumps(ORIGIN).decode()
            fields = None if one.updated_fields is None else [*one.updated_fields]
            await connection.execute(
                EVENTS, workspace_id, number, one.object_name, one.action, one.record_id, record, before, fields, origin
            )
        if notify:
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{workspace_id} {last}")
    return last
