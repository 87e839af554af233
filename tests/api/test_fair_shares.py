"""A workspace that floods the server takes no other's share: of connections, of the queue for them, of health."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest_asyncio

from app.database.database import MOST_WAITING_EACH, POOL_SIZE
from app.database.pool import Connection
from schema.context import AT_ONCE
from tests.conftest import GraphQL, Server, Workspace

QUIET = {"query": "{ people(first: 1) { edges { node { id } } } }"}
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'icosa' AND wait_event_type = 'Lock'
"""

Flood = Callable[[int], "list[asyncio.Task[httpx.Response]]"]


@pytest_asyncio.fixture
async def watching(database_url: str) -> AsyncIterator[Connection]:
    connected = await asyncpg.connect(database_url)
    yield connected
    await connected.close()


@pytest_asyncio.fixture
async def other_client(server: Server, other_workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, headers=other_workspace.headers, timeout=60) as made:
        yield made


@asynccontextmanager
async def flooded(
    server: Server, workspace: Workspace, connection: Connection, watching: Connection, count: int
) -> AsyncIterator["list[asyncio.Task[httpx.Response]]"]:
    """Requests of the workspace that keep all connections it may have: they change a row that somebody has locked."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers, timeout=60, limits=limits) as client:
        made = (await client.post("/rest/people", json={"city": "Rome"})).json()["data"]["createPerson"]["id"]
        async with connection.transaction():
            await connection.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", made)
            change = {"query": f'mutation {{ updatePerson(id: "{made}", data: {{city: "Oslo"}}) {{ id }} }}'}
            tasks = [asyncio.create_task(client.post("/graphql", json=change)) for _ in range(count)]
            await blocked(watching, min(count, POOL_SIZE))
            await asyncio.sleep(0.5)  # until all have come in
            yield tasks
        await asyncio.gather(*tasks)


async def blocked(watching: Connection, count: int) -> None:
    async with asyncio.timeout(30):
        while True:
            if await watching.fetchval(WAITING) >= count:
                return
            await asyncio.sleep(0.02)


async def seconds(client: httpx.AsyncClient, count: int, ask: Callable[[], Any]) -> list[float]:
    """How long requests take, one after another, from the quickest to the slowest."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        answer = await ask()
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200
        assert "errors" not in answer.json()
    return sorted(taken)


async def test_a_quiet_workspace_beside_a_loud_one(
    server: Server,
    workspace: Workspace,
    other_client: httpx.AsyncClient,
    connection: Connection,
    watching: Connection,
) -> None:
    """The slowest but three of its requests, against the same without the other; so is the server's health."""

    async def ask() -> httpx.Response:
        return await other_client.post("/graphql", json=QUIET)

    async def ask_health() -> httpx.Response:
        return await other_client.get("/healthz")

    await seconds(other_client, 20, ask)
    alone, health_alone = await seconds(other_client, 200, ask), await seconds(other_client, 50, ask_health)
    async with flooded(server, workspace, connection, watching, 200) as tasks:
        beside, health_beside = await seconds(other_client, 200, ask), await seconds(other_client, 50, ask_health)
        crowd = await asyncio.gather(*[seconds(other_client, 25, ask) for _ in range(8)])
        assert not any(task.done() for task in tasks)
    assert beside[196] < 5 * alone[196]
    assert health_beside[46] < 5 * health_alone[46]
    assert max(one[-1] for one in crowd) < 100 * alone[196]
    answers = [task.result() for task in tasks]
    assert {answer.status_code for answer in answers} == {200}
    assert all("errors" not in answer.json() for answer in answers)


async def test_who_has_too_many_requests_waiting_is_told_to_come_later(
    server: Server,
    workspace: Workspace,
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    connection: Connection,
    watching: Connection,
) -> None:
    async with flooded(server, workspace, connection, watching, POOL_SIZE + MOST_WAITING_EACH + 20) as tasks:
        answers = asyncio.as_completed(tasks, timeout=20)
        assert [(await next(answers)).status_code for _ in range(20)] == [429] * 20
        refused = await client.post("/graphql", json=QUIET)
        assert refused.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"
        by_rest = await client.get("/rest/people")
        assert (by_rest.status_code, by_rest.json()["error"]) == (429, "TooManyRequestsException")
        assert int(refused.headers["retry-after"]) > 0
        assert int(by_rest.headers["retry-after"]) > 0
        assert (await other_client.post("/graphql", json=QUIET)).status_code == 200
        assert (await client.get("/healthz")).status_code == 200


async def test_one_request_has_three_statements_under_way(
    graphql: GraphQL, connection: Connection, watching: Connection
) -> None:
    """By the pipeline, and by GraphQL execution, which a field of no object takes."""
    several = " ".join(f"a{n}: people(first: 1) {{ totalCount }}" for n in range(8))
    for query in (f"{{ {several} }}", f"{{ currentWorkspace {{ id }} {several} }}"):
        async with connection.transaction():
            await connection.execute("LOCK TABLE person IN ACCESS EXCLUSIVE MODE")
            asked = asyncio.ensure_future(graphql(query))
            await blocked(watching, AT_ONCE)
            await asyncio.sleep(0.2)
            assert await watching.fetchval(WAITING) == AT_ONCE
        answer = await asked
        assert [answer["data"][f"a{n}"] for n in range(8)] == [{"totalCount": 0}] * 8
