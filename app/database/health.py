"""How the database is, asked on a connection of its own: who asks need not wait where requests do."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum

from app.database.pool import Connection

DEADLINE_SECONDS = 2.0


ONLY_READS = "SELECT current_setting('transaction_read_only')::boolean"


class State(Enum):
    """`READS` while it takes no writes, as on a full disk."""

    GOOD = "ok"
    READS = "read only"
    AWAY = "away"


class Health:
    """`connect` makes the connection, which is kept, and made anew after a fault. `faults` are those of the driver."""

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        faults: tuple[type[BaseException], ...],
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._connect = connect
        self._faults = faults
        self._deadline_seconds = deadline_seconds
        self._connected: Connection | None = None
        self._asked: asyncio.Task[State] | None = None

    async def state(self) -> State:
        """Now, and before the deadline. All who ask meanwhile get the same answer."""
        if self._asked is None:
            self._asked = asyncio.create_task(self._ask())
            self._asked.add_done_callback(self._answered)
        return await asyncio.shield(self._asked)

    async def close(self) -> None:
        if self._asked:
            self._asked.cancel()
        self._drop()

    async def _ask(self) -> State:
        try:
            async with asyncio.timeout(self._deadline_seconds):
                if self._connected is None or self._connected.is_closed():
                    self._connected = await self._connect()
                return State.READS if await self._connected.fetchval(ONLY_READS) else State.GOOD
        except self._faults:
            self._drop()
            return State.AWAY

    def _answered(self, _: object) -> None:
        self._asked = None

    def _drop(self) -> None:
        connected, self._connected = self._connected, None
        if connected:
            connected.terminate()
