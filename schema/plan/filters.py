"""A filter argument → a condition."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from schema.catalog.model import Column, Field, KeyColumn, ObjectType, Relation
from schema.catalog.operators import OPERATORS, SECRET_OPERATORS, Operand, Operator
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.nodes import (
    FALSE,
    TRUE,
    And,
    Compare,
    Condition,
    Exists,
    Filled,
    IsNull,
    Liveness,
    Not,
    Or,
    Quantifier,
    Rows,
)
from schema.plan.nodes.placeholders import decided, deferred
from schema.plan.operands import enum_value, operand
from schema.plan.parts import dependent
from schema.values import text
from schema.values.keys import phone_operand_key

Filter: TypeAlias = Mapping[str, Any]

DELETED_AT = "deletedAt"
_CONNECTIVES = ("and", "or", "not")
_EQUALITIES = ("eq", "neq", "in")


def condition(object_type: ObjectType, filter: Mapping[str, Any] | None) -> Condition:
    """The condition that a filter states; `TRUE` itself where it states none."""
    if not filter:
        return TRUE
    return _all(_entry(object_type, name, value) for name, value in unaliased(object_type, filter).items())


def rows(object_type: ObjectType, filter: Mapping[str, Any] | None) -> Rows:
    """The rows that a filter is about: live ones, unless it mentions `deletedAt` at its own level."""
    liveness = Liveness.ANY if _mentions_deleted(filter) else Liveness.LIVE
    return Rows(object_type, condition(object_type, filter), liveness)


def _mentions_deleted(filter: Mapping[str, Any] | None) -> bool:
    if not filter:
        return False
    branches = [filter["not"]] if filter.get("not") else []
    for connective in ("and", "or"):
        branches += filter.get(connective) or []
    return DELETED_AT in filter or any(_mentions_deleted(branch) for branch in branches)


def _entry(object_type: ObjectType, name: str, value: Any) -> Condition:
    if name in _CONNECTIVES:
        if value is None:
            return TRUE
        if name == "not":
            return _not(condition(object_type, value))
        if name == "or":
            return _any(condition(object_type, branch) for branch in value)
        return _all(condition(object_type, branch) for branch in _together(object_type, value))
    relation = object_type.relations.get(name)
    if relation is None:
        return _field(object_type.fields[name], value)
    if value is None:
        raise BadUserInput(f"Relation {name} in the filter must not be null")
    quantified = value if relation.is_to_many else {Quantifier.SOME.value: value}
    return _all(_related(relation, Quantifier(quantifier), inner) for quantifier, inner in quantified.items())


def _together(object_type: ObjectType, branches: Iterable[Filter | None]) -> Iterable[Filter | None]:
    """Parts that are understood together stand together, where each has a branch of its own, as REST writes them."""
    fields = {field.name for field in dependent(object_type)}
    merged: list[Filter | None] = []
    first: dict[str, int] = {}
    for branch in branches:
        name = next(iter(branch)) if branch and len(branch) == 1 else ""
        parts = branch[name] if branch and name in fields else None
        if not parts:
            merged.append(branch)
            continue
        place = first.setdefault(name, len(merged))
        if place == len(merged):
            merged.append(branch)
        elif (known := (merged[place] or {})[name]).keys().isdisjoint(parts):
            merged[place] = {name: {**known, **parts}}
        else:
            merged.append(branch)
    return merged


def _related(relation: Relation, quantifier: Quantifier, filter: Any) -> Condition:
    if filter is None:
        raise BadUserInput(f"{quantifier.value} of relation {relation.name} in the filter must not be null")
    return Exists(relation, quantifier, rows(relation.target_type, filter))


def _field(field: Field, value: Any) -> Condition:
    if not value:
        raise _no_condition(field.name)
    if field.composite is None:
        return _leaf(field.column, value)
    columns, conditions = field.by_part, []
    for part, leaf in value.items():
        if not leaf:
            raise _no_condition(columns[part].path)
        conditions.append(_leaf(columns[part], leaf, _beside(field, part, value)))
    return _all(conditions)


def _beside(field: Field, part: str, value: Mapping[str, Any]) -> list[Any]:
    """What the parts that a value is understood with are to be equal to."""
    _, *others = field.keyed if field.by_part[part].key else (None,)
    return [(value.get(str(other.part)) or {}).get("eq") for other in others if other]


def _leaf(column: Column, operators: Mapping[str, Any], beside: Sequence[Any] = ()) -> Condition:
    """All operators of a leaf apply."""
    return _all(_comparison(column, name, value, beside) for name, value in operators.items())


def _comparison(column: Column, name: str, value: Any, beside: Sequence[Any]) -> Condition:
    operator = (SECRET_OPERATORS if column.secret else OPERATORS[column.kind]).get(name)
    if operator is None:
        raise BadUserInput(f'Field "{column.path}" cannot be filtered with {name}: it can only be tested with is')
    if value is None:
        raise BadUserInput(
            f"Invalid filter value for field {column.path}: {name} must not be null. "
            "Use is: NULL to find missing values"
        )
    if operator.operand is Operand.NULLNESS:
        return IsNull(column, operator, decided(value, enum_value) == "NULL")
    if column.key and operator.name in _EQUALITIES:
        return _same(column, column.key, operator, value, beside)
    return _indexed(Compare(column, operator, deferred(value, partial(_operand, column, operator))), value)


def _same(column: Column, key: KeyColumn, operator: Operator, value: Any, beside: Sequence[Any]) -> Condition:
    """Whether the value is the same, however it is spelled. What is empty has an empty key.

    What depends on other parts has a key where they are said, or where the value says them itself; besides, and else,
    it is compared with what is stored, so that what was read finds its record.
    """
    if not beside:
        return _indexed(Compare(key, operator, deferred(value, partial(_keys, column, operator))), value)
    if operator.name == "neq":
        return Not(_same(column, key, OPERATORS[column.kind]["eq"], value, beside))
    stored = Compare(column, operator, deferred(value, partial(_operand, column, operator)))
    if all(part is None for part in beside) and not any(decided(item, _is_complete) for item in _items(value)):
        return stored
    return Or((Compare(key, operator, deferred([value, *beside], partial(_complete_keys, column, operator))), stored))


def _keys(column: Column, operator: Operator, value: Any) -> Any:
    given = _operand(column, operator, value)
    return [*map(column.key_of, given)] if operator.operand is Operand.LIST else column.key_of(given)


def _complete_keys(column: Column, operator: Operator, given: Sequence[Any]) -> Any:
    """The keys of the values that the parts beside them, or they themselves, make complete."""
    value, *beside = given
    operand = _operand(column, operator, value)
    parts = [part if isinstance(part, str) else "" for part in beside]
    keys = [phone_operand_key(item, *parts) for item in _items(operand) if any(parts) or _is_complete(item)]
    return keys if operator.operand is Operand.LIST else keys[0]


def _is_complete(value: Any) -> bool:
    """Whether it is a phone with its calling code, or a list with one."""
    return any(isinstance(item, str) and item.strip().startswith("+") for item in _items(value))


def _indexed(compared: Compare, value: Any) -> Condition:
    """The index of texts holds filled ones only, and a plan for any value cannot know that this one is."""
    column, name = compared.column, compared.operator.name
    if column.indexed_if_filled and name in ("eq", "in") and all(decided(item, _is_filled) for item in _items(value)):
        return And((compared, Filled(column)))
    return compared


def _operand(column: Column, operator: Operator, value: Any) -> Any:
    if operator.operand is Operand.LIST:
        if not value or None in value:
            raise BadUserInput(
                f"Invalid filter value for field {column.path}. Expected non-empty array without null. "
                "Use is: NULL to find missing values"
            )
        return [operand(column, item) for item in value]
    if operator.operand is Operand.TEXT:
        return text.text(value, column.path)
    if operator.operand is Operand.PATTERN:
        return _pattern(column, value)
    if operator.operand is Operand.FLAG:
        return value
    return operand(column, value)


def _pattern(column: Column, value: str) -> str:
    """A LIKE pattern. A backslash escapes what follows, and so cannot be the last character."""
    backslashes = len(value) - len(value.rstrip("\\"))
    if backslashes % 2:
        raise BadUserInput(f"Invalid filter value for field {column.path}: the pattern ends in a lone backslash")
    return text.text(value, column.path)


def _is_filled(value: Any) -> bool:
    """Whether it is a text, or a list of texts, of which something is left however they are normalised."""
    return all(isinstance(item, str) and item.strip() != "" for item in _items(value))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _no_condition(path: str) -> BadUserInput:
    return BadUserInput(f"Field {path} in the filter has no operator. Use is: NULL to find missing values")


# What says nothing is folded away, so that a filter without a condition is known as one however it is written.


def _not(condition: Condition) -> Condition:
    return TRUE if condition == FALSE else Not(condition)


def _all(conditions: Iterable[Condition]) -> Condition:
    kept = tuple(condition for condition in conditions if condition != TRUE)
    if FALSE in kept:
        return FALSE
    return kept[0] if len(kept) == 1 else And(kept)


def _any(conditions: Iterable[Condition]) -> Condition:
    """True as soon as one of them is no condition at all, and where there is none."""
    given = tuple(conditions)
    if not given or TRUE in given:
        return TRUE
    kept = tuple(condition for condition in given if condition != FALSE)
    return Or(kept) if kept else FALSE
