"""New records → one statement that inserts them all.

All rows travel as one JSON value, and go in by their unique keys, so that concurrent writers do not deadlock.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from schema.catalog import ObjectType
from schema.context import Statement
from schema.plan.nodes import Create, Record
from schema.sql.fragments import WORKSPACE, Scope, identifier
from schema.sql.written import answer, json_text, returned

NUMBER = "row_number"
PLACE = "row_place"


def create(workspace_id: UUID, plan: Create, record: Record) -> Statement:
    scope = Scope(workspace_id)
    rows = scope.bind(input_rows(plan), "jsonb")
    ctes = [f"input AS (SELECT * FROM jsonb_to_recordset({rows}) AS r({input_definition(plan)}))"]
    if plan.object_type.position:
        ctes.append(bounds(plan.object_type))
    names = returned(record, identifier(plan.object_type.table))
    ctes.append(f"written AS ({insertion(scope, plan)} RETURNING {names})")
    alias = scope.alias()
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT count(*), {answer(scope, record, alias, f'input.{NUMBER}')}"
        f" FROM written {alias} JOIN input ON input.id = {alias}.id"
    )


def insertion(scope: Scope, plan: Create, where: str = "TRUE") -> str:
    """The INSERT of the rows of `input`, without RETURNING."""
    names = [column.name for column in plan.columns]
    values = [f"input.{identifier(name)}" for name in names]
    source = "input"
    if plan.object_type.position:
        name = plan.object_type.position.name
        source = "input, bounds"
        values[names.index(name)] = position(name, "input", scope.bind(len(plan.rows), "integer"))
    keys = sorted({name for unique in plan.object_type.traits.unique for name in unique.columns} & set(names))
    ordered = ", ".join([*(f"input.{identifier(name)}" for name in keys), "input.id"])
    return (
        f"INSERT INTO {identifier(plan.object_type.table)}"
        f" ({', '.join(('workspace_id', 'id', *map(identifier, names)))})"
        f" SELECT {', '.join((WORKSPACE, 'input.id', *values))} FROM {source} WHERE {where} ORDER BY {ordered}"
    )


def input_definition(plan: Create) -> str:
    """The columns of `input`."""
    types = [f"{identifier(column.name)} {column.sql_type}" for column in plan.columns]
    return ", ".join((f"{NUMBER} integer", f"{PLACE} text", "id uuid", *types))


def input_rows(plan: Create, extra: Sequence[Mapping[str, Any]] | None = None) -> str:
    """The JSON of `input`, with what else there is to say of each row."""
    places = plan.places or (None,) * len(plan.rows)
    names = [column.name for column in plan.columns]
    rows = [
        {NUMBER: n, PLACE: place, "id": record_id, **dict(zip(names, row, strict=True)), **(extra[n] if extra else {})}
        for n, (record_id, place, row) in enumerate(zip(plan.ids, places, plan.rows, strict=True))
    ]
    return json_text(rows)


def bounds(object_type: ObjectType) -> str:
    """Where the records of the workspace begin and end, deleted ones included."""
    assert object_type.position
    name = identifier(object_type.position.name)
    return (
        f"bounds AS (SELECT min({name}) AS lowest, max({name}) AS highest"
        f" FROM {identifier(object_type.table)} WHERE workspace_id = {WORKSPACE})"
    )


def position(name: str, source: str, count: str) -> str:
    """The number given, else a place before the first record or after the last, in the order of the batch."""
    number = f"{source}.{NUMBER}"
    return (
        f"coalesce({source}.{identifier(name)}, CASE {source}.{PLACE}"
        f" WHEN 'last' THEN bounds.highest + 1 + {number} ELSE bounds.lowest - {count} + {number} END, {number} + 1)"
    )
