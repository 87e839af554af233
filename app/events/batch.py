"""One batch: rows of a workspace's outbox become its log, audit rows, timelines, and what else is made of events.

All of it is one transaction, so that each is made exactly once, and a bounded number of statements.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.database.pool import Connection
from app.events.event import CHANNEL, COLUMNS, Event
from schema.catalog.model import Catalog
from schema.plan.nodes import ExtendTimelines, RecordEvents
from schema.sql.statement import statement
from schema.values.dates import iso

Enqueue = Callable[[Connection, Sequence[Event]], Awaitable[None]]
"""Told of the events of a batch, in their order, in its transaction."""

MOST_BYTES = 8_000_000  # of the rows' images in one batch, unless the first has more

LOCK = (
    "SELECT last_number, last_recorded_at, date_trunc('milliseconds', clock_timestamp()) FROM event_log"
    " WHERE workspace_id = $1 FOR UPDATE SKIP LOCKED"
)
BEGIN_LOG = "INSERT INTO event_log (workspace_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING workspace_id"
TAKE = (
    "SELECT place, object, coalesce(octet_length(before::text), 0) + coalesce(octet_length(after::text), 0)"
    " FROM event_outbox WHERE workspace_id = $1 AND place <> ALL($2::bigint[]) ORDER BY place LIMIT $3"
)
FINISH = (
    "WITH relayed AS (DELETE FROM event_outbox WHERE workspace_id = $1 AND place = ANY($2::bigint[]))"
    " UPDATE event_log SET last_number = $3, last_recorded_at = $4 WHERE workspace_id = $1"
)
TELL = f"SELECT pg_notify('{CHANNEL}', $1)"  # by itself: with tables, Citus would run it where they are


PASSING = ("08", "40", "53", "55", "57")  # classes of SQLSTATEs: of connections, races, resources, locks, operators
TOOK_TOO_LONG = "57014"


def passes(error: BaseException) -> bool:
    """Whether trying the same again later may help, unlike with what took too long: less of that may."""
    if isinstance(error, asyncpg.PostgresError):
        return error.sqlstate != TOOK_TOO_LONG and (error.sqlstate or "").startswith(PASSING)
    return isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError | OSError | TimeoutError)


class Taken(NamedTuple):
    """A row of the outbox."""

    place: int
    object_name: str
    size: int


class Outcome(Enum):
    """What came of trying a batch of a workspace."""

    ALL = "its outbox is empty now"
    MORE = "there may be more"
    BUSY = "another relay is at it"


class Unfit(Exception):
    """Something in a batch cannot be relayed. `places` are those of its rows."""

    def __init__(self, places: Sequence[int]) -> None:
        self.places = places
        super().__init__(f"{len(places)} rows of the outbox from place {places[0]} on")


@dataclass(frozen=True)
class Batches:
    """Relays batches. What one costs to plan is paid once: its statements differ in their parameters only."""

    catalog: Catalog
    enqueue: Sequence[Enqueue] = ()

    async def relay(self, connection: Connection, workspace_id: UUID, most: int, skipped: Collection[int]) -> Outcome:
        """The next rows by their places, `most` at most, without some. Raises Unfit, and the driver's errors."""
        async with connection.transaction():
            locked = await self._lock(connection, workspace_id)
            if locked is None:
                return Outcome.BUSY
            last, last_at, now = locked
            rows = [Taken(*row) for row in await connection.fetch(TAKE, workspace_id, list(skipped), most)]
            taken = _within(rows)
            if not taken:
                return Outcome.ALL
            try:
                await self._record(connection, workspace_id, taken, last, max(last_at, now))
            except Exception as error:
                if passes(error):
                    raise
                raise Unfit([row.place for row in taken]) from error
        return Outcome.MORE if len(rows) == most or len(taken) < len(rows) else Outcome.ALL

    async def _lock(self, connection: Connection, workspace_id: UUID) -> tuple[int, datetime, datetime] | None:
        """The end of the log, which nobody else extends meanwhile."""
        found = await connection.fetchrow(LOCK, workspace_id)
        if found is None and await connection.fetchval(BEGIN_LOG, workspace_id):
            found = await connection.fetchrow(LOCK, workspace_id)
        return None if found is None else (found[0], found[1], found[2])

    async def _record(
        self, connection: Connection, workspace_id: UUID, taken: Sequence[Taken], last: int, moment: datetime
    ) -> None:
        numbers = {row.place: last + n for n, row in enumerate(taken, 1)}
        rows = []
        for name, of_object in groupby(sorted(taken, key=itemgetter(1)), itemgetter(1)):
            places = [row.place for row in of_object]
            values = (places, [numbers[place] for place in places], iso(moment))
            rows += await connection.fetch(self._recording[name], workspace_id, *values)
        if any(row.object_name in self.catalog.on_timelines for row in taken):
            await connection.fetch(self._extending, workspace_id, last + 1, last + len(taken), iso(moment))
        if len(rows) != len(taken):
            raise LookupError(f"{len(rows)} of {len(taken)} events were logged: is there no workspace {workspace_id}?")
        events = sorted([Event.of(tuple(row)) for row in rows], key=lambda event: event.number)
        for enqueue in self.enqueue:
            await enqueue(connection, events)
        await connection.execute(FINISH, workspace_id, list(numbers), last + len(taken), moment)
        await connection.execute(TELL, f"{workspace_id} {last + len(taken)}")

    @cached_property
    def _recording(self) -> Mapping[str, str]:
        """Statements by the name of the object."""
        nobody = UUID(int=0)
        return {
            name: statement(nobody, RecordEvents(object_type, self.catalog, COLUMNS)).text
            for name, object_type in self.catalog.objects.items()
        }

    @cached_property
    def _extending(self) -> str:
        return statement(UUID(int=0), ExtendTimelines(self.catalog)).text


def _within(rows: Sequence[Taken]) -> Sequence[Taken]:
    """As many of the rows as are not too large together, one at least."""
    size = 0
    for n, row in enumerate(rows):
        size += row.size
        if n and size > MOST_BYTES:
            return rows[:n]
    return rows
