"""The values of variables → what their GraphQL types make of them, as GraphQL has it, only faster.

A function is made of each type once. What does not fit raises `Unfit` and nothing more: GraphQL's own coercion says
what is wrong with it. A placeholder is given the function of its type. The objects of a list that all give the same
fields, as those of a batch do, are coerced field by field.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLString,
    is_required_input_field,
)

from schema.plan.nodes.placeholders import Placeholder

Coerce = Callable[[Any], Any]
CoerceMany = Callable[[list[Any]], list[Any]]

REMEMBERED_ORDERS = 100  # of the fields of one input type, by which of them are given


class Unfit(Exception):
    """A value does not fit its type."""


class Coercions:
    """The functions of the types of one schema, in which no input field has a default."""

    def __init__(self) -> None:
        self._made: dict[GraphQLInputType, Coerce] = {}
        self._made_of_many: dict[GraphQLInputType, CoerceMany] = {}

    def of(self, type_: GraphQLInputType) -> Coerce:
        """What makes a value of the type of a JSON value. It raises Unfit."""
        if type_ not in self._made:
            self._made[type_] = lambda value: self._made[type_](value)  # for a type that contains itself
            self._made[type_] = self._make(type_)
        return self._made[type_]

    def of_many(self, type_: GraphQLInputType) -> CoerceMany:
        """As `of` for all values of a list, which is given back itself where it stays as it is."""
        if type_ not in self._made_of_many:
            self._made_of_many[type_] = self._make_of_many(type_)
        return self._made_of_many[type_]

    def _make(self, type_: GraphQLInputType) -> Coerce:
        match type_:
            case GraphQLNonNull():
                return _present(self.of(type_.of_type))
            case GraphQLList():
                return _list(self.of(type_.of_type), self.of_many(type_.of_type))
            case GraphQLInputObjectType():
                return self._input_object(type_)
            case _:
                return _leaf(type_)

    def _input_object(self, type_: GraphQLInputObjectType) -> Coerce:
        fields, in_order = {name: self.of(field.type) for name, field in type_.fields.items()}, _in_order(type_)

        def coerce(value: Any) -> Any:
            if value is None:
                return None
            if not isinstance(value, dict):
                raise Unfit
            return {name: fields[name](value[name]) for name in in_order(tuple(value))}

        return coerce

    def _make_of_many(self, type_: GraphQLInputType) -> CoerceMany:
        one, nullable = self.of(type_), type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(nullable, GraphQLInputObjectType):
            return self._input_objects(nullable, one)
        finished = _finished(nullable)

        def coerce(values: list[Any]) -> list[Any]:
            return values if {*map(type, values)} == {finished} else [one(value) for value in values]

        return coerce

    def _input_objects(self, type_: GraphQLInputObjectType, one: Coerce) -> CoerceMany:
        fields, in_order = type_.fields, _in_order(type_)

        def coerce(values: list[Any]) -> list[Any]:
            given = {*map(tuple, values)} if {*map(type, values)} == {dict} else set()
            if len(given) != 1:
                return [one(value) for value in values]
            names = in_order(*given)
            coerced = values if {names} == given else [{n: value[n] for n in names} for value in values]
            for name in names:
                column = [value[name] for value in values]
                made = self.of_many(fields[name].type)(column)
                if made is not column:
                    coerced = [value | {name: new} for value, new in zip(coerced, made, strict=True)]
            return coerced

        return coerce


def _in_order(type_: GraphQLInputObjectType) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """What makes of the names of the fields given those names as they stand in the schema. It raises Unfit."""
    required = {name for name, field in type_.fields.items() if is_required_input_field(field)}

    @lru_cache(REMEMBERED_ORDERS)
    def in_order(given: tuple[str, ...]) -> tuple[str, ...]:
        if not required <= {*given} <= type_.fields.keys():
            raise Unfit
        return tuple([name for name in type_.fields if name in given])

    return in_order


def _present(coerce_nullable: Coerce) -> Coerce:
    def coerce(value: Any) -> Any:
        if value is None:
            raise Unfit
        return coerce_nullable(value)

    return coerce


def _list(coerce_item: Coerce, coerce_items: CoerceMany) -> Coerce:
    def coerce(value: Any) -> Any:
        if isinstance(value, list):
            return coerce_items(value)
        if isinstance(value, Placeholder):
            return value.typed(coerce)
        return None if value is None else [coerce_item(value)]

    return coerce


def _leaf(type_: GraphQLLeafType) -> Coerce:
    parse, finished = type_.coerce_input_value, _finished(type_)

    def coerce(value: Any) -> Any:
        if type(value) is finished:
            return value
        if value is None:
            return None
        if isinstance(value, Placeholder):
            return value.typed(coerce)
        try:
            return parse(value)
        except Exception:  # noqa: BLE001 - whatever a scalar raises, as in GraphQL's own coercion
            raise Unfit from None

    return coerce


def _finished(type_: GraphQLInputType) -> type | None:
    """The Python type of the values that a type takes as they are."""
    return str if type_ in (GraphQLString, GraphQLID) else None
