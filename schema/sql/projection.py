"""A column → its JSON text. PostgreSQL makes the text; nothing in Python touches a value."""

from collections.abc import Callable, Mapping

from schema.catalog.model import Column
from schema.declare import kinds
from schema.declare.kinds import Kind
from schema.declare.secrets import SECRET_MASK
from schema.sql.fragments import Json, Sql


def json_value(expression: str, value: Column, *, nullable: bool | None = None) -> Json:
    """The JSON of an expression of the column's type, which is NULL where the column is unless `nullable` says more."""
    if value.secret:
        return (Sql(f"CASE WHEN {expression} = '' THEN '\"\"' ELSE '\"{SECRET_MASK}\"' END"),)
    quoted, text = _TEXTS[value.kind]
    if not (value.nullable if nullable is None else nullable):
        return ('"', Sql(text(expression)), '"') if quoted else (Sql(text(expression)),)
    missing = f"'\"' || {text(expression)} || '\"'" if quoted else text(expression)
    return (Sql(f"coalesce({missing}, 'null')"),)


def json_sort_value(expression: str, value: Column, *, nullable: bool) -> Json:
    """The JSON of a sort key as a cursor remembers it: JSON by its text, which is what it is sorted by."""
    if value.kind is kinds.RAW_JSON:
        return (Sql(f"coalesce(to_json({expression}::text)::text, 'null')"),)
    return json_value(expression, value, nullable=nullable)


def _cast(expression: str) -> str:
    return f"{expression}::text"


def _escaped(expression: str) -> str:
    return f"to_json({expression})::text"


def iso(expression: str) -> str:
    return f"to_char({expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"


# For each kind: whether its text stands in quotes, and how the text is made.
_TEXTS: Mapping[Kind, tuple[bool, Callable[[str], str]]] = {
    kinds.ID: (True, _cast),
    kinds.UUID: (True, _cast),
    kinds.TEXT: (False, _escaped),
    kinds.RICH_TEXT: (False, _escaped),
    kinds.DATE_TIME: (True, iso),
    kinds.BOOLEAN: (False, _cast),
    kinds.NUMBER: (False, _cast),
    kinds.NUMERIC: (False, _cast),
    kinds.POSITION: (False, _cast),
    kinds.RAW_JSON: (False, _cast),
    kinds.ARRAY: (False, _escaped),
    kinds.SELECT: (True, _cast),
    kinds.MULTI_SELECT: (False, _escaped),
}
