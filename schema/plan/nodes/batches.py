"""Records to be stored together, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from schema.catalog.model import Column


@dataclass(frozen=True, slots=True)
class BatchForm:
    """What must be known of a batch to insert it: the columns that some record gives.

    The ids are `ascending` where no record gives its own. Where the batch `is_placed`, each record says where it goes
    that has no number for its position; else all go first. `looked_up` are the names of the columns of which some
    value is that of a look-up.
    """

    columns: tuple[Column, ...]
    ascending: bool
    is_placed: bool = False
    looked_up: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """For each of `columns` the values of all records, ready for JSON, or `Connected`.

    `given` are the records as they came. `places`, where they are given, are `first`, `last` or nothing for each.
    """

    columns: tuple[Column, ...]
    values: tuple[Sequence[Any], ...]
    ids: Sequence[UUID]
    ascending: bool
    given: Sequence[Mapping[str, Any]] = ()
    places: Sequence[str | None] | None = None
    looked_up: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def place_of(self, names: Sequence[str], values: Sequence[str]) -> int | None:
        """The last record that has the values, as texts, in columns."""
        stored = {column.name: found for column, found in zip(self.columns, self.values, strict=True)}
        columns = [self.ids if name == "id" else stored.get(name, ()) for name in names]
        rows = [n for n, row in enumerate(zip(*columns, strict=False)) if [*map(str, row)] == [*values]]
        return rows[-1] if rows else None

    @cached_property
    def form(self) -> BatchForm:
        return BatchForm(self.columns, self.ascending, self.places is not None, self.looked_up)
