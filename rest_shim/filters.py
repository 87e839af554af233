"""The `filter` parameter → a GraphQL filter: fields and comparators are looked up, values read by the column's kind."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rest_shim import paths
from rest_shim.filter_syntax import Conjunction, Predicate, parse
from schema.catalog.model import Column, ObjectType
from schema.catalog.operators import OPERATORS, SECRET_OPERATORS, Operand, Operator
from schema.declare import kinds
from schema.declare.kinds import Kind
from schema.errors import BadUserInput
from schema.values.messages import shown

GraphQLFilter = dict[str, Any]

_DOCUMENTED = (
    *("eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte"),
    *("startsWith", "endsWith", "like", "ilike"),
)
_OTHERS = dict.fromkeys(name for operators in OPERATORS.values() for name in operators if name not in _DOCUMENTED)
COMPARATORS = (*_DOCUMENTED, *_OTHERS)

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_FLAGS = {"true": True, "false": False}


def read(text: str, object_type: ObjectType) -> GraphQLFilter:
    """Raises BadUserInput."""
    return _condition(parse(text), object_type)


def operators(column: Column) -> Mapping[str, Operator]:
    """The comparators that a column knows."""
    return SECRET_OPERATORS if column.secret else OPERATORS[column.kind]


def _condition(condition: Predicate | Conjunction, object_type: ObjectType) -> GraphQLFilter:
    if isinstance(condition, Predicate):
        return _predicate(condition, object_type)
    items = [_condition(item, object_type) for item in condition.items]
    return {condition.connective: items[0] if condition.connective == "not" else items}


def _predicate(predicate: Predicate, object_type: ObjectType) -> GraphQLFilter:
    if predicate.comparator not in COMPARATORS:
        raise _unknown_comparator(predicate, COMPARATORS)
    column = paths.column(object_type, predicate.path)
    known = operators(column)
    operator = known.get(predicate.comparator)
    if operator is None:
        raise _unknown_comparator(predicate, [name for name in COMPARATORS if name in known])
    return paths.nested(column, {operator.name: _operand(predicate, column, operator)})


def _operand(predicate: Predicate, column: Column, operator: Operator) -> Any:
    if operator.operand is Operand.LIST:
        if isinstance(predicate.value, str):
            raise BadUserInput(
                f"'filter' invalid for '{operator.name}' operator. Received '{shown(predicate.written)}' but array"
                f" value expected eg: 'field[{operator.name}]:[value_1,value_2]'"
            )
        return [_value(predicate, column, item) for item in predicate.value]
    text = predicate.value if isinstance(predicate.value, str) else predicate.written
    match operator.operand:
        case Operand.NULLNESS:
            return _one_of(predicate, text, {"NULL": "NULL", "NOT_NULL": "NOT_NULL"})
        case Operand.FLAG:
            return bool(_one_of(predicate, text.lower(), _FLAGS))
        case Operand.TEXT | Operand.PATTERN:
            return text
        case _:
            return _value(predicate, column, text)


def _value(predicate: Predicate, column: Column, text: str) -> Any:
    if column.options:
        return _option(column, text)
    return _VALUES.get(column.kind, _as_it_is)(predicate, text)


def _as_it_is(predicate: Predicate, text: str) -> str:
    return text


def _flag(predicate: Predicate, text: str) -> bool:
    return bool(_one_of(predicate, text.lower(), _FLAGS))


def _float(predicate: Predicate, text: str) -> float:
    return float(_number(predicate, text))


def _number(predicate: Predicate, text: str) -> str:
    """The digits as they are, since a number may have more of them than a float."""
    if not _NUMBER.fullmatch(text):
        raise BadUserInput(f"'filter' invalid for '{shown(predicate.source)}'. '{shown(text)}' is not a number")
    return text


_VALUES: Mapping[Kind, Callable[[Predicate, str], Any]] = {
    kinds.BOOLEAN: _flag,
    kinds.NUMBER: _float,
    kinds.POSITION: _float,
    kinds.NUMERIC: _number,
}


def _option(column: Column, text: str) -> str:
    assert column.options
    if text not in column.options.values:
        available = ", ".join(f"'{value}'" for value in column.options.values)
        raise BadUserInput(
            f"'filter' enum value '{shown(text)}' not available in '{column.path}' enum."
            f" Available enum values are [{available}]"
        )
    return text


def _one_of(predicate: Predicate, text: str, values: Mapping[str, Any]) -> Any:
    if text not in values:
        raise BadUserInput(
            f"'filter' invalid for '{shown(predicate.source)}'. '{shown(text)}' is neither {' nor '.join(values)}"
        )
    return values[text]


def _unknown_comparator(predicate: Predicate, known: Sequence[str]) -> BadUserInput:
    return BadUserInput(
        f"'filter' invalid for '{shown(predicate.source)}', comparator {shown(predicate.comparator)}"
        f" not in {', '.join(known)}"
    )
