"""What the keys of an upsert found → the record that each row is about."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from schema.errors import BadUserInput
from schema.plan.nodes import Upsert

Matches = Mapping[int, UUID]
"""The existing record of a row, by the row's place in the batch."""


def matched(plan: Upsert, found: Iterable[Any]) -> Matches:
    """The records that were found, as (row, number of the key, id). Refuses what is not one record for one row."""
    matches: dict[int, tuple[UUID, int]] = {}
    rows: dict[UUID, int] = {}
    for row, key, record_id in found:
        known = matches.setdefault(row, (record_id, key))
        if known[0] != record_id:
            raise BadUserInput(
                f"Multiple records found with the same unique field values for record {row} of the batch: one by"
                f" {plan.keys[known[1]].name} and another by {plan.keys[key].name}."
                " Cannot determine which record to update."
            )
        if rows.setdefault(record_id, row) != row:
            raise BadUserInput(f"Records {rows[record_id]} and {row} of the batch are the same existing record")
    return {row: record_id for row, (record_id, _) in matches.items()}


def refuse_masked(plan: Upsert, matches: Matches) -> None:
    """The mask of a secret keeps the secret of an existing record; a new one has none to keep."""
    for row in plan.masked - set(matches):
        raise BadUserInput(f"Record {row} of the batch is new: the mask of a secret is not a secret")
