"""Rows of a batch as the input of a statement: one JSON value, which PostgreSQL reads as a table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from schema.catalog.model import Column
from schema.plan.nodes import Batch, BatchForm, Connected
from schema.sql.fragments import Scope, identifier

NUMBER = "row_number"
PLACE = "row_place"


def table_of_rows(scope: Scope, rows: Any, definition: Iterable[str], alias: str = "r") -> str:
    """An item of FROM: the JSON text of an array of objects, read by a list of names with their types."""
    return f"jsonb_to_recordset({scope.bind(rows, 'jsonb')}) AS {alias}({', '.join(definition)})"


def definition(form: BatchForm) -> list[str]:
    """The columns of the input. For each foreign key that a look-up finds, there is one with the look-up's number."""
    places = [f"{PLACE} text"] if form.is_placed else []
    lookups = [f"{lookup_column(name)} integer" for name in form.looked_up]
    return [f"{NUMBER} integer", "id uuid", *map(typed, form.columns), *places, *lookups]


def typed(column: Column) -> str:
    return f"{identifier(column.name)} {column.sql_type}"


def rows_text(batch: Batch, extra: Sequence[Mapping[str, Any]] = ()) -> str:
    """The JSON of the input, with what else there is to say of each row."""
    rows: list[dict[str, Any]] = [{NUMBER: number, "id": own_id} for number, own_id in enumerate(batch.ids)]
    columns = [(column.name, values) for column, values in zip(batch.columns, batch.values, strict=True)]
    if batch.places is not None:
        columns.append((PLACE, batch.places))
    for name, values in columns:
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    if batch.looked_up:
        rows = [_with_lookups(row) for row in rows]
    if extra:
        rows = [{**row, **more} for row, more in zip(rows, extra, strict=True)]
    return json_text(rows)


def lookup_column(name: str) -> str:
    return identifier(f"lookup_{name}")


def json_text(value: object) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, default=str, ensure_ascii=False)


def _with_lookups(row: Mapping[str, Any]) -> dict[str, Any]:
    """The number of a look-up stands in a column of its own."""
    return dict(
        (f"lookup_{name}", value.lookup) if isinstance(value, Connected) else (name, value)
        for name, value in row.items()
    )
