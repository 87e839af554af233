"""Finished JSON goes through GraphQL execution untouched, documents are validated once, one rule is relaxed for ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    is_list_type,
    is_non_null_type,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.validation import VariablesInAllowedPositionRule
from graphql.validation.rules.variables_in_allowed_position import allowed_variable_usage
from strawberry.extensions import SchemaExtension

from schema.bounded_memory import BoundedMemory

MOST_REMEMBERED = 300_000  # characters of documents
LONGEST_REMEMBERED = 100_000  # of one
_LIGHTEST = 600
_IDS = ("ID", "UUID")


class IdsInAllowedPosition(VariablesInAllowedPositionRule):
    """As the specified rule, but ID and UUID variables may stand for each other, nullable or not.

    Clients declare ids as either, depending on the version of the API that they were written for; every id is checked
    when the operation is planned.
    """

    def leave_operation_definition(self, operation: OperationDefinitionNode, *_: Any) -> None:
        for usage in self.context.get_recursive_variable_usages(operation):
            definition = self.var_def_map.get(usage.node.name.value)
            if definition is None or usage.type is None:
                continue
            variable_type = type_from_ast(self.context.schema, definition.type)
            if variable_type is None or _are_ids(variable_type, usage.type):
                continue
            if not allowed_variable_usage(
                self.context.schema, variable_type, definition.default_value, usage.type, usage.default_value
            ):
                self.report_error(
                    GraphQLError(
                        f"Variable '${usage.node.name.value}' of type '{variable_type}' used"
                        f" in position expecting type '{usage.type}'.",
                        [definition, usage.node],
                    )
                )


def _are_ids(one: GraphQLType, other: GraphQLType) -> bool:
    """Whether both are ids, or lists of ids, whatever may be null in them."""
    one_depth, one_name = _named(one)
    other_depth, other_name = _named(other)
    return one_depth == other_depth and one_name in _IDS and other_name in _IDS


def _named(type_: Any) -> tuple[int, str]:
    depth = 0
    while is_non_null_type(type_) or is_list_type(type_):
        depth += is_list_type(type_)
        type_ = type_.of_type
    return depth, type_.name


@lru_cache(maxsize=1)
def validation_rules() -> tuple[Any, ...]:
    return tuple(IdsInAllowedPosition if rule is VariablesInAllowedPositionRule else rule for rule in specified_rules)


class Rules(SchemaExtension):
    """Sets the validation rules, and asks for `operationName` where a document has several operations."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.validation_rules = validation_rules()
        yield

    def on_validate(self) -> Iterator[None]:
        document = self.execution_context.graphql_document
        assert document is not None
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        if len(operations) > 1 and self.execution_context._provided_operation_name is None:
            self.execution_context.pre_execution_errors = [
                GraphQLError("Must provide operation name if query contains multiple operations.")
            ]
        yield


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that was parsed, and what validating it found."""

    document: DocumentNode
    errors: list[GraphQLError]


class Remembered(SchemaExtension):
    """Parses and validates a document once, whether it is valid or not."""

    def __init__(self, documents: BoundedMemory[str, Checked]) -> None:
        self._documents = documents
        self._found: Checked | None = None

    def on_parse(self) -> Iterator[None]:
        self._found = self._documents.get(self._text)
        if self._found:
            self.execution_context.graphql_document = self._found.document
        yield

    def on_validate(self) -> Iterator[None]:
        checked = self._found or self._check()
        self.execution_context.pre_execution_errors = list(checked.errors)
        yield

    def _check(self) -> Checked:
        document = self.execution_context.graphql_document
        assert document is not None
        schema: GraphQLSchema = self.execution_context.schema._schema
        checked = Checked(document, validate(schema, document, validation_rules()))
        if len(self._text) <= LONGEST_REMEMBERED:
            self._documents.put(self._text, checked, weight(self._text))
        return checked

    @property
    def _text(self) -> str:
        return self.execution_context.query or ""


def weight(document: str) -> int:
    """In characters. Parsed, each takes some 140 bytes; a short document takes no less than if it had some more."""
    return max(len(document), _LIGHTEST)


def extensions() -> tuple[Any, ...]:
    """Those of one schema."""
    documents: BoundedMemory[str, Checked] = BoundedMemory(MOST_REMEMBERED)
    return (lambda: Remembered(documents), Rules)
