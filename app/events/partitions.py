"""The days of the log: each has a partition, made ahead, and dropped as a whole when it is over the retention.

One process at a time keeps them, and takes no lock that it would have to wait for long: readers come first. Events of a
day without a partition are in the default one, and stay there, so that none is ever moved.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import asyncpg

from app.database import connection as databases
from app.database.database import DRIVER_ERRORS
from app.database.pool import Connection

NAME = "icosa partitions"  # of its connections
LOCK = 0x1C05E  # of an advisory lock
AHEAD = 2  # days
PERIOD_SECONDS = 3600.0
AGAIN_SECONDS = 60.0  # after something was in the way
PRUNED = 10_000  # rows of the default partition in one statement
STATEMENT_TIMEOUT_MS = 60_000
TIMEOUTS = {"lock_timeout": "500"}

DEFAULT = "event_default"
PARTITIONS = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = 'event'::regclass AND c.relname ~ '^event_[0-9]{8}$' ORDER BY c.relname"
)
PRUNE = (
    f"DELETE FROM {DEFAULT} WHERE (workspace_id, number, day) IN"
    f" (SELECT workspace_id, number, day FROM {DEFAULT} WHERE day < $1 LIMIT {PRUNED})"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Partitions:
    """Keeps the partitions of the database at `url`."""

    url: str
    retention_days: int

    async def run(self) -> None:
        """Until it is cancelled: at once, and then hourly."""
        is_away = False
        while True:
            pause = AGAIN_SECONDS
            try:
                if await self.keep():
                    pause = PERIOD_SECONDS
                is_away = False
            except DRIVER_ERRORS as error:
                if not is_away:
                    log.warning("The log's partitions wait for the database: %s", error or type(error).__name__)
                is_away = True
            await asyncio.sleep(pause)

    async def keep(self, today: date | None = None) -> bool:
        """Makes and drops what is due; answers whether nothing was in the way. Raises the driver's errors."""
        today = today or datetime.now(UTC).date()
        connected = await databases.open_connection(self.url, STATEMENT_TIMEOUT_MS, NAME, TIMEOUTS)
        try:
            done = [await self._make(connected, today + timedelta(days=n)) for n in range(AHEAD + 1)]
            oldest = today - timedelta(days=self.retention_days)
            names = [row[0] for row in await connected.fetch(PARTITIONS)]
            done += [await self._drop(connected, name) for name in names if _day(name) < oldest]
            await _prune(connected, oldest)
        finally:
            await connected.close()
        return all(done)

    async def _make(self, connected: Connection, day: date) -> bool:
        """The partition of a day, unless it is there or the default one holds events of the day.

        It is attached, since making it in place would lock out those who read the log.
        """
        name = _name(day)

        async def make() -> None:
            if await connected.fetchval("SELECT to_regclass($1) IS NOT NULL", name):
                return
            if await connected.fetchval(f"SELECT EXISTS (SELECT FROM {DEFAULT} WHERE day = $1)", day):
                return
            await connected.execute(f"CREATE TABLE {name} (LIKE event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            after = day + timedelta(days=1)
            await connected.execute(
                f"ALTER TABLE event ATTACH PARTITION {name} FOR VALUES FROM ('{day}') TO ('{after}')"
            )

        return await _alone(connected, make)

    async def _drop(self, connected: Connection, name: str) -> bool:
        async def drop() -> None:
            await connected.execute(f"DROP TABLE IF EXISTS {name}")
            log.info("Events of %s are over the retention, and gone", _day(name))

        return await _alone(connected, drop)


async def _alone(connected: Connection, work: Callable[[], Awaitable[None]]) -> bool:
    """Does the work in a transaction, unless another process is at it or holds what the work must lock."""
    try:
        async with connected.transaction():
            if not await connected.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
                return False
            await work()
    except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
        return False
    except asyncpg.CheckViolationError:
        return True  # events of the day came into the default partition meanwhile
    return True


async def _prune(connected: Connection, oldest: date) -> None:
    """What the default partition holds of earlier days."""
    while True:
        status = await connected.execute(PRUNE, oldest)
        if int(status.split()[1]) < PRUNED:
            return


def _name(day: date) -> str:
    return f"event_{day:%Y%m%d}"


def _day(name: str) -> date:
    return datetime.strptime(name.removeprefix("event_"), "%Y%m%d").replace(tzinfo=UTC).date()
