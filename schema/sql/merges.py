"""A merge → two statements: the losers go and what refers to them moves, then the winner takes what they had.

In that order, since a unique value that the winner takes over must be free first. A dry run is one SELECT.
"""

from collections.abc import Iterator
from uuid import UUID

from schema.catalog.model import Field, ObjectType
from schema.context import Statement
from schema.plan.nodes import Affected, Merge, Record
from schema.sql.aggregates import is_empty
from schema.sql.fragments import WORKSPACE, Scope, column, concatenated, identifier, in_workspace, is_live
from schema.sql.records import record_json
from schema.sql.written import answer, cte, returned

LOSERS = "ARRAY(SELECT id FROM losers)"


def delete_losers(workspace_id: UUID, plan: Merge) -> Statement:
    """One row: how many of the records are there. Unless it is all of them, nothing is changed."""
    scope = Scope(workspace_id)
    ids, winner = scope.bind(list(plan.ids), "uuid[]"), scope.bind(plan.winner, "uuid")
    table = identifier(plan.object_type.table)
    ctes = [
        f"found AS MATERIALIZED (SELECT t.id FROM {table} t WHERE {in_workspace('t')} AND t.id = ANY({ids})"
        f" AND {is_live('t')} ORDER BY t.id FOR UPDATE)",
        f"losers AS MATERIALIZED (SELECT id FROM found WHERE id <> {winner}"
        f" AND (SELECT count(*) FROM found) = cardinality({ids}))",
        f'deleted AS (UPDATE {table} t SET "deletedAt" = now(), "updatedAt" = now()'
        f" WHERE {in_workspace('t')} AND t.id = ANY({LOSERS}) RETURNING t.id)",
        *(_moved(affected, winner) for affected in plan.referring),
    ]
    return scope.statement(f"WITH {', '.join(ctes)} SELECT count(*) FROM found")


def _moved(affected: Affected, winner: str) -> str:
    """References move to the winner; of rows that are the same then, all but one are soft-deleted."""
    keys = [relation.foreign_key for relation in affected.references]
    values = [
        f"{identifier(key)} = CASE WHEN {column('t', key)} = ANY({LOSERS}) THEN {winner} ELSE {column('t', key)} END"
        for key in keys
    ]
    values.append('"updatedAt" = now()')
    doubles = list(_doubles(affected.object_type, keys, winner))
    if doubles:
        double = " OR ".join(f"t.id IN ({rows})" for rows in doubles)
        values.append(f'"deletedAt" = CASE WHEN {is_live("t")} AND ({double}) THEN now() ELSE t."deletedAt" END')
    refers = " OR ".join(f"{column('t', key)} = ANY({LOSERS})" for key in keys)
    return (
        f"{cte('moved', affected.object_type.table)} AS (UPDATE {identifier(affected.object_type.table)} t"
        f" SET {', '.join(values)} WHERE {in_workspace('t')} AND ({refers}) RETURNING t.id)"
    )


def _doubles(object_type: ObjectType, keys: list[str], winner: str) -> Iterator[str]:
    """For each unique key that holds the reference: the rows that would not be unique, the winner's own set aside."""
    for unique in object_type.traits.unique:
        for key in keys:
            if key not in unique.columns:
                continue
            others = [column("d", name) for name in unique.columns if name != key]
            partition = f"PARTITION BY {', '.join(others)} " if others else ""
            yield (
                f"SELECT id FROM (SELECT d.id, row_number() OVER ({partition}ORDER BY {column('d', key)} = {winner}"
                f" DESC, d.id) AS place FROM {identifier(object_type.table)} d WHERE {in_workspace('d')}"
                f" AND {column('d', key)} = ANY({LOSERS} || {winner}) AND {is_live('d')}) ranked WHERE place > 1"
            )


def fill_winner(workspace_id: UUID, plan: Merge, record: Record) -> Statement:
    """One row, as every write answers it."""
    scope = Scope(workspace_id)
    names = [column.name for field in plan.fields for column in field.columns]
    values = [f"{identifier(name)} = {column('merged', name)}" for name in names]
    values.append('"updatedAt" = now()')
    alias = scope.alias()
    answered = answer(scope, record, alias, f"{alias}.id", by_id=record.reaches_past)
    return scope.statement(
        f"WITH {_merged(scope, plan)}, written AS (UPDATE {identifier(plan.object_type.table)} t"
        f" SET {', '.join(values)} FROM merged WHERE {in_workspace('t')} AND t.id = {_winner(scope, plan)}"
        f" RETURNING {returned(record, 't', by_id=record.reaches_past)})"
        f" SELECT count(*), {answered} FROM written {alias}"
    )


def preview(workspace_id: UUID, plan: Merge, record: Record) -> Statement:
    """One row: how many of the records are there, and the JSON text of the record that they would become."""
    scope = Scope(workspace_id)
    merged = _merged(scope, plan)
    winner = _winner(scope, plan)
    taken = {column.name for field in plan.fields for column in field.columns}
    set_apart = {"id": scope.bind(plan.fresh_id, "uuid"), "deletedAt": "now()"}
    columns = []
    for name in plan.object_type.columns:
        own = column("merged" if name in taken else "t", name)
        columns.append(f"{set_apart.get(name, own)} AS {identifier(name)}")
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, record))
    return scope.statement(
        f"WITH {merged}, preview AS (SELECT {', '.join(columns)} FROM {identifier(plan.object_type.table)} t, merged"
        f" WHERE {in_workspace('t')} AND t.id = {winner})"
        f" SELECT (SELECT count(*) FROM sources), (SELECT {json} FROM preview {alias})"
    )


def _winner(scope: Scope, plan: Merge) -> str:
    return scope.bind(plan.winner, "uuid")


def _merged(scope: Scope, plan: Merge) -> str:
    """`sources`, the records in the order of the ids, and `merged`, one row of what is to be of each field."""
    ids, winner = scope.bind(list(plan.ids), "uuid[]"), _winner(scope, plan)
    # After the losers are deleted they are sources still; before, a deleted record is none.
    live = f" AND {is_live('t')}" if plan.fresh_id else ""
    values = [
        f"(SELECT {column('s', part.name)} FROM sources s"
        f" ORDER BY {_empty(field)}, s.id = {winner} DESC, s.source_place LIMIT 1) AS {identifier(part.name)}"
        for field in plan.fields
        for part in field.columns
    ]
    return (
        f"sources AS MATERIALIZED (SELECT t.*, listed.source_place"
        f" FROM unnest({ids}) WITH ORDINALITY AS listed(id, source_place)"
        f" JOIN {identifier(plan.object_type.table)} t ON t.id = listed.id WHERE t.workspace_id = {WORKSPACE}{live}),"
        f" merged AS (SELECT {', '.join(values)})"
    )


def _empty(field: Field) -> str:
    """Sorts what is filled first."""
    summary = field.composite.summary if field.composite else (None,)
    return is_empty("s", [column for column in field.columns if column.part in summary])
