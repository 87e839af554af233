"""What a statement answers: the rows of each plan, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

Row = Sequence[Any]
R = TypeVar("R", covariant=True)


class Answering(Protocol[R]):
    """A plan that is one statement. `row` gives the columns of a row of its answer their names."""

    @staticmethod
    def row(columns: Row, /) -> R: ...


class Listed(NamedTuple):
    """Records, connections or groups: their JSON texts, separated by commas; null where there is none."""

    texts: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did: how many rows it was about, and what it answers of them.

    That is their JSON texts, separated by commas, or a list of their ids where the plan says `by_id`. Where a record to
    connect was not found, nothing was written, and `missing` is the number of its look-up. Nor was anything where they
    are `stale`, changed since the moment since which they were not to be.
    """

    count: int
    answer: Any = None
    missing: int | None = None
    stale: bool = False


class Match(NamedTuple):
    """A record that a key of an upsert found: the row of the batch, the number of the key, and the record's id.

    One that was changed before it could be locked is not found by it `still`. One that was found `by_others` has it
    among what it has besides. `parts` are what it holds in the partial fields, as JSON.
    """

    row: int
    key: int
    record_id: UUID
    still: bool
    by_others: bool = False
    parts: str | None = None


@dataclass(frozen=True, slots=True)
class Merging:
    """Records to merge: how many are there, and what they hold several of, as JSON in the order of their ids."""

    count: int
    records: str | None


class Hit(NamedTuple):
    """A result of a search."""

    object_name: str
    record_id: UUID
    label: str
    image: str
    rank_cd: float
    rank: float
    priority: int
