"""Server-sent events over real HTTP: requests that get a stream, what it is made of, and how it ends."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from app.database.pool import Connection
from app.http.pace import Pace
from app.settings import Settings
from schema.api import Api
from tests.conftest import SECRET, Server, Workspace, run_server
from tests.happened import happened, person
from tests.streams import event_stream

ALL = "subscription { onDbEvent(input: {}) { number record } }"
COUNT = "{ people { totalCount } }"
STREAM = {"Accept": "text/event-stream"}
PACE = Pace(heartbeat=0.3, send=0.5, token=0.5, poll=0.5)


@pytest.fixture(scope="module")
def hasty(database_url: str, api: Api) -> Iterator[Server]:
    settings = Settings(database_url=database_url, app_secret=SecretStr(SECRET), relay=False)
    with run_server(settings, api, PACE) as running:
        yield running


async def test_queries_and_mutations(client: httpx.AsyncClient) -> None:
    response = await client.post("/graphql", json={"query": COUNT}, headers=STREAM)
    assert response.text == (
        ':\n\nevent: next\ndata: {"data":{"people":{"totalCount":0}}}\n\nevent: complete\ndata: \n\n'
    )
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache, no-transform"
    assert len(response.headers["X-Request-Id"]) == 16
    mutation = "mutation { createPerson(data: {}) { city } }"
    response = await client.post("/graphql", json={"query": mutation}, headers=STREAM)
    assert '{"data":{"createPerson":{"city":""}}}' in response.text
    response = await client.get("/graphql", params={"query": COUNT}, headers=STREAM)
    assert '{"totalCount":1}' in response.text
    response = await client.get("/graphql", params={"query": mutation}, headers=STREAM)
    assert "METHOD_NOT_ALLOWED" in response.text
    response = await client.post("/graphql", json={"query": "{ x }"}, headers=STREAM)
    assert response.text.endswith("event: complete\ndata: \n\n") and "GRAPHQL_VALIDATION_FAILED" in response.text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
async def test_without_a_token(anonymous: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for path in ("/graphql", "/graphql?token=x"):
        response = await anonymous.post(path, json={"query": ALL}, headers={**STREAM, **headers})
        assert response.status_code == 401
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_what_is_no_operation(client: httpx.AsyncClient) -> None:
    assert (await client.post("/graphql", json={}, headers=STREAM)).status_code == 400
    assert (await client.post("/graphql", content="x", headers=STREAM)).status_code == 415


async def test_the_metadata_api_has_no_streams(client: httpx.AsyncClient) -> None:
    response = await client.post("/metadata", json={"query": "{ __typename }"}, headers=STREAM)
    assert response.json() == {"data": {"__typename": "Query"}}


async def test_a_client_of_both_gets_a_stream_where_it_needs_one(
    server: Server, workspace: Workspace, connection: Connection
) -> None:
    """As urql asks: for JSON and events alike."""
    both = {"Accept": "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"}
    async with event_stream(server.url, workspace.token, ALL, both) as events:
        await asyncio.sleep(0.2)
        last = await happened(connection, workspace.id, person())
        found = await events.event()
        assert (found["event"], found["id"]) == ("next", str(last))


async def test_pages_of_other_origins(server: Server, workspace: Workspace, connection: Connection) -> None:
    async with event_stream(server.url, workspace.token, ALL, {"Origin": "https://a.example"}) as events:
        assert events.response.headers["Access-Control-Allow-Origin"] == "*"
        await asyncio.sleep(0.2)
        await happened(connection, workspace.id, person())
        assert (await events.next())["data"]["onDbEvent"]["number"] == 1


async def test_subscriptions_by_get(client: httpx.AsyncClient, workspace: Workspace, connection: Connection) -> None:
    async with client.stream("GET", "/graphql", params={"query": ALL}, headers=STREAM) as response:
        assert response.status_code == 200


async def test_heartbeats(hasty: Server, workspace: Workspace) -> None:
    async with event_stream(hasty.url, workspace.token, ALL) as events:
        began = asyncio.get_running_loop().time()
        for _ in range(3):
            assert await events.any() == {"": ""}
        assert 0.6 < asyncio.get_running_loop().time() - began < 2


async def test_a_client_that_does_not_read(hasty: Server, workspace: Workspace, connection: Connection) -> None:
    async with event_stream(hasty.url, workspace.token, ALL) as events:
        await asyncio.sleep(0.2)
        for _ in range(40):
            await happened(connection, workspace.id, *(person(padding="x" * 200_000) for _ in range(5)))
        await asyncio.sleep(1.5)
        told = 0
        while "errors" not in (answer := await events.next()):
            told += 1
        assert answer["errors"] == [
            {
                "message": "The client reads too slowly, so that the stream ends here",
                "extensions": {"code": "REQUEST_TIMEOUT"},
            }
        ]
        assert await events.event() == {"event": "complete", "data": ""}
        assert 0 < told < 200


async def test_revocation_ends_the_stream(hasty: Server, workspace: Workspace, connection: Connection) -> None:
    async with event_stream(hasty.url, workspace.token, ALL) as events:
        await connection.execute('UPDATE "apiKey" SET "revokedAt" = now() WHERE workspace_id = $1', workspace.id)
        (error,) = (await events.next())["errors"]
        assert error == {"message": "This API Key is revoked", "extensions": {"code": "UNAUTHENTICATED"}}
        assert await events.event() == {"event": "complete", "data": ""}
        with pytest.raises(StopAsyncIteration):
            await events.any()


async def test_a_server_that_stops(database_url: str, api: Api, workspace: Workspace) -> None:
    """The response ends, without `complete`, so that clients come again."""
    settings = Settings(database_url=database_url, app_secret=SecretStr(SECRET), relay=False)
    running = run_server(settings, api)
    stopping = running.__enter__()
    async with event_stream(stopping.url, workspace.token, ALL) as events:
        began = asyncio.get_running_loop().time()
        ended = asyncio.create_task(asyncio.to_thread(running.__exit__, None, None, None))
        with pytest.raises(StopAsyncIteration):
            await events.event()
        await ended
        assert asyncio.get_running_loop().time() - began < 2


async def test_a_client_that_leaves_is_forgotten(hasty: Server, workspace: Workspace, connection: Connection) -> None:
    async def listening() -> int:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE application_name = 'icosa events' AND datname = current_database()"
            )
        )

    async with event_stream(hasty.url, workspace.token, ALL):
        await asyncio.sleep(0.5)
        assert await listening() == 1
    await asyncio.sleep(0.5)
    assert await listening() == 0
