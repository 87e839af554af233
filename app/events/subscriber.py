"""One who follows the events of a workspace at its own pace, from now on or from a number.

What comes while it is busy waits for it, up to a bound. Beyond that it reads the log for itself from where it is, so
that a slow one costs no more memory than a fast one and misses nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from app.events.hub import Hub
from app.events.log_reader import LogReader
from schema.context import EventFilter, RecordEvent
from schema.errors import BadUserInput, Gone

MOST_WAITING = 100  # events
MOST_CHARACTERS = 1_000_000  # of the records in them


async def events(
    hub: Hub, log: LogReader, workspace_id: UUID, wants: EventFilter, after: int | None
) -> AsyncGenerator[RecordEvent, None]:
    """The wanted events, each once. Raises BadUserInput and Gone where `after` is no place in the log."""
    if after is not None:
        await _check(log, workspace_id, after)
    subscriber = Subscriber(log, workspace_id, wants)
    try:
        await subscriber.start(hub, after)
        while True:
            yield await subscriber.next()
    finally:
        hub.leave(workspace_id, subscriber)


async def _check(log: LogReader, workspace_id: UUID, after: int) -> None:
    last = (await log.last_numbers([workspace_id])).get(workspace_id, 0)
    if after > last:
        raise BadUserInput(f"after: {after} is no event yet. The last one is {last}")
    first = await log.first_number(workspace_id)
    kept = last if first is None else first - 1
    if after < kept:
        raise Gone(
            f"The events after {after} are no longer kept, but those after {kept} are. "
            f"Read the records anew, and go on with after: {kept}",
            after=str(kept),
        )


class Subscriber:
    """All events up to `_seen` are waiting here or were not wanted. While it is `_behind`, it reads the log."""

    __slots__ = ("_behind", "_characters", "_log", "_seen", "_told", "_waiter", "_waiting", "_wants", "_workspace_id")

    def __init__(self, log: LogReader, workspace_id: UUID, wants: EventFilter) -> None:
        self._log, self._workspace_id, self._wants = log, workspace_id, wants
        self._waiting: list[RecordEvent] = []  # a tenth of a deque, and short
        self._characters = 0
        self._waiter: asyncio.Future[None] | None = None
        self._seen = self._told = 0
        self._behind = False

    async def start(self, hub: Hub, after: int | None) -> None:
        self._told = await hub.follow(self._workspace_id, self)
        self._seen = self._told if after is None else after
        self._behind = self._seen < self._told

    def tell(self, events: Sequence[RecordEvent], last: int) -> None:
        self._told = last
        if self._behind:
            return
        found = self._wanted(events)
        self._seen = max(self._seen, last)
        if not found:
            return
        room = MOST_CHARACTERS - self._characters - sum(map(_weight, found))
        if self._waiting and (room < 0 or len(self._waiting) + len(found) > MOST_WAITING):
            self._seen = self._waiting[0].number - 1
            self._waiting.clear()
            self._characters = 0
            self._behind = True
        else:
            self._take(found)
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def next(self) -> RecordEvent:
        """The next wanted event, whenever that comes. Raises ApiError."""
        while not self._waiting:
            if self._behind:
                await self._read()
            else:
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
        event = self._waiting.pop(0)
        self._characters -= _weight(event)
        return event

    async def _read(self) -> None:
        """A page of the log. It is behind no more where that reaches to what the others were told."""
        told = self._told
        events = await self._log.after(self._workspace_id, self._seen)
        self._take(self._wanted(events))
        self._seen = events[-1].number if events else max(self._seen, told)
        self._behind = self._seen < self._told

    def _wanted(self, events: Sequence[RecordEvent]) -> list[RecordEvent]:
        return [event for event in events if event.number > self._seen and self._wants.wants(event)]

    def _take(self, events: Sequence[RecordEvent]) -> None:
        self._waiting.extend(events)
        self._characters += sum(map(_weight, events))


def _weight(event: RecordEvent) -> int:
    return len(event.record) + len(event.before or "")
