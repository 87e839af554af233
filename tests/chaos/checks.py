"""What must hold afterwards, whatever was killed."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

Rows = Sequence["asyncpg.Record"]

EVENTS = (
    "SELECT number, id::text AS id, object, action, record_id::text AS record_id, record::text, before::text,"
    " origin::jsonb->>'requestId' AS request_id FROM event ORDER BY number"
)
VERSION = ("updatedAt", "deletedAt", "position")


def consecutive(events: Rows) -> Iterator[str]:
    numbers = [event["number"] for event in events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "the numbers of the log are not consecutive"


def acknowledged(events: Rows, requests: set[str]) -> Iterator[str]:
    told = {event["request_id"] for event in events}
    yield from (f"the answered request {request} has no event" for request in requests - told)


def lost(events: Rows, made: set[str]) -> list[str]:
    """Records that an answer told of, and that were never made."""
    return sorted(made - {event["record_id"] for event in events if event["action"] == "created"})


def half(events: Rows, batch: int) -> list[str]:
    """Batches of which some records were made, and not all."""
    found = Counter(name.rpartition(" ")[0] for name in _names(events) if name.count(" ") == 3)
    return sorted(name for name, count in found.items() if count % batch)


def twice(events: Rows) -> list[str]:
    """Names that more than one record was made with, though each create has one of its own."""
    return sorted(name for name, count in Counter(_names(events)).items() if count > 1)


def _names(events: Rows) -> Iterator[str]:
    for event in events:
        if event["action"] == "created":
            name = json.loads(event["record"])["name"]
            yield f"{event['object']} {name['firstName'] if isinstance(name, dict) else name}"


def chained(events: Rows, stored: dict[str, Any]) -> Iterator[str]:
    """Each event of a record begins where the one before it ended, and the last one is what is stored.

    So no change lacks its event, none has two, and none was told of that was not committed.
    """
    now: dict[str, Any] = {}
    for event in events:
        own_id, record = event["record_id"], json.loads(event["record"])
        if event["action"] == "created":
            if own_id in now:
                yield f"{own_id} was created twice"
        elif own_id not in now or _start(event, record) != _start(event, now[own_id], was=True):
            yield f"event {event['number']} does not begin where the one before it ended"
        now[own_id] = record
        if event["action"] == "destroyed":
            del now[own_id]
    for own_id in now.keys() | stored.keys():
        told = now.get(own_id)
        if told is None or own_id not in stored or any(told[name] != stored[own_id][name] for name in VERSION):
            yield f"what is stored of {own_id} is not what was told last"


def _start(event: "asyncpg.Record", record: Any, *, was: bool = False) -> Any:
    """What an event says of the record before it: all of it, but of a deletion nothing of its times."""
    if event["action"] in ("deleted", "restored"):
        return {name: value for name, value in record.items() if name not in ("deletedAt", "updatedAt")}
    return json.loads(event["before"]) if event["action"] == "updated" and not was else record


def audited(events: Rows, rows: Rows) -> Iterator[str]:
    told = Counter((f"{event['object']}.{event['action']}", event["record_id"]) for event in events)
    written = Counter((row["name"], row["record_id"]) for row in rows)
    if told != written:
        yield f"audit rows differ from events: {len((told - written) + (written - told))} of {len(told)}"


def received(events: Rows, deliveries: Counter[str]) -> Iterator[str]:
    missing = {event["id"] for event in events} - deliveries.keys()
    if missing:
        yield f"{len(missing)} events did not reach the receiver"


def subscribed(events: Rows, numbers: list[int]) -> Iterator[str]:
    if numbers != [event["number"] for event in events]:
        missing = len(events) - len(set(numbers))
        yield f"the subscriber lacks {missing} events and had {len(numbers) - len(set(numbers))} twice"
