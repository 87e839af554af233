"""An upsert → the look-up of its keys, and one statement that updates what was found and inserts the rest."""

from collections.abc import Mapping
from uuid import UUID

from schema.context import Statement
from schema.plan.nodes import Record, UniqueKey, Upsert
from schema.sql.fragments import Scope, column, identifier, in_workspace
from schema.sql.insertion import NUMBER, input_definition, input_rows, insertion
from schema.sql.written import answer, json_text, returned

INPUT = "input_inserted"
MATCH, GIVEN = "row_match", "row_given"


def look_up(workspace_id: UUID, plan: Upsert) -> Statement:
    """Rows of (row of the batch, number of the key, id), the records found locked in the order of their ids."""
    scope = Scope(workspace_id)
    table = identifier(plan.create.object_type.table)
    found = [
        _found(scope, table, number, key)
        for number, key in enumerate(plan.keys)
        if any(v is not None for v in key.values)
    ]
    return scope.statement(
        f"WITH found AS ({' UNION ALL '.join(found)}),"
        f" locked AS (SELECT t.id FROM {table} t WHERE {in_workspace('t')} AND t.id IN (SELECT id FROM found)"
        " ORDER BY t.id FOR UPDATE)"
        f" SELECT found.{NUMBER}, found.key, found.id FROM found JOIN locked ON locked.id = found.id"
        f" ORDER BY found.{NUMBER}, found.key"
    )


def _found(scope: Scope, table: str, number: int, key: UniqueKey) -> str:
    """The record of each value of a key: the live one, else the one deleted last."""
    rows = [
        {NUMBER: n, **{c.name: v for c, v in zip(key.columns, value, strict=True)}}
        for n, value in enumerate(key.values)
        if value is not None
    ]
    types = ", ".join(f"{identifier(c.name)} {c.sql_type}" for c in key.columns)
    values = scope.bind(json_text(rows), "jsonb")
    same = " AND ".join(
        f"{column('t', c.name)} = {column('v', c.name)}"
        + (f" AND {column('t', c.name)} <> ''" if c.kind.sql == "text" else "")
        for c in key.columns
    )
    # Live and deleted records apart, since each has its own index.
    either = " UNION ALL ".join(
        f'(SELECT t.id, t."deletedAt" FROM {table} t WHERE {in_workspace("t")} AND {same} AND t."deletedAt" IS {state}'
        ' ORDER BY t."deletedAt" DESC, t.id LIMIT 1)'
        for state in ("NULL", "NOT NULL")
    )
    return (
        f"(SELECT v.{NUMBER}, {number} AS key, one.id FROM jsonb_to_recordset({values}) AS v({NUMBER} integer, {types})"
        f' CROSS JOIN LATERAL (SELECT id FROM ({either}) either ORDER BY "deletedAt" DESC NULLS FIRST LIMIT 1) one)'
    )


def write(workspace_id: UUID, plan: Upsert, matches: Mapping[int, UUID], record: Record) -> Statement:
    """One row: how many records were written, and the answer. A record that another writer inserted is not counted."""
    scope = Scope(workspace_id)
    create = plan.create
    table = identifier(create.object_type.table)
    extra = [{MATCH: matches.get(n), GIVEN: sorted(names)} for n, names in enumerate(plan.given)]
    rows = scope.bind(input_rows(create, extra), "jsonb")
    definition = f"{input_definition(create)}, {MATCH} uuid, {GIVEN} text[]"
    ctes = [f"{INPUT} AS (SELECT * FROM jsonb_to_recordset({rows}) AS r({definition}))"]
    changeable = set().union(*plan.given)
    values = [
        f"{identifier(c.name)} = CASE WHEN '{c.name}' = ANY({INPUT}.{GIVEN}) THEN {column(INPUT, c.name)}"
        f" ELSE {column('t', c.name)} END"
        for c in create.columns
        if c.name in changeable
    ]
    values.append('"updatedAt" = now()')
    by_id = record.reaches_past
    own = returned(record, "t", by_id=by_id)
    ctes.append(
        f"updated AS (UPDATE {table} t SET {', '.join(values)} FROM {INPUT}"
        f" WHERE {in_workspace('t')} AND t.id = {INPUT}.{MATCH} RETURNING {own})"
    )
    names = returned(record, table, by_id=by_id)
    new = insertion(scope, create, "inserted", f"{INPUT}.{MATCH} IS NULL")
    ctes.append(f"inserted AS ({new} ON CONFLICT DO NOTHING RETURNING {names})")
    alias = scope.alias()
    answered = answer(scope, record, alias, f"{INPUT}.{NUMBER}", by_id=by_id)
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT count(*), {answered}"
        f" FROM (SELECT * FROM updated UNION ALL SELECT * FROM inserted) {alias}"
        f" JOIN {INPUT} ON coalesce({INPUT}.{MATCH}, {INPUT}.id) = {alias}.id"
    )
