"""The Strawberry schema as this server has it: what it logs, and the directives that clients of every age can read."""

from collections.abc import Iterable
from copy import copy
from typing import Any

import strawberry
from graphql import GraphQLDirective, GraphQLError

_READ_BY_ALL = frozenset(
    {
        *("QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"),
        *("VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE"),
        *("UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION"),
    }
)
"""The locations of the specification of October 2021. For one that it does not know, a client refuses the schema."""


class Schema(strawberry.Schema):
    """Errors are logged where they are rendered, and only those that are ours.

    Directives `of_operations` are for who runs operations: no resolver sees them.
    """

    def __init__(self, *arguments: Any, of_operations: Iterable[GraphQLDirective] = (), **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._schema.directives = (*map(_read_by_all, self._schema.directives), *of_operations)

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        pass


def _read_by_all(directive: GraphQLDirective) -> GraphQLDirective:
    """The directive without locations that later specifications may have added."""
    known = tuple(location for location in directive.locations if location.name in _READ_BY_ALL)
    if known == directive.locations:
        return directive
    narrowed = copy(directive)
    narrowed.locations = known
    return narrowed
