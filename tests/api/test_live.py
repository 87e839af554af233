"""Live queries over real streams: answered again when what they read has changed, and only then."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from app.database.pool import Connection
from app.http.pace import Pace
from app.settings import Settings
from schema.api import Api
from tests.conftest import SECRET, GraphQL, NewWorkspace, Server, Workspace, run_server
from tests.happened import Happening, happened
from tests.streams import QUIET_SECONDS, Socket, event_stream, socket


class Writer:
    """Writes through the API and, as long as no relay does it, puts the events into the log."""

    def __init__(self, graphql: GraphQL, connection: Connection, workspace: Workspace) -> None:
        self._graphql, self._connection, self._workspace = graphql, connection, workspace

    async def __call__(self, mutation: str, object_name: str, action: str = "updated") -> Any:
        answer = await self._graphql(f"mutation {{ changed: {mutation} }}")
        assert "errors" not in answer, answer
        changed = answer["data"]["changed"]
        await self.tell(object_name, action, changed["id"])
        return changed

    async def tell(self, object_name: str, action: str, own_id: str) -> None:
        await happened(self._connection, self._workspace.id, Happening(object_name, action, UUID(own_id), {}))


@pytest.fixture
def write(graphql: GraphQL, connection: Connection, workspace: Workspace) -> Writer:
    return Writer(graphql, connection, workspace)


@asynccontextmanager
async def live(server: Server, workspace: Workspace, query: str, **variables: Any) -> AsyncIterator[Socket]:
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(query, **variables)
        yield told


async def test_nested_relations_counts_and_aggregates(server: Server, workspace: Workspace, write: Writer) -> None:
    company = await write('createCompany(data: {name: "Acme"}) { id }', "company", "created")
    query = """
    query Board($n: Int) @live {
      companies(first: $n) {
        totalCount sumEmployees edges { node { name people { totalCount edges { node { city } } } } }
      }
    }
    """
    async with live(server, workspace, query, n=10) as told:

        async def shown() -> Any:
            page = (await told.next())["data"]["companies"]
            (edge,) = page["edges"]
            return page["sumEmployees"], edge["node"]["people"]

        assert await shown() == (None, {"totalCount": 0, "edges": []})
        link = f'companyId: "{company["id"]}"'
        person = await write(f'createPerson(data: {{city: "Rome", {link}}}) {{ id }}', "person", "created")
        assert await shown() == (None, {"totalCount": 1, "edges": [{"node": {"city": "Rome"}}]})
        await write(f'updatePerson(id: "{person["id"]}", data: {{city: "Oslo"}}) {{ id }}', "person")
        assert await shown() == (None, {"totalCount": 1, "edges": [{"node": {"city": "Oslo"}}]})
        await write(f'updateCompany(id: "{company["id"]}", data: {{employees: 7}}) {{ id }}', "company")
        assert await shown() == (7, {"totalCount": 1, "edges": [{"node": {"city": "Oslo"}}]})
        await write(f'deletePerson(id: "{person["id"]}") {{ id }}', "person", "deleted")
        assert await shown() == (7, {"totalCount": 0, "edges": []})


async def test_only_what_it_reads(server: Server, workspace: Workspace, write: Writer, statements: list[str]) -> None:
    """Another object runs no statement; one that changes nothing shown runs one and tells nothing."""
    person = await write('createPerson(data: {city: "Rome"}) { id }', "person", "created")
    async with live(server, workspace, "query @live { people { edges { node { city } } } }") as told:
        await told.next()
        reads = reading(statements)
        await write('createCompany(data: {name: "Acme"}) { id }', "company", "created")
        await told.nothing()
        assert reading(statements) == reads
        await write(f'updatePerson(id: "{person["id"]}", data: {{jobTitle: "x"}}) {{ id }}', "person")
        await told.nothing()
        assert reading(statements) == reads + 1


async def test_by_id(server: Server, workspace: Workspace, write: Writer, statements: list[str]) -> None:
    one = (await write('createPerson(data: {city: "Rome"}) { id }', "person", "created"))["id"]
    other = (await write('createPerson(data: {city: "Rome"}) { id }', "person", "created"))["id"]
    query = "query($id: UUID) @live { person(filter: {id: {eq: $id}}) { city } }"
    async with live(server, workspace, query, id=one) as told:
        assert await told.next() == {"data": {"person": {"city": "Rome"}}}
        reads = reading(statements)
        await write(f'updatePerson(id: "{other}", data: {{city: "Oslo"}}) {{ id }}', "person")
        await told.nothing()
        assert reading(statements) == reads
        await write(f'updatePerson(id: "{one}", data: {{city: "Oslo"}}) {{ id }}', "person")
        assert await told.next() == {"data": {"person": {"city": "Oslo"}}}
        await write(f'destroyPerson(id: "{one}") {{ id }}', "person", "destroyed")
        answer = await told.next()
        assert answer["data"] == {"person": None}
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def reading(statements: Sequence[str]) -> int:
    """How many statements read people."""
    return sum(re.search(r'FROM "person" (?:t|counted)', text) is not None for text in statements if is_read(text))


def is_read(statement: str) -> bool:
    return not any(word in statement for word in ("INSERT INTO", "UPDATE", "DELETE FROM"))


@pytest.mark.parametrize(
    "query",
    [
        'query @live { search(searchInput: "Ada", limit: 5) { edges { node { label } } } }',
        'query @live { a: person(filter: {city: {eq: "Rome"}}) { city } b: people { totalCount } }',
        'query @live { a: person(filter: {city: {eq: "Rome"}}) { id } b: person(filter: {city: {eq: "Rome"}}) { id } }',
        "query @live { currentWorkspace { id } people { totalCount } __typename }",
        "query @live { objects(paging: {first: 1}) { edges { node { id } } } people { totalCount } }",
        "query @live { peopleGroupBy(groupBy: [{city: true}]) { groupByDimensionValues totalCount } }",
        'query @live { personDuplicates(data: [{name: {firstName: "Ada", lastName: "King"}}]) { totalCount } }',
    ],
)
async def test_every_kind_of_root_field(server: Server, workspace: Workspace, write: Writer, query: str) -> None:
    data = 'city: "Rome", name: {firstName: "Ada", lastName: "King"}'
    async with live(server, workspace, query) as told:
        before = await told.next()
        await write(f"createPerson(data: {{{data}}}) {{ id }}", "person", "created")
        after = await told.next()
        assert before != after and after["data"] is not None and "errors" not in after


async def test_what_is_not_live(server: Server, workspace: Workspace, graphql: GraphQL) -> None:
    assert await graphql("query @live { people { totalCount } }") == {"data": {"people": {"totalCount": 0}}}
    for directive in (" @live(if: false)", "($live: Boolean = false) @live(if: $live)"):
        async with live(server, workspace, f"query{directive} {{ people {{ totalCount }} }}") as told:
            await told.next()
            assert await told.message() == {"id": "1", "type": "complete"}
    for query, code in (
        ("mutation @live { deletePeople(filter: {}) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($n: Int!) @live { people(first: $n) { totalCount } }", "BAD_USER_INPUT"),
    ):
        async with live(server, workspace, query) as told:
            refused = await told.message()
            assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", code)


async def test_a_later_fault_is_told_and_the_query_goes_on(
    server: Server, workspace: Workspace, write: Writer, connection: Connection
) -> None:
    own_id = (await write('createPerson(data: {city: "Rome"}) { id }', "person", "created"))["id"]
    async with live(server, workspace, 'query @live { person(filter: {city: {eq: "Rome"}}) { city } }') as told:
        await told.next()
        await write(f'updatePerson(id: "{own_id}", data: {{city: "Oslo"}}) {{ id }}', "person")
        assert (await told.next())["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        await write(f'updatePerson(id: "{own_id}", data: {{city: "Rome"}}) {{ id }}', "person")
        assert await told.next() == {"data": {"person": {"city": "Rome"}}}


async def test_equal_queries_run_once_and_workspaces_apart(
    server: Server, workspace: Workspace, other_workspace: Workspace, write: Writer, statements: list[str]
) -> None:
    query = "query($city: String, $n: Int) @live { people(filter: {city: {eq: $city}}, first: $n) { totalCount } }"
    own_id = (await write('createPerson(data: {city: "Rome"}) { id }', "person", "created"))["id"]
    async with (
        live(server, workspace, query, city="Rome", n=1) as one,
        live(server, workspace, query, n=1, city="Rome") as two,
        event_stream(server.url, workspace.member_token, query, city="Rome", n=1) as three,
        live(server, other_workspace, query, city="Rome", n=1) as other,
    ):
        for told in (one, two, three):
            assert await told.next() == {"data": {"people": {"totalCount": 1}}}
        assert await other.next() == {"data": {"people": {"totalCount": 0}}}
        statements.clear()
        await write(f'updatePerson(id: "{own_id}", data: {{city: "Oslo"}}) {{ id }}', "person")
        for told in (one, two, three):
            assert await told.next() == {"data": {"people": {"totalCount": 0}}}
        assert reading(statements) == 1
        await other.nothing()


async def test_many_changes_are_few_runs(
    server: Server, workspace: Workspace, write: Writer, statements: list[str]
) -> None:
    """At most one in 200 ms, and the last one shows it all."""
    async with live(server, workspace, "query @live { people { totalCount } }") as told:
        await told.next()
        statements.clear()
        began = asyncio.get_running_loop().time()
        for _ in range(30):
            await write("createPerson(data: {}) { id }", "person", "created")
        took = asyncio.get_running_loop().time() - began
        answer: Any = {}
        while answer != {"data": {"people": {"totalCount": 30}}}:
            answer = await told.next()
        assert reading(statements) <= (took + QUIET_SECONDS) / 0.2 + 2


async def test_it_ends_with_its_last_follower(
    server: Server, workspace: Workspace, write: Writer, statements: list[str]
) -> None:
    query = "query @live { people { totalCount } }"
    async with live(server, workspace, query) as one:
        await one.next()
        async with live(server, workspace, query) as two:
            await two.next()
        await write("createPerson(data: {}) { id }", "person", "created")
        assert await one.next() == {"data": {"people": {"totalCount": 1}}}
    await asyncio.sleep(0.3)
    statements.clear()
    await write("createPerson(data: {}) { id }", "person", "created")
    await asyncio.sleep(0.5)
    assert reading(statements) == 0


async def test_the_limit(database_url: str, api: Api, workspace: Workspace) -> None:
    settings = Settings(database_url=database_url, app_secret=SecretStr(SECRET), relay=False, max_live_queries=1)
    with run_server(settings, api, Pace()) as server:
        query = "query($n: Int) @live { people(first: $n) { totalCount } }"
        async with live(server, workspace, query, n=1) as told:
            await told.next()
            async with live(server, workspace, query, n=1) as same:
                await same.next()
            async with live(server, workspace, query, n=2) as other:
                refused = await other.message()
                assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_REQUESTS")
                assert refused["payload"][0]["message"].endswith("which is MAX_LIVE_QUERIES")


async def test_several_processes(
    server: Server, database_url: str, api: Api, new_workspace: NewWorkspace, connection: Connection
) -> None:
    """Subscribers of each process are told of what any of them wrote."""
    workspace = await new_workspace()
    settings = Settings(database_url=database_url, app_secret=SecretStr(SECRET), relay=False)
    query = "query @live { people { totalCount } }"
    with run_server(settings, api) as another:
        async with live(server, workspace, query) as one, event_stream(another.url, workspace.token, query) as two:
            assert await one.next() == await two.next() == {"data": {"people": {"totalCount": 0}}}
            async with socket(another.url, workspace.token) as writer:
                await writer.subscribe("mutation { createPerson(data: {}) { id } }")
                own_id = UUID((await writer.next())["data"]["createPerson"]["id"])
            await happened(connection, workspace.id, Happening("person", "created", own_id, {}))
            assert await one.next() == await two.next() == {"data": {"people": {"totalCount": 1}}}


@pytest.mark.parametrize(
    "document", ["subscription { onDbEvent(input: {}) { number } }", "query @live { people { totalCount } }"]
)
async def test_without_events_streams_are_refused(
    settings: Settings, api: Api, workspace: Workspace, document: str
) -> None:
    with run_server(settings.model_copy(update={"events": False}), api) as server:
        async with event_stream(server.url, workspace.token, document) as told:
            (error,) = (await told.next())["errors"]
            assert error["extensions"]["code"] == "BAD_USER_INPUT" and "EVENTS=off" in error["message"]
            assert await told.event() == {"event": "complete", "data": ""}
        async with socket(server.url, workspace.token) as over:
            await over.subscribe(document)
            message = await over.message()
            assert (message["type"], "EVENTS=off" in message["payload"][0]["message"]) == ("error", True)
