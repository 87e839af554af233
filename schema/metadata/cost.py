"""A bound on what an operation asks of the model. Fields lead to objects and back, so that a short document could ask
for millions of values. The sizes of its lists are the model's; all else that an operation costs is bounded by
`schema.execution.cost`.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension

from schema.errors import QueryTooComplex

LIMIT = 150_000
"""Values. What the web client asks for at its start is a third of it, and takes a fifth of a second."""

LISTS: Mapping[str, int] = {
    "objects": 40,
    "fields": 25,
    "fieldsList": 25,
    "indexMetadatas": 8,
    "indexFieldMetadatas": 2,
}
"""How many values a list has, about."""


class BoundedCost(SchemaExtension):
    """Refuses an operation that asks for more of the model than the limit."""

    def on_execute(self) -> Iterator[None]:
        document = self.execution_context.graphql_document
        if document is not None and cost(document) > LIMIT:
            raise QueryTooComplex("The query asks for too much of the model at once")
        yield


def cost(document: DocumentNode) -> int:
    """About how many values the document's dearest operation asks for."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    known: dict[str, int] = {}

    def of(selections: SelectionSetNode | None) -> int:
        total = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += 1 + LISTS.get(node.name.value, 1) * of(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                total += of(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                total += of_fragment(node.name.value)
        return total

    def of_fragment(name: str) -> int:
        if name not in known:
            known[name] = of(fragments[name].selection_set)
        return known[name]

    return max(
        (of(node.selection_set) for node in document.definitions if isinstance(node, OperationDefinitionNode)),
        default=0,
    )
