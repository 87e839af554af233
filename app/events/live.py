"""Live queries: answered again when what they rest on has changed, once for all who ask the same.

A query is kept while somebody follows it, with its last answer. It runs again after an event that concerns it, at most
every 200 ms and no more than half of the time, and its answer is told where the text differs.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.events.hub import Hub
from schema.context import RecordEvent
from schema.errors import ApiError, TooManyRequests
from schema.plan.watched import Watched

PAUSE_SECONDS = 0.2
MOST_AT_ONCE = 4  # queries that run side by side, so that requests find connections to the database

Answered = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Question:
    """A query of a workspace. Those with the same key have the same answer; `ask` makes it and raises nothing."""

    key: Hashable
    workspace_id: UUID
    watched: Watched
    ask: Answered


class LiveQueries:
    """Those of one process, `most` different ones at once."""

    def __init__(self, hub: Hub, most: int, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._hub = hub
        self._most = most
        self._pause_seconds = pause_seconds
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._kept: dict[Hashable, Kept] = {}

    async def answers(self, question: Question) -> AsyncGenerator[bytes, None]:
        """The answer, and each later one that differs; of several that nobody took in between, the last.

        Raises ApiError.
        """
        kept = self._kept.get(question.key) or self._keep(question)
        kept.users += 1
        try:
            await asyncio.wait((kept.started,))  # and not the future itself, which would be cancelled for all
            kept.started.result()
            version = 0
            while True:
                version, text = await kept.newer(version)
                yield text
        finally:
            kept.users -= 1
            if not kept.users:
                self._forget(kept)

    def _keep(self, question: Question) -> "Kept":
        if len(self._kept) >= self._most:
            raise TooManyRequests(f"There are {self._most} live queries on this server, which is MAX_LIVE_QUERIES")
        kept = self._kept[question.key] = Kept(question, self._turns, self._pause_seconds)
        kept.start(self._hub)
        return kept

    def _forget(self, kept: "Kept") -> None:
        if self._kept.get(kept.question.key) is kept:
            del self._kept[kept.question.key]
        kept.stop(self._hub)


class Kept:
    """A query that is kept up to date. `started` is done once it is told of events."""

    def __init__(self, question: Question, turns: asyncio.Semaphore, pause_seconds: float) -> None:
        self.question = question
        self.users = 0
        self.started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns = turns
        self._pause_seconds = pause_seconds
        self._text = b""
        self._version = 0
        self._changed = asyncio.Event()
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, hub: Hub) -> None:
        self._task = asyncio.create_task(self._run(hub))

    def stop(self, hub: Hub) -> None:
        self._task.cancel()
        hub.leave(self.question.workspace_id, self)

    def tell(self, events: Sequence[RecordEvent], last: int) -> None:
        concerns = self.question.watched.concerns
        if not self._changed.is_set() and any(concerns(event.object_name, event.record_id) for event in events):
            self._changed.set()

    async def newer(self, version: int) -> tuple[int, bytes]:
        """The answer, as soon as there is one after that version."""
        while self._version == version:
            await asyncio.wait((self._news,))
        return self._version, self._text

    async def _run(self, hub: Hub) -> None:
        try:
            await hub.follow(self.question.workspace_id, self)
        except ApiError as error:
            return self.started.set_exception(error)
        self.started.set_result(None)
        now = asyncio.get_running_loop().time
        while True:
            self._changed.clear()
            async with self._turns:
                began = now()
                text = await self.question.ask()
            if text != self._text:
                self._text, self._version = text, self._version + 1
                news, self._news = self._news, asyncio.get_running_loop().create_future()
                news.set_result(None)
            await asyncio.sleep(max(self._pause_seconds, now() - began))
            await self._changed.wait()
