"""What is asked about the schema itself: no more than a client generator asks for, and each question answered once.

To describe a schema takes GraphQL execution a microsecond for each value, on the event loop: half a second for all.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_introspection_query,
    parse,
)

from schema.bounded_memory import BoundedMemory
from schema.context import GraphQLRequest
from schema.errors import QueryTooComplex

ROOTS = ("__schema", "__type")
OF_ONE_TYPE = "__type"
ROOM = 1.2
"""How many times as much as the standard query with all of its options an operation may ask for."""
MOST_REMEMBERED = 16_000_000  # bytes of answers
OPTIONS = ("specified_by_url", "directive_is_repeatable", "schema_description", "input_value_deprecation")

Fragments = Mapping[str, FragmentDefinitionNode]
Sizes = Mapping[str, float]


def refuse_description(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments) -> None:
    """Raises QueryTooComplex."""
    asked = _Walk(schema, fragments).roots(operation.selection_set)
    if asked and asked > _most(schema):
        raise QueryTooComplex(
            f"The operation asks for some {min(asked, 1e15):,.0f} values of the schema's description; the limit is"
            f" {_most(schema):,.0f}. Ask for less of it at once"
        )


@lru_cache(16)
def _most(schema: GraphQLSchema) -> float:
    node = parse(get_introspection_query(**dict.fromkeys(OPTIONS, True)))
    fragments = {one.name.value: one for one in node.definitions if isinstance(one, FragmentDefinitionNode)}
    (operation,) = (one for one in node.definitions if isinstance(one, OperationDefinitionNode))
    return ROOM * _Walk(schema, fragments).roots(operation.selection_set)


class _Walk:
    """How many values are asked for, about. A fragment is walked once."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self._schema, self._fragments = schema, fragments
        self._known: dict[str, float] = {}
        self._seen: set[str] = set()

    def roots(self, selections: SelectionSetNode) -> float:
        """Those of the root fields that ask about the schema."""
        return sum(map(self._root, selections.selections))

    def _root(self, node: Any) -> float:
        match node:
            case FieldNode() if node.name.value in ROOTS and node.selection_set:
                largest = _sizes(self._schema, max) if node.name.value == OF_ONE_TYPE else None
                return 1 + self._values(node.selection_set, largest)
            case InlineFragmentNode():
                return self.roots(node.selection_set)
            case FragmentSpreadNode() if node.name.value not in self._seen and node.name.value in self._fragments:
                self._seen.add(node.name.value)  # again, it is the same fields
                return self.roots(self._fragments[node.name.value].selection_set)
        return 0

    def _values(self, selections: SelectionSetNode, sizes: Sizes | None = None) -> float:
        """Of lists on the average; those of a type that is named may be the longest."""
        total = 0.0
        for node in selections.selections:
            match node:
                case FieldNode() if node.selection_set is None:
                    total += 1
                case FieldNode():
                    assert node.selection_set
                    size = (sizes or _sizes(self._schema, _average)).get(node.name.value, 1)
                    below = sizes if node.name.value == "fields" else None  # the arguments of its fields
                    total += 1 + size * self._values(node.selection_set, below)
                case InlineFragmentNode():
                    total += self._values(node.selection_set, sizes)
                case FragmentSpreadNode():
                    total += self._fragment(node.name.value, sizes)
        return total

    def _fragment(self, name: str, sizes: Sizes | None) -> float:
        if sizes is not None:
            return self._values(self._fragments[name].selection_set, sizes) if name in self._fragments else 0
        if name not in self._known:
            self._known[name] = 0  # one that contains itself is refused by validation
            if name in self._fragments:
                self._known[name] = self._values(self._fragments[name].selection_set)
        return self._known[name]


def _average(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers)


@lru_cache(32)
def _sizes(schema: GraphQLSchema, of: Callable[[list[int]], float]) -> Sizes:
    """How many values each list in the description has."""
    types = [*schema.type_map.values()]
    with_fields = [one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)]
    lists = {
        "fields": [len(one.fields) for one in with_fields],
        "inputFields": [len(one.fields) for one in types if isinstance(one, GraphQLInputObjectType)],
        "enumValues": [len(one.values) for one in types if isinstance(one, GraphQLEnumType)],
    }
    of_all = {name: [*numbers, *[0] * (len(types) - len(numbers))] for name, numbers in lists.items()}
    return {
        **{name: of(numbers) for name, numbers in of_all.items()},
        "types": len(types),
        "args": of([len(field.args) for one in with_fields for field in one.fields.values()]),
        "directives": len(schema.directives),
        "ofType": 0.3,
    }


class Described:
    """Answers about the schema alone, by what was asked, up to a bound. Variables make each an answer of its own."""

    def __init__(self) -> None:
        self._answers: BoundedMemory[Any, dict[str, Any]] = BoundedMemory(MOST_REMEMBERED)

    def get(self, key: Any) -> dict[str, Any] | None:
        return self._answers.get(key)

    def put(self, key: Any, data: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as it is remembered: JSON that is finished."""
        texts = {name: orjson.dumps(value) for name, value in data.items()}
        made = {name: orjson.Fragment(text) for name, text in texts.items()}
        self._answers.put(key, made, sum(map(len, texts.values())) + 1000)
        return made


def key_of(request: GraphQLRequest, operation: OperationDefinitionNode | None) -> tuple[str, str | None] | None:
    """By which the answer is remembered; none, where the operation asks for anything else too, or has variables."""
    if operation is None or request.variables:
        return None
    fields = operation.selection_set.selections
    if all(isinstance(one, FieldNode) and one.name.value in ROOTS for one in fields):
        return request.document, request.operation_name
    return None
