"""Documents whose operations select operations of objects only: parsed, validated and read once.

What is anything else is not known here, and goes the general way through GraphQL execution.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    VariableNode,
    get_variable_values,
    is_input_type,
    parse,
    type_from_ast,
    validate,
)
from graphql.execution.values import VariableValues

from schema.bounded_memory import BoundedMemory
from schema.catalog.model import Catalog
from schema.catalog.operations import RootField, root_fields
from schema.execution.coercion import Coerce, Coercions, Unfit
from schema.execution.root_field import Selections
from schema.execution.validation import validation_rules, weight
from schema.plan.reader import Reader

MOST_REMEMBERED = 600_000  # characters of documents
LONGEST_REMEMBERED = 20_000  # of one


@dataclass(frozen=True, slots=True)
class RootCall:
    """One root field by its response key, with all its selections."""

    key: str
    field: RootField
    nodes: list[FieldNode]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, what makes its values, and the default it has, if it has one."""

    name: str
    coerce: Coerce
    required: bool
    default: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation of a valid document. Where no variable stands below its root fields, they are read and planned once.

    `calls` and `selections` remember what was read and planned. The `number` is never given again, as an `id()` is.
    """

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    varies: bool
    calls: list[Sequence[RootCall] | None] = field(default_factory=list)
    selections: Selections = field(default_factory=dict)
    number: int = field(default_factory=count().__next__)

    @property
    def is_mutation(self) -> bool:
        return self.node.operation is OperationType.MUTATION

    def coerced(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The coerced values of the variables; one that is not given is absent. Raises Unfit."""
        found: dict[str, Any] = {}
        for variable in self.variables:
            if variable.name in given:
                found[variable.name] = variable.coerce(given[variable.name])
            elif variable.required:
                raise Unfit
            else:
                found.update(variable.default)
        return found


class Documents:
    """The documents of one schema, remembered up to a bound."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._fields = {field.name: field for field in root_fields(catalog)}
        self._coercions = Coercions()
        self._remembered: BoundedMemory[str, Mapping[str | None, Operation]] = BoundedMemory(MOST_REMEMBERED)

    def knows(self, text: str) -> bool:
        """Whether the text was read before."""
        return self._remembered.get(text) is not None

    def operation(self, text: str, name: str | None) -> Operation | None:
        """The operation to run, where it is known here."""
        if len(text) > LONGEST_REMEMBERED:
            return None
        operations = self._remembered.get(text)
        if operations is None:
            operations = self._read(text)
            self._remembered.put(text, operations, weight(text))
        if name is not None:
            return operations.get(name)
        return next(iter(operations.values())) if len(operations) == 1 else None

    def calls(self, operation: Operation, reader: Reader) -> Sequence[RootCall] | None:
        """The operation's root fields, if each is an operation of an object."""
        if operation.varies:
            return self._calls(operation, reader)
        if not operation.calls:
            operation.calls.append(self._calls(operation, reader))
        return operation.calls[0]

    def _calls(self, operation: Operation, reader: Reader) -> Sequence[RootCall] | None:
        type_name = "Mutation" if operation.is_mutation else "Query"
        calls = []
        for key, nodes in reader.selected(operation.node.selection_set, type_name).items():
            found = self._fields.get(nodes[0].name.value)
            if found is None:
                return None
            calls.append(RootCall(key, found, nodes))
        return calls

    def _read(self, text: str) -> Mapping[str | None, Operation]:
        """The operations of a document by name; none, where it is not one or does not fit the schema."""
        try:
            document = parse(text)
            if validate(self._schema, document, validation_rules()):
                return {}
            fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
            varies = any(map(_has_variable, fragments.values()))
            return {
                node.name.value if node.name else None: Operation(
                    node,
                    fragments,
                    tuple(map(self._variable, node.variable_definitions or ())),
                    varies or _varies(node),
                )
                for node in document.definitions
                if isinstance(node, OperationDefinitionNode) and node.operation is not OperationType.SUBSCRIPTION
            }
        except (GraphQLError, RecursionError):
            return {}

    def _variable(self, node: VariableDefinitionNode) -> Variable:
        type_ = type_from_ast(self._schema, node.type)
        assert is_input_type(type_)
        absent = get_variable_values(self._schema, [node], {})
        default = absent.coerced if isinstance(absent, VariableValues) else {}
        name = node.variable.name.value
        return Variable(name, self._coercions.of(type_), not isinstance(absent, VariableValues), default)


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
