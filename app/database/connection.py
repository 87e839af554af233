"""One connection to PostgreSQL, its settings, and whether the database is fit. The pool is made of the same."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from app.fault import OperatorFault

LEAST_VERSION = 15  # of PostgreSQL
CONNECT_SECONDS = 5.0
GRACE_SECONDS = 5.0  # beyond the time limit of a statement, for its own answer to come

OF_ONE_PROCESS = 26
"""Connections that a process has at most: for requests, health, those who follow events, its relay and deliveries."""

CHECK_MS = 1000  # how often PostgreSQL looks whether the client of a running statement is still there
IDLE_MS = 5000  # in a transaction, beyond the time limit of a statement

KEEP_MEMORY = "SELECT length(repeat(' ', 1000000))"
"""By default, glibc gives the memory that a statement took beyond 128 kB back to the system, and the next statement
pays 2.5 µs for each page that it gets anew, a list of 60 up to a fifth of its time. Once it freed a block of this size,
the PostgreSQL process keeps up to twice as much.
"""

_KNOWS_CHECKS = "version() !~ 'Visual C|mingw'"  # PostgreSQL cannot look after its clients on Windows


def prepared(statement_timeout_ms: int) -> str:
    """What is to be run once on a connection that serves requests.

    The settings are no startup parameters, which PgBouncer refuses unless it is told of each.
    """
    return (
        f"{KEEP_MEMORY};"
        f" SELECT set_config('idle_in_transaction_session_timeout', '{statement_timeout_ms + IDLE_MS}', false);"
        f" SELECT set_config('client_connection_check_interval', '{CHECK_MS}', false) WHERE {_KNOWS_CHECKS}"
    )


ALWAYS_INDEXES = {"enable_seqscan": "off"}
"""For connections whose few statements are to find rows by indexes alone, however small a table was when they were
planned: a plan that reads the whole of an empty table stays until the table is analyzed."""


UNKNOWN_TO_POOLERS = (
    *("statement_timeout", "jit", "lock_timeout", "idle_in_transaction_session_timeout"),
    *("synchronous_commit", "enable_seqscan"),
)
"""The settings of our connections that PgBouncer refuses, unless it is told to leave them out."""

UNHURRIED = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")
"""For a transaction that takes as long as it takes, whatever its role or a pooler has set."""


class NoDatabase(OperatorFault):
    """The database cannot be reached at start; the message tells the operator why."""


class UnfitDatabase(OperatorFault):
    """It is too old, or would compare text otherwise than we promise; the message names what to create instead."""


def command_seconds(statement_timeout_ms: int) -> float:
    """After which a command is given up, where PostgreSQL does not keep the time of its statement itself."""
    return statement_timeout_ms / 1000 + GRACE_SECONDS


def settings(statement_timeout_ms: int, name: str = "icosa") -> dict[str, str]:
    """Sent when a connection is made, so that no request pays a round trip for them. No timeout is 0."""
    return {
        "application_name": name,
        "statement_timeout": str(statement_timeout_ms),
        "TimeZone": "UTC",
        "jit": "off",  # compiling costs more than statements of this size ever win back
    }


async def open_connection(
    url: str, statement_timeout_ms: int, name: str, more: Mapping[str, str] | None = None
) -> "asyncpg.Connection[asyncpg.Record]":
    """For what works by itself beside requests, with statements of any length kept. Raises the driver's errors."""
    return await asyncpg.connect(
        url,
        timeout=CONNECT_SECONDS,
        command_timeout=command_seconds(statement_timeout_ms),
        max_cacheable_statement_size=0,
        max_cached_statement_lifetime=0,
        server_settings={**settings(statement_timeout_ms, name), **(more or {})},
    )


async def connect(url: str, name: str = "icosa") -> "asyncpg.Connection[asyncpg.Record]":
    """For commands and migrations, which wait as long as it takes. Raises NoDatabase."""
    try:
        return await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings=settings(0, name))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise no_database(error, url) from error


def no_database(error: BaseException, url: str) -> NoDatabase:
    told = str(error).strip() or type(error).__name__
    if "unsupported startup parameter" in told:
        advice = f". Put into pgbouncer.ini: ignore_startup_parameters = {', '.join(UNKNOWN_TO_POOLERS)}"
        return NoDatabase(f"PgBouncer{_at(url)} refuses what a connection is set to: {told}{advice}")
    does = "refuses the connection" if isinstance(error, asyncpg.PostgresError) else "does not answer"
    return NoDatabase(f"The database{_at(url)} {does}: {told}")


def place(url: str) -> str:
    """Where a URL leads, without the password; nothing of a socket, which is the embedded one's."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _at(url: str) -> str:
    return f" at {place(url)}" if place(url) else ""


FITNESS = """
SELECT current_setting('server_version_num')::int, current_setting('server_version'),
    current_setting('server_encoding') = 'UTF8' AND lower('É') = 'é'
"""


def refuse_unfit(found: Sequence[Any]) -> None:
    """`found` is a row of FITNESS. Raises UnfitDatabase."""
    number, version, compares_as_promised = found
    if number < LEAST_VERSION * 10_000:
        raise UnfitDatabase(f"PostgreSQL {LEAST_VERSION} or later is needed, and the database is version {version}")
    if not compares_as_promised:
        raise UnfitDatabase(
            "The database must be UTF8 and know lower case beyond ASCII: make it with "
            "CREATE DATABASE icosa TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )


async def check_fitness(url: str) -> None:
    """Raises UnfitDatabase and NoDatabase."""
    connection = await connect(url)
    try:
        [found] = await connection.fetch(FITNESS)
        refuse_unfit(tuple(found))
    finally:
        await connection.close()
