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
IGNORED = (
    *("statement_timeout", "jit", "lock_timeout", "idle_in_transaction_session_timeout"),
    *("synchronous_commit", "enable_seqscan"),
)
"""The settings that connections are made with, and that PgBouncer knows nothing of."""
REFUSED = "unsupported startup parameter"
LOST = (asyncpg.InvalidSQLStatementNameError, asyncpg.DuplicatePreparedStatementError)
"""What a statement fails with that was prepared on another connection than it runs on."""
NUMBER = "SELECT pg_backend_pid()"


class UnfitPooler(OperatorFault):
    """PgBouncer is too old for its mode, or lacks an entry of its configuration; the message says what to do."""


async def refuse_unfit_pooler(url: str) -> None:
    """Raises UnfitPooler."""
    try:
        one, other = await _connect(url), await _connect(url)
    except asyncpg.ProtocolViolationError as error:
        if REFUSED not in str(error):
            raise
        raise UnfitPooler(
            f"PgBouncer refuses the settings that connections are made with ({error}): put into pgbouncer.ini"
            f" ignore_startup_parameters = {', '.join(IGNORED)}"
        ) from error
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await _try(one, other)
    except TimeoutError:  # the pool has one connection, which `other` has
        pass
    except LOST as error:
        raise UnfitPooler(
            "DATABASE_URL leads to PgBouncer in transaction mode, which does not prepare statements anew: use version 1.21"
            " or later with max_prepared_statements = 1000, or pool_mode = session"
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
    ignored = dict.fromkeys(IGNORED[2:4], "0") | {"synchronous_commit": "on"} | databases.ALWAYS_INDEXES
    return await databases.open_connection(url, 0, "icosa start", ignored)
