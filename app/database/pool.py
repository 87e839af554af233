"""The connections of one process: made when they are needed, kept, and given to one statement or transaction at a time.

asyncpg has a pool of its own, whose bookkeeping costs as much as a small statement: resets, timers and wrappers that a
server whose statements leave nothing behind does not need.

Whoever asks for a connection has a share: those of a workspace are one, for example. Where nobody waits, one share may
have all connections. Where some wait, the next connection goes to the share that has the fewest, in turn where several
have as few, so that many requests of one hold up no other. And a share that has none need not even wait for the others'
statements, as long as one of the `reserve` is left.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable
from contextlib import suppress
from typing import TypeAlias, TypeVar

import asyncpg

from schema.errors import ServiceUnavailable, Timeout, TooManyRequests

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Queue: TypeAlias = "OrderedDict[asyncio.Future[None], None]"

UNCERTAIN = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""After these, a statement may still be running on the connection, or the driver has lost track of it."""
PARTING = (*UNCERTAIN, asyncpg.InvalidSQLStatementNameError, asyncpg.ReadOnlySQLTransactionError)
"""After these a new connection may do better: it prepares its statements anew, and finds the server that takes writes
where the URL names several."""

CALM_SECONDS = 2.0  # for a statement that was given up to end
CLOSE_POLL_SECONDS = 0.01


class Pool:
    """At most `size` connections, and `reserve` more for shares that have none.

    `connect` makes one and raises the driver's errors where it cannot. For a free one wait `most_waiting` at most, of
    one share `most_waiting_each`, and for `wait_seconds`.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        *,
        size: int,
        reserve: int = 0,
        wait_seconds: float,
        most_waiting: int = 1000,
        most_waiting_each: int = 1000,
    ) -> None:
        self._connect = connect
        self._size, self._most = size, size + reserve
        self._wait_seconds = wait_seconds
        self._most_waiting, self._most_waiting_each = most_waiting, most_waiting_each
        self._idle: list[Connection] = []
        self._used: set[Connection] = set()
        self._overdue: set[Connection] = set()
        self._taken = 0  # connections that are used or being made
        self._held: dict[Hashable, int] = {}  # the same by their shares
        self._waiting: OrderedDict[Hashable, Queue] = OrderedDict()  # by shares, in turn
        self._waiters = 0
        self._calming: set[asyncio.Task[None]] = set()

    async def run(self, work: Callable[[Connection], Awaitable[T]], share: Hashable = None) -> T:
        """`work` with a connection of its own.

        Raises TooManyRequests where too many wait, ServiceUnavailable where none comes free in time, and Timeout where
        a command took so long that the connection was given up.
        """
        held = self._held.get(share, 0)
        if self._taken < self._size or (not held and self._taken < self._most):
            self._taken += 1
            self._held[share] = held + 1
        else:
            await self._turn(share)
        try:
            connected = await self._take()
        except BaseException:
            self._release(share)
            raise
        try:
            result = await work(connected)
        except asyncio.CancelledError:
            self._calm(connected, share)
            raise
        except BaseException as error:
            if isinstance(error, PARTING):
                connected.terminate()
            is_overdue = connected in self._overdue
            self._give_back(connected, share)
            if is_overdue:
                raise Timeout from error
            raise
        self._give_back(connected, share)
        return result

    @property
    def in_use(self) -> int:
        """How many connections work now."""
        return self._taken

    @property
    def used(self) -> Collection[Connection]:
        """The connections that work now."""
        return self._used

    def give_up(self, connected: Connection) -> None:
        """Cuts a connection whose command takes too long, whatever the server does; who waits for it is told."""
        self._overdue.add(connected)
        connected.terminate()

    async def close(self) -> None:
        """When all are back, or after the time to wait at the latest."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                while self._taken:  # noqa: ASYNC110 - an event would cost each release something
                    await asyncio.sleep(CLOSE_POLL_SECONDS)
                for connected in self._idle:
                    await connected.close()
        except TimeoutError:
            for connected in (*self._idle, *self._used):
                connected.terminate()

    async def _turn(self, share: Hashable) -> None:
        """Waits until a connection is free for the share, and counts it as taken."""
        queue = self._waiting.get(share)
        if self._waiters >= self._most_waiting or (queue and len(queue) >= self._most_waiting_each):
            raise TooManyRequests("Too many requests wait for the database. Try again later")
        if queue is None:
            queue = self._waiting[share] = OrderedDict()
        turn = asyncio.get_running_loop().create_future()
        queue[turn] = None
        self._waiters += 1
        try:
            async with asyncio.timeout(self._wait_seconds):
                await turn
        except BaseException as error:
            if turn in queue:
                self._leave(share, queue, turn)
            elif not turn.cancelled():  # it came at the last moment
                self._release(share)
            if isinstance(error, TimeoutError):
                raise ServiceUnavailable("All connections to the database are busy. Try again later") from None
            raise

    def _leave(self, share: Hashable, queue: Queue, turn: "asyncio.Future[None]") -> None:
        del queue[turn]
        self._waiters -= 1
        if not queue:
            del self._waiting[share]

    def _release(self, share: Hashable) -> None:
        held = self._held[share] - 1
        if held:
            self._held[share] = held
        else:
            del self._held[share]
        self._taken -= 1
        if self._waiters:
            self._pass_on()

    def _pass_on(self) -> None:
        """Lets the next of those that wait have what came free, if it may."""
        while found := self._next():
            (share,) = found
            queue = self._waiting[share]
            turn = next(iter(queue))
            self._leave(share, queue, turn)
            if turn.cancelled():  # its request has been, but has not left the queue yet
                continue
            self._taken += 1
            self._held[share] = self._held.get(share, 0) + 1
            if queue:
                self._waiting.move_to_end(share)
            return turn.set_result(None)

    def _next(self) -> tuple[Hashable] | None:
        """The share whose turn it is. Few are looked at: no more have a connection than there are connections."""
        if self._taken >= self._most:
            return None
        fewest, found = self._most, None
        for share in self._waiting:
            held = self._held.get(share, 0)
            if not held:
                return (share,)
            if held < fewest:
                fewest, found = held, (share,)
        return found if self._taken < self._size else None

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

    def _give_back(self, connected: Connection, share: Hashable) -> None:
        self._used.discard(connected)
        self._overdue.discard(connected)
        if not connected.is_closed():
            self._idle.append(connected)
        self._release(share)

    def _calm(self, connected: Connection, share: Hashable) -> None:
        """Gives a connection back whose work was cancelled, once the server has ended the statement too."""
        task = asyncio.create_task(self._calmed(connected, share))
        self._calming.add(task)
        task.add_done_callback(self._calming.discard)

    async def _calmed(self, connected: Connection, share: Hashable) -> None:
        try:
            async with asyncio.timeout(CALM_SECONDS):
                with suppress(asyncpg.QueryCanceledError):  # the driver's cancel request came late
                    await connected.execute("SELECT")
            if connected.is_in_transaction():
                connected.terminate()
        except (asyncpg.PostgresError, *UNCERTAIN, OSError, TimeoutError):
            connected.terminate()
        finally:
            self._give_back(connected, share)
