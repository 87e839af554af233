"""A change → one statement that makes it and answers what was written.

Each answers one row: how many rows the target had, then the JSON texts of the written records, separated by commas, or
their ids where the selection reaches past the record's own columns and is read by a statement of its own.
"""

import json
from collections.abc import Sequence
from uuid import UUID

import orjson

from schema.catalog import ObjectType, Relation
from schema.context import Statement
from schema.plan.nodes import Affected, Create, Destroy, Record, Restore, SoftDelete, Target, Update
from schema.sql.fragments import WORKSPACE, Scope, column, concatenated, identifier, in_workspace, is_live
from schema.sql.predicates import predicate
from schema.sql.records import columns_read, listed, record_json

NUMBER = "row_number"
PLACE = "row_place"


def create(workspace_id: UUID, plan: Create, record: Record) -> Statement:
    """All rows travel as one JSON value, and go in by their unique keys, so that concurrent writers do not deadlock."""
    scope = Scope(workspace_id)
    object_type = plan.object_type
    names = [column.name for column in plan.columns]
    table = identifier(object_type.table)
    types = [f"{identifier(c.name)} {c.sql_type}" for c in plan.columns]
    definition = ", ".join((f"{NUMBER} integer", f"{PLACE} text", "id uuid", *types))
    ctes = [f"input AS (SELECT * FROM jsonb_to_recordset({scope.bind(_rows(plan), 'jsonb')}) AS r({definition}))"]
    values = [f"input.{identifier(name)}" for name in names]
    source = "input"
    if object_type.position:
        name = object_type.position.name
        ctes.append(_bounds(object_type))
        source = "input, bounds"
        values[names.index(name)] = _position(name, "input", scope.bind(len(plan.rows), "integer"))
    keys = sorted({name for unique in object_type.traits.unique for name in unique.columns} & set(names))
    ordered = ", ".join([*(f"input.{identifier(name)}" for name in keys), "input.id"])
    written = (
        f"INSERT INTO {table} ({', '.join(('workspace_id', 'id', *map(identifier, names)))})"
        f" SELECT {', '.join((WORKSPACE, 'input.id', *values))} FROM {source} ORDER BY {ordered}"
    )
    alias = scope.alias()
    answer = _answer(scope, record, alias, f"input.{NUMBER}")
    ctes.append(f"written AS ({written} RETURNING {_returned(record, table)})")
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT count(*), {answer} FROM written {alias} JOIN input ON input.id = {alias}.id"
    )


def update(workspace_id: UUID, plan: Update, record: Record) -> Statement:
    scope = Scope(workspace_id)
    object_type = plan.target.object_type
    ctes, limit = _target(scope, plan.target)
    source = "target"
    values = ['"updatedAt" = now()']
    values += [f"{identifier(c.name)} = {scope.bind(_bound(c.kind.name, v), c.sql_type)}" for c, v in plan.values]
    if plan.place and object_type.position:
        name = object_type.position.name
        ctes.append(_bounds(object_type))
        source = (
            f"(SELECT id, row_number() OVER (ORDER BY id) - 1 AS {NUMBER}, '{plan.place}' AS {PLACE}, NULL::float8"
            f" AS {identifier(name)} FROM target) AS target, bounds"
        )
        values.append(f"{identifier(name)} = {_position(name, 'target', '(SELECT count(*) FROM target)')}")
    return _written(scope, plan.target, record, ctes, limit, values, source)


def soft_delete(workspace_id: UUID, plan: SoftDelete, record: Record) -> Statement:
    scope = Scope(workspace_id)
    ctes, limit = _target(scope, plan.target)
    values = ['"deletedAt" = now()', '"updatedAt" = now()']
    along = [
        f"{_cte('along', relation.target)} AS (UPDATE {identifier(relation.target)} t SET {', '.join(values)}"
        " FROM written"
        f" WHERE {in_workspace('t')} AND {column('t', relation.foreign_key)} = written.id AND {is_live('t')})"
        for relation in plan.along
    ]
    return _written(scope, plan.target, record, ctes, limit, values, "target", along)


def restore(workspace_id: UUID, plan: Restore, record: Record) -> Statement:
    """What was deleted along with the record carries its timestamp, and is restored with it."""
    scope = Scope(workspace_id)
    ctes, limit = _target(scope, plan.target, '"deletedAt"')
    values = ['"deletedAt" = NULL', '"updatedAt" = now()']
    along = [_restored_along(relation, values) for relation in plan.along]
    return _written(scope, plan.target, record, ctes, limit, values, "target", along)


def _restored_along(relation: Relation, values: Sequence[str]) -> str:
    return (
        f"{_cte('along', relation.target)} AS (UPDATE {identifier(relation.target)} t SET {', '.join(values)}"
        f" FROM target JOIN written ON written.id = target.id"
        f" WHERE {in_workspace('t')} AND {column('t', relation.foreign_key)} = target.id"
        f' AND {column("t", "deletedAt")} = target."deletedAt")'
    )


def destroy(workspace_id: UUID, plan: Destroy, record: Record) -> Statement:
    """One CTE for each table that loses rows, one for each whose references are cleared.

    The records are answered as they were: a SELECT beside the write sees the tables as they were before.
    """
    scope = Scope(workspace_id)
    ctes, limit = _target(scope, plan.target)
    for affected in plan.destroyed:
        ctes.append(_doomed(affected, plan, limit))
    doomed = {affected.object_type.name for affected in plan.destroyed}
    for affected in plan.cleared:
        ctes.append(_cleared(affected, affected.object_type.name in doomed))
    for affected in plan.destroyed:
        name = affected.object_type.table
        ctes.append(
            f"{_cte('destroyed', name)} AS (DELETE FROM {identifier(name)} t"
            f" WHERE {in_workspace('t')} AND t.id = ANY({_doomed_ids(name)}) RETURNING t.id)"
        )
    root = plan.target.object_type.table
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, record))
    order = _answer_order(scope, plan.target, alias)
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT (SELECT count(*) FROM target), string_agg({json}, ',' ORDER BY {order})"
        f" FROM {identifier(root)} {alias} WHERE {in_workspace(alias)} AND {alias}.id = ANY({_doomed_ids(root)})"
    )


def _doomed_ids(table: str) -> str:
    """The ids of the rows that go. As an array, they are looked up by each index on a reference."""
    return f"ARRAY(SELECT id FROM {_cte('doomed', table)})"


def _doomed(affected: Affected, plan: Destroy, limit: str) -> str:
    name = affected.object_type.table
    if affected.object_type is plan.target.object_type:
        rows = f"SELECT id FROM target WHERE (SELECT count(*) FROM target) <= {limit}"
    else:
        references = " OR ".join(_refers_to_doomed(relation) for relation in affected.references)
        rows = (
            f"SELECT t.id FROM {identifier(name)} t WHERE {in_workspace('t')} AND ({references})"
            " ORDER BY t.id FOR UPDATE"
        )
    return f"{_cte('doomed', name)} AS MATERIALIZED ({rows})"


def _refers_to_doomed(relation: Relation) -> str:
    return f"{column('t', relation.foreign_key)} = ANY({_doomed_ids(relation.target)})"


def _cleared(affected: Affected, loses_rows: bool) -> str:
    name = affected.object_type.table
    values = [
        f"{identifier(r.foreign_key)} = CASE WHEN {_refers_to_doomed(r)} THEN NULL"
        f" ELSE {column('t', r.foreign_key)} END"
        for r in affected.references
    ]
    values.append('"updatedAt" = now()')
    staying = f" AND t.id <> ALL({_doomed_ids(name)})" if loses_rows else ""
    return (
        f"{_cte('cleared', name)} AS (UPDATE {identifier(name)} t SET {', '.join(values)}"
        f" WHERE {in_workspace('t')} AND ({' OR '.join(map(_refers_to_doomed, affected.references))}){staying}"
        " RETURNING t.id)"
    )


# The parts that they share


def _cte(prefix: str, table: str) -> str:
    return identifier(f"{prefix}_{table}")


def _target(scope: Scope, target: Target, *columns: str) -> tuple[list[str], str]:
    """The CTE that locks the rows in the order of their ids, one more than may be written, and that limit."""
    conditions = [in_workspace("t"), predicate(scope, "t", target.where)]
    if target.deleted is not None:
        conditions.append(is_live("t") if not target.deleted else 't."deletedAt" IS NOT NULL')
    limit = scope.bind(target.limit, "bigint")
    return [
        f"target AS MATERIALIZED (SELECT {', '.join(('t.id', *columns))} FROM {identifier(target.object_type.table)} t"
        f" WHERE {' AND '.join(conditions)} ORDER BY t.id LIMIT {limit} + 1 FOR UPDATE)"
    ], limit


def _written(
    scope: Scope,
    target: Target,
    record: Record,
    ctes: list[str],
    limit: str,
    values: Sequence[str],
    source: str,
    along: Sequence[str] = (),
) -> Statement:
    """An UPDATE of the target's rows and the answer from what it wrote."""
    ctes = [
        *ctes,
        f"written AS (UPDATE {identifier(target.object_type.table)} t SET {', '.join(values)} FROM {source}"
        f" WHERE {in_workspace('t')} AND t.id = target.id AND (SELECT count(*) FROM target) <= {limit}"
        f" RETURNING {_returned(record, 't')})",
        *along,
    ]
    alias = scope.alias()
    answer = _answer(scope, record, alias, _answer_order(scope, target, alias))
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT (SELECT count(*) FROM target), {answer} FROM written {alias}"
    )


def _answer(scope: Scope, record: Record, alias: str, order: str) -> str:
    if record.reaches_past:
        return f"array_agg({alias}.id ORDER BY {order})"
    return f"string_agg({concatenated(record_json(scope, alias, record))}, ',' ORDER BY {order})"


def _answer_order(scope: Scope, target: Target, alias: str) -> str:
    if target.list_order is None:
        return f"{alias}.id"
    return f"array_position({scope.bind(list(target.list_order), 'uuid[]')}, {alias}.id)"


def _returned(record: Record, alias: str) -> str:
    return listed(record.object_type, set() if record.reaches_past else columns_read(record), alias)


def _bounds(object_type: ObjectType) -> str:
    """Where the records of the workspace begin and end, deleted ones included."""
    assert object_type.position
    name = identifier(object_type.position.name)
    return (
        f"bounds AS (SELECT min({name}) AS lowest, max({name}) AS highest"
        f" FROM {identifier(object_type.table)} WHERE workspace_id = {WORKSPACE})"
    )


def _position(name: str, source: str, count: str) -> str:
    """The number given, else a place before the first record or after the last, in the order of the batch."""
    number = f"{source}.{NUMBER}"
    return (
        f"coalesce({source}.{identifier(name)}, CASE {source}.{PLACE}"
        f" WHEN 'last' THEN bounds.highest + 1 + {number} ELSE bounds.lowest - {count} + {number} END, {number} + 1)"
    )


def _rows(plan: Create) -> str:
    places = plan.places or (None,) * len(plan.rows)
    names = [column.name for column in plan.columns]
    rows = [
        {NUMBER: n, PLACE: place, "id": record_id, **dict(zip(names, row, strict=True))}
        for n, (record_id, place, row) in enumerate(zip(plan.ids, places, plan.rows, strict=True))
    ]
    return _json(rows)


def _bound(kind: str, value: object) -> object:
    """JSON travels as text."""
    return _json(value) if kind == "RAW_JSON" and value is not None else value


def _json(value: object) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, default=str, ensure_ascii=False)
