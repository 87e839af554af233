"""An aggregate of a field → the JSON text of its value over some rows."""

from collections.abc import Sequence

from schema.catalog.aggregates import AggregateField
from schema.catalog.model import Column
from schema.declare import kinds
from schema.sql.fragments import concatenated
from schema.sql.projection import json_value


def aggregate_sql(alias: str, field: AggregateField) -> str:
    """The value of an aggregate over the rows `alias`; over none it is NULL."""
    expression = field.aggregate.sql.format(value=_value(alias, field.columns), empty=is_empty(alias, field.columns))
    return f"CASE WHEN count(*) > 0 THEN {expression} END"


def aggregate_json(alias: str, field: AggregateField) -> str:
    """The same as JSON text."""
    value = aggregate_sql(alias, field)
    if field.aggregate.type_name == "DateTime":
        return concatenated(json_value(value, field.columns[0], nullable=True))
    return f"coalesce(({value})::text, 'null')"


def _value(alias: str, columns: Sequence[Column]) -> str:
    if len(columns) == 1:
        return columns[0].read(alias)
    return f"concat({', '.join(part.read(alias) for part in columns)})"


def is_empty(alias: str, columns: Sequence[Column]) -> str:
    """NULL, or no text at all."""
    value = _value(alias, columns)
    if len(columns) > 1 or columns[0].kind in (kinds.TEXT, kinds.RICH_TEXT):
        return f"coalesce({value} = '', TRUE)"
    return f"({value} IS NULL)"
