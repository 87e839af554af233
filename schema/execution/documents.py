"""Documents: parsed, validated and read once, up to a bound, whether they are sound or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableDefinitionNode,
    get_named_type,
    get_variable_values,
    is_input_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues

from schema.bounded_memory import BoundedMemory
from schema.context import Limits
from schema.errors import QueryTooComplex
from schema.execution.coercion import Coerce, Coercions, Unfit
from schema.execution.cost import Costs
from schema.execution.description import refuse_description
from schema.execution.parsing import parsed
from schema.execution.validation import faults
from schema.plan.nodes.placeholders import Questions, WholePlaceholder, opened

MOST_REMEMBERED = 600_000  # characters of documents
LONGEST_REMEMBERED = 100_000  # of one
LIGHTEST = 600
MOST_FRAGMENTS = 200
"""In a document of a client: validation compares each with each."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, what makes its values, and the default it has, if it has one.

    The value of one that `holds_records` is asked about as a whole, since it may hold many records.
    """

    name: str
    coerce: Coerce
    required: bool
    default: Mapping[str, Any]
    holds_records: bool

    def coerced(self, given: Mapping[str, Any], make: Callable[[Any], Any]) -> Mapping[str, Any]:
        """Its value by its name; none where it is not given. Raises Unfit."""
        if self.name in given:
            return {self.name: make(given[self.name])}
        if self.required:
            raise Unfit
        return self.default

    def is_whole(self, value: Any) -> bool:
        return self.holds_records and isinstance(value, dict | list)


@dataclass(frozen=True, eq=False)
class ParsedOperation:
    """An operation of a valid document. The `number` is never given again, as an `id()` is."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    costs: Costs
    number: int = field(default_factory=count().__next__)

    @cached_property
    def is_mutation(self) -> bool:
        return self.node.operation is OperationType.MUTATION

    @cached_property
    def is_subscription(self) -> bool:
        return self.node.operation is OperationType.SUBSCRIPTION

    def coerced(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The coerced values of the variables; one that is not given is absent. Raises Unfit."""
        found: dict[str, Any] = {}
        for variable in self.variables:
            found.update(variable.coerced(given, variable.coerce))
        return found

    def opened(self, given: Mapping[str, Any], questions: Questions) -> dict[str, Any]:
        """As `coerced`, with placeholders for leaves and for records as a whole."""
        found: dict[str, Any] = {}
        for variable in self.variables:
            path, coerce = (variable.name,), variable.coerce

            def make(value: Any, path: Any = path, coerce: Coerce = coerce, variable: Variable = variable) -> Any:
                if variable.is_whole(value):
                    return WholePlaceholder(path, questions, coerce)
                return coerce(opened(value, questions, path))

            found.update(variable.coerced(given, make))
        return found


@dataclass(frozen=True)
class Document:
    """A text that was parsed, and what validating it found. The operations of one that is not valid are not known."""

    node: DocumentNode
    errors: list[GraphQLError]
    variable: Callable[[VariableDefinitionNode], Variable]
    read: Sequence[tuple[OperationDefinitionNode, Costs]]

    @cached_property
    def operations(self) -> Mapping[str | None, ParsedOperation]:
        """By name."""
        if self.errors:
            return {}
        fragments = _fragments(self.node)
        return {
            node.name.value if node.name else None: ParsedOperation(
                node, fragments, tuple(map(self.variable, node.variable_definitions or ())), costs
            )
            for node, costs in self.read
        }

    def operation(self, name: str | None) -> ParsedOperation | None:
        """The operation to run, where it is known."""
        if name is not None:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


class Documents:
    """The documents of one schema. `record_types` are the input types that hold the data of a record."""

    def __init__(self, schema: Callable[[], GraphQLSchema], record_types: frozenset[str] = frozenset()) -> None:
        self._schema = schema
        self._record_types = record_types
        self._coercions = Coercions()
        self._remembered: BoundedMemory[str, Document | GraphQLError] = BoundedMemory(MOST_REMEMBERED)

    def knows(self, text: str) -> bool:
        """Whether the text was read before."""
        return self._remembered.get(text) is not None

    def get(self, text: str, limits: Limits | None = None) -> Document:
        """The document, valid or not, which is looked at no further where it is over the limits.

        Raises GraphQLError where it cannot be parsed, RecursionError, and QueryTooComplex.
        """
        found = self._remembered.get(text)
        if found is None:
            found = self._read(text, limits)
            if len(text) <= LONGEST_REMEMBERED:
                self._remembered.put(text, found, weight(text))
        if isinstance(found, GraphQLError):
            raise found.with_traceback(None)  # to which each time would add the frames of another request
        return found

    def _read(self, text: str, limits: Limits | None) -> Document | GraphQLError:
        try:
            node, tokens = parsed(text, limits)
        except GraphQLError as error:
            return error
        schema, fragments = self._schema(), _fragments(node)
        read = [
            (operation, Costs(schema, operation, fragments, tokens))
            for operation in node.definitions
            if isinstance(operation, OperationDefinitionNode)
        ]
        if limits is not None:
            if len(fragments) > MOST_FRAGMENTS:
                raise QueryTooComplex(f"The document has {len(fragments):,} fragments; the limit is {MOST_FRAGMENTS}")
            for operation, costs in read:
                costs.of({}, limits.max_page_size).refuse_shape(limits)
                refuse_description(schema, operation, fragments)
        return Document(node, faults(schema, node), self._variable, read)

    def _variable(self, node: VariableDefinitionNode) -> Variable:
        schema = self._schema()
        type_ = type_from_ast(schema, node.type)
        assert is_input_type(type_)
        absent = get_variable_values(schema, [node], {})
        default = absent.coerced if isinstance(absent, VariableValues) else {}
        named = get_named_type(type_)
        return Variable(
            name=node.variable.name.value,
            coerce=self._coercions.of(type_),
            required=not isinstance(absent, VariableValues),
            default=default,
            holds_records=isinstance(named, GraphQLInputObjectType) and named.name in self._record_types,
        )


def _fragments(node: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    return {one.name.value: one for one in node.definitions if isinstance(one, FragmentDefinitionNode)}


def weight(document: str) -> int:
    """In characters. Parsed, each takes some 140 bytes; a short document takes no less than if it had some more."""
    return max(len(document), LIGHTEST)
