"""Watches the tokens that streams rest on, which go on for long after they were let in.

All of them are looked at together, every few seconds and as soon as this process writes to a credential.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from app.auth.authenticator import Authenticator, Held
from schema.errors import ApiError, Unauthenticated

log = logging.getLogger(__name__)

OnEnd = Callable[[Unauthenticated], None]


class TokenWatch:
    """Looks only while something is watched, at most `seconds` after each other."""

    def __init__(self, authenticator: Authenticator, seconds: float) -> None:
        self._authenticator = authenticator
        self._seconds = seconds
        self._watched: dict[Held, set[OnEnd]] = {}
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        authenticator.forgotten = self._woken.set

    @contextmanager
    def watching(self, held: Held, on_end: OnEnd) -> Iterator[None]:
        """While in it, `on_end` is called once the token counts no longer, or for something else."""
        self._watched.setdefault(held, set()).add(on_end)
        if self._task is None:
            self._task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            watchers = self._watched.get(held, set())
            watchers.discard(on_end)
            if not watchers:
                self._watched.pop(held, None)
            if not self._watched and self._task:
                self._task.cancel()
                self._task = None

    async def _look(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._seconds)
            self._woken.clear()
            try:
                ended = await self._authenticator.ended([*self._watched])
            except ApiError as error:
                log.warning("whether tokens still count is not known: %s", error.message)
                await asyncio.sleep(self._seconds)
                continue
            for held, fault in ended.items():
                for on_end in tuple(self._watched.get(held, ())):
                    on_end(fault)
