"""What the query root fields ask for. Each is one statement, whose rows are named in `answers`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schema.catalog.aggregates import AggregateField
from schema.catalog.model import Column, ObjectType
from schema.plan.nodes.answers import Hit, Listed, Row
from schema.plan.nodes.conditions import Rows
from schema.plan.nodes.selections import Connection, ConnectionKey, RecordSelection
from schema.values.words import Word


@dataclass(frozen=True, slots=True)
class FindMany:
    """A page. It answers one row: the JSON text of each key of the connection, in order."""

    connection: Connection

    @staticmethod
    def row(columns: Row) -> tuple[str, ...]:
        return tuple(columns)


@dataclass(frozen=True, slots=True)
class FindOne:
    """The first of some rows by id."""

    rows: Rows
    record: RecordSelection


@dataclass(frozen=True, slots=True)
class FindEach:
    """Several look-ups at once. They answer one row: for each the JSON text of its record, or null."""

    each: tuple[FindOne, ...]

    @staticmethod
    def row(columns: Row) -> tuple[str | None, ...]:
        return tuple(columns)


@dataclass(frozen=True, slots=True)
class RecordsById:
    """The records with these ids, deleted or not, in the order of the list."""

    ids: tuple[UUID, ...]
    record: RecordSelection

    @staticmethod
    def row(columns: Row) -> Listed:
        return Listed(*columns)


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """The duplicates of some sources, one connection for each, in their order.

    A record is one where all columns of some criterion have the source's values, texts folded; those under three
    characters count as missing. Sources are live records by `ids`, a list, or the values of `columns` in `records`,
    a JSON text of rows with their number and the id that is not a duplicate of itself.
    """

    connection: Connection
    criteria: tuple[tuple[Column, ...], ...]
    ids: Any = None
    records: Any = None

    @property
    def columns(self) -> tuple[Column, ...]:
        return criteria_columns(self.criteria)

    @staticmethod
    def row(columns: Row) -> Listed:
        return Listed(*columns)


def criteria_columns(criteria: tuple[tuple[Column, ...], ...]) -> tuple[Column, ...]:
    """The columns of all criteria, each once."""
    return tuple({column.name: column for criterion in criteria for column in criterion}.values())


@dataclass(frozen=True, slots=True)
class Dimension:
    """What records are grouped by: a column, a date cut to `granularity` in `time_zone`."""

    column: Column
    granularity: str = "NONE"
    time_zone: Any = "UTC"


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """One key of the order of groups: one of their dimensions, or an aggregate."""

    by: int | AggregateField
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class DimensionValues:
    """The values of the dimensions of a group, as text or null."""

    key: str


@dataclass(frozen=True, slots=True)
class GroupBy:
    """Groups of records. `keys` say what to answer of a group; `records` is a page of its own records, without keys."""

    dimensions: tuple[Dimension, ...]
    order: tuple[GroupOrder, ...]
    limit: int
    keys: tuple[ConnectionKey | DimensionValues, ...]
    records: Connection

    @staticmethod
    def row(columns: Row) -> Listed:
        return Listed(*columns)


@dataclass(frozen=True, slots=True)
class SearchBound:
    """Where a result stands in the order of results."""

    rank_cd: float
    rank: float
    priority: int
    record_id: UUID


@dataclass(frozen=True, slots=True)
class Search:
    """Records whose text has one of `words`, or all records where there are none.

    It answers a row for each record found, one more than `limit` where there are more.
    """

    words: tuple[Word, ...]
    searched: tuple[Rows, ...]
    limit: int
    after: SearchBound | None

    @property
    def object_types(self) -> tuple[ObjectType, ...]:
        return tuple(rows.object_type for rows in self.searched)

    @staticmethod
    def row(columns: Row) -> Hit:
        return Hit(*columns)


@dataclass(frozen=True, slots=True)
class FindDeliveries:
    """Deliveries of webhooks, the newest first, from the one after `after`; `None` is no condition.

    `status` is one of the three that there are. With `told` they are just those of events of objects with these names.

    It answers a row for each, one more than `limit` where there are more: the JSON text of the delivery.
    """

    limit: int
    with_attempts: bool
    after: UUID | None = None
    delivery_id: UUID | None = None
    webhook_id: UUID | None = None
    status: str | None = None
    record_id: UUID | None = None
    event_name: str | None = None
    since: datetime | None = None
    told: tuple[str, ...] | None = None

    @staticmethod
    def row(columns: Row) -> str:
        (text,) = columns
        return str(text)


Query = FindMany | FindEach | RecordsById | FindDuplicates | GroupBy | Search | FindDeliveries
