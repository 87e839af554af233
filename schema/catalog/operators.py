"""What each filter operator means for each kind of column: one table, its SQL included.

GraphQL inputs, the planner, the printer, REST and the tests all read it; an operator more is a row more. A template's
`{column}` is the column as the printer names it, `{value}` a parameter that already has the operand's type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from schema.declare import kinds
from schema.declare.kinds import Kind


class Operand(Enum):
    """What an operator takes."""

    VALUE = "one value of the column's kind"
    LIST = "a list of values of the column's kind"
    TEXT = "text"
    PATTERN = "a LIKE pattern"
    FLAG = "true or false"
    NULLNESS = "NULL or NOT_NULL"


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator."""

    name: str
    operand: Operand
    sql: str


def _table(*operators: Operator) -> Mapping[str, Operator]:
    return {operator.name: operator for operator in operators}


_IS = Operator("is", Operand.NULLNESS, "{column} IS {value}")
_EQUALITY = (
    Operator("eq", Operand.VALUE, "{column} = {value}"),
    Operator("neq", Operand.VALUE, "{column} <> {value}"),
    Operator("in", Operand.LIST, "{column} = ANY({value})"),
)
_COMPARISON = (
    Operator("gt", Operand.VALUE, "{column} > {value}"),
    Operator("gte", Operand.VALUE, "{column} >= {value}"),
    Operator("lt", Operand.VALUE, "{column} < {value}"),
    Operator("lte", Operand.VALUE, "{column} <= {value}"),
)
_ORDERED = _table(*_EQUALITY, *_COMPARISON, _IS)

_TEXT = _table(
    *_EQUALITY,
    # Bytewise, so that text compares the same on every machine.
    Operator("gt", Operand.VALUE, '{column} COLLATE "C" > {value}'),
    Operator("gte", Operand.VALUE, '{column} COLLATE "C" >= {value}'),
    Operator("lt", Operand.VALUE, '{column} COLLATE "C" < {value}'),
    Operator("lte", Operand.VALUE, '{column} COLLATE "C" <= {value}'),
    Operator("startsWith", Operand.TEXT, "starts_with({column}, {value})"),
    Operator("endsWith", Operand.TEXT, "right({column}, length({value})) = {value}"),
    Operator("like", Operand.PATTERN, "{column} LIKE {value}"),
    Operator("ilike", Operand.PATTERN, "{column} ILIKE {value}"),
    Operator("regex", Operand.TEXT, "{column} ~ {value}"),
    Operator("iregex", Operand.TEXT, "{column} ~* {value}"),
    _IS,
)

OPERATORS: Mapping[Kind, Mapping[str, Operator]] = {
    kinds.ID: _ORDERED,
    kinds.UUID: _ORDERED,
    kinds.TEXT: _TEXT,
    kinds.RICH_TEXT: _TEXT,
    kinds.NUMBER: _ORDERED,
    kinds.NUMERIC: _ORDERED,
    kinds.POSITION: _ORDERED,
    kinds.DATE_TIME: _ORDERED,
    kinds.BOOLEAN: _table(Operator("eq", Operand.VALUE, "{column} = {value}"), _IS),
    kinds.RAW_JSON: _table(_IS, Operator("like", Operand.PATTERN, "{column}::text LIKE {value}")),
    kinds.ARRAY: _table(
        Operator(
            "containsIlike",
            Operand.PATTERN,
            # Unknown where the list is missing, as every operator.
            "CASE WHEN {column} IS NOT NULL"
            " THEN EXISTS (SELECT FROM unnest({column}) AS item WHERE item ILIKE {value}) END",
        ),
        _IS,
        Operator("isEmptyArray", Operand.FLAG, "(cardinality({column}) = 0) = {value}"),
    ),
    kinds.SELECT: _table(
        *_EQUALITY,
        Operator("containsAny", Operand.LIST, "{column} = ANY({value})"),
        _IS,
        # One value is an empty selection when it is missing.
        Operator("isEmptyArray", Operand.FLAG, "({column} IS NULL) = {value}"),
    ),
    kinds.MULTI_SELECT: _table(
        Operator("eq", Operand.VALUE, "{value} = ANY({column})"),
        Operator("neq", Operand.VALUE, "NOT ({value} = ANY({column}))"),
        Operator("in", Operand.LIST, "{column} && {value}"),
        Operator("containsAny", Operand.LIST, "{column} && {value}"),
        _IS,
        Operator("isEmptyArray", Operand.FLAG, "(cardinality({column}) = 0) = {value}"),
    ),
}

# A secret can only be asked whether it is set; one that is not set is stored as the empty text.
SECRET_OPERATORS: Mapping[str, Operator] = _table(
    Operator("is", Operand.NULLNESS, "nullif({column}, '') IS {value}"),
)
