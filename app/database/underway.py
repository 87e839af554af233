"""The request that is being answered, as the database sees it: when its client hangs up, reads end and writes go on."""

import asyncio
from contextvars import ContextVar


class Underway:
    """One request. `task` answers it, as long as there is something to cancel."""

    __slots__ = ("has_gone", "task", "writes")

    def __init__(self, task: "asyncio.Task[None] | None") -> None:
        self.task = task
        self.writes = 0  # transactions that may write and are under way
        self.has_gone = False

    def hang_up(self) -> None:
        """Told when nobody waits for the answer any more."""
        self.has_gone = True
        if self.task and not self.writes:
            self.task.cancel()

    def used(self, seconds: float) -> None:
        """Told how long it had a connection, where that is measured."""


underway: ContextVar[Underway | None] = ContextVar("underway", default=None)
