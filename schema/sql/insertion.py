"""Rows of new records → the CTEs that insert them.

All rows travel as one JSON value, and go in by their unique keys, so that concurrent writers do not deadlock.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from schema.catalog.model import ObjectType
from schema.plan.nodes import Connected, Create
from schema.sql.fragments import WORKSPACE, Scope, column, identifier
from schema.sql.written import json_text

NUMBER = "row_number"
PLACE = "row_place"
CONNECTED = "connected"
LOOKUP = "lookup_number"


def insertion_ctes(scope: Scope, plan: Create, name: str, guard: str, returned: str = "id") -> list[str]:
    """The input, and the INSERT itself, called `name`."""
    return [
        input_cte(scope, plan, name),
        f"{name} AS ({insertion(scope, plan, name, guard)} RETURNING {returned})",
    ]


def input_cte(scope: Scope, plan: Create, name: str) -> str:
    rows = scope.bind(input_rows(plan), "jsonb")
    return f"input_{name} AS (SELECT * FROM jsonb_to_recordset({rows}) AS r({input_definition(plan)}))"


def insertion(scope: Scope, plan: Create, name: str, where: str) -> str:
    """The INSERT of the rows of `input_…`, without RETURNING."""
    source = f"input_{name}"
    values = {c.name: _value(source, c.name, plan.looked_up) for c in plan.columns}
    if plan.object_type.position:
        own, count = plan.object_type.position.name, scope.bind(len(plan.ids), "integer")
        values[own] = _position(plan.object_type, values.get(own), source, count)
    values |= {c.name: scope.bind(value, c.sql_type) for c, value in plan.shared}
    keys = sorted({key for unique in plan.object_type.traits.unique for key in unique.columns} & values.keys())
    ordered = ", ".join([*(column(source, key) for key in keys), f"{source}.id"])
    return (
        f"INSERT INTO {identifier(plan.object_type.table)}"
        f" ({', '.join(('workspace_id', 'id', *map(identifier, values)))})"
        f" SELECT {', '.join((WORKSPACE, f'{source}.id', *values.values()))}"
        f" FROM {source} WHERE {where} ORDER BY {ordered}"
    )


def connected(number: str) -> str:
    """The id of the record that a look-up finds."""
    return f"(SELECT {CONNECTED}.id FROM {CONNECTED} WHERE {CONNECTED}.{LOOKUP} = {number})"


def _value(source: str, name: str, looked_up: Sequence[str]) -> str:
    own = column(source, name)
    return f"coalesce({own}, {connected(f'{source}.{lookup_column(name)}')})" if name in looked_up else own


def input_definition(plan: Create) -> str:
    """The columns of the input. For each foreign key that a look-up finds, there is one with the look-up's number."""
    types = [f"{identifier(column.name)} {column.sql_type}" for column in plan.columns]
    lookups = [f"{lookup_column(name)} integer" for name in plan.looked_up]
    places = [] if plan.places is None else [f"{PLACE} text"]
    return ", ".join((f"{NUMBER} integer", "id uuid", *types, *places, *lookups))


def input_rows(plan: Create, extra: Sequence[dict[str, Any]] | None = None) -> str:
    """The JSON of the input, with what else there is to say of each row."""
    rows: list[dict[str, Any]] = [{NUMBER: number, "id": own_id} for number, own_id in enumerate(plan.ids)]
    columns = [(column.name, values) for column, values in zip(plan.columns, plan.values, strict=True)]
    if plan.places is not None:
        columns.append((PLACE, plan.places))
    for name, values in columns:
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    if plan.looked_up:
        rows = [_with_lookups(row) for row in rows]
    if extra:
        rows = [row | more for row, more in zip(rows, extra, strict=True)]
    return json_text(rows)


def _with_lookups(row: Mapping[str, Any]) -> dict[str, Any]:
    """The number of a look-up stands in a column of its own."""
    return dict(
        (f"lookup_{name}", value.lookup) if isinstance(value, Connected) else (name, value)
        for name, value in row.items()
    )


def lookup_column(name: str) -> str:
    return identifier(f"lookup_{name}")


def _position(object_type: ObjectType, given: str | None, source: str, count: str) -> str:
    """The number given, else a place at one of the ends; all go first where nothing is given."""
    first, last = (place(object_type, where, f"{source}.{NUMBER}", count) for where in ("first", "last"))
    return f"coalesce({given}, CASE {source}.{PLACE} WHEN 'last' THEN {last} ELSE {first} END)" if given else first


def place(object_type: ObjectType, where: str, number: str, count: str) -> str:
    """A place before the first record of the workspace or after the last, deleted ones included, for a row of a batch.

    The batch keeps its order. PostgreSQL looks for the end once in a statement, and only where a row needs it.
    """
    assert object_type.position
    position = identifier(object_type.position.name)
    end = (
        f"(SELECT {'max' if where == 'last' else 'min'}({position})"
        f" FROM {identifier(object_type.table)} WHERE workspace_id = {WORKSPACE})"
    )
    place = f"{end} + 1 + {number}" if where == "last" else f"{end} - {count} + {number}"
    return f"coalesce({place}, {number} + 1)"
