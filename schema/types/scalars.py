"""The scalar types of the schema, and how a client's value becomes a Python one.

A value that a scalar refuses is a validation error where it stands in the document and BAD_USER_INPUT where it comes
from a variable; GraphQL adds where it stood.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NewType

import strawberry
from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode, value_from_ast_untyped
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from schema.declare.positions import POSITIONS
from schema.errors import ApiError
from schema.types.leniency import EMPTY, float_scalar, whole_number
from schema.values import dates, ids, numbers
from schema.values.messages import as_json

VALUE = "value"

UUID = NewType("UUID", str)
DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
Position = NewType("Position", str)
RawJSONScalar = NewType("RawJSONScalar", object)
BigFloat = NewType("BigFloat", float)
BigInt = NewType("BigInt", str)
Cursor = NewType("Cursor", str)
ConnectionCursor = NewType("ConnectionCursor", str)


def _uuid(value: Any) -> Any:
    if not isinstance(value, str):
        raise GraphQLError("UUID must be a string")
    return ids.uuid(value, "id")


def _date_time(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise GraphQLError("A date-time is an ISO 8601 string")
    return dates.date_time(value, VALUE)


def _position(value: Any) -> Any:
    """The empty text is null, which is the end."""
    if value in POSITIONS:
        return value
    if value == EMPTY:
        return None
    number = whole_number(value)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise GraphQLError(f"Invalid position value: {as_json(value)}. Position must be 'first', 'last', or a number")
    return numbers.number(number, "position")


def _big_float(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise GraphQLError("BigFloat must be a number")
    return numbers.decimal(value, VALUE)


def _big_int(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise GraphQLError("BigInt must be an integer")
    return int(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise GraphQLError("A cursor is a string")
    return value


def _or_empty(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: EMPTY if value == EMPTY else parse(value)


def _scalar(name: str, parse: Callable[[Any], Any], description: str) -> ScalarDefinition:
    """A scalar whose literals are strings and numbers, read by `parse` wherever they come from."""

    def parse_value(value: Any) -> Any:
        try:
            return parse(value)
        except ApiError as error:
            raise GraphQLError(error.message.replace(f' for field "{VALUE}"', "")) from error  # GraphQL says which

    def parse_literal(node: ValueNode, _variables: Any = None) -> Any:
        if isinstance(node, StringValueNode):
            return parse_value(node.value)
        if isinstance(node, IntValueNode):
            return parse_value(int(node.value))
        if isinstance(node, FloatValueNode):
            return parse_value(float(node.value))
        raise GraphQLError(f"{name} must be a string or a number", node)

    return strawberry.scalar(
        name=name,
        description=description,
        parse_value=parse_value,
        parse_literal=parse_literal,
    )


def _json(name: str, description: str) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        parse_value=lambda value: value,
        parse_literal=value_from_ast_untyped,
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    UUID: _scalar("UUID", _or_empty(_uuid), "An RFC 9562 UUID, any version."),
    DateTime: _scalar(
        "DateTime", _or_empty(_date_time), "ISO 8601, UTC, with milliseconds: `2019-08-24T14:15:22.000Z`."
    ),
    Date: _scalar("Date", _date_time, "A date-time to compare with: ISO 8601, or milliseconds since 1970."),
    Position: _scalar("Position", _position, "A number, `first` or `last`."),
    RawJSONScalar: _json("RawJSONScalar", "Any JSON value."),
    BigFloat: _scalar("BigFloat", _or_empty(_big_float), "A decimal number of any precision."),
    BigInt: _scalar("BigInt", _big_int, "An integer of any size."),
    Cursor: _scalar("Cursor", _text, "Where an edge stands in its connection. Opaque."),
    ConnectionCursor: _scalar("ConnectionCursor", _text, "Where a page starts or ends. Opaque."),
}

# What Strawberry makes of annotations.
SCALAR_MAP: Mapping[object, ScalarDefinition] = {**SCALARS, float: float_scalar()}

# Annotations by GraphQL name, the built-in scalars included.
BY_NAME: Mapping[str, Any] = {
    **{definition.name: key for key, definition in SCALARS.items()},
    "ID": strawberry.ID,
    "JSON": JSON,
    "String": str,
    "Int": int,
    "Float": float,
    "Boolean": bool,
}
