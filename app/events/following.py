"""The log of a workspace for who reads it on the command line: one JSON object a line, and what comes after."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import orjson

from app.database.pool import Connection
from app.events.event import CHANNEL, Event
from app.events.log_reader import AFTER
from app.fault import OperatorFault
from schema.errors import ApiError
from schema.plan.feed import refuse_cursor
from schema.plan.nodes import ReadEvents
from schema.sql.statement import statement
from schema.values.dates import iso

PAGE = 500
POLL_SECONDS = 2.0  # beside being told

OLDEST = "SELECT number FROM event WHERE workspace_id = $1 ORDER BY number LIMIT 1"
SINCE = (
    "SELECT number FROM event WHERE workspace_id = $1 AND recorded_at >= $2 AND day >= ($2 AT TIME ZONE 'UTC')::date"
    " ORDER BY recorded_at, number LIMIT 1"
)
LAST = "SELECT last_number FROM event_log WHERE workspace_id = $1"


class BadStart(OperatorFault):
    """There is nothing to begin with at the number that was given."""


class Overtaken(OperatorFault):
    """Events went over the retention before they were read."""


async def follow(
    connection: Connection, workspace_id: UUID, after: int | None, since: datetime | None, *, forever: bool
) -> AsyncIterator[list[Event]]:
    """Pages of the log after a number, or since a moment; with `forever`, then what comes. Raises OperatorFault."""
    told = asyncio.Event()

    def hear(*_: object) -> None:
        told.set()

    if forever:
        await connection.add_listener(CHANNEL, hear)
    last = await _start(connection, workspace_id, after, since)
    while True:
        told.clear()
        events = [Event.of(tuple(row)) for row in await connection.fetch(AFTER, workspace_id, last, PAGE)]
        if events:
            if events[0].number != last + 1:
                raise Overtaken(f"The events from {last + 1} to {events[0].number - 1} are not kept any more.")
            last = events[-1].number
            yield events
        if len(events) < PAGE:
            if not forever:
                return
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await told.wait()
            except TimeoutError:
                pass


async def _start(connection: Connection, workspace_id: UUID, after: int | None, since: datetime | None) -> int:
    """The number after which to begin: without any, before the oldest event that is kept."""
    if after is not None:
        plan = ReadEvents((), 0, after=after)
        printed = statement(workspace_id, plan)
        (row,) = await connection.fetch(printed.text, *printed.values)
        try:
            refuse_cursor(plan, plan.row(tuple(row)))
        except ApiError as error:
            raise BadStart(error.message) from None
        return after
    if since is not None:
        first = await connection.fetchval(SINCE, workspace_id, since)
    else:
        first = await connection.fetchval(OLDEST, workspace_id)
    if first is not None:
        return int(first) - 1
    return int(await connection.fetchval(LAST, workspace_id) or 0)


def line(event: Event) -> bytes:
    """The event as the feed has it, in JSON on one line."""
    by = event.origin
    return orjson.dumps(
        {
            "number": event.number,
            "id": str(event.id),
            "name": event.name,
            "object": event.object_name,
            "action": event.action,
            "recordId": str(event.record_id),
            "eventDate": iso(event.happened_at),
            "record": orjson.Fragment(event.record),
            "before": None if event.before is None else orjson.Fragment(event.before),
            "updatedFields": event.updated_fields,
            "actor": {
                "source": by.source,
                "name": by.name,
                "workspaceMemberId": by.workspace_member_id,
                "apiKeyId": by.api_key_id,
            },
            "requestId": by.request_id,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )
