"""What Strawberry's execution of a document is told: it is parsed and validated already."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

from schema.execution.documents import Document, Documents
from schema.execution.validation import validation_rules


class Remembered(SchemaExtension):
    """Takes a document from the memory of those of its schema, and asks for `operationName` where it is needed."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._found: Document | None = None

    def on_operation(self) -> Iterator[None]:
        self.execution_context.validation_rules = validation_rules()
        yield

    def on_parse(self) -> Iterator[None]:
        try:
            self._found = self._documents.get(self.execution_context.query or "")
            self.execution_context.graphql_document = self._found.node
        except GraphQLError:
            pass  # Strawberry finds the same
        yield

    def on_validate(self) -> Iterator[None]:
        assert self._found is not None
        operations = [node for node in self._found.node.definitions if isinstance(node, OperationDefinitionNode)]
        errors = list(self._found.errors)
        if not errors and len(operations) > 1 and self.execution_context._provided_operation_name is None:
            errors = [GraphQLError("Must provide operation name if query contains multiple operations.")]
        self.execution_context.pre_execution_errors = errors
        yield


def extensions(documents: Documents) -> tuple[Any, ...]:
    """Those of one schema."""
    return (lambda: Remembered(documents),)
