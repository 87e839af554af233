"""Live queries: the directive that asks for them, and what it says of an operation."""

from typing import Any

from graphql import (
    DirectiveLocation,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLDirective,
    GraphQLError,
    get_directive_values,
)
from graphql.execution.values import VariableValues

from schema.execution.documents import ParsedOperation

LIVE = GraphQLDirective(
    "live",
    [DirectiveLocation.QUERY],
    {"if": GraphQLArgument(GraphQLBoolean, default_value=True)},
    description="Over a stream, answer again whenever the answer has changed.",
)


def is_live(operation: ParsedOperation, variables: dict[str, Any]) -> bool:
    """Whether a query asks to be kept up to date. `variables` are as they came; where they do not fit, it does not."""
    if not any(directive.name.value == LIVE.name for directive in operation.node.directives or ()):
        return False
    defaults = {name: value for variable in operation.variables for name, value in variable.default.items()}
    try:
        values = get_directive_values(LIVE, operation.node, VariableValues(sources={}, coerced=defaults | variables))
    except GraphQLError:
        return False
    return bool(values and values["if"])
