"""graphql-transport-ws over a real socket: every code with which a connection closes, and what keeps it open."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.database.pool import Connection
from app.http.pace import Pace
from app.settings import Settings
from schema.api import Api
from tests.conftest import SECRET, Server, Workspace, run_server
from tests.happened import happened, person
from tests.streams import PROTOCOL, socket

ALL = "subscription { onDbEvent(input: {}) { number record } }"
COUNT = "{ people { totalCount } }"
PACE = Pace(heartbeat=0.3, send=0.5, init=0.5, token=0.5, poll=0.5)


@pytest.fixture(scope="module")
def hasty(database_url: str, api: Api) -> Iterator[Server]:
    """A server that waits for nothing for long, and allows little."""
    settings = Settings(
        database_url=database_url,
        app_secret=SecretStr(SECRET),
        relay=False,
        max_stream_connections=3,
        max_stream_operations=2,
        cors_origins=("https://app.example",),
    )
    with run_server(settings, api, PACE) as running:
        yield running


@pytest.mark.parametrize(
    ("messages", "code", "reason"),
    [
        (["{"], 4400, "A message must be JSON"),
        (["[]"], 4400, "A message must be an object"),
        ([b"{}"], 4400, "A message must be text"),
        (['{"type":"hello"}'], 4400, "Unknown message type: hello"),
        (['{"type":"subscribe"}'], 4400, "A subscribe message has an id, which is a string, and a payload"),
        (['{"type":"subscribe","id":"","payload":{}}'], 4400, "A subscribe message has an id, which is a string"),
        (['{"type":"subscribe","id":"1","payload":{}}'], 4400, "Must provide a query"),
        (['{"type":"connection_init"}'], 4429, "Too many initialisation requests"),
        ([f'{{"type":"subscribe","id":"é","payload":{{"query":"{ALL}"}}}}'] * 2, 4409, "Subscriber for é already"),
    ],
)
async def test_bad_messages(
    server: Server, workspace: Workspace, messages: list[str | bytes], code: int, reason: str
) -> None:
    async with socket(server.url, workspace.token) as told:
        for message in messages:
            await told.connection.send(message)
        closed = await told.closed()
        assert closed[0] == code and (closed[1] or "").startswith(reason)


async def test_before_the_acknowledgement(hasty: Server, workspace: Workspace) -> None:
    async with socket(hasty.url) as told:
        assert await told.closed() == (4408, "Connection initialisation timeout")
    async with socket(hasty.url) as told:
        await told.send(type="ping", payload={"n": 1})
        assert await told.message() == {"type": "pong", "payload": {"n": 1}}
        await told.subscribe(COUNT)
        assert await told.closed() == (4401, "Unauthorized: connection_init comes first")
    async with socket(hasty.url) as told:
        await told.send(type="connection_init", payload=[])
        assert await told.closed() == (4400, "The payload of connection_init must be an object")
    async with socket(hasty.url, subprotocols=["graphql-ws"]) as told:
        assert await told.closed() == (4406, "Subprotocol not acceptable: it must be graphql-transport-ws")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (None, "Forbidden: Missing authentication token"),
        ({"Authorization": "Bearer x"}, "Forbidden: No payload"),
        ({"token": "{token}"}, "Forbidden: Missing authentication token"),
    ],
)
async def test_who_is_refused(server: Server, workspace: Workspace, payload: Any, reason: str) -> None:
    """A token in the URL counts as none."""
    async with connect(
        f"{server.url.replace('http', 'ws', 1)}/graphql?token={workspace.token}&authorization={workspace.token}",
        subprotocols=[PROTOCOL],
    ) as connection:
        await connection.send(b'{"type":"connection_init"}'.decode() if payload is None else dumped(payload))
        await connection.wait_closed()
        assert (connection.close_code, connection.close_reason) == (4403, reason)


def dumped(payload: Any) -> str:
    return json.dumps({"type": "connection_init", "payload": payload})


@pytest.mark.parametrize("name", ["authorization", "Authorization", "headers", "header"])
async def test_where_the_token_may_stand(server: Server, workspace: Workspace, name: str) -> None:
    bearer = f"Bearer {workspace.token}"
    given = {"headers": {"headers": {"Authorization": bearer}}, "header": {}}.get(name, {name: bearer})
    options: Any = {"additional_headers": {"Authorization": bearer}} if name == "header" else {}
    async with socket(server.url, **options) as told:
        await told.send(type="connection_init", payload=given)
        assert await told.message() == {"type": "connection_ack"}


async def test_queries_and_mutations(server: Server, workspace: Workspace) -> None:
    async with socket(server.url, workspace.token) as told:
        await told.subscribe('mutation { createPerson(data: {city: "Rome"}) { city } }', "a")
        assert await told.message() == {
            "id": "a",
            "type": "next",
            "payload": {"data": {"createPerson": {"city": "Rome"}}},
        }
        assert await told.message() == {"id": "a", "type": "complete"}
        await told.subscribe("query($n: Int) { people(first: $n) { totalCount } }", "a", n=1)
        assert (await told.message())["payload"] == {"data": {"people": {"totalCount": 1}}}
        assert await told.message() == {"id": "a", "type": "complete"}
        await told.subscribe('{ person(filter: {city: {eq: "x"}}) { id } }', "b")
        failed = await told.message()
        assert failed["type"] == "next" and failed["payload"]["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        assert await told.message() == {"id": "b", "type": "complete"}
        for document, code in (("{", "GRAPHQL_PARSE_FAILED"), ("{ x }", "GRAPHQL_VALIDATION_FAILED")):
            await told.subscribe(document, "c")
            refused = await told.message()
            assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", code)


async def test_a_completed_operation_says_no_more(server: Server, workspace: Workspace, connection: Connection) -> None:
    async with socket(server.url, workspace.token) as told:
        await told.subscribe(ALL)
        await told.send(id="1", type="complete")
        await told.send(id="unknown", type="complete")
        await told.send(type="pong")
        await told.subscribe(COUNT)  # by the same id
        assert (await told.message())["payload"] == {"data": {"people": {"totalCount": 0}}}
        assert (await told.message())["type"] == "complete"
        await happened(connection, workspace.id, person())
        await told.nothing()


async def test_other_origins(hasty: Server, workspace: Workspace) -> None:
    async with socket(hasty.url, workspace.token, origin="https://app.example"):
        pass
    with pytest.raises(InvalidStatus) as raised:
        async with socket(hasty.url, workspace.token, origin="https://evil.example"):
            pass
    assert raised.value.response.status_code == 403


async def test_other_paths(server: Server) -> None:
    with pytest.raises(InvalidStatus) as raised:
        async with connect(f"{server.url.replace('http', 'ws', 1)}/metadata", subprotocols=[PROTOCOL]):
            pass
    assert raised.value.response.status_code == 403


async def test_no_compression_and_a_request_id(server: Server, workspace: Workspace) -> None:
    async with socket(server.url, workspace.token) as told:
        assert told.connection.response
        headers = told.connection.response.headers
        assert "Sec-WebSocket-Extensions" not in headers
        assert len(headers["X-Request-Id"]) == 16


async def test_limits(hasty: Server, workspace: Workspace) -> None:
    async with (
        socket(hasty.url, workspace.token) as told,
        socket(hasty.url, workspace.token),
        socket(hasty.url, workspace.token),
    ):
        for n in range(3):
            await told.subscribe(ALL, str(n))
        refused = await told.message()
        assert (refused["id"], refused["type"]) == ("2", "error")
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
        assert refused["payload"][0]["message"].endswith("which is MAX_STREAM_OPERATIONS")
        async with socket(hasty.url) as one_more:
            await one_more.send(type="connection_init", payload={"authorization": f"Bearer {workspace.token}"})
            code, reason = await one_more.closed()
            assert code == 1013 and "MAX_STREAM_CONNECTIONS" in (reason or "")
        async with httpx.AsyncClient(base_url=hasty.url, headers=workspace.headers) as client:
            response = await client.post("/graphql", json={"query": ALL}, headers={"Accept": "text/event-stream"})
            assert response.status_code == 429
            assert "MAX_STREAM_CONNECTIONS" in response.json()["errors"][0]["message"]
    async with socket(hasty.url, workspace.token):
        pass


async def test_heartbeats_keep_it_open(hasty: Server, workspace: Workspace, connection: Connection) -> None:
    heard, logger = Heard(), logging.Logger("client", logging.DEBUG)
    logger.addHandler(heard)
    async with socket(hasty.url, workspace.token, ping_interval=None, logger=logger) as told:
        await told.subscribe(ALL)
        await asyncio.sleep(1.1)
        assert 2 <= heard.pings <= 4
        last = await happened(connection, workspace.id, person())
        assert (await told.next())["data"]["onDbEvent"]["number"] == last


class Heard(logging.Handler):
    """Counts the pings that a client logs."""

    pings = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.pings += record.getMessage().startswith("< PING")


async def test_a_client_that_does_not_read_is_closed(
    hasty: Server, workspace: Workspace, connection: Connection
) -> None:
    """With a code that says so, once it reads again; others are told meanwhile."""
    async with socket(hasty.url, workspace.token, max_queue=1) as slow, socket(hasty.url, workspace.token) as fast:
        await slow.subscribe(ALL)
        await fast.subscribe(ALL)
        await asyncio.sleep(0.3)
        slow.connection.transport.pause_reading()
        for _ in range(20):
            await happened(connection, workspace.id, *(person(padding="x" * 200_000) for _ in range(5)))
        numbers = [(await fast.next())["data"]["onDbEvent"]["number"] for _ in range(100)]
        assert numbers == [*range(1, 101)]
        await asyncio.sleep(1)
        slow.connection.transport.resume_reading()
        read = 0
        try:
            while True:
                await slow.next()
                read += 1
        except ConnectionClosed:
            pass
        assert 0 < read < 100
        assert await slow.closed() == (4480, "Too slow: nothing was read for 0.5 seconds")


@pytest.mark.parametrize("elsewhere", [True, False], ids=["by another process", "by this one"])
async def test_revocation_closes(
    hasty: Server, server: Server, workspace: Workspace, connection: Connection, elsewhere: bool
) -> None:
    key = await connection.fetchval('SELECT id FROM "apiKey" WHERE workspace_id = $1', workspace.id)
    revoke = {"query": f'mutation {{ revokeApiKey(input: {{id: "{key}"}}) {{ id }} }}'}
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    async with socket(hasty.url, workspace.token) as told, socket(hasty.url, workspace.member_token) as other:
        await told.subscribe(ALL)
        await other.subscribe(ALL)
        began = asyncio.get_running_loop().time()
        async with httpx.AsyncClient(base_url=(server if elsewhere else hasty).url, headers=headers) as client:
            assert "errors" not in (await client.post("/graphql", json=revoke)).json()
        assert await told.closed() == (4403, "Forbidden: This API Key is revoked")
        assert asyncio.get_running_loop().time() - began < (1.5 if elsewhere else 0.4)
        await other.nothing()


async def test_the_end_of_a_key_closes(hasty: Server, workspace: Workspace, connection: Connection) -> None:
    async with socket(hasty.url, workspace.token) as told:
        await connection.execute('UPDATE "apiKey" SET "expiresAt" = now() WHERE workspace_id = $1', workspace.id)
        assert await told.closed() == (4403, "Forbidden: Token has expired.")


async def test_a_deleted_member_is_closed(hasty: Server, workspace: Workspace, connection: Connection) -> None:
    async with socket(hasty.url, workspace.member_token) as told:
        await connection.execute('UPDATE "workspaceMember" SET "deletedAt" = now() WHERE id = $1', workspace.member_id)
        assert await told.closed() == (4403, "Forbidden: User not found")


async def test_a_server_that_stops_closes_at_once(database_url: str, api: Api, workspace: Workspace) -> None:
    settings = Settings(database_url=database_url, app_secret=SecretStr(SECRET), relay=False)
    running = run_server(settings, api)
    stopping = running.__enter__()
    async with socket(stopping.url, workspace.token) as told:
        await told.subscribe(ALL)
        await asyncio.sleep(0.2)
        began = asyncio.get_running_loop().time()
        ended = asyncio.create_task(asyncio.to_thread(running.__exit__, None, None, None))
        assert (await told.closed())[0] == 1012
        await ended
        assert asyncio.get_running_loop().time() - began < 2
