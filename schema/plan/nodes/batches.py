"""Records to be stored together, column by column."""

from collections.abc import Sequence
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

    `places`, where they are given, are `first`, `last` or nothing for each record.
    """

    columns: tuple[Column, ...]
    values: tuple[Sequence[Any], ...]
    ids: Sequence[UUID]
    ascending: bool
    places: Sequence[str | None] | None = None
    looked_up: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def form(self) -> BatchForm:
        return BatchForm(self.columns, self.ascending, self.places is not None, self.looked_up)
