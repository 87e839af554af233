"""The connections of one process: made when they are needed, kept, and given to one statement or transaction at a time.

asyncpg has a pool of its own, whose bookkeeping costs as much as a small statement: resets, timers and wrappers that a
server whose statements leave nothing behind does not need.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import asyncpg

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

UNCERTAIN = (asyncio.CancelledError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""After these, a statement may still be running on the connection, or the driver has lost track of it."""


class Pool:
    """At most `size` connections. `connect` makes one and raises the driver's errors where it cannot."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int, wait_seconds: float) -> None:
        self._connect = connect
        self._free = asyncio.Semaphore(size)
        self._size = size
        self._wait_seconds = wait_seconds
        self._idle: list[Connection] = []
        self._used: set[Connection] = set()

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """`work` with a connection of its own. Raises TimeoutError where none comes free in time."""
        await self._wait()
        try:
            connected = await self._take()
            try:
                return await work(connected)
            except UNCERTAIN:
                connected.terminate()
                raise
            finally:
                self._give_back(connected)
        finally:
            self._free.release()

    @property
    def in_use(self) -> int:
        """How many connections work now."""
        return len(self._used)

    async def close(self) -> None:
        """When all are back, or after the time to wait at the latest."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                for _ in range(self._size):
                    await self._free.acquire()
                for connected in self._idle:
                    await connected.close()
        except TimeoutError:
            for connected in (*self._idle, *self._used):
                connected.terminate()

    async def _wait(self) -> None:
        if self._free.locked():
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        else:
            await self._free.acquire()

    async def _take(self) -> Connection:
        """The one used last, so that the others may rest; a connection that the server has closed is dropped."""
        while self._idle:
            connected = self._idle.pop()
            if not connected.is_closed():
                break
        else:
            connected = await self._connect()
        self._used.add(connected)
        return connected

    def _give_back(self, connected: Connection) -> None:
        self._used.discard(connected)
        if not connected.is_closed():
            self._idle.append(connected)
