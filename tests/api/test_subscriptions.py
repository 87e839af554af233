"""`onDbEvent` over both transports: what it tells, to whom, and from where on."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.database.pool import Connection
from tests.conftest import GraphQL, NewWorkspace, Server, Workspace
from tests.happened import Happening, happened, person
from tests.streams import Socket, event_stream, socket

ALL = "subscription { onDbEvent(input: {}) { number } }"
WANTED = """
subscription($input: OnDbEventInput!) {
  onDbEvent(input: $input) { number action objectNameSingular recordId record updatedFields }
}
"""


def numbers(answers: list[Any]) -> list[int]:
    return [answer["data"]["onDbEvent"]["number"] for answer in answers]


async def ready(connection: Connection, workspace: Workspace, told: Any) -> None:
    """Until the subscription has begun, which nothing tells: events are made until the first arrives."""
    first = asyncio.create_task(told.next())
    while not first.done():
        last = await happened(connection, workspace.id, person())
        await asyncio.wait((first,), timeout=0.2)
    while numbers([first.result()]) != [last]:
        first = asyncio.create_task(told.next())
        await first


@pytest.fixture(params=["graphql-transport-ws", "SSE"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Subscribing:
    """A subscription over either transport, as a context manager."""

    def __init__(self, transport: str, server: Server, token: str, query: str, **variables: Any) -> None:
        self.socket, self.query, self.variables = transport != "SSE", query, variables
        self.opened: Any = (
            socket(server.url, token) if self.socket else event_stream(server.url, token, query, **variables)
        )

    async def __aenter__(self) -> Any:
        told = await self.opened.__aenter__()
        if isinstance(told, Socket):
            await told.subscribe(self.query, **self.variables)
        return told

    async def __aexit__(self, *error: Any) -> None:
        await self.opened.__aexit__(*error)


async def test_an_event_is_told_whole(
    server: Server, workspace: Workspace, connection: Connection, transport: str
) -> None:
    query = """
    subscription Changes($name: String) {
      changed: onDbEvent(input: {objectNameSingular: $name, after: "0"}) {
        ...Told what: action never: id @skip(if: true)
      }
    }
    fragment Told on OnDbEvent {
      kind: __typename id number action objectNameSingular recordId eventDate record before updatedFields
    }
    """
    own_id = uuid4()
    await happened(
        connection,
        workspace.id,
        Happening("person", "updated", own_id, {"city": "Rome\n\u2028"}, {"city": ""}, ["city"]),
    )
    row = await connection.fetchrow("SELECT id, happened_at FROM event WHERE workspace_id = $1", workspace.id)
    assert row
    async with Subscribing(transport, server, workspace.token, query, name="person") as told:
        assert await told.next() == {
            "data": {
                "changed": {
                    "kind": "OnDbEvent",
                    "id": str(row["id"]),
                    "number": 1,
                    "action": "UPDATED",
                    "objectNameSingular": "person",
                    "recordId": str(own_id),
                    "eventDate": row["happened_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                    "record": {"city": "Rome\n\u2028"},
                    "before": {"city": ""},
                    "updatedFields": ["city"],
                    "what": "UPDATED",
                }
            }
        }


async def test_events_from_now_on(
    server: Server, workspace: Workspace, other_workspace: Workspace, connection: Connection, transport: str
) -> None:
    """Those before are not told, and none of another workspace is."""
    await happened(connection, workspace.id, person(), person())
    async with Subscribing(transport, server, workspace.token, ALL) as told:
        await ready(connection, workspace, told)
        await happened(connection, other_workspace.id, *(person() for _ in range(50)))
        last = await happened(connection, workspace.id, person(), person())
        assert numbers([await told.next(), await told.next()]) == [last - 1, last]
        await told.nothing()


async def test_member_tokens_and_filters(
    server: Server, workspace: Workspace, connection: Connection, transport: str
) -> None:
    own_id = uuid4()
    given = {"action": "DELETED", "objectNameSingular": "person", "recordId": str(own_id).upper(), "after": 0}
    async with Subscribing(transport, server, workspace.member_token, WANTED, input=given) as told:
        await happened(
            connection,
            workspace.id,
            person("deleted"),
            person("updated", own_id),
            Happening("company", "deleted", own_id, {}),
            person("deleted", own_id),
        )
        answer = (await told.next())["data"]["onDbEvent"]
        assert (answer["number"], answer["action"], answer["recordId"]) == (4, "DELETED", str(own_id))
        await told.nothing()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"objectNameSingular": "persn"}, "There is no object \"persn\". Did you mean 'person'?"),
        ({"after": -1}, "after must be the number of an event, not -1"),
        ({"after": 2**63}, "after must be the number of an event, not 9223372036854775808"),
        ({"recordId": "x"}, "Variable '$input' has invalid value at .recordId: Value \"x\" is not a valid UUID"),
        ({"action": "created"}, None),
    ],
)
async def test_bad_input(server: Server, workspace: Workspace, given: Any, message: str | None) -> None:
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(WANTED, input=given)
        refused = await told.message()
        assert (refused["type"], refused["id"]) == ("error", "1")
        (error,) = refused["payload"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert message is None or error["message"] == message
    async with event_stream(server.url, workspace.token, WANTED, input=given) as events:
        assert (await events.next())["errors"] == [error]
        assert await events.event() == {"event": "complete", "data": ""}


async def test_several_operations_in_a_document(server: Server, workspace: Workspace, connection: Connection) -> None:
    document = f"query Q {{ people {{ totalCount }} }} {ALL.replace('subscription', 'subscription S')}"
    async with socket(server.url, workspace.token) as told:
        await told.send(id="s", type="subscribe", payload={"query": document, "operationName": "S"})
        await told.send(id="q", type="subscribe", payload={"query": document, "operationName": "Q"})
        assert (await told.message())["payload"] == {"data": {"people": {"totalCount": 0}}}
        assert await told.message() == {"id": "q", "type": "complete"}
        await ready(connection, workspace, told)


async def test_plain_http_says_what_a_subscription_needs(client: httpx.AsyncClient, workspace: Workspace) -> None:
    response = await client.post("/graphql", json={"query": ALL})
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "text/event-stream" in error["message"]


async def test_going_on_without_a_gap_under_writes(
    server: Server, workspace: Workspace, connection: Connection
) -> None:
    """A client that comes again and again, over either transport, has seen each event once, in order."""
    total, seen = 400, 0
    writer = await asyncpg.connect(server.database_url)

    async def write() -> None:
        for n in range(total // 4):
            await happened(writer, workspace.id, *(person() for _ in range(4)), notify=n % 3 > 0)
            await asyncio.sleep(0.002)

    writing = asyncio.create_task(write())
    told: list[Any] = []
    while len(told) < total:
        if len(told) % 2:
            async with event_stream(server.url, workspace.token, ALL, {"Last-Event-ID": str(seen)}) as events:
                for _ in range(min(37, total - len(told))):
                    found = await events.event()
                    told.append(int(found["id"]))
        else:
            async with socket(server.url, workspace.token) as told_by:
                await told_by.subscribe(WANTED, input={"after": seen})
                for _ in range(min(51, total - len(told))):
                    told += numbers([await told_by.next()])
        seen = told[-1]
    await writing
    await writer.close()
    assert told == [*range(1, total + 1)]


async def test_past_the_retention(server: Server, workspace: Workspace, connection: Connection, transport: str) -> None:
    await happened(connection, workspace.id, *(person() for _ in range(9)))
    await connection.execute("DELETE FROM event WHERE workspace_id = $1 AND number < 6", workspace.id)
    async with Subscribing(transport, server, workspace.token, WANTED, input={"after": 4}) as told:
        refused = await told.next()
        (error,) = refused["errors"]
        assert (refused["data"], error["extensions"]["code"], error["path"]) == (None, "GONE", ["onDbEvent"])
        assert error["message"].endswith("go on with after: 5")
    async with Subscribing(transport, server, workspace.token, WANTED, input={"after": 5}) as told:
        assert numbers([await told.next() for _ in range(4)]) == [6, 7, 8, 9]
    await connection.execute("DELETE FROM event WHERE workspace_id = $1", workspace.id)
    async with Subscribing(transport, server, workspace.token, WANTED, input={"after": 8}) as told:
        assert (await told.next())["errors"][0]["message"].endswith("go on with after: 9")


async def test_a_number_that_is_not_there_yet(
    server: Server, workspace: Workspace, connection: Connection, transport: str
) -> None:
    await happened(connection, workspace.id, person())
    async with Subscribing(transport, server, workspace.token, WANTED, input={"after": 2}) as told:
        assert (await told.next())["errors"][0]["message"] == "after: 2 is no event yet. The last one is 1"


async def test_a_bad_last_event_id(server: Server, workspace: Workspace) -> None:
    async with event_stream(server.url, workspace.token, ALL, {"Last-Event-ID": "x"}) as events:
        assert "Last-Event-ID" in (await events.next())["errors"][0]["message"]


END_LISTENING = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE application_name = 'icosa events' AND datname = current_database()"
)


async def test_nothing_is_told_twice_after_the_listening_connection_is_lost(
    server: Server, new_workspace: NewWorkspace, connection: Connection
) -> None:
    workspace = await new_workspace()
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(ALL)
        await ready(connection, workspace, told)
        last = await happened(connection, workspace.id, person())
        for _ in range(500):  # it may be on its way while the log is read already
            if ended := await connection.fetchval(END_LISTENING):
                break
            await asyncio.sleep(0.02)
        assert ended == 1
        for _ in range(3):
            await happened(connection, workspace.id, person())
        assert numbers([await told.next() for _ in range(4)]) == [last, last + 1, last + 2, last + 3]
        await told.nothing()


async def test_a_row_that_cannot_be_read_stops_nobody_for_ever(
    server: Server, workspace: Workspace, connection: Connection
) -> None:
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(ALL)
        await ready(connection, workspace, told)
        last = await happened(connection, workspace.id, person(), notify=False)
        change = "UPDATE event SET origin = $1 WHERE workspace_id = $2 AND number = $3"
        await connection.execute(change, "null", workspace.id, last)
        await happened(connection, workspace.id, person())
        await told.nothing()
        await connection.execute(change, "{}", workspace.id, last)
        assert numbers([await told.next(), await told.next()]) == [last, last + 1]


async def test_the_listening_connection_goes_with_the_last_subscriber(
    server: Server, workspace: Workspace, connection: Connection
) -> None:
    async def listening() -> int:
        await asyncio.sleep(0.3)
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE application_name = 'icosa events' AND datname = current_database()"
            )
        )

    assert await listening() == 0
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(ALL)
        await told.subscribe(ALL, "2")
        await ready_once(connection, workspace, told)
        assert await listening() == 1
        await told.send(id="1", type="complete")
        assert await listening() == 1
    assert await listening() == 0


async def ready_once(connection: Connection, workspace: Workspace, told: Socket) -> None:
    await asyncio.sleep(0.2)
    await happened(connection, workspace.id, person())
    await told.next()


async def test_a_slow_subscriber_reads_the_log_for_itself(
    server: Server, workspace: Workspace, connection: Connection, graphql: GraphQL
) -> None:
    """More at once than waits in memory for anybody: nothing is lost."""
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(ALL)
        await ready(connection, workspace, told)
        first = await happened(connection, workspace.id, *(person() for _ in range(1000)))
        await happened(connection, workspace.id, *(person(padding="x" * 100_000) for _ in range(30)))
        await happened(connection, workspace.id, *(person() for _ in range(300)))
        last = first + 330
        assert numbers([await told.next() for _ in range(1330)]) == [*range(first - 999, last + 1)]
        await told.nothing()
