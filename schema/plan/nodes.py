"""The plan of one root field: frozen values, the only thing that the planner and the printer share.

A plan says what to read or write, in terms of the catalog's objects, columns and relations. It knows neither GraphQL
nor SQL. Values in it are ready to be parameters.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from schema.aggregates import AggregateField
from schema.catalog import Column, Field, ObjectType, Relation
from schema.operators import Operator

# Conditions


@dataclass(frozen=True, slots=True)
class Compare:
    """`column operator value`. The value has the type of the operator's operand."""

    column: Column
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether the column, or for a secret its being set, is NULL."""

    column: Column
    operator: Operator
    null: bool


@dataclass(frozen=True, slots=True)
class And:
    """All of them. With none, true."""

    conditions: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """One of them. With none, true, since an empty list is no condition."""

    conditions: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Unknown where the condition is unknown."""

    condition: "Condition"


class Quantifier(Enum):
    """How many related records must meet a condition. `EVERY` is true over none, and false where one is unknown."""

    SOME = "some"
    NONE = "none"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Exists:
    """A condition on related records: of all, or of the live ones only. Never unknown."""

    relation: Relation
    quantifier: Quantifier
    where: "Condition"
    live_only: bool


Condition = Compare | IsNull | And | Or | Not | Exists

TRUE = And()
FALSE = Not(TRUE)


# Order and page


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


# Selections. `key` is the response key.


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
    record: "Record"


@dataclass(frozen=True, slots=True)
class ToMany:
    """The records that point here."""

    key: str
    relation: Relation
    connection: "Connection"


RecordKey = Constant | Value | Group | ToOne | ToMany


@dataclass(frozen=True, slots=True)
class Record:
    """What to answer of one record. `memo` is the printer's: what it made of this before."""

    object_type: ObjectType
    keys: tuple[RecordKey, ...]
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def reaches_past(self) -> bool:
        """Whether it needs more than the record's own columns."""
        return any(isinstance(key, ToOne | ToMany) for key in self.keys)


@dataclass(frozen=True, slots=True)
class Node:
    key: str
    record: Record


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

    object_type: ObjectType
    where: Condition
    live_only: bool
    order: tuple[SortKey, ...]
    page: Page
    keys: tuple[ConnectionKey, ...]
    plain: bool = False


# Roots


@dataclass(frozen=True, slots=True)
class FindOne:
    """The first record by id."""

    object_type: ObjectType
    where: Condition
    live_only: bool
    record: Record


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """The duplicates of some sources, one connection for each, in their order.

    A record is one where all columns of some criterion have the source's values, case aside; texts under three
    characters count as missing. Sources are live records by `ids`, or the values of `columns` in `rows`, each with the
    id that is not a duplicate of itself.
    """

    connection: Connection
    criteria: tuple[tuple[Column, ...], ...]
    ids: tuple[UUID, ...] | None
    rows: tuple[tuple[UUID | None, tuple[Any, ...]], ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of all criteria, each once."""
        return tuple({column.name: column for criterion in self.criteria for column in criterion}.values())


@dataclass(frozen=True, slots=True)
class Dimension:
    """What records are grouped by: a column, a date cut to `granularity` in `time_zone`."""

    column: Column
    granularity: str = "NONE"
    time_zone: str = "UTC"


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


@dataclass(frozen=True, slots=True)
class Searched:
    """An object that is searched, and what else must hold for its records."""

    object_type: ObjectType
    where: Condition
    live_only: bool


@dataclass(frozen=True, slots=True)
class SearchBound:
    """Where a result stands in the order of results."""

    rank_cd: float
    rank: float
    priority: int
    record_id: UUID


@dataclass(frozen=True, slots=True)
class Search:
    """Records whose text has a word that begins with one of `words`, or all records where there are none."""

    words: tuple[str, ...]
    objects: tuple[Searched, ...]
    limit: int
    after: SearchBound | None


@dataclass(frozen=True, slots=True)
class RecordsById:
    """The records with these ids, deleted or not, in the order of the list."""

    ids: tuple[UUID, ...]
    record: Record


@dataclass(frozen=True, slots=True)
class Target:
    """The existing rows that a write is about. Of more than `limit` rows nothing is written.

    `deleted` is `False` for live rows, `True` for soft-deleted ones, `None` for both. Records are answered in the order
    of `list_order`, where it is given, else in the order of their ids.
    """

    object_type: ObjectType
    where: Condition
    deleted: bool | None
    limit: int
    list_order: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """A foreign key that a look-up of the same write finds."""

    lookup: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """A record that is connected by a unique key."""

    number: int
    relation: str
    target: ObjectType
    values: tuple[tuple[Column, Any], ...]


@dataclass(frozen=True, slots=True)
class Attach:
    """The foreign key of `relation` of looked-up records becomes `owner`."""

    relation: Relation
    owner: UUID
    lookups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What a write brings along by relations: records to look up, to create and to attach."""

    lookups: tuple[Lookup, ...] = ()
    created: tuple["Create", ...] = ()
    attached: tuple[Attach, ...] = ()


NO_LINKS = Links()


@dataclass(frozen=True, slots=True)
class Create:
    """New records: `rows` has, for each, the values of `columns`, ready for JSON, or `Connected`.

    `places` says where a record without a number for its position goes, `first` or `last`; it is empty for objects
    without a position.
    """

    object_type: ObjectType
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    ids: tuple[UUID, ...]
    places: tuple[str | None, ...] = ()
    links: Links = NO_LINKS


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """Columns that tell records apart, and their values in each row of a batch: `None` where one lacks a value."""

    columns: tuple[Column, ...]
    values: tuple[tuple[Any, ...] | None, ...]

    @property
    def name(self) -> str:
        return ", ".join(column.path for column in self.columns)


@dataclass(frozen=True, slots=True)
class Upsert:
    """Records to create, or to update where a key finds them.

    `given` are, for each row, the names of the columns that an existing record takes over. `masked` rows hold the mask
    of a secret, and so can only be updates.
    """

    create: Create
    keys: tuple[UniqueKey, ...]
    given: tuple[frozenset[str], ...]
    masked: frozenset[int]


@dataclass(frozen=True, slots=True)
class Update:
    """New values for the target's rows. `place` is `first` or `last` where the position is to be computed."""

    target: Target
    values: tuple[tuple[Column, Any], ...]
    place: str | None = None
    links: Links = NO_LINKS


@dataclass(frozen=True, slots=True)
class SoftDelete:
    """Marks the target's live rows as deleted, and with them the rows that refer to them by `along`."""

    target: Target
    along: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Restore:
    """Undoes a soft delete, and that of the rows that were deleted along with it."""

    target: Target
    along: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """A table whose rows a destroy removes or changes, by these of its references."""

    object_type: ObjectType
    references: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Destroy:
    """Removes the target's rows and those that depend on them (`destroyed`, the target first) and clears `cleared`."""

    target: Target
    destroyed: tuple[Affected, ...]
    cleared: tuple[Affected, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Live records that become one: `winner` takes over each of `fields` that it lacks, `referring` rows move to it.

    With `fresh_id` nothing is written; it is the id of the record that is answered instead.
    """

    object_type: ObjectType
    ids: tuple[UUID, ...]
    winner: UUID
    fields: tuple[Field, ...]
    referring: tuple[Affected, ...]
    fresh_id: UUID | None


Change = Create | Update | SoftDelete | Restore | Destroy
