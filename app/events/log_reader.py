"""Reads the log of events, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.events.event import COLUMNS, Event
from schema.context import Fetch, RecordEvent, Statement

PAGE = 200

AFTER = f"SELECT {COLUMNS} FROM event WHERE workspace_id = $1 AND number > $2 ORDER BY number LIMIT $3"
FIRST = "SELECT min(number) FROM event WHERE workspace_id = $1"
LAST = "SELECT workspace_id, last_number FROM event_log WHERE workspace_id = ANY($1)"


@dataclass(frozen=True, slots=True)
class LogReader:
    """The logs of all workspaces. Everything here raises ApiError."""

    fetch: Fetch
    page: int = PAGE

    async def after(self, workspace_id: UUID, number: int) -> Sequence[RecordEvent]:
        """The next page of events after a number."""
        rows = await self.fetch(Statement(AFTER, (workspace_id, number, self.page)))
        return [Event.of(row) for row in rows]

    async def first_number(self, workspace_id: UUID) -> int | None:
        """That of the first event that is kept, if any is."""
        ((number,),) = await self.fetch(Statement(FIRST, (workspace_id,)))
        return None if number is None else int(number)

    async def last_numbers(self, workspace_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        """Of the workspaces that have events at all."""
        return {row[0]: row[1] for row in await self.fetch(Statement(LAST, (workspace_ids,)))}
