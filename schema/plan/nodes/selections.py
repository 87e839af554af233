"""What to answer of records and of pages of them. `key` is always the response key."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schema.catalog.aggregates import AggregateField
from schema.catalog.model import Column, ObjectType, Relation
from schema.plan.nodes.conditions import Rows


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: a column of the row, or of the record at the end of a path of to-one relations."""

    column: Column
    descending: bool = False
    nulls_first: bool = False
    path: tuple[Relation, ...] = ()

    @property
    def nullable(self) -> bool:
        """Whether it can be null: through a relation always, since there may be no live record."""
        return self.column.nullable or bool(self.path)

    @property
    def names(self) -> tuple[str, ...]:
        """Where it stands in an `orderBy`, and in a cursor."""
        own = (self.column.field,) if self.column.part is None else (self.column.field, self.column.part)
        return (*(relation.name for relation in self.path), *own)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the ordered rows: `size` rows after `offset` rows, or on one side of a cursor.

    A `backward` page is the last rows before the end or before the cursor; it is answered in the order all the same.
    `cursor` has one value for each sort key, `None` for null.
    """

    size: int
    offset: int = 0
    backward: bool = False
    cursor: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """A value known without reading anything: `__typename`, or null."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a column."""

    key: str
    column: Column


@dataclass(frozen=True, slots=True)
class Group:
    """A composite: an object made of columns."""

    key: str
    values: tuple[Value | Constant, ...]


@dataclass(frozen=True, slots=True)
class ToOne:
    """The live record that a foreign key points to, or null."""

    key: str
    relation: Relation
    record: "RecordSelection"


@dataclass(frozen=True, slots=True)
class ToMany:
    """The records that point here."""

    key: str
    relation: Relation
    connection: "Connection"


RecordKey = Constant | Value | Group | ToOne | ToMany


@dataclass(frozen=True, eq=False)
class RecordSelection:
    """What to answer of one record."""

    object_type: ObjectType
    keys: tuple[RecordKey, ...]

    @cached_property
    def reaches_past(self) -> bool:
        """Whether it needs more than the record's own columns."""
        return any(isinstance(key, ToOne | ToMany) for key in self.keys)

    def reaches(self, written: ObjectType) -> bool:
        """Whether it needs what may be written along with itself: what points to it, or others of its kind."""
        return any(
            isinstance(key, ToMany)
            or (isinstance(key, ToOne) and (key.record.object_type is written or key.record.reaches(written)))
            for key in self.keys
        )


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    record: RecordSelection


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where an edge stands."""

    key: str


@dataclass(frozen=True, slots=True)
class Edges:
    key: str
    keys: tuple[Node | Cursor | Constant, ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many rows there are in all, whatever the page."""

    key: str


@dataclass(frozen=True, slots=True)
class AggregateValue:
    """An aggregate over all rows, whatever the page."""

    key: str
    field: AggregateField


@dataclass(frozen=True, slots=True)
class PageFact:
    """One field of `pageInfo`: `hasNextPage`, `hasPreviousPage`, `startCursor` or `endCursor`."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class PageInfo:
    key: str
    facts: tuple[PageFact | Constant, ...]


ConnectionKey = Constant | TotalCount | AggregateValue | Edges | PageInfo


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of records and what is asked of it. `order` ends with `id`, so that it is total.

    With `plain`, it is printed as the array of its nodes where it is nested.
    """

    rows: Rows
    order: tuple[SortKey, ...]
    page: Page
    keys: tuple[ConnectionKey, ...]
    plain: bool = False

    @property
    def object_type(self) -> ObjectType:
        return self.rows.object_type
