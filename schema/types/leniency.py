"""Values of variables that some clients send where GraphQL is stricter: `""` for nothing, and `"50"` for a number.

The empty text passes through coercion. The planner stores null for it where a field is nullable, and refuses it by the
name of the field where not.
"""

import re
from dataclasses import replace
from typing import Any

from graphql import GraphQLEnumType, GraphQLFloat, GraphQLScalarType, GraphQLSchema
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

EMPTY = ""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,300}")


def whole_number(value: Any) -> Any:
    """The number that a text of digits is, and any other value as it is."""
    return float(value) if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value) else value


def float_scalar() -> ScalarDefinition:
    """GraphQL's own `Float` for the schema, that takes whole numbers as text and `""`, as values of variables alone."""

    def coerce(value: Any) -> Any:
        return EMPTY if value == EMPTY else GraphQLFloat.coerce_input_value(whole_number(value))

    made = _Float(
        name=GraphQLFloat.name,
        description=GraphQLFloat.description,
        coerce_output_value=GraphQLFloat.coerce_output_value,
        coerce_input_value=coerce,
        coerce_input_literal=GraphQLFloat.coerce_input_literal,
        value_to_literal=GraphQLFloat.value_to_literal,
    )
    known = DEFAULT_SCALAR_REGISTRY[float]
    return replace(known, implementation=made, origin=made)


class _Float(GraphQLScalarType):
    """May be called like a type that GraphQL has already."""

    reserved_types = {}  # noqa: RUF012 - declared as GraphQL does


def take_empty(schema: GraphQLSchema, enum: str) -> None:
    """Have an enum of data take `""` as the value of a variable."""
    type_ = schema.type_map[enum]
    assert isinstance(type_, GraphQLEnumType)
    strict = type_.coerce_input_value

    def coerce(value: Any, *hide_suggestions: bool) -> Any:
        return EMPTY if value == EMPTY else strict(value, *hide_suggestions)

    type_.coerce_input_value = coerce  # type: ignore[method-assign, assignment]
