"""What the query root fields ask for."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schema.catalog.aggregates import AggregateField
from schema.catalog.model import Column, ObjectType
from schema.plan.nodes.conditions import Condition
from schema.plan.nodes.selections import Connection, ConnectionKey, Record


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
