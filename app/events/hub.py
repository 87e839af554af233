"""The events of workspaces as they come, for all who follow them in this process.

One connection listens for the relay's notifications, and the log is read once for everybody. A look at the logs every
few seconds is the net below. Everything is open only while somebody follows. What was told last is known by its number,
so that after a lost connection nothing is missed and nothing told twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from app.database.database import DRIVER_ERRORS
from app.database.pool import Connection
from app.events.event import CHANNEL
from app.events.log_reader import LogReader
from schema.context import RecordEvent
from schema.errors import ApiError

POLL_SECONDS = 2.0
PROBE_SECONDS = 30.0  # after which a connection that says nothing is asked whether it is there
PROBE_TIMEOUT = 5.0
RECONNECT_SECONDS = 1.0

log = logging.getLogger(__name__)


class Follower(Protocol):
    """Is told of events, in their order. It must not wait."""

    def tell(self, events: Sequence[RecordEvent], last: int) -> None:
        """`last` is the number up to which these are all."""
        ...


@dataclass(eq=False, slots=True)
class Feed:
    """The log of one workspace, as far as its followers have been told of it."""

    last: int
    followers: set[Follower] = field(default_factory=set)

    def tell(self, events: Sequence[RecordEvent]) -> None:
        self.last = events[-1].number
        for follower in tuple(self.followers):
            follower.tell(events, self.last)


class Hub:
    """`connect` makes a connection to listen on. It raises the driver's errors where it cannot."""

    def __init__(
        self, events: LogReader, connect: Callable[[], Awaitable[Connection]], poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._log = events
        self._connect = connect
        self._poll_seconds = poll_seconds
        self._feeds: dict[UUID, Feed] = {}
        self._due: set[UUID] = set()  # workspaces whose logs have more than their followers were told
        self._woken = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def follow(self, workspace_id: UUID, follower: Follower) -> int:
        """From now on the follower is told of every event after the number that is answered. Raises ApiError."""
        if workspace_id not in self._feeds:
            last = (await self._log.last_numbers([workspace_id])).get(workspace_id, 0)
            self._feeds.setdefault(workspace_id, Feed(last))
            self._due.add(workspace_id)  # for what was notified before the feed was there
            self._woken.set()
        feed = self._feeds[workspace_id]
        feed.followers.add(follower)
        self._start()
        return feed.last

    def leave(self, workspace_id: UUID, follower: Follower) -> None:
        feed = self._feeds.get(workspace_id)
        if feed is not None:
            feed.followers.discard(follower)
            if not feed.followers:
                del self._feeds[workspace_id]
        if not self._feeds:
            for task in self._tasks:
                task.cancel()
            self._tasks = ()

    async def close(self) -> None:
        tasks, self._tasks = self._tasks, ()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self) -> None:
        if self._feeds and not self._tasks:
            self._tasks = (asyncio.create_task(self._read()), asyncio.create_task(self._listen()))
            for task in self._tasks:
                task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        """Neither ends by itself, unless by a fault of ours: then both begin again, where they were."""
        if task.cancelled():
            return
        log.error("events are not told", exc_info=task.exception())
        for other in self._tasks:
            other.cancel()
        self._tasks = ()
        asyncio.get_running_loop().call_later(RECONNECT_SECONDS, self._start)

    async def _read(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._poll_seconds)
            polled = not self._woken.is_set()
            self._woken.clear()
            try:
                if polled:
                    self._note(await self._log.last_numbers([*self._feeds]))
                while self._due:
                    for workspace_id in tuple(self._due):
                        await self._page(workspace_id)
            except ApiError as error:
                log.warning("the log of events cannot be read, which is tried again: %s", error.message)
                await asyncio.sleep(self._poll_seconds)

    async def _page(self, workspace_id: UUID) -> None:
        """Tells the next events, one page at a time, so that no workspace waits for another's many."""
        feed = self._feeds.get(workspace_id)
        events = await self._log.after(workspace_id, feed.last) if feed else ()
        if not events or len(events) < self._log.page:
            self._due.discard(workspace_id)
        if events and feed is self._feeds.get(workspace_id) and feed is not None:
            feed.tell(events)

    def _note(self, last_numbers: Mapping[UUID, int]) -> None:
        for workspace_id, number in last_numbers.items():
            feed = self._feeds.get(workspace_id)
            if feed is not None and number > feed.last:
                self._due.add(workspace_id)

    async def _listen(self) -> None:
        while True:
            try:
                connected = await self._connect()
                try:
                    await self._listen_on(connected)
                finally:
                    connected.terminate()
            except (*DRIVER_ERRORS, ApiError) as error:
                log.warning("the connection that listens for events is lost: %s", error or type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen_on(self, connected: Connection) -> None:
        ended = asyncio.Event()
        connected.add_termination_listener(lambda _: ended.set())
        await connected.add_listener(CHANNEL, self._notified)
        self._note(await self._log.last_numbers([*self._feeds]))
        self._woken.set()
        while not ended.is_set():
            try:
                await asyncio.wait_for(ended.wait(), PROBE_SECONDS)
            except TimeoutError:
                await connected.execute("SELECT", timeout=PROBE_TIMEOUT)

    def _notified(self, connected: object, process: int, channel: str, payload: object) -> None:
        workspace_id, _, number = str(payload).partition(" ")
        try:
            self._note({UUID(workspace_id): int(number)})
        except ValueError:
            log.warning("%s says %r, which is no event", CHANNEL, payload)
        if self._due:
            self._woken.set()
