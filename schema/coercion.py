"""The values of variables → what their GraphQL types make of them, as GraphQL has it, only faster.

A function is made of each type once. What does not fit raises `Unfit` and nothing more: GraphQL's own coercion says
what is wrong with it. A placeholder is given the function of its type.
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

from schema.placeholders import Placeholder

Coerce = Callable[[Any], Any]

REMEMBERED_ORDERS = 100  # of the fields of one input type, by which of them are given


class Unfit(Exception):
    """A value does not fit its type."""


class Coercions:
    """The functions of the types of one schema, in which no input field has a default."""

    def __init__(self) -> None:
        self._made: dict[GraphQLInputType, Coerce] = {}

    def of(self, type_: GraphQLInputType) -> Coerce:
        """What makes a value of the type of a JSON value. It raises Unfit."""
        if type_ not in self._made:
            self._made[type_] = lambda value: self._made[type_](value)  # for a type that contains itself
            self._made[type_] = self._make(type_)
        return self._made[type_]

    def _make(self, type_: GraphQLInputType) -> Coerce:
        match type_:
            case GraphQLNonNull():
                return _present(self.of(type_.of_type))
            case GraphQLList():
                return _list(self.of(type_.of_type))
            case GraphQLInputObjectType():
                return self._input_object(type_)
            case _:
                return _leaf(type_)

    def _input_object(self, type_: GraphQLInputObjectType) -> Coerce:
        fields = {name: self.of(field.type) for name, field in type_.fields.items()}
        required = {name for name, field in type_.fields.items() if is_required_input_field(field)}

        @lru_cache(REMEMBERED_ORDERS)
        def in_order(given: tuple[str, ...]) -> list[tuple[str, Coerce]]:
            """What is given, as it stands in the schema."""
            if not required <= {*given} <= fields.keys():
                raise Unfit
            return [(name, coerce_field) for name, coerce_field in fields.items() if name in given]

        def coerce(value: Any) -> Any:
            if value is None:
                return None
            if not isinstance(value, dict):
                raise Unfit
            return {name: coerce_field(value[name]) for name, coerce_field in in_order(tuple(value))}

        return coerce


def _present(coerce_nullable: Coerce) -> Coerce:
    def coerce(value: Any) -> Any:
        if value is None:
            raise Unfit
        return coerce_nullable(value)

    return coerce


def _list(coerce_item: Coerce) -> Coerce:
    def coerce(value: Any) -> Any:
        if isinstance(value, list):
            return [coerce_item(item) for item in value]
        if isinstance(value, Placeholder):
            return value.typed(coerce)
        return None if value is None else [coerce_item(value)]

    return coerce


def _leaf(type_: GraphQLLeafType) -> Coerce:
    parse = type_.coerce_input_value
    finished = str if type_ in (GraphQLString, GraphQLID) else None

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
