"""PgBouncer before the database, a real one: `make test-pooler` installs Debian's and runs this.

PGBOUNCER names another build, such as a newer one; what it can do is told by its version.
"""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from app.database.connection import UNKNOWN_TO_POOLERS
from app.embedded.data_dir import DataDir
from tests.app.commands.test_main import free_port, run, serving
from tests.servers import USER, Cluster, cluster, pooler

PROGRAM = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer") or ""
SECRET = "s" * 32
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
TUNED = {"ignore_startup_parameters": ", ".join(UNKNOWN_TO_POOLERS)}

pytestmark = pytest.mark.skipif(not PROGRAM, reason="make test-pooler runs this")


def version() -> tuple[int, int]:
    printed = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)", printed)
    assert found
    return int(found[1]), int(found[2])


PREPARES = bool(PROGRAM) and version() >= (1, 21)
MODES = ["session", pytest.param("transaction", marks=pytest.mark.skipif(not PREPARES, reason="needs PgBouncer 1.21"))]


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


def tuned() -> dict[str, str]:
    return {**TUNED, "max_prepared_statements": "1000"} if PREPARES else TUNED


@pytest.mark.parametrize("mode", MODES)
def test_it_starts_again_and_again(server: Cluster, tmp_path: Path, mode: str) -> None:
    """With several requests at once, which share PostgreSQL's connections in transaction mode."""
    with pooler(server, PROGRAM, mode, tuned()) as url:
        given = {"DATABASE_URL": url, "APP_SECRET": SECRET}
        for _ in range(3):
            port = free_port()
            with serving(DataDir(tmp_path), port, **given) as process:
                token = run(DataDir(tmp_path), "token", "create", **given).stdout.strip()
                asyncio.run(use(f"http://127.0.0.1:{port}", token))
                process.terminate()
                assert process.wait(30) == 0


async def use(url: str, token: str) -> None:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:

        async def person(n: int) -> None:
            made = await client.post("/rest/people", json={"city": f"City {n}", "company": {"create": {"name": "C"}}})
            assert made.status_code == 201, made.text
            for query in (
                "{ people(first: 3) { totalCount } }",
                f'{{ people(filter: {{city: {{eq: "City {n}"}}}}) {{ totalCount }} }}',
            ):
                asked = await client.post("/graphql", json={"query": query})
                assert "errors" not in asked.json(), asked.text

        for _ in range(3):
            await asyncio.gather(*map(person, range(30)))
        for _ in range(100):
            events = (await client.get("/rest/events", params={"limit": 1})).json()["data"]["events"]
            if events:
                break
            await asyncio.sleep(0.1)
        assert events


@pytest.mark.skipif(PREPARES, reason="this one prepares statements anew")
def test_one_that_loses_statements(server: Cluster, tmp_path: Path) -> None:
    with pooler(server, PROGRAM, "transaction", TUNED) as url:
        stopped = run(DataDir(tmp_path), "serve", DATABASE_URL=url, APP_SECRET=SECRET, PORT=free_port())
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1)
    assert "use version 1.21 or later with max_prepared_statements = 1000, or pool_mode = session" in stopped.stderr


def test_one_that_refuses_settings(server: Cluster, tmp_path: Path) -> None:
    """The first connection of all is refused then."""
    with pooler(server, PROGRAM, "session", {}) as url:
        stopped = run(DataDir(tmp_path), "serve", DATABASE_URL=url, APP_SECRET=SECRET, PORT=free_port())
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1)
    assert f"ignore_startup_parameters = {', '.join(UNKNOWN_TO_POOLERS)}" in stopped.stderr


@pytest.mark.parametrize("mode", MODES)
async def test_a_role_whose_statements_may_not_take_long(tmp_path: Path, mode: str) -> None:
    """PgBouncer does not pass on that migrations may take as long as they take. Here one waits for a table's name."""
    with cluster() as server:
        server.tell(f"ALTER ROLE {USER} SET statement_timeout = '700ms'")
        with pooler(server, PROGRAM, mode, tuned()) as url:
            connection = await asyncpg.connect(server.url)
            in_the_way = connection.transaction()
            await in_the_way.start()
            await connection.execute("CREATE TABLE workspace ()")
            given = {"DATABASE_URL": url, "APP_SECRET": SECRET}
            migrating = asyncio.create_task(asyncio.to_thread(run, DataDir(tmp_path), "migrate", **given))
            while not await connection.fetchval(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody
                await asyncio.sleep(0.05)
            await asyncio.sleep(1.5)
            await in_the_way.rollback()
            migrated = await migrating
            assert migrated.returncode == 0, migrated.stderr
            assert await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
            await connection.close()
