"""Alembic: applies the revisions, and writes the next one.

`make migration m="what changed"` writes it from the difference between the models and the revisions.
"""

from collections.abc import Callable, Sequence
from functools import partial

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.database import connection
from app.fault import OperatorFault
from app.migrations import FOLDER, NAME, newest


def config() -> Config:
    """Alembic's configuration. There is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made


class CannotMigrate(OperatorFault):
    """The tables cannot be brought up to date; the message says why, and what to do."""


_REASONS = {
    "42501": "its role may not make tables there; let it own the database: ALTER DATABASE … OWNER TO …",
    "3F000": "it has no schema to make tables in: CREATE SCHEMA public",
    "42P07": "it has tables of another program; give Icosa a database of its own",
    "42710": "it has types of another program; give Icosa a database of its own",
}
"""By what PostgreSQL says (SQLSTATE)."""


async def upgrade(url: str) -> None:
    """Applies every revision that the database lacks. Raises CannotMigrate."""
    try:
        await _run(url, lambda made: command.upgrade(made, "head"))
    except DBAPIError as error:
        cause = error.orig.__cause__ if error.orig else None
        advice = _REASONS.get(getattr(cause, "sqlstate", ""))
        raise CannotMigrate(
            f"The database cannot be brought up to date: {cause or error.orig}{f' ({advice})' if advice else ''}"
        ) from error


async def downgrade(url: str, revision: str) -> None:
    """Undoes the revisions after this one."""
    await _run(url, lambda made: command.downgrade(made, revision))


async def write(url: str, message: str, models: Sequence[MetaData]) -> None:
    """Writes the next revision into this package. The database at `url` must be at the newest one."""
    number = int(newest()) + 1
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
    event.listen(engine.sync_engine, "begin", _take_time)
    try:
        async with engine.connect() as connected:
            await connected.run_sync(with_connection)
    finally:
        await engine.dispose()


def _take_time(connected: Connection) -> None:
    """At the beginning of each transaction."""
    for setting in connection.UNHURRIED:
        connected.exec_driver_sql(setting)
