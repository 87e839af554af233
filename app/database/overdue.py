"""The deadline of a command, for where PostgreSQL does not keep its own: its process is frozen, or a network is cut.

One look a second at the connections that work, instead of a timer for each statement.
"""

import asyncio
import time

from app.database.pool import Connection, Pool

LOOK_SECONDS = 1.0


class Overdue:
    """Gives up connections of a pool that have been at one command, or between two, for more than `seconds`."""

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool = pool
        self._seconds = seconds
        self._seen: dict[Connection, tuple[int, float]] = {}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look(time.monotonic())

    def look(self, now: float) -> None:
        """A connection that goes on has begun more commands than when it was looked at before."""
        seen: dict[Connection, tuple[int, float]] = {}
        for connected in tuple(self._pool.used):
            if connected.is_closed():
                continue
            commands = connected._protocol.queries_count  # type: ignore[attr-defined]  # asyncpg keeps it to itself
            before = self._seen.get(connected)
            since = before[1] if before and before[0] == commands else now
            if now - since > self._seconds:
                self._pool.give_up(connected)
            else:
                seen[connected] = commands, since
        self._seen = seen
