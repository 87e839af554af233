"""The connection pool: statements and transactions for `schema`, with their retries. It writes no SQL for records."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Self, TypeAlias, TypeVar, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from app import connection
from app.sqlstate import is_lost_race, is_still_referenced, translate
from schema.catalog import Catalog
from schema.context import Fetch, Row, Statement
from schema.errors import ApiError, LostRace

T = TypeVar("T")
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Observer = Callable[[str], None]

POOL_SIZE = 10  # connections of one process at most
WAIT_SECONDS = 10.0  # for a free connection, and for all to come back at the end
PING_SECONDS = 2.0
RETRIES = 4
FIRST_PAUSE = 0.01  # seconds; doubles with each retry, and is multiplied by a random number below one

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)


class Database:
    """All access to PostgreSQL while serving. `observer` is told each statement's text, for tests that count them."""

    def __init__(self, url: str, catalog: Catalog, statement_timeout_ms: int, observer: Observer | None = None) -> None:
        self._url = url
        self._catalog = catalog
        self._statement_timeout_ms = statement_timeout_ms
        self._observer = observer
        self._pool: Pool | None = None

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Self]:
        """Connections are made when they are needed, so a database that is away for a while is no reason to end."""
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=POOL_SIZE,
            timeout=connection.CONNECT_SECONDS,
            reset=_keep,
            # The planner's texts are long, few and made to be used again: cache them whatever their length.
            statement_cache_size=500,
            max_cacheable_statement_size=0,
            max_cached_statement_lifetime=0,
            server_settings=connection.settings(self._statement_timeout_ms),
        )
        try:
            yield self
        finally:
            await _close(self._pool)

    async def fetch(self, statement: Statement) -> Sequence[Row]:
        """One statement in a transaction of its own."""
        return await self._retrying(lambda connected: self._run(connected, statement))

    async def transact(self, work: Callable[[Fetch], Awaitable[T]]) -> T:
        """`work` in one transaction."""

        async def attempt(connected: Connection) -> T:
            async def fetch(statement: Statement) -> Sequence[Row]:
                return await self._run(connected, statement)

            async with connected.transaction():
                return await work(fetch)

        return await self._retrying(attempt)

    async def ping(self) -> bool:
        """Whether the database answers a statement now."""
        try:
            async with asyncio.timeout(PING_SECONDS), self.pool.acquire() as connected:
                return bool(await connected.fetchval("SELECT true"))
        except DRIVER_ERRORS:
            return False

    @property
    def pool(self) -> Pool:
        assert self._pool is not None, "the database is not connected"
        return self._pool

    async def _run(self, connected: Connection, statement: Statement) -> Sequence[Row]:
        if self._observer:
            self._observer(statement.text)
        return cast(Sequence[Row], await connected.fetch(statement.text, *statement.values))

    async def _retrying(self, attempt: Callable[[Connection], Awaitable[T]]) -> T:
        """Again while it loses against concurrent writes, after a pause that holds no connection."""
        retries = RETRIES
        while True:
            try:
                async with self.pool.acquire(timeout=WAIT_SECONDS) as connected:
                    return await attempt(connected)
            except LostRace:
                if retries == 0:
                    raise
            except ApiError:
                raise
            except DRIVER_ERRORS as error:
                if is_still_referenced(error):
                    retries = min(retries, 1)  # a row that refers to a destroyed one slipped in: once more
                elif not is_lost_race(error):
                    raise translate(error, self._catalog) from error
                if retries == 0:
                    raise translate(error, self._catalog) from error
            await asyncio.sleep(FIRST_PAUSE * 2 ** (RETRIES - retries) * random.random())
            retries -= 1


async def _keep(connected: object) -> None:
    """Nothing changes a connection's state, so nothing is reset: the default costs a round trip each time."""


async def _close(pool: Pool) -> None:
    try:
        await asyncio.wait_for(pool.close(), WAIT_SECONDS)
    except TimeoutError:
        pool.terminate()
