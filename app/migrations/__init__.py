"""The schema's history: Alembic revisions, and the one way to apply them. Whoever comes first migrates, the rest wait.

`make migration m="what changed"` writes the next revision from the difference between the models and the revisions.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app import connection

FOLDER = Path(__file__).parent
LOCK = 0x1C05A  # of pg_advisory_lock; any number that nothing else locks
NAME = "icosa migrate"  # of its connections


def config() -> Config:
    """Alembic's configuration. There is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made


async def migrate(url: str) -> None:
    """Applies every revision that the database lacks. Raises NoDatabase."""
    async with _locked(url):
        await _run(url, lambda made: command.upgrade(made, "head"))


async def write_revision(url: str, message: str, models: Sequence[MetaData]) -> None:
    """Writes the next revision into this package. The database at `url` must be at the newest one."""
    number = len(list(ScriptDirectory.from_config(config()).walk_revisions())) + 1
    revise = partial(command.revision, message=message, autogenerate=True, rev_id=f"{number:04d}")
    await _run(url, revise, models)


async def _run(url: str, work: Callable[[Config], object], models: Sequence[MetaData] | None = None) -> None:
    """Runs an Alembic command, which is synchronous, over the one driver that we have."""

    def with_connection(connected: Connection) -> None:
        made = config()
        made.attributes.update(connection=connected, models=models)
        work(made)

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=partial(connection.connect, url, NAME), poolclass=NullPool
    )
    try:
        async with engine.connect() as connected:
            await connected.run_sync(with_connection)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _locked(url: str) -> AsyncIterator[None]:
    """The lock has a connection of its own, so that a revision may commit half-way and still hold it."""
    locked = await connection.connect(url, NAME)
    try:
        await locked.fetchval("SELECT pg_advisory_lock($1)", LOCK)
        yield
    finally:
        await locked.close()
