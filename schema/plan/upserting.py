"""The records of an upsert → what to create, the keys to find existing records by, and what those take over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from schema.catalog.model import ObjectType
from schema.declare.secrets import SECRET_MASK
from schema.declare.traits import Unique
from schema.errors import BadUserInput, LostRace
from schema.plan.changed_values import UPDATED_AT
from schema.plan.column_values import stored_columns, this_moment
from schema.plan.linking import Linker
from schema.plan.nodes import NO_LINKS, Batch, Connected, Links, Match, UniqueKey, Upsert
from schema.plan.writes import Data, Writer


def upsert(writer: Writer, object_type: ObjectType, records: Sequence[Data], *, many: bool) -> Upsert:
    """Records to create, or to update where their id or a unique key is known. Refuses a key that comes twice."""
    writer.check_size(len(records))
    linker = Linker()
    records = linker.plain_records(object_type, records, many=many)
    if linker.created:
        raise BadUserInput("With upsert, relations can only be connected")
    masked = frozenset(n for n, record in enumerate(records) if _masked(object_type, record))
    records = [_without_mask(object_type, record) for record in records]
    create = writer.rows(object_type, records, connected=bool(linker.lookups), many=many)
    create = replace(create, links=Links(tuple(linker.lookups)) if linker.lookups else NO_LINKS)
    batch: Batch = create.batch
    ids = UniqueKey(
        (object_type.columns["id"],),
        tuple((batch.ids[n],) if record.get("id") is not None else None for n, record in enumerate(records)),
    )
    given = tuple(_given(object_type, record) for record in records)
    keys = (ids, *(_unique_key(object_type, unique, batch, given) for unique in object_type.traits.unique))
    for key in keys:
        _refuse_twice(key)
    return Upsert(create, keys, given, masked, matches={})


def matched(plan: Upsert, found: Iterable[Match]) -> Upsert:
    """The upsert with the records that were found. Refuses what is not one record for one row.

    The mask of a secret keeps the secret of an existing record; a new one has none to keep. Raises LostRace too.
    """
    matches: dict[int, tuple[UUID, int]] = {}
    rows: dict[UUID, int] = {}
    for row, key, record_id, still in found:
        if not still:
            raise LostRace
        known = matches.setdefault(row, (record_id, key))
        if known[0] != record_id:
            raise BadUserInput(
                f"Multiple records found with the same unique field values for record {row} of the batch: one by"
                f" {plan.keys[known[1]].name} and another by {plan.keys[key].name}."
                " Cannot determine which record to update.",
                index=row,
            )
        if rows.setdefault(record_id, row) != row:
            raise BadUserInput(
                f"Records {rows[record_id]} and {row} of the batch are the same existing record", index=row
            )
    for row in plan.masked - matches.keys():
        raise BadUserInput(f"Record {row} of the batch is new: the mask of a secret is not a secret", index=row)
    return replace(plan, matches={row: record_id for row, (record_id, _) in matches.items()})


def _masked(object_type: ObjectType, record: Data) -> bool:
    return any(value == SECRET_MASK and object_type.fields[name].columns[0].secret for name, value in record.items())


def _without_mask(object_type: ObjectType, record: Data) -> Data:
    return {
        name: value
        for name, value in record.items()
        if not (object_type.fields[name].columns[0].secret and value == SECRET_MASK)
    }


def _given(object_type: ObjectType, record: Data) -> frozenset[str]:
    """The columns that a record gives and an existing one takes over: not who created it, when, and where it stands."""
    kept = {"id", "createdAt", UPDATED_AT}
    kept |= {field.name for field in (object_type.actor,) if field}
    kept |= {column.field for column in (object_type.position,) if column}
    now = this_moment()
    return frozenset(
        column.name
        for name, value in record.items()
        if name not in kept
        for column in stored_columns(object_type.fields[name], value, now)
    )


def _unique_key(object_type: ObjectType, unique: Unique, batch: Batch, given: Sequence[frozenset[str]]) -> UniqueKey:
    columns = tuple(object_type.columns[name] for name in unique.columns)
    stored: Mapping[Any, Sequence[Any]] = dict(zip(batch.columns, batch.values, strict=True))
    values: list[tuple[Any, ...] | None] = []
    for n, names in enumerate(given):
        found = tuple(stored[column][n] if column.name in names else None for column in columns)
        values.append(None if any(value in (None, "") or isinstance(value, Connected) for value in found) else found)
    return UniqueKey(columns, tuple(values))


def _refuse_twice(key: UniqueKey) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for n, value in enumerate(key.values):
        if value is not None and seen.setdefault(value, n) != n:
            raise BadUserInput(
                f"Records {seen[value]} and {n} of the batch have the same {key.name}", index=n, field=key.name
            )
