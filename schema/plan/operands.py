"""A client's value → a parameter: checked, normalised and of the type of its column.

Values come from coerced GraphQL arguments, where dates, numbers and enums are Python values already, and from cursors,
where they are plain JSON.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from schema.catalog.model import Column
from schema.declare import kinds
from schema.declare.kinds import Kind
from schema.errors import BadUserInput
from schema.plan.nodes import Connected
from schema.values import dates, ids, numbers, text
from schema.values.messages import as_json


def record_id(value: Any) -> UUID:
    """An id as an argument gives it: text, or a UUID where the client declared its variable so."""
    return value if isinstance(value, UUID) else ids.uuid(value, "id")


def enum_value(value: Any) -> str:
    """The value of an enum, which GraphQL coerces to a member of a Python one and JSON has as text."""
    return str(value.value if isinstance(value, Enum) else value)


def operand(column: Column, value: Any) -> Any:
    """One value to compare a column with, normalised as it would be when stored."""
    return normalised(column, parameter(column, value))


def parameter(column: Column, value: Any) -> Any:
    """One value of the column's kind. For a list column, one item."""
    return _PARAMETERS[column.kind](column, value)


def normalised(column: Column, value: Any) -> Any:
    return column.normalise(value, column.path) if column.normalise else value


def _uuid(column: Column, value: Any) -> UUID | Connected:
    return value if isinstance(value, UUID | Connected) else ids.uuid(_typed(column, value, str), column.path)


def _text(column: Column, value: Any) -> str:
    return text.text(_typed(column, value, str), column.path)


def _date_time(column: Column, value: Any) -> datetime:
    return (
        value if isinstance(value, datetime) else dates.date_time(_typed(column, value, str, int, float), column.path)
    )


def _boolean(column: Column, value: Any) -> bool:
    checked = value if isinstance(value, bool) else None
    if checked is None:
        raise _wrong_type(column, value)
    return checked


def _number(column: Column, value: Any) -> float:
    return numbers.number(_typed(column, value, int, float), column.path)


def _numeric(column: Column, value: Any) -> Decimal:
    return numbers.decimal(_typed(column, value, int, float, str, Decimal), column.path)


def _json(column: Column, value: Any) -> Any:
    return text.json_value(value, column.path)


def _option(column: Column, value: Any) -> str:
    chosen = enum_value(value)
    assert column.options
    if chosen not in column.options.values:
        raise _wrong_type(column, chosen)
    return chosen


_PARAMETERS: Mapping[Kind, Callable[[Column, Any], Any]] = {
    kinds.ID: _uuid,
    kinds.UUID: _uuid,
    kinds.TEXT: _text,
    kinds.RICH_TEXT: _text,
    kinds.DATE_TIME: _date_time,
    kinds.BOOLEAN: _boolean,
    kinds.NUMBER: _number,
    kinds.NUMERIC: _numeric,
    kinds.POSITION: _number,
    kinds.RAW_JSON: _json,
    kinds.ARRAY: _text,
    kinds.SELECT: _option,
    kinds.MULTI_SELECT: _option,
}


def _typed(column: Column, value: Any, *types: type) -> Any:
    if isinstance(value, bool) or not isinstance(value, types):
        raise _wrong_type(column, value)
    return value


def _wrong_type(column: Column, value: Any) -> BadUserInput:
    shown = as_json(value)
    if column.options:
        values = ", ".join(column.options.values)
        return BadUserInput(f'Invalid value for field "{column.path}": {shown} is not one of {values}')
    return BadUserInput(f'Invalid value for field "{column.path}": {shown} is not a {column.kind.name} value')
