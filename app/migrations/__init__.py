"""The schema's history: revisions, and the one way to apply them. Whoever comes first migrates, the rest wait.

A database that lacks none is left alone without importing Alembic, which is in `revisions`.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg

from app.database import connection, distribution
from app.fault import OperatorFault

FOLDER = Path(__file__).parent
LOCK = 0x1C05A  # of pg_advisory_xact_lock; any number that nothing else locks
NAME = "icosa migrate"  # of its connections

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class UnknownRevision(OperatorFault):
    """A newer version of Icosa has used the database, or another program."""


async def migrate(url: str) -> Sequence[str]:
    """Applies every revision that the database lacks, and gives the tables that were distributed, where Citus is.

    Raises NoDatabase, UnknownRevision, CannotMigrate and CannotDistribute.
    """
    async with _locked(url) as connected:
        found, known = await _revision(connected), _known()
        if found and found not in known:
            raise UnknownRevision(
                f"The database is at revision {found}, and this version of Icosa knows those until {known[-1]}: a newer"
                " version or another program made its tables. Start the newer version, or name another database"
            )
        if found != known[-1]:
            from app.migrations import revisions

            await revisions.upgrade(url)
        distributed = await distribution.distribute(connected)
    if distributed:
        await _freed(url, distributed)
    return distributed


def newest() -> str:
    """The last revision."""
    return _known()[-1]


def _known() -> list[str]:
    """All revisions in order. Their files are named by number."""
    return sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


async def _revision(connected: Connection) -> str | None:
    """The database's revision; none, where it has no tables yet."""
    if not await connected.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
        return None
    found: str | None = await connected.fetchval("SELECT version_num FROM alembic_version")
    return found


async def _freed(url: str, distributed: Sequence[str]) -> None:
    connected = await connection.connect(url, NAME)
    try:
        async with connected.transaction():
            await distribution.free(connected, distributed)
    finally:
        await connected.close()


@asynccontextmanager
async def _locked(url: str) -> AsyncIterator[Connection]:
    """The lock has a connection of its own, so that a revision may commit half-way and still hold it.

    It is the transaction's, since one of the session would stay with a pooler.
    """
    locked = await connection.connect(url, NAME)
    try:
        async with locked.transaction():
            for setting in connection.UNHURRIED:
                await locked.execute(setting)
            await locked.fetchval("SELECT pg_advisory_xact_lock($1)", LOCK)
            yield locked
    finally:
        await locked.close()
