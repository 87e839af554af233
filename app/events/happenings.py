"""What happens in workspaces, for those who stay: events as they come, and queries that are kept up to date."""

from collections.abc import AsyncGenerator
from functools import partial
from uuid import UUID

from app.database.database import EVENTS, Database
from app.events.hub import Hub
from app.events.live import LiveQueries
from app.events.log_reader import LogReader
from app.events.subscriber import events
from schema.context import EventFilter, RecordEvent


class Happenings:
    """Those of one process, for which it has one hub."""

    def __init__(self, database: Database, most_live_queries: int, poll_seconds: float, pause_seconds: float) -> None:
        self._log = LogReader(partial(database.fetch, share=EVENTS))
        self._hub = Hub(self._log, database.connect_to_listen, poll_seconds)
        self.live_queries = LiveQueries(self._hub, most_live_queries, pause_seconds)

    def events(self, workspace_id: UUID, wanted: EventFilter, after: int | None) -> AsyncGenerator[RecordEvent, None]:
        """Raises ApiError where `after` is no place in the log, or it cannot be read."""
        return events(self._hub, self._log, workspace_id, wanted, after)

    async def close(self) -> None:
        await self._hub.close()
