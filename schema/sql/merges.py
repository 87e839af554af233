"""A merge → two statements behind a lock: the losers go and what refers to them moves, then the winner takes theirs.

In that order, since a unique value that the winner takes over must be free first. A dry run is two SELECTs. The first
statement answers what the records hold several of, which is united by the keys of values (`schema/plan/uniting.py`).
"""

from collections.abc import Iterable, Iterator

from schema.catalog.model import Column, Field, KeyColumn, ObjectType
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import Affected, DeleteLosers, FindMerged, Liveness, LockMerged, Merge, PreviewMerge, Rows, Write
from schema.sql.aggregates import is_empty
from schema.sql.batches import json_text
from schema.sql.changes import (
    ROW,
    TARGET,
    WRITTEN,
    Changes,
    all_ids,
    answer,
    cte,
    moment,
    written_or_unchanged,
)
from schema.sql.fragments import Scope, concatenated, identifier
from schema.sql.outbox import DELETED_AT
from schema.sql.records import columns_read, record_json
from schema.sql.rows import both, every_row, is_live, source, table, where
from schema.values.actions import Action

LOSERS = all_ids("losers")


def lock(scope: Scope, plan: LockMerged) -> Statement:
    """Rows of the ids of the records, deleted ones too, since those may be restored before the next statement."""
    merge, changes = plan.merge, Changes(scope)
    ids = scope.bind(list(merge.ids), "uuid[]")
    return changes.statement(f"id FROM {changes.lock(TARGET, every_row(merge.object_type), f'{ROW}.id = ANY({ids})')}")


def delete_losers(scope: Scope, plan: DeleteLosers) -> Statement:
    """One row: how many of the records are there, and their lists. Unless it is all of them, nothing is changed."""
    merge, changes = plan.merge, Changes(scope)
    object_type = merge.object_type
    ids, winner = scope.bind(list(merge.ids), "uuid[]"), scope.bind(merge.winner, "uuid")
    changes.lock("found", Rows(object_type), f"{ROW}.id = ANY({ids})")
    complete = f"(SELECT count(*) FROM found) = cardinality({ids})"
    changes.select("losers", f"SELECT * FROM found WHERE id <> {winner} AND {complete}", "MATERIALIZED")
    gone = {object_type.columns[DELETED_AT]: moment("losers")}
    changes.update("deleted", object_type, gone, "losers", action=Action.DELETE, differs="")
    for affected in merge.referring:
        _move(changes, affected, winner)
    return changes.statement(f"count(*), {_lists(merge, ids, 'found')} FROM found")


def look_up(scope: Scope, plan: FindMerged) -> Statement:
    """The same row, where nothing is to be changed."""
    ids = scope.bind(list(plan.merge.ids), "uuid[]")
    rows = source(scope, ROW, Rows(plan.merge.object_type), f"{ROW}.id = ANY({ids})")
    return scope.statement(f"SELECT count(*), {_lists(plan.merge, ids, ROW)} {rows}")


def _lists(plan: Merge, ids: str, alias: str) -> str:
    """The JSON text of what the records hold several of."""
    columns = [column for field in plan.several for column in field.columns]
    entries = [f"'id', {alias}.id", *(f"'{column.name}', {column.read(alias)}" for column in columns)]
    return f"jsonb_agg(jsonb_build_object({', '.join(entries)}) ORDER BY array_position({ids}, {alias}.id))::text"


def _move(changes: Changes, affected: Affected, winner: str) -> None:
    """References move to the winner; of rows that are the same then, all but one are soft-deleted."""
    object_type, keys = affected.object_type, [relation.key for relation in affected.references]
    refers = " OR ".join(f"{key.read(ROW)} = ANY({LOSERS})" for key in keys)
    locked = changes.lock(cte("locked", object_type.table), every_row(object_type), f"({refers})")
    values = {key: f"CASE WHEN {key.read(ROW)} = ANY({LOSERS}) THEN {winner} ELSE {key.read(ROW)} END" for key in keys}
    doubles = list(_doubles(changes.scope, object_type, [key.name for key in keys], winner))
    if doubles:
        double = " OR ".join(f"{ROW}.id IN ({rows})" for rows in doubles)
        deleted = f'CASE WHEN {is_live(ROW)} AND ({double}) THEN {moment(locked)} ELSE {ROW}."deletedAt" END'
        values[object_type.columns[DELETED_AT]] = deleted
    changes.update(cte("moved", object_type.table), object_type, values, locked, differs="")


def _doubles(scope: Scope, object_type: ObjectType, keys: list[str], winner: str) -> Iterator[str]:
    """For each unique key that holds the reference: the rows that would not be unique, the winner's own set aside.

    What joins records is told apart by all of its ends, whatever is unique.
    """
    joined_by = object_type.joined_by
    ends = tuple(dict.fromkeys(key for pair in joined_by for key in pair))
    for key in keys:
        own = object_type.columns[key].read("d")
        refers = f"{own} = ANY({LOSERS} || {winner})"
        told_apart = [(unique.columns, "") for unique in object_type.traits.unique if key in unique.columns]
        if pairs := [pair for pair in joined_by if key in pair]:
            given = " OR ".join(_are_given(object_type, pair, key) for pair in pairs)
            told_apart.append((ends, f"({given})"))
        for columns, also in told_apart:
            others = [object_type.columns[name].read("d") for name in columns if name != key]
            partition = f"PARTITION BY {', '.join(others)} " if others else ""
            yield (
                f"SELECT id FROM (SELECT d.id, row_number() OVER ({partition}ORDER BY {own} = {winner} DESC, d.id)"
                f" AS place {source(scope, 'd', Rows(object_type), refers, also)}) ranked WHERE place > 1"
            )


def _are_given(object_type: ObjectType, pair: Iterable[str], key: str) -> str:
    """That the other ends of a pair are not missing."""
    return both(*(f"{object_type.columns[name].read('d')} IS NOT NULL" for name in pair if name != key))


def fill_winner(scope: Scope, plan: Merge, write: Write) -> Statement:
    """One row, as every write answers it."""
    changes, object_type = Changes(scope), plan.object_type
    # After the losers are deleted they are sources still.
    winner = _merged(changes, plan, Liveness.ANY)
    changes.lock(TARGET, every_row(object_type), f"{ROW}.id = {winner}")
    taken = dict.fromkeys(column for field in plan.fields for column in field.columns) | dict.fromkeys(plan.united)
    values = {column: _value(scope, plan, column) for column in taken}

    def apart(key: KeyColumn, value: str) -> str:
        """Nobody is set apart any more from who was merged, but from others."""
        others = source(scope, "o", Rows(object_type), f"{key.read('o')} = {value}", f"o.id <> {winner}")
        number = f'(SELECT max(s."{key.apart}") FROM sources s WHERE {key.read("s")} = {value})'
        return f'CASE WHEN EXISTS (SELECT {others} AND o."{key.apart}" = 0) THEN {number} ELSE 0 END'

    changes.update(WRITTEN, object_type, values, TARGET, rows=f"{TARGET}, merged", apart=apart)
    alias = scope.alias()
    answered = answer(scope, write.selected, alias, f"{alias}.id", by_id=write.by_id)
    return changes.statement(f"count(*), {answered} FROM {written_or_unchanged(object_type)} {alias}")


def preview(scope: Scope, plan: PreviewMerge) -> Statement:
    """One row: how many of the records are there, and the JSON text of the record that they would become."""
    changes, merge = Changes(scope), plan.merge
    object_type = merge.object_type
    winner = _merged(changes, merge, Liveness.LIVE)
    taken = {column for field in merge.fields for column in field.columns}
    set_apart = {"id": scope.bind(plan.fresh_id, "uuid"), "deletedAt": "now()"}

    def value(column: Column) -> str:
        return _value(scope, merge, column) if column in taken else set_apart.get(column.name, column.read(ROW))

    columns = [
        f"{value(column)} AS {identifier(name)}"
        for name, column in object_type.columns.items()
        if name in columns_read(plan.selected) | {"id"}
    ]
    own = where(scope, ROW, every_row(object_type), f"{ROW}.id = {winner}")
    changes.select("preview", f"SELECT {', '.join(columns)} FROM {table(object_type, ROW)}, merged WHERE {own}")
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, plan.selected))
    return changes.statement(f"(SELECT count(*) FROM sources), (SELECT {json} FROM preview {alias})")


def _merged(changes: Changes, plan: Merge, liveness: Liveness) -> str:
    """`sources`, the records in the order of the ids, and `merged`, one row of what is to be of each field.

    Gives the parameter of the winner's id.
    """
    scope, object_type = changes.scope, plan.object_type
    ids, winner = scope.bind(list(plan.ids), "uuid[]"), scope.bind(plan.winner, "uuid")
    values = [
        f"(SELECT {part.read('s')} FROM sources s"
        f" ORDER BY {_empty(field)}, s.id = {winner} DESC, s.source_place LIMIT 1) AS {identifier(part.name)}"
        for field in plan.fields
        for part in field.columns
        if part not in plan.united
    ]
    changes.select(
        "sources",
        f"SELECT {ROW}.*, listed.source_place FROM unnest({ids}) WITH ORDINALITY AS listed(id, source_place)"
        f" JOIN {table(object_type, ROW)} ON {ROW}.id = listed.id"
        f" WHERE {where(scope, ROW, Rows(object_type, liveness=liveness))}",
        "MATERIALIZED",
    )
    changes.select("merged", f"SELECT {', '.join(values)}")
    return winner


def _value(scope: Scope, plan: Merge, column: Column) -> str:
    """What the winner is to have of a column."""
    if column not in plan.united:
        return column.read("merged")
    value = plan.united[column]
    if column.kind is kinds.RAW_JSON and value is not None:
        value = json_text(value)
    return scope.bind(value, column.sql_type)


def _empty(field: Field) -> str:
    """Sorts what is filled first."""
    summary = field.composite.summary if field.composite else (None,)
    return is_empty("s", [column for column in field.columns if column.part in summary])
