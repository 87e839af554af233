"""Which tables Citus distributes, by the migrated catalog, and the calls that do it.

Citus itself is not to be had from a package: where TEST_CITUS_URL names a cluster, the tests of behaviour run there.
Here a stand-in has its functions and the rules that they keep.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from app.commands.distributing import distribute as distribute_command
from app.database import distribution
from app.database.pool import Connection
from app.database.tables import METADATA
from app.migrations import migrate
from schema.catalog.model import Catalog

STAND_IN = (Path(__file__).parent / "citus.sql").read_text()
OWN = {"alembic_version", "pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics"}
DONE = (
    "SELECT c.relname, partkey, colocated_with FROM pg_dist_partition JOIN pg_class c ON c.oid = logicalrelid"
    " ORDER BY place"
)
PATH = "SET search_path = public, stand_in"
LATER = 'CREATE TABLE later (workspace_id uuid, id uuid, PRIMARY KEY (workspace_id, id), "companyId" uuid,'
REFERS = 'CONSTRAINT fk_later FOREIGN KEY (workspace_id, "companyId") REFERENCES company (workspace_id, id))'


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest_asyncio.fixture
async def connected(database: str) -> AsyncIterator[Connection]:
    """A database whose functions are the stand-in's."""
    connection = await asyncpg.connect(database)
    await connection.execute(STAND_IN)
    await connection.execute(f"ALTER DATABASE {urlsplit(database).path[1:]} {PATH}; {PATH}")
    yield connection
    await connection.close()


async def test_what_is_of_a_workspace_is_distributed_and_the_rest_stays(
    connection: Connection, catalog: Catalog
) -> None:
    found = await distribution.planned(connection)
    assert set(found.local) == OWN
    names = {object_type.table for object_type in catalog.objects.values()} | set(METADATA.tables)
    assert {name for name, _ in found.steps} == names
    assert found.steps[0] == ("workspace", "id")
    assert {by for _, by in found.steps[1:]} == {"workspace_id"}


async def test_without_citus_nothing_is_done(database: str, connection: Connection) -> None:
    assert await distribution.distribute(connection) == []
    assert await distribution.unfit_workers(connection) == []
    with pytest.raises(distribution.CannotDistribute, match="CREATE EXTENSION citus"):
        await distribute_command(database, print)


async def test_migrating_distributes_all_tables_by_the_rules_of_citus(database: str, connected: Connection) -> None:
    """The stand-in refuses what breaks them, so the order and each constraint are right."""
    made = await migrate(database)
    rows = [tuple(row) for row in await connected.fetch(DONE)]
    assert [row[0] for row in rows] == list(made)
    assert rows[0] == ("workspace", "id", "none")
    assert {row[1:] for row in rows[1:]} == {("workspace_id", "workspace")}
    assert len(await connected.fetch("SELECT FROM freed")) == len(made)
    assert await migrate(database) == []


async def test_a_table_of_a_later_revision_is_distributed_too(database: str, connected: Connection) -> None:
    await migrate(database)
    await connected.execute(f"{LATER} {REFERS}")
    said: list[str] = []
    await distribute_command(database, said.append)
    assert said[0] == "Distributed by workspace now: later"
    assert "person" in said[1] and "alembic_version" in said[2]
    said.clear()
    await distribute_command(database, said.append)
    assert said[0] == "Distributed by workspace now: none"


async def test_either_all_tables_are_distributed_or_none(database: str, connected: Connection) -> None:
    await connected.execute("CREATE TABLE zebra (workspace_id uuid PRIMARY KEY, id uuid UNIQUE)")
    with pytest.raises(asyncpg.RaiseError, match="zebra"):
        await migrate(database)
    assert await connected.fetch(DONE) == []


async def test_tables_that_cannot_lie_together_are_named(database: str, connected: Connection) -> None:
    await connected.execute("CREATE TABLE apart (id uuid PRIMARY KEY)")
    await connected.execute(f'{LATER} CONSTRAINT fk_later FOREIGN KEY ("companyId") REFERENCES apart)')
    with pytest.raises(distribution.CannotDistribute, match="later refers to apart"):
        await migrate(database)
    await connected.execute("DROP TABLE later, apart")
    await connected.execute(f"{LATER} {REFERS}")
    await connected.execute(
        "ALTER TABLE company ADD CONSTRAINT fk_back FOREIGN KEY (workspace_id, id) REFERENCES later"
    )
    with pytest.raises(distribution.CannotDistribute, match="in a circle"):
        await migrate(database)


async def test_settings_of_workers_are_named(connected: Connection) -> None:
    await connected.execute(
        "INSERT INTO said VALUES ('SHOW jit', 'one', 5432, true, 'off'), ('SHOW jit', 'two', 5432, true, 'on'),"
        " ('SHOW statement_timeout', 'one', 5432, true, '10s'), ('SHOW statement_timeout', 'two', 5432, true, '0'),"
        " ('SHOW statement_timeout', 'three', 5432, false, 'connection refused')"
    )
    lines = await distribution.unfit_workers(connected)
    assert [line.partition(",")[0] for line in lines] == [
        "The worker two:5432 has jit = on",
        "The worker three:5432 does not say its statement_timeout: connection refused",
        "The worker two:5432 has statement_timeout = 0",
    ]
