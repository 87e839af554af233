"""The records of an upsert → what to create, the keys to find existing records by, and what those take over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson

from schema.catalog.model import Column, Field, KeyColumn, ObjectType
from schema.declare.secrets import SECRET_MASK
from schema.errors import BadUserInput, LostRace
from schema.plan.changed_values import UPDATED_AT
from schema.plan.column_values import stored_columns, this_moment
from schema.plan.linking import Linker
from schema.plan.nodes import NO_LINKS, Batch, Connected, Links, Match, UniqueKey, Upsert
from schema.plan.parts import completed_rows, dependent, lacking
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
    keys = (ids, *(_unique_key(object_type, columns, batch, given) for columns in object_type.uniques))
    for key in keys:
        _refuse_twice(key)
    partial = tuple(field for field in dependent(object_type) if any(lacking(field, record) for record in records))
    return Upsert(create, keys, given, masked, partial, matches={})


def matched(plan: Upsert, found: Iterable[Match]) -> Upsert:
    """The upsert with the records that were found. Refuses what is not one record for one row.

    The mask of a secret keeps the secret of an existing record; a new one has none to keep. One that has a value among
    its others keeps its own first. Raises LostRace too.
    """
    matches: dict[int, tuple[UUID, int]] = {}
    rows: dict[UUID, int] = {}
    held: dict[int, Any] = {}
    batch, given = plan.create.batch, [*plan.given]
    for row, key, record_id, still, by_others, parts in sorted(found, key=attrgetter("by_others")):
        if not still:
            raise LostRace
        if by_others and row in matches:
            continue
        known = matches.setdefault(row, (record_id, key))
        if known[0] != record_id:
            raise BadUserInput(
                f"Multiple records found with the same unique field values for record {row} of the batch: one by"
                f" {plan.keys[known[1]].name} and another by {plan.keys[key].name}."
                " Cannot determine which record to update.",
                index=row,
            )
        if rows.setdefault(record_id, row) != row:
            first, second = sorted((rows[record_id], row))
            raise BadUserInput(f"Records {first} and {second} of the batch are the same existing record", index=second)
        if by_others:
            given[row] -= _columns_of(plan.object_type.fields[plan.keys[key].columns[0].field])
        if parts:
            held[row] = orjson.loads(parts)
    if held:
        batch, besides = completed_rows(plan.partial, batch, held)
        for row, names in besides.items():
            given[row] |= {*names}
    for row in plan.masked - matches.keys():
        raise BadUserInput(f"Record {row} of the batch is new: the mask of a secret is not a secret", index=row)
    create = replace(plan.create, batch=batch, form=batch.form)
    return replace(plan, create=create, given=tuple(given), matches={row: found for row, (found, _) in matches.items()})


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


def _unique_key(
    object_type: ObjectType, columns: tuple[Column, ...], batch: Batch, given: Sequence[frozenset[str]]
) -> UniqueKey:
    stored: Mapping[Any, Sequence[Any]] = dict(zip(batch.columns, batch.values, strict=True))
    values: list[tuple[Any, ...] | None] = []
    for n, names in enumerate(given):
        found = tuple(stored[column][n] if column.name in names else None for column in columns)
        values.append(None if any(value in (None, "") or isinstance(value, Connected) for value in found) else found)
    return UniqueKey(columns, tuple(values), _others(object_type, columns))


def _others(object_type: ObjectType, columns: tuple[Column, ...]) -> Column | None:
    """The keys of the other values beside the one that a record is found by."""
    first = columns[0]
    if len(columns) > 1 or not isinstance(first, KeyColumn) or not first.identity.by_others:
        return None
    return object_type.fields[first.field].by_part[first.identity.others].key


def _columns_of(field: Field) -> frozenset[str]:
    """The names of its columns, with those of its keys."""
    return frozenset(column.name for own in field.columns for column in (own, own.compared))


def _refuse_twice(key: UniqueKey) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for n, value in enumerate(key.values):
        if value is not None and seen.setdefault(value, n) != n:
            raise BadUserInput(
                f"Records {seen[value]} and {n} of the batch have the same {key.name}", index=n, field=key.name
            )
