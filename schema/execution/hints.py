"""What an error says of a schema besides what is wrong: the name that is near, or all there are where they are few.

A hint that is wrong is worse than none, so that only near names are named.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from schema.values.messages import did_you_mean

MOST_LISTED = 14
"""Names: more are not listed in a message."""


def of_enum(type_: GraphQLEnumType) -> str:
    """The values it has, however many."""
    return f" Its values are {_quoted([*type_.values])}."


def of_input_field(type_: GraphQLInputObjectType, name: str) -> str:
    """Of a field that an input object lacks: operators are fields too."""
    return did_you_mean(name, type_.fields) or _listed("fields", type_.fields)


def of_input_object(type_: GraphQLInputObjectType) -> str:
    """Of an input object in whose place stands something else."""
    return _listed("fields", type_.fields)


def of_argument(field: GraphQLField, name: str) -> str:
    return did_you_mean(name, field.args) or _listed("arguments", field.args)


def of_field(schema: GraphQLSchema, type_: Any, name: str) -> str:
    """Of a field that is selected of a type that lacks it."""
    if not isinstance(type_, GraphQLObjectType):
        return ""
    near = did_you_mean(name, type_.fields)
    record = _record(type_)
    if record and name in record.fields:
        return f" The records are in its edges: 'edges {{ node {{ {name} }} }}'."
    if name in ("edges", "node", "pageInfo", "totalCount") and not near:
        return f" A value of type '{type_}' is one record, not a connection: select its fields themselves."
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        if root and root is not type_ and type_ in (schema.query_type, schema.mutation_type) and name in root.fields:
            return f" It is a field of '{root}'."
    return near


def of_type(schema: GraphQLSchema, name: str) -> str:
    return did_you_mean(name, schema.type_map)


def _record(type_: GraphQLObjectType) -> GraphQLObjectType | None:
    """What the edges of a connection lead to."""
    edges = type_.fields.get("edges")
    edge = get_named_type(edges.type) if edges else None
    node = edge.fields.get("node") if isinstance(edge, GraphQLObjectType) else None
    record = get_named_type(node.type) if node else None
    return record if isinstance(record, GraphQLObjectType) else None


def _listed(what: str, names: Iterable[str]) -> str:
    named = [*names]
    return f" Its {what} are {_quoted(named)}." if 0 < len(named) <= MOST_LISTED else ""


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
