"""The short way for operations whose root fields are all operations of objects: from the document to the plans.

GraphQL execution would find out on every request what is known beforehand: that each root field is one resolver, whose
finished value goes into the response as it is. This calls the function that the resolvers call. All else, and every
fault of a document, goes the general way through `schema.execute`, so nothing is decided twice.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_variable_values,
    located_error,
    parse,
    validate,
)
from graphql.execution.values import VariableValues

from schema.call import Selections
from schema.catalog import Catalog
from schema.context import Context, Request
from schema.lookups import Lookups
from schema.operations import RootField, root_fields
from schema.passthrough import validation_rules
from schema.plan.reader import Reader
from schema.resolve import answer

REMEMBERED_DOCUMENTS = 1000
LONGEST_REMEMBERED = 20_000  # characters, so that what is remembered has a bound


@dataclass(frozen=True, slots=True)
class RootCall:
    """One root field by its response key, with all its selections."""

    key: str
    field: RootField
    nodes: list[FieldNode]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of a valid document. Where no variable stands below its root fields, it is read and planned once."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    varies: bool
    calls: list[tuple[RootCall, ...]] = field(default_factory=list)
    selections: Selections = field(default_factory=dict)

    @property
    def is_mutation(self) -> bool:
        return self.node.operation is OperationType.MUTATION


class Direct:
    """Prepares requests of one schema."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema) -> None:
        self._catalog = catalog
        self._schema = schema
        self._fields = {field.name: field for field in root_fields(catalog)}
        self._operations = lru_cache(maxsize=REMEMBERED_DOCUMENTS)(self._read)

    def prepared(self, request: Request, context: Context) -> "Prepared | None":
        """The request, where it can go the short way."""
        if len(request.document) > LONGEST_REMEMBERED:
            return None
        operation = _chosen(self._operations(request.document), request.operation_name)
        if operation is None or (operation.is_mutation and request.read_only):
            return None
        variables = get_variable_values(self._schema, operation.node.variable_definitions or (), request.variables)
        if not isinstance(variables, VariableValues):
            return None
        reader = Reader(
            self._catalog, self._schema, operation.fragments, variables.coerced, context.limits, request.shape
        )
        calls = self._calls(operation, reader)
        return None if calls is None else Prepared(operation, calls, reader, context)

    def _calls(self, operation: Operation, reader: Reader) -> tuple[RootCall, ...] | None:
        """The operation's root fields, if each is an operation of an object."""
        if operation.calls:
            return operation.calls[0]
        type_name = "Mutation" if operation.is_mutation else "Query"
        calls = []
        for key, nodes in reader.selected(operation.node.selection_set, type_name).items():
            found = self._fields.get(nodes[0].name.value)
            if found is None:
                return None
            calls.append(RootCall(key, found, nodes))
        if not operation.varies:
            operation.calls.append(tuple(calls))
        return tuple(calls)

    def _read(self, text: str) -> Mapping[str | None, Operation]:
        """The operations of a document by name; none, where it is not one or does not fit the schema."""
        try:
            document = parse(text)
            if validate(self._schema, document, validation_rules()):
                return {}
            fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
            varies = any(map(_has_variable, fragments.values()))
            return {
                node.name.value if node.name else None: Operation(node, fragments, varies or _varies(node))
                for node in document.definitions
                if isinstance(node, OperationDefinitionNode) and node.operation is not OperationType.SUBSCRIPTION
            }
        except (GraphQLError, RecursionError):
            return {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to run: queries side by side, mutations one after another."""

    operation: Operation
    calls: tuple[RootCall, ...]
    reader: Reader
    context: Context

    async def run(self) -> tuple[dict[str, Any], list[GraphQLError]]:
        errors: list[GraphQLError] = []
        lookups = Lookups(self.context)
        answers = [self._answer(call, lookups, errors) for call in self.calls]
        if self.operation.is_mutation or len(answers) == 1:
            values = [await value for value in answers]
        else:
            values = await asyncio.gather(*answers)
        return {call.key: value for call, value in zip(self.calls, values, strict=True)}, errors

    async def _answer(self, call: RootCall, lookups: Lookups, errors: list[GraphQLError]) -> Any:
        selections = None if self.operation.varies else self.operation.selections
        try:
            finished = await answer(call.field, call.key, self.reader, self.context, call.nodes, lookups, selections)
        except Exception as error:  # noqa: BLE001 - as in GraphQL execution, every fault of a field is an error of it
            errors.append(located_error(error, call.nodes, [call.key]))
            return None
        return finished.value


def _varies(operation: OperationDefinitionNode) -> bool:
    """Whether a variable decides what is selected, or how: anywhere but in the arguments of root fields."""
    return any(
        any(map(_has_variable, selection.directives or ()))
        or (
            _has_variable(selection.selection_set)
            if isinstance(selection, FieldNode) and selection.selection_set
            else not isinstance(selection, FieldNode) and _has_variable(selection)
        )
        for selection in operation.selection_set.selections
    )


def _has_variable(node: Node) -> bool:
    if isinstance(node, VariableNode):
        return True
    values = (getattr(node, key, None) for key in node.keys)
    return any(
        _has_variable(child)
        for value in values
        for child in (value if isinstance(value, list | tuple) else (value,))
        if isinstance(child, Node)
    )


def _chosen(operations: Mapping[str | None, Operation], name: str | None) -> Operation | None:
    """The operation to run, where the request says which."""
    if name is not None:
        return operations.get(name)
    return next(iter(operations.values())) if len(operations) == 1 else None
