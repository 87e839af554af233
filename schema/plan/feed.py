"""The arguments and selections of the feed → a page of the log."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphql import FieldNode

from schema.catalog.model import Catalog, ObjectType
from schema.errors import BadUserInput, Gone
from schema.plan.nodes import Constant, EventActor, EventCursor, EventEdge, EventField, EventNode, EventPage, ReadEvents
from schema.plan.paging import DEFAULT_PAGE_SIZE
from schema.plan.reader import Reader
from schema.plan.selection import TYPENAME
from schema.values.actions import ACTIONS
from schema.values.ids import uuid
from schema.values.messages import did_you_mean, shown
from schema.values.scopes import Right

CONNECTION, EDGE, EVENT, ACTOR, PAGE_INFO = "EventConnection", "EventEdge", "Event", "EventActor", "EventPageInfo"
EDGES = "edges"
_NUMBER = re.compile("[0-9]{1,18}")  # of an event: it is a bigint
_OF_ACTOR = {"name": "actorName"}

Nodes = Sequence[FieldNode]


def feed(reader: Reader, nodes: Nodes) -> ReadEvents:
    """Raises BadUserInput."""
    arguments = reader.arguments("Query", nodes[0])
    given: Mapping[str, Any] = arguments.get("filter") or {}
    first, after, record_id = arguments.get("first"), arguments.get("after"), given.get("recordId")
    if first is not None and first < 0:
        raise BadUserInput("First argument must be non-negative")
    since: datetime | None = given.get("since")
    objects = tuple(reader.catalog.objects.values())
    readable = tuple(one for one in objects if reader.policy.grants.allow(one, Right.READ))
    return ReadEvents(
        objects=readable,
        of_some=len(readable) < len(objects),
        size=min(DEFAULT_PAGE_SIZE if first is None else first, reader.policy.limits.max_page_size),
        after=None if after is None else _number(after),
        object_type=_object_type(reader.catalog, given.get("object")),
        action=_action(given.get("action")),
        record_id=None if record_id is None else uuid(record_id, "recordId"),
        since=since,
        edges=_edges(reader, nodes),
        plain=reader.printing.plain_lists,
    )


def refuse_cursor(plan: ReadEvents, page: EventPage) -> None:
    """Raises Gone where what came after the cursor is not kept any more, BadUserInput where nothing stands there."""
    if plan.after is None:
        return
    if plan.after > page.last:
        raise BadUserInput(f"Invalid cursor: {plan.after} is beyond the end of the log, which is {page.last}")
    if page.is_gone:
        start = page.last if page.oldest is None else page.oldest - 1
        raise Gone(f"Events after {plan.after} are not kept any more. Start anew after {start}", after=str(start))


def end_cursor(plan: ReadEvents, page: EventPage) -> str | None:
    """Where to go on: after the page, and of the last page at the end of the log, whatever the filter."""
    end = (page.end or plan.after) if page.more else page.last
    return None if end is None else str(end)


def _number(cursor: str) -> int:
    if not _NUMBER.fullmatch(cursor):
        raise BadUserInput(f"Invalid cursor: {shown(cursor)} is not the number of an event")
    return int(cursor)


def _object_type(catalog: Catalog, name: str | None) -> ObjectType | None:
    if name is None or name in catalog.objects:
        return None if name is None else catalog.objects[name]
    of_plural = catalog.by_plural.get(name)
    near = f" Did you mean '{of_plural.name}'?" if of_plural else did_you_mean(name, catalog.objects)
    raise BadUserInput(f"filter.object: there is no object '{shown(name)}'.{near}", field="filter.object")


def _action(name: str | None) -> str | None:
    if name is not None and name not in ACTIONS:
        raise BadUserInput(
            f"filter.action: there is no action '{shown(name)}'. There are {', '.join(ACTIONS)}", field="filter.action"
        )
    return name


def _edges(reader: Reader, nodes: Nodes) -> tuple[EventEdge, ...]:
    """What is asked of each edge, by each key that asks for edges."""
    asked = reader.subfields(nodes, CONNECTION).values()
    return tuple(tuple(_edge(reader, found)) for found in asked if found[0].name.value == EDGES)


def _edge(reader: Reader, nodes: Nodes) -> list[EventNode | EventCursor | Constant]:
    keys: list[EventNode | EventCursor | Constant] = []
    for key, found in reader.subfields(nodes, EDGE).items():
        name = found[0].name.value
        if name == "node":
            keys.append(EventNode(key, tuple(_fields(reader, found))))
        else:
            keys.append(EventCursor(key) if name == "cursor" else Constant(key, EDGE))
    return keys


def _fields(reader: Reader, nodes: Nodes) -> list[EventField | EventActor | Constant]:
    fields: list[EventField | EventActor | Constant] = []
    for key, found in reader.subfields(nodes, EVENT).items():
        name = found[0].name.value
        if name == "actor":
            fields.append(EventActor(key, tuple(_of_actor(reader, found))))
        else:
            fields.append(Constant(key, EVENT) if name == TYPENAME else EventField(key, name))
    return fields


def _of_actor(reader: Reader, nodes: Nodes) -> list[EventField | Constant]:
    fields: list[EventField | Constant] = []
    for key, found in reader.subfields(nodes, ACTOR).items():
        name = found[0].name.value
        fields.append(Constant(key, ACTOR) if name == TYPENAME else EventField(key, _OF_ACTOR.get(name, name)))
    return fields
