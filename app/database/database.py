"""The connection pool: statements and transactions for `schema`, with their retries. It writes no SQL for records."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Self, TypeVar, cast

import asyncpg

from app.database import connection
from app.database.health import Health, State
from app.database.kept_statements import LONGEST_KEPT, MOST_KEPT, Keeping, Kept
from app.database.overdue import Overdue
from app.database.pool import Connection, Pool
from app.database.replicas import POSITION, Replica, Replicas
from app.database.sqlstate import is_worth_another_try, translate
from app.database.underway import underway
from schema.bounded_memory import SeenBefore
from schema.catalog.model import Catalog
from schema.context import Fetch, Row, Statement
from schema.errors import ApiError, LostRace, QueryTooComplex

T = TypeVar("T")
Observer = Callable[[str], None]

POOL_SIZE = 10  # connections that requests of one workspace may have at once
RESERVE = 2  # more, for workspaces that have none
MOST_WAITING = 2000  # requests for a free connection
MOST_WAITING_EACH = 500  # of one workspace
WAIT_SECONDS = 10.0  # for a free connection, and for all to come back at the end
SEEN_STATEMENTS = 2000
RETRIES = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.16  # seconds; it doubles each time, and is multiplied by a random number below one

DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)


TOKENS = "tokens"
"""The share of the connections that look-ups of tokens have: a workspace that floods the server locks nobody out."""
EVENTS = "events"
"""The share of those who follow events, of all workspaces together."""
POSITIONS = "positions"
"""The share of who asks how far the primary is, to know how far its replicas are behind."""


class Database:
    """All access to PostgreSQL while serving. `observer` is told each statement's text, for tests that count them.

    What runs for a request has the share of its workspace in the connections. With `metered`, the request is told how
    long it had them.
    """

    def __init__(
        self,
        url: str,
        catalog: Catalog,
        statement_timeout_ms: int,
        observer: Observer | None = None,
        *,
        metered: bool = False,
        most_characters: int = 100_000_000,
        replica_urls: Sequence[str] = (),
    ) -> None:
        self._url = url
        self._catalog = catalog
        self._statement_timeout_ms = statement_timeout_ms
        self._observer = observer
        self._metered = metered
        self._most_characters = most_characters
        self._pool: Pool | None = None
        self._replica_urls = replica_urls
        self._replicas: Replicas | None = None
        self._health = Health(partial(self._connect, url, "icosa health"), DRIVER_ERRORS)
        self._seen = SeenBefore(SEEN_STATEMENTS)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Self]:
        """Connections are made when they are needed, so a database that is away for a while is no reason to end."""
        self._pool = self._new_pool(self._url)
        seconds = connection.command_seconds(self._statement_timeout_ms)
        looking = [asyncio.create_task(Overdue(self._pool, seconds).run())]
        if self._replica_urls:
            found = [
                Replica(connection.place(url), partial(self._connect, url, "icosa health"), self._new_pool(url))
                for url in self._replica_urls
            ]
            self._replicas = Replicas(found, partial(self.position, POSITIONS), seconds)
            await self._replicas.look()
            looking.append(asyncio.create_task(self._replicas.run()))
        try:
            yield self
        finally:
            await self._health.close()
            if self._replicas:
                await self._replicas.close()
            await self._pool.close()
            for task in looking:
                task.cancel()

    async def fetch(self, statement: Statement, share: Hashable = None) -> Sequence[Row]:
        """One statement in a transaction of its own."""
        run = self._unbroken if statement.writes else self._retrying
        return await run(lambda connected: self._run(connected, statement), share)

    async def read(self, statement: Statement, after: int, share: Hashable = None) -> Sequence[Row] | None:
        """What a replica answers that has all until `after`; nothing where none can, and the primary is to be asked."""
        if self._replicas is None:
            return None
        work = partial(self._run, statement=statement)
        try:
            return await self._replicas.read(_measured(work) if self._metered else work, after, share)
        except ApiError:
            raise
        except DRIVER_ERRORS as error:
            raise translate(error, self._catalog) from error

    async def position(self, share: Hashable = None) -> int:
        """How far the primary's log is, in bytes. Raises ApiError."""
        ((found,),) = await self.fetch(Statement(POSITION, ()), share)
        return int(found)

    @property
    def replicas(self) -> Sequence[Replica]:
        return self._replicas.replicas if self._replicas else ()

    async def transact(self, work: Callable[[Fetch], Awaitable[T]], share: Hashable = None) -> T:
        """`work` in one transaction."""

        async def attempt(connected: Connection) -> T:
            async def fetch(statement: Statement) -> Sequence[Row]:
                return await self._run(connected, statement)

            async with connected.transaction():
                return await work(fetch)

        return await self._unbroken(attempt, share)

    async def within(self, work: Callable[[Connection], Awaitable[T]], share: Hashable = None) -> T:
        """`work` in one transaction, with the connection itself: for the server's own tables."""

        async def attempt(connected: Connection) -> T:
            async with connected.transaction():
                return await work(connected)

        return await self._unbroken(attempt, share)

    async def connect_to_listen(self) -> Connection:
        """A connection of its own, beside the pool, whose owner closes it. Raises the driver's errors."""
        settings = connection.settings(self._statement_timeout_ms, "icosa events")
        return await asyncpg.connect(self._url, timeout=connection.CONNECT_SECONDS, server_settings=settings)

    async def health(self) -> State:
        """How the database is now, however many requests wait for it."""
        return await self._health.state()

    @property
    def catalog(self) -> Catalog:
        return self._catalog

    def load(self) -> int:
        """How many statements and transactions run now."""
        return self._pool.in_use if self._pool else 0

    @property
    def pool(self) -> Pool:
        assert self._pool is not None, "the database is not connected"
        return self._pool

    def _new_pool(self, url: str) -> Pool:
        return Pool(
            partial(self._connect, url),
            size=POOL_SIZE,
            reserve=RESERVE,
            wait_seconds=WAIT_SECONDS,
            most_waiting=MOST_WAITING,
            most_waiting_each=MOST_WAITING_EACH,
        )

    async def _connect(self, url: str, name: str = "icosa") -> Connection:
        async with asyncio.timeout(connection.CONNECT_SECONDS):
            connected = await asyncpg.connect(
                url,
                connection_class=Keeping,
                # Which are kept, it is told by `_run`; by itself, the driver knows a number but no lengths.
                statement_cache_size=MOST_KEPT,
                max_cacheable_statement_size=LONGEST_KEPT,
                max_cached_statement_lifetime=0,
                server_settings=connection.settings(self._statement_timeout_ms, name),
            )
            try:
                await connected.execute(connection.prepared(self._statement_timeout_ms))
            except BaseException:
                connected.terminate()
                raise
        return connected

    async def _run(self, connected: Connection, statement: Statement) -> Sequence[Row]:
        if self._observer:
            self._observer(statement.text)
        try:
            kept: Kept = connected.kept  # type: ignore[attr-defined]
            if statement.text in kept or (self._seen.again(statement.text) and await kept.add(statement.text)):
                rows = cast(Sequence[Row], await connected.fetch(statement.text, *statement.values))
            else:
                prepared = await connected.prepare(statement.text)  # and not kept: it may never come again
                rows = cast(Sequence[Row], await prepared.fetch(*statement.values))
        except asyncpg.ProgramLimitExceededError as error:
            raise translate(error, self._catalog, statement.writes) from error
        if len(rows) == 1 and not statement.writes:
            self._refuse_too_long(rows[0])
        return rows

    def _refuse_too_long(self, row: Row) -> None:
        for value in row:
            if type(value) is str and len(value) > self._most_characters:
                raise QueryTooComplex(
                    f"The answer has {len(value)} characters, and MAX_ANSWER_CHARACTERS is {self._most_characters}:"
                    " ask for fewer records or fields"
                )

    async def _unbroken(self, attempt: Callable[[Connection], Awaitable[T]], share: Hashable) -> T:
        """What may write goes on when its client hangs up."""
        request = underway.get()
        if request is None:
            return await self._retrying(attempt, share)
        request.writes += 1
        try:
            return await self._retrying(attempt, share)
        finally:
            request.writes -= 1

    async def _retrying(self, attempt: Callable[[Connection], Awaitable[T]], share: Hashable) -> T:
        """Again while it loses against concurrent writes, after a pause that holds no connection."""
        if self._metered:
            attempt = _measured(attempt)
        retries = RETRIES
        while True:
            try:
                return await self.pool.run(attempt, share)
            except LostRace:
                if retries == 0:
                    raise
            except ApiError:
                raise
            except DRIVER_ERRORS as error:
                if retries == 0 or not is_worth_another_try(error):
                    raise translate(error, self._catalog) from error
            await asyncio.sleep(min(FIRST_PAUSE * 2 ** (RETRIES - retries), LONGEST_PAUSE) * random.random())
            retries -= 1


def _measured(attempt: Callable[[Connection], Awaitable[T]]) -> Callable[[Connection], Awaitable[T]]:
    async def measured(connected: Connection) -> T:
        began = time.perf_counter()
        try:
            return await attempt(connected)
        finally:
            request = underway.get()
            if request:
                request.used(time.perf_counter() - began)

    return measured
