"""Backends that are frozen (SIGSTOP), and a server that says nothing: no request waits for them for long."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.database import connection as connections
from app.database.database import Database
from app.database.health import State
from app.database.overdue import Overdue
from app.database.pool import Connection, Pool
from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from schema.context import Statement
from schema.errors import ServiceUnavailable, Timeout
from tests.conftest import URL, Workspace, run_server

pytestmark = pytest.mark.skipif(URL in os.environ, reason="the PostgreSQL processes may be on another machine")

SERVING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'icosa'"


@contextmanager
def frozen(*processes: int) -> Iterator[None]:
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def backend(connected: Connection) -> int:
    return int(await connected.fetchval("SELECT pg_backend_pid()"))


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    made = Pool(lambda: asyncpg.connect(database_url), size=1, wait_seconds=1)
    yield made
    await made.close()


async def test_a_statement_of_a_frozen_backend_ends_at_the_deadline(pool: Pool) -> None:
    overdue = Overdue(pool, seconds=15)
    with frozen(await pool.run(backend)):
        asked = asyncio.create_task(pool.run(backend))
        await asyncio.sleep(0.05)
        for second in range(16):
            overdue.look(second)
        await asyncio.sleep(0.05)
        assert not asked.done()
        overdue.look(15.5)
        with pytest.raises(Timeout):
            await asked
        assert await pool.run(backend) > 0  # on another one


async def test_so_does_a_transaction_with_its_rollback(pool: Pool) -> None:
    overdue, begun = Overdue(pool, seconds=15), asyncio.Event()

    async def work(connected: Connection) -> None:
        async with connected.transaction():
            process = await backend(connected)
            with frozen(process):
                begun.set()
                await connected.execute("SELECT 1")

    asked = asyncio.create_task(pool.run(work))
    await begun.wait()
    await asyncio.sleep(0.05)
    overdue.look(0)
    overdue.look(16)
    with pytest.raises(Timeout):
        await asked


async def test_a_cancelled_statement_of_a_frozen_backend_keeps_no_place_in_the_pool(pool: Pool) -> None:
    with frozen(await pool.run(backend)):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await pool.run(backend)
        began = time.monotonic()
        while pool.in_use:
            await asyncio.sleep(0.05)
            assert time.monotonic() - began < 10
        assert await pool.run(backend) > 0


async def test_work_that_goes_on_has_no_deadline(pool: Pool) -> None:
    overdue = Overdue(pool, seconds=15)

    async def work(connected: Connection) -> int:
        for second in range(0, 100, 10):
            await connected.execute("SELECT")
            overdue.look(second)
        return second

    assert await pool.run(work) == 90


@pytest.fixture
def settings_of_haste(settings: Settings) -> Settings:
    return settings.model_copy(update={"statement_timeout_ms": 100})


async def test_requests_to_frozen_backends_are_answered(
    settings_of_haste: Settings, api: Api, workspace: Workspace, connection: Connection
) -> None:
    """The statement of a request as well as the look-up of a token; meanwhile the server is healthy."""
    ask = {"query": "{ people { totalCount } companies { totalCount } tasks { totalCount } }"}
    before = [row[0] for row in await connection.fetch(SERVING)]
    with run_server(settings_of_haste, api) as running:
        async with httpx.AsyncClient(base_url=running.url, headers=workspace.headers, timeout=60) as client:
            assert (await client.get("/healthz")).status_code == 200
            assert "errors" not in (await client.post("/graphql", json=ask)).json()
            processes = {row[0] for row in await connection.fetch(SERVING)}.difference(before)
            assert len(processes) == 3
            with frozen(*processes):
                as_member = {"Authorization": f"Bearer {workspace.member_token}"}
                began = time.monotonic()
                asked = asyncio.gather(
                    client.post("/graphql", json={"query": "{ people { totalCount } }"}),
                    client.post("/graphql", json=ask, headers=as_member),
                    client.get("/rest/people?limit=1"),
                )
                await asyncio.sleep(0.5)
                assert (await client.get("/healthz")).status_code == 200
                statement, token, rest = await asked
                assert time.monotonic() - began < 3 * connections.GRACE_SECONDS
                assert [error["extensions"]["code"] for error in statement.json()["errors"]] == ["TIMEOUT"]
                assert (token.status_code, token.json()["errors"][0]["extensions"]["code"]) == (503, "TIMEOUT")
                assert (rest.status_code, rest.headers["retry-after"]) == (503, "2")
                assert "errors" not in (await client.post("/graphql", json=ask)).json()


async def test_the_connection_of_health_is_made_anew_when_it_is_frozen(database_url: str, catalog: Catalog) -> None:
    own = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'icosa health'"
    async with Database(database_url, catalog, 1000).connected() as database:
        known = {row[0] for row in await database.fetch(Statement(own, ()))}
        assert await database.health() is State.GOOD
        (process,) = {row[0] for row in await database.fetch(Statement(own, ()))} - known
        with frozen(process):
            assert await database.health() is State.AWAY
            assert await database.health() is State.GOOD


async def test_a_server_that_does_not_speak_is_not_waited_for(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x"
        async with Database(url, catalog, 1000).connected() as database:
            with pytest.raises(ServiceUnavailable):
                await database.fetch(Statement("SELECT", ()))
            assert await database.health() is State.AWAY
