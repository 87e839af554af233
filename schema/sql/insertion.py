"""Rows of new records → the CTEs that insert them.

All rows travel as one JSON value, and go in by their unique keys, so that concurrent writers do not deadlock.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from schema.catalog import ObjectType
from schema.plan.nodes import Connected, Create
from schema.sql.fragments import WORKSPACE, Scope, column, identifier
from schema.sql.written import json_text

NUMBER = "row_number"
PLACE = "row_place"
CONNECTED = "connected"
LOOKUP = "lookup_number"


def insertion_ctes(scope: Scope, plan: Create, name: str, guard: str, returned: str = "id") -> list[str]:
    """The input, where the table's records begin and end, and the INSERT itself, called `name`."""
    ctes = [input_cte(scope, plan, name)]
    if plan.object_type.position:
        ctes.append(bounds(plan.object_type, f"bounds_{name}"))
    return [*ctes, f"{name} AS ({insertion(scope, plan, name, guard)} RETURNING {returned})"]


def input_cte(scope: Scope, plan: Create, name: str) -> str:
    rows = scope.bind(input_rows(plan), "jsonb")
    return f"input_{name} AS (SELECT * FROM jsonb_to_recordset({rows}) AS r({input_definition(plan)}))"


def insertion(scope: Scope, plan: Create, name: str, where: str) -> str:
    """The INSERT of the rows of `input_…`, without RETURNING."""
    source = f"input_{name}"
    names = [found.name for found in plan.columns]
    values = [_value(source, key, plan.looked_up) for key in names]
    tables = source
    if plan.object_type.position:
        own = plan.object_type.position.name
        tables = f"{source}, bounds_{name}"
        values[names.index(own)] = place(own, source, scope.bind(len(plan.rows), "integer"), f"bounds_{name}")
    keys = sorted({key for unique in plan.object_type.traits.unique for key in unique.columns} & set(names))
    ordered = ", ".join([*(column(source, key) for key in keys), f"{source}.id"])
    return (
        f"INSERT INTO {identifier(plan.object_type.table)}"
        f" ({', '.join(('workspace_id', 'id', *map(identifier, names)))})"
        f" SELECT {', '.join((WORKSPACE, f'{source}.id', *values))} FROM {tables} WHERE {where} ORDER BY {ordered}"
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
    return ", ".join((f"{NUMBER} integer", f"{PLACE} text", "id uuid", *types, *lookups))


def input_rows(plan: Create, extra: Sequence[dict[str, Any]] | None = None) -> str:
    """The JSON of the input, with what else there is to say of each row."""
    places = plan.places or (None,) * len(plan.rows)
    names = (NUMBER, PLACE, "id", *(column.name for column in plan.columns))
    given = enumerate(zip(plan.ids, places, plan.rows, strict=True))
    rows: list[dict[str, Any]] = [
        dict(zip(names, (n, place, own_id, *values), strict=True)) for n, (own_id, place, values) in given
    ]
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


def bounds(object_type: ObjectType, name: str = "bounds") -> str:
    """Where the records of the workspace begin and end, deleted ones included."""
    assert object_type.position
    position = identifier(object_type.position.name)
    return (
        f"{name} AS (SELECT min({position}) AS lowest, max({position}) AS highest"
        f" FROM {identifier(object_type.table)} WHERE workspace_id = {WORKSPACE})"
    )


def place(name: str, source: str, count: str, bounds: str = "bounds") -> str:
    """The number given, else a place before the first record or after the last, in the order of the batch."""
    number = f"{source}.{NUMBER}"
    last, first = f"{bounds}.highest + 1 + {number}", f"{bounds}.lowest - {count} + {number}"
    computed = f"CASE {source}.{PLACE} WHEN 'last' THEN {last} ELSE {first} END"
    return f"coalesce({source}.{identifier(name)}, {computed}, {number} + 1)"
