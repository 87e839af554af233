"""What the mutation root fields change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from schema.catalog.model import Column, Field, ObjectType, Relation
from schema.plan.nodes.answers import Match, Merging, Row, Written
from schema.plan.nodes.batches import BatchForm
from schema.plan.nodes.conditions import Rows
from schema.plan.nodes.selections import RecordSelection


@dataclass(frozen=True, slots=True)
class Target:
    """The existing rows that a write is about. Of more than `limit` rows nothing is written.

    Records are answered in the order of `list_order`, a list of ids, where it is given, else in that of their ids.
    Where `unchanged_since` is given, nothing is written unless their `updatedAt` is that.
    """

    rows: Rows
    limit: int
    list_order: Any = None
    unchanged_since: Any = None

    @property
    def object_type(self) -> ObjectType:
        return self.rows.object_type


@dataclass(frozen=True, slots=True)
class Connected:
    """A foreign key that a look-up of the same write finds."""

    lookup: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """A record that is connected by a unique key, by an element of a batch where there is one."""

    number: int
    relation: str
    target: ObjectType
    values: tuple[tuple[Column, Any], ...]
    index: int | None = None

    @property
    def keys(self) -> tuple[tuple[Column, Any], ...]:
        """What the values are compared by."""
        return tuple((column.compared, column.key_of(value)) for column, value in self.values)


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
    """New records: a `batch` in a `form`, of one record unless they are `several`.

    `shared` are columns with one value for all of them.
    """

    object_type: ObjectType
    form: BatchForm
    batch: Any
    several: bool = True
    shared: tuple[tuple[Column, Any], ...] = ()
    links: Links = NO_LINKS


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """Columns that tell records apart, and their values in each row of a batch: `None` where one lacks a value.

    `others` are the keys of what a record has besides, by which it is found where no other has one.
    """

    columns: tuple[Column, ...]
    values: tuple[tuple[Any, ...] | None, ...]
    others: Column | None = None

    @property
    def name(self) -> str:
        return ", ".join(column.path for column in self.columns)

    @property
    def is_given(self) -> bool:
        """Whether some row has it."""
        return any(value is not None for value in self.values)


@dataclass(frozen=True, slots=True)
class Upsert:
    """Records to create, or to update where a key finds them.

    `given` are, for each row, the names of the columns that an existing record takes over. `masked` rows hold the mask
    of a secret, and so can only be updates. `partial` are fields of which some row gives parts that are understood with
    those of an existing record alone. `matches` are the existing records of rows, once they are known.
    """

    create: Create
    keys: tuple[UniqueKey, ...]
    given: tuple[frozenset[str], ...]
    masked: frozenset[int]
    partial: tuple[Field, ...]
    matches: Mapping[int, UUID]

    @property
    def object_type(self) -> ObjectType:
        return self.create.object_type


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
    """A table whose rows a write removes or changes, by these of its references."""

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

    `several` are fields that hold several values, and `united` what their columns are to be, once it is known.
    """

    object_type: ObjectType
    ids: tuple[UUID, ...]
    winner: UUID
    fields: tuple[Field, ...]
    several: tuple[Field, ...]
    referring: tuple[Affected, ...]
    united: Mapping[Column, Any] = field(default_factory=dict)


Change = Create | Upsert | Update | SoftDelete | Restore | Destroy | Merge


@dataclass(frozen=True, slots=True)
class Write:
    """A change, and what to answer of the records it is about: what is `selected`, or their ids.

    An upsert comes after its look-up, and a merge, which fills the winner, after its losers are gone.
    """

    change: Change
    selected: RecordSelection
    by_id: bool

    @staticmethod
    def row(columns: Row) -> Written:
        return Written(*columns)


@dataclass(frozen=True, slots=True)
class FindMatches:
    """Which existing records the keys of an upsert find. It locks them."""

    upsert: Upsert

    @staticmethod
    def row(columns: Row) -> Match:
        return Match(*columns)


@dataclass(frozen=True, slots=True)
class LockParts:
    """Locks the rows of a target, and changes nothing. It answers a row for each: what its `fields` hold, as JSON."""

    target: Target
    fields: tuple[Field, ...]

    @staticmethod
    def row(columns: Row) -> str:
        (parts,) = columns
        return str(parts)


@dataclass(frozen=True, slots=True)
class LockMerged:
    """Locks the records of a merge, and changes nothing. A statement after it sees what others did before."""

    merge: Merge

    @staticmethod
    def row(columns: Row) -> UUID:
        (record_id,) = columns
        return cast(UUID, record_id)


@dataclass(frozen=True, slots=True)
class DeleteLosers:
    """The first half of a merge: the losers are deleted, and what refers to them moves.

    It answers how many of the records are there, and what they hold several of. Unless it is all of them, nothing is
    changed.
    """

    merge: Merge

    @staticmethod
    def row(columns: Row) -> Merging:
        return Merging(*columns)


@dataclass(frozen=True, slots=True)
class FindMerged:
    """What `DeleteLosers` answers, for a dry run. It changes nothing."""

    merge: Merge

    @staticmethod
    def row(columns: Row) -> Merging:
        return Merging(*columns)


@dataclass(frozen=True, slots=True)
class PreviewMerge:
    """What a merge would answer, with a fresh id. It changes nothing."""

    merge: Merge
    selected: RecordSelection
    fresh_id: UUID

    @staticmethod
    def row(columns: Row) -> Written:
        return Written(*columns)
