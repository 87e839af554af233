"""Pages neither lose nor repeat rows, for any records and order: against a model in Python."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from uuid import UUID

import asyncpg
import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NewWorkspace, Server
from tests.records import DIRECTIONS, Json, data, number


@dataclass(frozen=True)
class Key:
    """A sort key of people. `of` is the record's value, None for null; text is compared by its place in the
    database."""

    order: Callable[[str], Json]
    of: Callable[[Json], Any]
    is_text: bool = False


def _enum(*values: str) -> Callable[[Any], Any]:
    return lambda value: None if value is None else values.index(value)


KEYS_OF_PEOPLE = (
    Key(lambda d: {"city": d}, lambda r: r["city"], is_text=True),
    Key(lambda d: {"name": {"firstName": d}}, lambda r: r["name"]["firstName"], is_text=True),
    Key(lambda d: {"position": d}, lambda r: r["position"]),
    Key(lambda d: {"createdAt": d}, lambda r: r["createdAt"]),
    Key(lambda d: {"deletedAt": d}, lambda r: r["deletedAt"]),
    Key(lambda d: {"companyId": d}, lambda r: r["companyId"]),
    Key(lambda d: {"id": d}, lambda r: r["id"]),
    Key(
        lambda d: {"createdBy": {"source": d}},
        lambda r: _enum("EMAIL", "CALENDAR", "WORKFLOW", "API", "IMPORT")(r["createdBy"]["source"]),
    ),
    Key(lambda d: {"emails": {"additionalEmails": d}}, lambda r: _json_text(r["emails"]["additionalEmails"])),
)


def _json_text(value: Any) -> Any:
    return None if value is None else "[" + ", ".join(f'"{item}"' for item in value) + "]"


TEXT = st.sampled_from(
    ["", "a", "A", "b", "B", "aa", "é", "É", "ß", "İ", "Ω", "ω", "z", "_", "%", "1", "🦉", "e\u0301"]
)
COMPANIES = [number(n) for n in (901, 902)]


@st.composite
def people(draw: st.DrawFn) -> list[Json]:
    size = draw(st.integers(0, 9))
    ids = draw(st.lists(st.integers(0, 2**128 - 1), min_size=size, max_size=size, unique=True))
    return [
        {
            "id": str(UUID(int=n)),
            "city": draw(TEXT),
            "name": {"firstName": draw(TEXT)},
            "position": draw(st.sampled_from([-1.5, 0, 0.1 + 0.2, 1e300, 7])),
            "createdAt": draw(
                st.sampled_from(["2025-01-01T00:00:00.001Z", "2025-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"])
            ),
            "deletedAt": draw(st.sampled_from([None, "2025-01-01T00:00:00.000Z", "2025-01-01T00:00:00.001Z"])),
            "companyId": draw(st.sampled_from([None, *COMPANIES])),
            "createdBy": {"source": draw(st.sampled_from(["EMAIL", "IMPORT", "API"]))},
            "emails": {"additionalEmails": draw(st.sampled_from([None, [], ["a"], ["b"], ["a", "b"]]))},
        }
        for n in ids
    ]


ORDER = st.lists(st.tuples(st.sampled_from(KEYS_OF_PEOPLE), st.sampled_from(DIRECTIONS)), max_size=3)


class Model:
    """The order in plain Python. `places` says where the database puts each text by lower(x) COLLATE "C"."""

    def __init__(self, places: dict[str, int]) -> None:
        self.places = places

    def sorted(self, records: Sequence[Json], order: Sequence[tuple[Key, str]]) -> list[Json]:
        found = sorted(records, key=lambda record: UUID(record["id"]).int)
        for key, direction in reversed(order):
            found = self._by(found, key, direction)
        return found

    def _by(self, records: list[Json], key: Key, direction: str) -> list[Json]:
        nulls = [record for record in records if key.of(record) is None]
        rest = [record for record in records if key.of(record) is not None]
        rest.sort(key=lambda record: self._value(key, record), reverse=direction.startswith("Desc"))
        return [*nulls, *rest] if direction.endswith("First") else [*rest, *nulls]

    def _value(self, key: Key, record: Json) -> Any:
        value = key.of(record)
        return self.places[normalize("NFC", value)] if key.is_text else value


FRAGMENT = """fragment P on PersonConnection { totalCount edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"""
ROOT = (
    """query ($order: [PersonOrderByInput], $filter: PersonFilterInput,
  $first: Int, $after: String, $last: Int, $before: String) {
  people(orderBy: $order, filter: $filter, first: $first, after: $after, last: $last, before: $before) { ...P } }
"""
    + FRAGMENT
)
NESTED = (
    """query ($order: [PersonOrderByInput], $filter: PersonFilterInput,
  $first: Int, $after: String, $last: Int, $before: String, $company: ID) { company(filter: {id: {eq: $company}}) {
  people(orderBy: $order, filter: $filter, first: $first, after: $after, last: $last, before: $before) { ...P } } }
"""
    + FRAGMENT
)


async def walk(ask: Callable[..., Awaitable[Any]], size: int, *, forward: bool, count: int) -> list[str]:
    """All ids page by page, with every page's facts checked against what came before and what is still to come."""
    seen: list[str] = []
    cursor = None
    while True:
        arguments = {"first": size, "after": cursor} if forward else {"last": size, "before": cursor}
        found = await ask(**arguments)
        ids = [edge["node"]["id"] for edge in found["edges"]]
        info = found["pageInfo"]
        assert found["totalCount"] == count
        behind = bool(seen)
        seen = [*seen, *ids] if forward else [*ids, *seen]
        assert len(seen) <= count, "rows are repeated"
        ahead = len(seen) < count
        expected = (ahead, behind) if forward else (behind, ahead)
        assert (info["hasNextPage"], info["hasPreviousPage"]) == expected
        cursors = [edge["cursor"] for edge in found["edges"]] or [None]
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        if not ahead:
            return seen
        assert len(ids) == size, "rows are lost"
        cursor = cursors[-1] if forward else cursors[0]


@contextmanager
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    try:
        yield made
    finally:
        made.close()


def test_pages_neither_lose_nor_repeat_rows(server: Server, database_url: str, new_workspace: NewWorkspace) -> None:
    with loop() as running:
        workspace = running.run_until_complete(new_workspace())
        client = httpx.AsyncClient(base_url=server.url, headers=workspace.headers, timeout=60)

        async def graphql(query: str, **variables: Any) -> Any:
            return (await client.post("/graphql", json={"query": query, "variables": variables})).json()

        async def places() -> dict[str, int]:
            connection = await asyncpg.connect(database_url)
            texts = list(TEXT.elements)  # type: ignore[attr-defined]
            ranked = 'SELECT t, dense_rank() OVER (ORDER BY lower(t) COLLATE "C") FROM unnest($1::text[]) t'
            rows = await connection.fetch(ranked, texts)
            await connection.close()
            return {text: int(rank) for text, rank in rows}

        model = Model(running.run_until_complete(places()))
        create = "mutation ($data: [PersonCreateInput!]) { createPeople(data: $data) { id } }"
        destroy = "mutation { destroyPeople(filter: {id: {is: NOT_NULL}}) { id } }"
        companies = "mutation ($data: [CompanyCreateInput!]) { createCompanies(data: $data) { id } }"
        running.run_until_complete(data(graphql, companies, data=[{"id": each} for each in COMPANIES]))

        async def check(records: list[Json], order: list[tuple[Key, str]], size: int, every: bool) -> None:
            await data(graphql, destroy)
            await data(graphql, create, data=records)
            order_by = [key.order(direction) for key, direction in order]
            everything = {"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}
            where = everything if every else None
            visible = [record for record in records if every or record["deletedAt"] is None]
            expected = [record["id"] for record in model.sorted(visible, order)]

            async def root(**arguments: Any) -> Any:
                return (await data(graphql, ROOT, order=order_by, filter=where, **arguments))["people"]

            for forward in (True, False):
                assert await walk(root, size, forward=forward, count=len(expected)) == expected

            for company in COMPANIES:

                async def nested(company: str = company, **arguments: Any) -> Any:
                    given = {"order": order_by, "filter": where, "company": company, **arguments}
                    return (await data(graphql, NESTED, **given))["company"]["people"]

                below = [record for record in visible if record["companyId"] == company]
                expected_below = [record["id"] for record in model.sorted(below, order)]
                for forward in (True, False):
                    assert await walk(nested, size, forward=forward, count=len(below)) == expected_below

        @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(people(), ORDER, st.integers(1, 4), st.booleans())
        def holds(records: list[Json], order: list[tuple[Key, str]], size: int, every: bool) -> None:
            running.run_until_complete(check(records, order, size, every))

        try:
            holds()
        finally:
            running.run_until_complete(client.aclose())
