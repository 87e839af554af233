"""An aggregate of a field → the JSON text of its value over some rows."""

from collections.abc import Mapping, Sequence

from schema.catalog.aggregates import AggregateField
from schema.catalog.model import Column
from schema.declare import kinds
from schema.sql.fragments import column, concatenated
from schema.sql.projection import json_value

# `{value}` is what the field holds, `{empty}` whether it holds nothing. All but counts of nothing are null.
_SQL: Mapping[str, str] = {
    "countUniqueValues": "count(DISTINCT {value})",
    "countEmpty": "count(*) FILTER (WHERE {empty})",
    "countNotEmpty": "count(*) FILTER (WHERE NOT {empty})",
    "percentageEmpty": "count(*) FILTER (WHERE {empty})::float8 / count(*)",
    "percentageNotEmpty": "count(*) FILTER (WHERE NOT {empty})::float8 / count(*)",
    "countTrue": "count(*) FILTER (WHERE {value})",
    "countFalse": "count(*) FILTER (WHERE NOT {value})",
    "min": "min({value})",
    "max": "max({value})",
    "avg": "avg({value})",
    "sum": "sum({value})",
}


def aggregate_sql(alias: str, field: AggregateField) -> str:
    """The value of an aggregate over the rows `alias`; over none it is NULL."""
    expression = _SQL[field.aggregate.name].format(
        value=_value(alias, field.columns), empty=is_empty(alias, field.columns)
    )
    return f"CASE WHEN count(*) > 0 THEN {expression} END"


def aggregate_json(alias: str, field: AggregateField) -> str:
    """The same as JSON text."""
    value = aggregate_sql(alias, field)
    if field.aggregate.type_name == "DateTime":
        return concatenated(json_value(value, field.columns[0], nullable=True))
    return f"coalesce(({value})::text, 'null')"


def _value(alias: str, columns: Sequence[Column]) -> str:
    if len(columns) == 1:
        return column(alias, columns[0].name)
    return f"concat({', '.join(column(alias, part.name) for part in columns)})"


def is_empty(alias: str, columns: Sequence[Column]) -> str:
    """NULL, or no text at all."""
    value = _value(alias, columns)
    if len(columns) > 1 or columns[0].kind in (kinds.TEXT, kinds.RICH_TEXT):
        return f"coalesce({value} = '', TRUE)"
    return f"({value} IS NULL)"
