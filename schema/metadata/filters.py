"""Filters on objects and fields: on their flags and ids, combined by `and` and `or`."""

# ruff: noqa: N815 - fields have their API names

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from schema.errors import BadUserInput
from schema.types import scalars

T = TypeVar("T")
Test = Callable[[Any, Any], bool]

FLAG_OPERATORS: Mapping[str, Test] = {
    "is": lambda value, operand: bool(value == operand),
    "isNot": lambda value, operand: bool(value != operand),
}
ID_OPERATORS: Mapping[str, Test] = {
    "eq": lambda value, operand: bool(value == operand),
    "neq": lambda value, operand: bool(value != operand),
    "in": lambda value, operand: value in operand,
    "notIn": lambda value, operand: value not in operand,
}


@strawberry.input
class BooleanFieldComparison:
    is_: bool | None = strawberry.field(name="is", default=strawberry.UNSET)
    isNot: bool | None = strawberry.UNSET


@strawberry.input
class UUIDFilterComparison:
    eq: scalars.UUID | None = strawberry.UNSET
    neq: scalars.UUID | None = strawberry.UNSET
    in_: list[scalars.UUID] | None = strawberry.field(name="in", default=strawberry.UNSET)
    notIn: list[scalars.UUID] | None = strawberry.UNSET


@strawberry.input
class ObjectFilter:
    and_: list["ObjectFilter"] | None = strawberry.field(name="and", default=strawberry.UNSET)
    or_: list["ObjectFilter"] | None = strawberry.field(name="or", default=strawberry.UNSET)
    id: UUIDFilterComparison | None = strawberry.UNSET
    isCustom: BooleanFieldComparison | None = strawberry.UNSET
    isRemote: BooleanFieldComparison | None = strawberry.UNSET
    isActive: BooleanFieldComparison | None = strawberry.UNSET
    isSystem: BooleanFieldComparison | None = strawberry.UNSET
    isSearchable: BooleanFieldComparison | None = strawberry.UNSET


@strawberry.input
class FieldFilter:
    and_: list["FieldFilter"] | None = strawberry.field(name="and", default=strawberry.UNSET)
    or_: list["FieldFilter"] | None = strawberry.field(name="or", default=strawberry.UNSET)
    id: UUIDFilterComparison | None = strawberry.UNSET
    isCustom: BooleanFieldComparison | None = strawberry.UNSET
    isActive: BooleanFieldComparison | None = strawberry.UNSET
    isSystem: BooleanFieldComparison | None = strawberry.UNSET
    isUIReadOnly: BooleanFieldComparison | None = strawberry.UNSET


@strawberry.input
class IndexFilter:
    and_: list["IndexFilter"] | None = strawberry.field(name="and", default=strawberry.UNSET)
    or_: list["IndexFilter"] | None = strawberry.field(name="or", default=strawberry.UNSET)
    id: UUIDFilterComparison | None = strawberry.UNSET
    isCustom: BooleanFieldComparison | None = strawberry.UNSET


Filter = ObjectFilter | FieldFilter | IndexFilter


def matching(items: Sequence[T], filter: Filter | None) -> Sequence[T]:
    """The items that a filter matches; all, where it states no condition. Raises BadUserInput."""
    if not filter:
        return items
    return [item for item in items if _matches(item, filter)]


def _matches(item: Any, filter: Filter) -> bool:
    for name, given in _given(filter):
        if name in ("and", "or"):
            found = [_matches(item, inner) for inner in given or ()]
            if found and not (all(found) if name == "and" else any(found)):
                return False
        elif not _holds(getattr(item, name), given, name):
            return False
    return True


def _holds(value: Any, comparison: Any, name: str) -> bool:
    operators = ID_OPERATORS if isinstance(comparison, UUIDFilterComparison) else FLAG_OPERATORS
    conditions = list(_given(comparison)) if comparison else []
    if not conditions or any(operand is None or operand == [] for _, operand in conditions):
        raise BadUserInput(f'The filter on "{name}" needs an operator with a value')
    return all(operators[operator](value, _comparable(operand)) for operator, operand in conditions)


def _comparable(operand: Any) -> Any:
    if isinstance(operand, list):
        return [str(item) for item in operand]
    return str(operand) if isinstance(operand, UUID) else operand


def _given(filter: Any) -> Iterable[tuple[str, Any]]:
    """What is in an input, by its GraphQL names."""
    for field in fields(filter):
        value = getattr(filter, field.name)
        if value is not strawberry.UNSET:
            yield field.name.rstrip("_"), value
