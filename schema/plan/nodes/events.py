"""What is done with events: recording them in the log of a workspace, its timelines, and reading the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from schema.catalog.model import Catalog, ObjectType
from schema.plan.nodes.answers import Row
from schema.plan.nodes.selections import Constant


@dataclass(frozen=True, slots=True)
class RecordEvents:
    """Numbers rows of the outbox, which are of one object, into the log, and writes their audit rows.

    The moment is in ISO 8601. The statement has the same text for all rows of an object, with `values` as its
    parameters after the workspace. It answers the events by their numbers, with the columns that are asked for.
    """

    object_type: ObjectType
    catalog: Catalog
    columns: str
    places: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    recorded_at: str = ""

    @property
    def values(self) -> tuple[Any, ...]:
        return (self.places, self.numbers, self.recorded_at)

    @staticmethod
    def row(columns: Row) -> Row:
        return columns


@dataclass(frozen=True, slots=True)
class ExtendTimelines:
    """Writes what the events with these numbers, recorded at the same moment, mean to the timelines of records.

    The statement has the same text for all events, with `values` as its parameters after the workspace.
    """

    catalog: Catalog
    first: int = 0
    last: int = 0
    recorded_at: str = ""

    @property
    def values(self) -> tuple[Any, ...]:
        return (self.first, self.last, self.recorded_at)

    @staticmethod
    def row(columns: Row) -> Row:
        return columns


@dataclass(frozen=True, slots=True)
class EventField:
    """One field of an event, by its name in the API."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class EventActor:
    """Who it was."""

    key: str
    keys: tuple[EventField | Constant, ...]


@dataclass(frozen=True, slots=True)
class EventNode:
    """An event, below an edge."""

    key: str
    keys: tuple[EventField | EventActor | Constant, ...]


@dataclass(frozen=True, slots=True)
class EventCursor:
    """Where an event stands in the log: its number."""

    key: str


EventEdge = tuple[EventNode | EventCursor | Constant, ...]
"""What is asked of one edge."""


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """A page of the log of a workspace, in the order of its numbers, after the one that is given.

    Events are of some object, action or record, or began at a moment, where that is given; with `of_some`, of none but
    `objects`. `edges` say what is asked of each, as often as the page is asked for; with `plain` it is the bare event.
    It answers one row.
    """

    objects: tuple[ObjectType, ...]
    size: int
    after: int | None = None
    object_type: ObjectType | None = None
    action: str | None = None
    record_id: UUID | None = None
    since: datetime | None = None
    edges: tuple[EventEdge, ...] = ()
    plain: bool = False
    of_some: bool = False

    @staticmethod
    def row(columns: Row) -> "EventPage":
        return EventPage(*columns)


class EventPage(NamedTuple):
    """A page of the log: the last number of the whole log, and the page's own.

    Where events after the cursor are not kept any more, `is_gone`, and `oldest` is the first number that is kept.
    `edges` are JSON arrays, one for each of the plan's.
    """

    last: int
    is_gone: bool
    oldest: int | None
    more: bool
    end: int | None
    edges: list[str]
