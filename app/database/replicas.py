"""Streaming replicas: reads whose callers allow that they are a little old go there.

Each is looked at once a second. One that lags, does not answer or was promoted is left, and taken again as soon as it
is well. Where none has what a read must see, or the one that was asked fails, the primary answers.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import asyncpg

from app.database.overdue import Overdue
from app.database.pool import Connection, Pool
from schema.context import Row
from schema.errors import ApiError

LOOK_SECONDS = 1.0
DEADLINE_SECONDS = 2.0  # for what is asked of a replica at a look
MOST_LAG = 10.0  # seconds
PATIENCE_SECONDS = 0.05  # for a replica to have what a read must see
FIRST_PAUSE = 0.002  # seconds, between two questions whether it has; it doubles each time
SAMPLES = 60  # of the primary's position

POSITION = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
REPLAYED = "SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0')::bigint"

OF_THE_REPLICA = ("08", "25006", "40001", "53", "57P", "58", "XX")
"""How the SQLSTATE of an error begins that says nothing of the statement: the primary may answer it."""

FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)

log = logging.getLogger(__name__)

Connect: TypeAlias = Callable[[], Awaitable[Connection]]
Work: TypeAlias = Callable[[Connection], Awaitable[Sequence[Row]]]


class Condition(Enum):
    UNKNOWN = "unknown"
    WELL = "ok"
    BEHIND = "behind"
    AWAY = "away"
    PROMOTED = "promoted"


@dataclass(eq=False, slots=True)
class Replica:
    """`position` is up to where it is known to have replayed the primary's log, in bytes; `lag` is in seconds."""

    name: str
    connect: Connect
    pool: Pool
    condition: Condition = Condition.UNKNOWN
    position: int = 0
    lag: float | None = None
    looking: "Connection | None" = None

    def is_now(self, condition: Condition, why: object = "") -> None:
        if condition is not self.condition and Condition.UNKNOWN is not self.condition:
            log.warning("The replica %s is %s%s", self.name, condition.value, f": {why}" if why else "")
        self.condition = condition

    @property
    def told(self) -> Mapping[str, object]:
        """Whoever asks may be anyone: it says nothing of where the replica is."""
        return {"state": self.condition.value, "lagSeconds": None if self.lag is None else round(self.lag, 1)}

    async def ask(self) -> tuple[bool, int]:
        """Whether it is a replica, and what it has replayed. Raises FAULTS."""
        if self.looking is None or self.looking.is_closed():
            self.looking = await self.connect()
        is_replica, position = await self.looking.fetchrow(REPLAYED) or (False, 0)
        return is_replica, position or 0

    def drop(self) -> None:
        looking, self.looking = self.looking, None
        if looking:
            looking.terminate()


@dataclass(eq=False)
class Replicas:
    """`position` tells the primary's, in bytes of its log. `seconds` is the deadline of a command."""

    replicas: Sequence[Replica]
    position: Callable[[], Awaitable[int]]
    seconds: float
    _samples: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    _next: int = 0

    async def run(self) -> None:
        """Until it is cancelled: looks at all of them, again and again."""
        async with asyncio.TaskGroup() as tasks:
            for replica in self.replicas:
                tasks.create_task(Overdue(replica.pool, self.seconds).run())
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        with suppress(ApiError, TimeoutError):  # a primary that is away has its own ways of being told
            async with asyncio.timeout(DEADLINE_SECONDS):
                self._samples.append((time.monotonic(), await self.position()))
        await asyncio.gather(*map(self._look_at, self.replicas))

    async def close(self) -> None:
        for replica in self.replicas:
            replica.drop()
            await replica.pool.close()

    async def read(self, work: Work, after: int, share: Hashable) -> Sequence[Row] | None:
        """What a replica answers that has replayed the log up to `after`, if one has in time. Raises as the pool.

        Where none is known to be so far, one is waited for, whatever their number.
        """
        well = [replica for replica in self.replicas if replica.condition is Condition.WELL]
        if not well:
            return None
        self._next = (self._next + 1) % len(well)
        in_turn = [*well[self._next :], *well[: self._next]]
        far_enough = [replica for replica in in_turn if replica.position >= after]
        if not far_enough and await self._has_caught_up(in_turn[0], after):
            far_enough = in_turn[:1]
        for replica in far_enough:
            try:
                return await replica.pool.run(work, share)
            except FAULTS as error:
                if not _is_of_the_replica(error):
                    raise
                replica.is_now(Condition.AWAY, error)
        return None

    async def _has_caught_up(self, replica: Replica, after: int) -> bool:
        pause = FIRST_PAUSE
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    rows = await replica.pool.run(lambda connected: connected.fetch(REPLAYED), self)
                    replica.position = max(replica.position, rows[0][1] or 0)
                    if replica.position >= after:
                        return True
                    await asyncio.sleep(pause)
                    pause *= 2
        except TimeoutError:
            return False
        except FAULTS as error:
            replica.is_now(Condition.AWAY, error)
            return False

    async def _look_at(self, replica: Replica) -> None:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                is_replica, replica.position = await replica.ask()
        except FAULTS as error:
            replica.drop()
            replica.lag = None
            return replica.is_now(Condition.AWAY, error or type(error).__name__)
        replica.lag = self._lag(replica.position)
        if not is_replica:
            return replica.is_now(Condition.PROMOTED)
        replica.is_now(Condition.WELL if replica.lag <= MOST_LAG else Condition.BEHIND)

    def _lag(self, position: int) -> float:
        """How long ago the primary was where the replica is now; 0.0 where that is as far as is known."""
        missing = [moment for moment, sample in self._samples if sample > position]
        return time.monotonic() - missing[0] if missing else 0.0


def _is_of_the_replica(error: BaseException) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(OF_THE_REPLICA)
    return not (isinstance(error, asyncpg.InterfaceError) and "arguments" in str(error))
