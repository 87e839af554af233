"""What commands share: their settings, a database with its tables, and faults told in one line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from app.commands.provision import Connection
    from app.embedded.data_dir import DataDir
    from app.settings import Settings

T = TypeVar("T")


def read_settings(**given: object) -> "Settings":
    """Those of the environment, but for what an option gives. What looks like a setting and is none is told."""
    from app.settings import Settings, strangers

    for line in strangers():
        tell(f"icosa: {line}")
    return Settings.read(**given)


def embedded_settings() -> "Settings":
    settings = read_settings()
    if settings.database_url:
        raise typer.BadParameter("this is for the embedded database, and DATABASE_URL is set")
    return settings


def with_tables(work: "Callable[[Connection, Settings], Awaitable[T]]", *, begins: bool = False) -> T:
    """Runs `work` on a connection to a database that has its tables.

    Where it `begins`, they are brought up to date and an empty database gets a workspace, as `serve` does it.
    """
    from app.database import choose as located
    from app.database import connection
    from app.embedded.data_dir import DataDir

    async def run(settings: "Settings") -> T:
        url = settings.database_url or ""
        connected = await connection.connect(url, "icosa command")
        try:
            if begins or not await connected.fetchval("SELECT to_regclass('workspace') IS NOT NULL"):
                from app.migrations import migrate

                await connection.check_fitness(url)
                await migrate(url)
            if begins:
                token = await begun(connected, settings, data_dir)
                if token and not data_dir:
                    tell(f"The database was empty, and has a workspace now. Its token, shown this once: {token}")
            return await work(connected, settings)
        finally:
            await connected.close()

    given = read_settings()
    with located.database(given, tell) as settings:
        data_dir = None if given.database_url else DataDir.open(given.data_dir)
        return asyncio.run(run(settings))


async def begun(connected: "Connection", settings: "Settings", data_dir: "DataDir | None") -> str | None:
    """In an empty database makes something to begin with. Gives the first token, if that was made now.

    The embedded default keeps it in its folder.
    """
    from app.commands import provision

    async with connected.transaction():
        token = await provision.begin(connected, settings.secret)
        if token and data_dir:
            data_dir.write(data_dir.token, token)
    return token


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """What an operator can set right is one line and exit status 2, without a traceback."""
    from app.fault import OperatorFault

    try:
        yield
    except OperatorFault as error:
        tell(f"icosa: {error}")
        raise typer.Exit(2) from None


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
