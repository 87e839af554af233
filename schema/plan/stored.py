"""The value of a field → the columns that it is stored in: normalised, checked, with defaults for null."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from schema.catalog import Column, Field
from schema.columns import NOW
from schema.errors import BadUserInput
from schema.plan.operands import parameter

SECRET_MASK = "********"


def row_values(values: Mapping[Column, Any], columns: Sequence[Column], now: datetime) -> tuple[Any, ...]:
    """A record's values for the columns of its batch, with defaults for what it does not give."""
    return tuple([values[column] if column in values else default_value(column, now) for column in columns])


def stored_columns(field: Field, value: Any, now: datetime) -> Mapping[Column, Any]:
    """The columns that a value of a field is stored in. Null for a composite resets all its parts."""
    if field.composite is None:
        return {field.columns[0]: _stored_value(field.columns[0], value, now)}
    if value is None:
        return {column: default_value(column, now) for column in field.columns}
    plain = {part: inner.value if isinstance(inner, Enum) else inner for part, inner in value.items()}
    normalised = field.composite.normalise(plain, field.name) if field.composite.normalise else plain
    columns = field.by_part
    return {columns[part]: _stored_value(columns[part], inner, now) for part, inner in normalised.items()}


def _stored_value(column: Column, value: Any, now: datetime) -> Any:
    if value is None:
        if column.nullable:
            return None
        if column.default is None:
            raise BadUserInput(f'Field "{column.path}" must not be null')
        return default_value(column, now)
    if column.kind.is_list:
        if None in value:
            raise BadUserInput(f'Field "{column.path}" must not contain null')
        return [parameter(column, item) for item in value]
    return parameter(column, value)


def default_value(column: Column, now: datetime) -> Any:
    return now if column.default is NOW else column.default


def this_moment() -> datetime:
    """This moment, cut to the milliseconds that are stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
