"""A merge → two statements: the losers go and what refers to them moves, then the winner takes what they had.

In that order, since a unique value that the winner takes over must be free first. A dry run is one SELECT.
"""

from collections.abc import Iterator

from schema.catalog.model import Field, ObjectType
from schema.context import Statement
from schema.plan.nodes import Affected, DeleteLosers, Liveness, Merge, PreviewMerge, Rows, Write
from schema.sql.aggregates import is_empty
from schema.sql.changes import ROW, UPDATED_NOW, WRITTEN, Action, Changes, all_ids, answer, cte, returned
from schema.sql.fragments import Scope, concatenated, identifier
from schema.sql.records import columns_read, record_json
from schema.sql.rows import every_row, is_live, source, table, where

LOSERS = all_ids("losers")
MOMENT = "(SELECT moment.moment FROM moment)"


def delete_losers(scope: Scope, plan: DeleteLosers) -> Statement:
    """One row: how many of the records are there. Unless it is all of them, nothing is changed."""
    merge, changes = plan.merge, Changes(scope)
    object_type = merge.object_type
    ids, winner = scope.bind(list(merge.ids), "uuid[]"), scope.bind(merge.winner, "uuid")
    changes.select("moment", "SELECT now() AS moment", "MATERIALIZED")
    changes.lock("found", Rows(object_type), f"{ROW}.id = ANY({ids})")
    complete = f"(SELECT count(*) FROM found) = cardinality({ids})"
    changes.select("losers", f"SELECT id FROM found WHERE id <> {winner} AND {complete}", "MATERIALIZED")
    gone = ['"deletedAt" = now()', UPDATED_NOW]
    changes.update("deleted", object_type, gone, "losers", action=Action.DELETE)
    for affected in merge.referring:
        _move(changes, affected, winner)
    return changes.statement("count(*) FROM found")


def _move(changes: Changes, affected: Affected, winner: str) -> None:
    """References move to the winner; of rows that are the same then, all but one are soft-deleted."""
    object_type, keys = affected.object_type, [relation.key for relation in affected.references]
    refers = " OR ".join(f"{key.read(ROW)} = ANY({LOSERS})" for key in keys)
    locked = changes.lock(cte("locked", object_type.table), every_row(object_type), f"({refers})")
    values = [
        key.assign(f"CASE WHEN {key.read(ROW)} = ANY({LOSERS}) THEN {winner} ELSE {key.read(ROW)} END") for key in keys
    ]
    doubles = list(_doubles(changes.scope, object_type, [key.name for key in keys], winner))
    if doubles:
        double = " OR ".join(f"{ROW}.id IN ({rows})" for rows in doubles)
        deleted = f'CASE WHEN {is_live(ROW)} AND ({double}) THEN {MOMENT} ELSE {ROW}."deletedAt" END'
        values.append(f'"deletedAt" = {deleted}')
    changes.update(cte("moved", object_type.table), object_type, [*values, UPDATED_NOW], locked)


def _doubles(scope: Scope, object_type: ObjectType, keys: list[str], winner: str) -> Iterator[str]:
    """For each unique key that holds the reference: the rows that would not be unique, the winner's own set aside."""
    for unique in object_type.traits.unique:
        for key in keys:
            if key not in unique.columns:
                continue
            own = object_type.columns[key].read("d")
            others = [object_type.columns[name].read("d") for name in unique.columns if name != key]
            partition = f"PARTITION BY {', '.join(others)} " if others else ""
            yield (
                f"SELECT id FROM (SELECT d.id, row_number() OVER ({partition}ORDER BY {own} = {winner} DESC, d.id)"
                f" AS place {source(scope, 'd', Rows(object_type), f'{own} = ANY({LOSERS} || {winner})')}) ranked"
                " WHERE place > 1"
            )


def fill_winner(scope: Scope, plan: Merge, write: Write) -> Statement:
    """One row, as every write answers it."""
    changes, object_type = Changes(scope), plan.object_type
    # After the losers are deleted they are sources still.
    winner = _merged(changes, plan, Liveness.ANY)
    changes.lock("locked", every_row(object_type), f"{ROW}.id = {winner}")
    values = [column.assign(column.read("merged")) for field in plan.fields for column in field.columns]
    own = returned(write.selected, ROW, by_id=write.by_id)
    changes.update(WRITTEN, object_type, [*values, UPDATED_NOW], "locked", rows="locked, merged", returned=own)
    alias = scope.alias()
    answered = answer(scope, write.selected, alias, f"{alias}.id", by_id=write.by_id)
    return changes.statement(f"count(*), {answered} FROM {WRITTEN} {alias}")


def preview(scope: Scope, plan: PreviewMerge) -> Statement:
    """One row: how many of the records are there, and the JSON text of the record that they would become."""
    changes, merge = Changes(scope), plan.merge
    object_type = merge.object_type
    winner = _merged(changes, merge, Liveness.LIVE)
    taken = {column.name for field in merge.fields for column in field.columns}
    set_apart = {"id": scope.bind(plan.fresh_id, "uuid"), "deletedAt": "now()"}
    columns = [
        f"{set_apart.get(name, column.read('merged' if name in taken else ROW))} AS {identifier(name)}"
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


def _empty(field: Field) -> str:
    """Sorts what is filled first."""
    summary = field.composite.summary if field.composite else (None,)
    return is_empty("s", [column for column in field.columns if column.part in summary])
