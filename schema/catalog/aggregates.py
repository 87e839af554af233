"""The aggregates of a connection: one table of what can be asked of which kind of field."""

from collections.abc import Iterator
from dataclasses import dataclass

from schema.catalog.model import Column, Field, ObjectType
from schema.declare import names

TOTAL_COUNT = "totalCount"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One function: `countTrue` of a BOOLEAN is an `Int`. `part` names the part of a composite that it looks at.

    In its SQL `{value}` is what the field holds and `{empty}` whether it holds nothing. Over no rows it is null.
    """

    name: str
    type_name: str
    sql: str
    kinds: frozenset[str] | None = None
    part: str | None = None

    @property
    def counts_emptiness(self) -> bool:
        return self.name.endswith("Empty")


@dataclass(frozen=True, slots=True)
class AggregateField:
    """One aggregate of one field, as a field of the connection: `sumAmountAmountMicros`."""

    name: str
    aggregate: Aggregate
    field: Field

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that it looks at: the one named part, or those that stand for the whole field."""
        if self.field.composite is None:
            return self.field.columns
        parts = (self.aggregate.part,) if self.aggregate.part else self.field.composite.summary
        return tuple(column for column in self.field.columns if column.part in parts)


_DATES = frozenset({"DATE_TIME"})
_BOOLEANS = frozenset({"BOOLEAN"})
_NUMBERS = frozenset({"NUMBER"})
_CURRENCIES = frozenset({"CURRENCY"})

AGGREGATES: tuple[Aggregate, ...] = (
    Aggregate("countUniqueValues", "Int", "count(DISTINCT {value})"),
    Aggregate("countEmpty", "Int", "count(*) FILTER (WHERE {empty})"),
    Aggregate("countNotEmpty", "Int", "count(*) FILTER (WHERE NOT {empty})"),
    Aggregate("percentageEmpty", "Float", "count(*) FILTER (WHERE {empty})::float8 / count(*)"),
    Aggregate("percentageNotEmpty", "Float", "count(*) FILTER (WHERE NOT {empty})::float8 / count(*)"),
    Aggregate("min", "DateTime", "min({value})", _DATES),
    Aggregate("max", "DateTime", "max({value})", _DATES),
    Aggregate("countTrue", "Int", "count(*) FILTER (WHERE {value})", _BOOLEANS),
    Aggregate("countFalse", "Int", "count(*) FILTER (WHERE NOT {value})", _BOOLEANS),
    *(Aggregate(name, "Float", f"{name}({{value}})", _NUMBERS) for name in ("min", "max", "avg", "sum")),
    *(
        Aggregate(name, "Float", f"{name}({{value}})", _CURRENCIES, "amountMicros")
        for name in ("min", "max", "sum", "avg")
    ),
)


def aggregate_named(object_type: ObjectType, name: str) -> AggregateField:
    """The aggregate that a field of the connection is. Plans that ask for it are remembered, so this is not."""
    return next(field for field in aggregate_fields(object_type) if field.name == name)


def aggregate_fields(object_type: ObjectType) -> Iterator[AggregateField]:
    """Every aggregate of an object's connection, field by field."""
    for field in object_type.fields.values():
        for aggregate in AGGREGATES:
            if aggregate.kinds is None or field.kind_name in aggregate.kinds:
                part = names.capital(aggregate.part or "")
                yield AggregateField(f"{aggregate.name}{names.capital(field.name)}{part}", aggregate, field)
