"""Whether a document asks for the schema alone, which those without a token may where INTROSPECTION is open."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
    get_operation_ast,
)

from schema.context import Limits
from schema.errors import QueryTooComplex
from schema.execution.parsing import parsed

ROOTS = frozenset({"__schema", "__type", "__typename"})


def asks_for_schema_only(document: str, operation_name: str | None, limits: Limits) -> bool:
    """False also for what is no GraphQL, or too much of it: who has no token is told of that first."""
    try:
        node, _ = parsed(document, limits)
    except (GraphQLError, RecursionError, QueryTooComplex):
        return False
    operation = get_operation_ast(node, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return False
    return all(name in ROOTS for name in _root_fields(operation.selection_set, _fragments(node), set()))


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[str]:
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in fragments and name not in seen:
                seen.add(name)
                yield from _root_fields(fragments[name].selection_set, fragments, seen)
