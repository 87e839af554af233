"""Groups → one SELECT: the groups with their aggregates, and a sample of records for each where it is asked for."""

from dataclasses import replace

from schema.catalog.granularities import GRANULARITIES
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import (
    AggregateValue,
    ConnectionKey,
    Constant,
    Dimension,
    DimensionValues,
    GroupBy,
    GroupOrder,
    SortKey,
    TotalCount,
)
from schema.sql.aggregates import aggregate_json, aggregate_sql
from schema.sql.fragments import Json, Scope, Sql, concatenated, json_object, json_string
from schema.sql.keyset import direction
from schema.sql.projection import json_value
from schema.sql.records import COUNTED, PagePrinter

GROUPS = "groups"


def group_by(scope: Scope, plan: GroupBy) -> Statement:
    """One row with the JSON texts of the groups, separated by commas, in their order."""
    return _Groups(scope, plan).statement()


def _uses_zone(dimension: Dimension) -> bool:
    return dimension.column.kind is kinds.DATE_TIME and "{zone}" in GRANULARITIES[dimension.granularity].key


class _Groups:
    def __init__(self, scope: Scope, plan: GroupBy) -> None:
        self.scope = scope
        self.plan = plan
        self.zones = [
            _uses_zone(dimension) and scope.bind(dimension.time_zone, "text") for dimension in plan.dimensions
        ]
        self.aggregates: list[str] = []

    def statement(self) -> Statement:
        json = concatenated(json_object((key.key, self._json(key)) for key in self.plan.keys))
        dimensions = [f"{self._key(n, COUNTED)} AS d{n}" for n in range(len(self.plan.dimensions))]
        outputs = ", ".join([*dimensions, *self.aggregates])
        page = PagePrinter(self.scope, self.plan.records)
        grouped = ", ".join(f"d{n}" for n in range(len(self.plan.dimensions)))
        order = ", ".join(self._order(entry) for entry in self.plan.order)
        rows = f"SELECT {outputs} {page.all_rows()} GROUP BY {grouped} ORDER BY {order} LIMIT {int(self.plan.limit)}"
        return self.scope.statement(f"SELECT string_agg({json}, ',') FROM ({rows}) {GROUPS}")

    def _json(self, key: ConnectionKey | DimensionValues) -> Json:
        match key:
            case Constant(_, value):
                return json_string(value)
            case DimensionValues():
                values = [Sql(self._label(n)) for n in range(len(self.plan.dimensions))]
                listed = [piece for value in values for piece in (",", value)][1:]
                return ("[", *listed, "]")
            case TotalCount():
                return (Sql(self._aggregate("count(*)::text")),)
            case AggregateValue(_, field):
                return (Sql(self._aggregate(aggregate_json(COUNTED, field))),)
            case _:
                return (Sql(self._of_records(key)),)

    def _aggregate(self, expression: str) -> str:
        self.aggregates.append(f"{expression} AS a{len(self.aggregates)}")
        return f"{GROUPS}.a{len(self.aggregates) - 1}"

    def _of_records(self, key: ConnectionKey) -> str:
        """What is asked of the group's own records: those with its values."""

        def of_group(alias: str) -> list[str]:
            return [
                f"{self._key(n, alias)} IS NOT DISTINCT FROM {GROUPS}.d{n}" for n in range(len(self.plan.dimensions))
            ]

        page = PagePrinter(self.scope, replace(self.plan.records, keys=(key,)), of_group)
        return f"({page.select(concatenated(page.json(key)))})"

    def _key(self, n: int, alias: str) -> str:
        """What is grouped by, of the row `alias`."""
        dimension = self.plan.dimensions[n]
        source = dimension.column.read(alias)
        if dimension.column.kind is not kinds.DATE_TIME:
            return source
        return GRANULARITIES[dimension.granularity].key.format(date=source, zone=self.zones[n])

    def _label(self, n: int) -> str:
        """The JSON text of a dimension's value."""
        dimension, key = self.plan.dimensions[n], f"{GROUPS}.d{n}"
        if dimension.column.kind is kinds.DATE_TIME:
            label = GRANULARITIES[dimension.granularity].label
            if label is None:
                return concatenated(json_value(key, dimension.column, nullable=True))
            return f"coalesce('\"' || {label.format(key=key)} || '\"', 'null')"
        return f"coalesce(to_json({key}::text)::text, 'null')"

    def _order(self, entry: GroupOrder) -> str:
        if isinstance(entry.by, int):
            return direction(self._key(entry.by, COUNTED), self._sort_key(entry, self.plan.dimensions[entry.by]))
        nulls = "FIRST" if entry.nulls_first else "LAST"
        return f"{aggregate_sql(COUNTED, entry.by)} {'DESC' if entry.descending else 'ASC'} NULLS {nulls}"

    def _sort_key(self, entry: GroupOrder, dimension: Dimension) -> SortKey:
        return SortKey(dimension.column, entry.descending, entry.nulls_first)
