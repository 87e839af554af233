"""Whether DATABASE_URL leads to PgBouncer in a mode that the server works with, asked once at the start.

In transaction mode each transaction of a connection may run on another one of PostgreSQL's. PgBouncer prepares
statements anew there since 1.21; before, they would fail now and then, and only under load.
"""

import asyncio

import asyncpg

from app.database import connection as databases
from app.database.pool import Connection
from app.fault import OperatorFault

PATIENCE_SECONDS = 5.0
LOST = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
"""What a statement fails with that was prepared on another connection than it runs on."""
NUMBER = "SELECT pg_backend_pid()"


class UnfitPooler(OperatorFault):
    """PgBouncer is too old for its mode; the message says what to do."""


async def refuse_unfit_pooler(url: str) -> None:
    """Raises UnfitPooler and NoDatabase."""
    one, other = await _connect(url), await _connect(url)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _try(one, other)
    except TimeoutError:  # the pool has one connection, which `other` has
        pass
    except LOST as error:
        raise UnfitPooler(
            "DATABASE_URL leads to PgBouncer in transaction mode, which does not prepare statements anew: use version"
            " 1.21 or later with max_prepared_statements = 1000, or pool_mode = session"
        ) from error
    finally:
        one.terminate()
        other.terminate()


async def _try(one: Connection, other: Connection) -> None:
    """Raises LOST where `one` loses what it prepared while `other` has its connection."""
    prepared = await one.prepare(NUMBER)
    before = await prepared.fetchval()
    async with other.transaction():
        if await other.fetchval(NUMBER) == before:
            await prepared.fetchval()


async def _connect(url: str) -> Connection:
    """With all settings that any of our connections has, so that it is here that one is refused."""
    settings = dict.fromkeys(("lock_timeout", "idle_in_transaction_session_timeout"), "0")
    try:
        return await databases.open_connection(
            url, 0, "icosa start", {**settings, "synchronous_commit": "on", **databases.ALWAYS_INDEXES}
        )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise databases.no_database(error, url) from error
