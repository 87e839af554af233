"""What the mutation root fields change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schema.catalog.model import Column, Field, ObjectType, Relation
from schema.plan.nodes.conditions import Condition


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
    """New records: `values` has, for each of `columns`, those of all records, ready for JSON, or `Connected`.

    The ids are `ascending` where none was given. `shared` are columns with one value for all records. `places` says
    where each record goes that has no number for its position, `first` or `last`; without it, all go first.
    `looked_up` are the names of the columns of which some value is `Connected`.
    """

    object_type: ObjectType
    columns: tuple[Column, ...]
    values: tuple[Sequence[Any], ...]
    ids: Sequence[UUID]
    ascending: bool
    shared: tuple[tuple[Column, Any], ...] = ()
    places: Sequence[str | None] | None = None
    links: Links = NO_LINKS
    looked_up: tuple[str, ...] = ()


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
