"""GraphQL by chance, from the schema itself: operations of any root fields, with arguments of all types."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_object_type,
)

from tests.fuzz import words
from tests.records import Name, literal

DEEPEST = 3
GIVEN = 0.2
"""The chance of other arguments that may be left out."""
ASKED_FOR = ("id", "ids", "data", "filter", "groupBy")
"""Arguments that an operation is refused without, though their types say that they may be left out."""
SENSIBLE: Mapping[str, Callable[[Random], Any]] = {
    "Int": lambda chance: chance.choice((0, 1, 2, 60, 1000)),
    "Float": lambda chance: chance.choice((0.5, -3, 10**12)),
    "Boolean": lambda chance: chance.random() < 0.5,
    "ID": words.record_id,
    "UUID": words.record_id,
    "DateTime": lambda chance: f"20{chance.randrange(10, 99)}-04-14T03:24:16Z",
    "Date": lambda chance: f"20{chance.randrange(10, 99)}-04-14",
    "BigFloat": lambda chance: chance.choice((1, "2.5", 10**20)),
    "Position": lambda chance: chance.choice((1.5, "first", "last")),
}


class Documents:
    """Requests of one schema. `hostility` is the chance that a value does not fit its type."""

    def __init__(self, schema: GraphQLSchema, chance: Random) -> None:
        self._schema, self._chance = schema, chance
        self._variables: dict[str, tuple[str, Any]] = {}
        self._hostility = 0.0

    def request(self) -> dict[str, Any]:
        """The body of a request: `query` and `variables`."""
        chance, self._variables = self._chance, {}
        self._hostility = chance.choice((0.0, 0.0, 0.0, 0.02, 0.3))
        kind, root = "query", self._schema.query_type
        if chance.random() < 0.5 and self._schema.mutation_type:
            kind, root = "mutation", self._schema.mutation_type
        assert root is not None
        names = chance.choices(list(root.fields), k=chance.choice((1, 1, 1, 2, 4)))
        fields = [f"r{n}: {self._field(name, root.fields[name], 0)}" for n, name in enumerate(names)]
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in self._variables.items())
        query = f"{kind} {f'({declared}) ' if declared else ''}{{ {' '.join(fields)} }}"
        if chance.random() < 0.1:
            query = words.damaged(chance, query)
        body: dict[str, Any] = {"query": query, "variables": {k: v for k, (_, v) in self._variables.items()}}
        if chance.random() < 0.02:
            body[chance.choice(("query", "variables", "operationName", "extensions"))] = words.anything(chance)
        return body

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        given = [f"{key}: {self._argument(one)}" for key, one in field.args.items() if self._is_given(key, one)]
        arguments = f"({', '.join(given)})" if given else ""
        return f"{name}{arguments}{self._directive()} {self._selection(field, depth)}"

    def _directive(self) -> str:
        if self._chance.random() > 0.02:
            return ""
        return self._chance.choice((" @skip(if: false)", " @include(if: true)", " @live", " @nope", ' @skip(if: "x")'))

    def _is_given(self, name: str, argument: GraphQLArgument) -> bool:
        if isinstance(argument.type, GraphQLNonNull):
            return self._chance.random() < 0.98
        if name in ASKED_FOR:
            return self._chance.random() < 0.9
        return self._chance.random() < GIVEN

    def _argument(self, argument: GraphQLArgument) -> str:
        value = self._value(argument.type, 0)
        if self._chance.random() < 0.5:
            return literal(value)
        name = f"v{len(self._variables)}"
        self._variables[name] = str(argument.type), _plain(value)
        return f"${name}"

    def _selection(self, field: GraphQLField, depth: int) -> str:
        type_ = get_named_type(field.type)
        if not is_composite_type(type_):
            return ""
        if not is_object_type(type_):
            return "{ __typename }"
        wanted = [name for name, one in type_.fields.items() if depth < DEEPEST or not _goes_on(one)]
        chosen = self._chance.sample(wanted, min(len(wanted), self._chance.randrange(1, 5)))
        return f"{{ __typename {' '.join(self._field(name, type_.fields[name], depth + 1) for name in chosen)} }}"

    def _value(self, type_: Any, depth: int) -> Any:
        chance = self._chance
        if isinstance(type_, GraphQLNonNull):
            return self._value(type_.of_type, depth)
        if chance.random() < self._hostility:
            return words.anything(chance)
        if isinstance(type_, GraphQLList):
            return [self._value(type_.of_type, depth) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
        if isinstance(type_, GraphQLEnumType):
            return Name(chance.choice(list(type_.values)))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth)
        return SENSIBLE.get(type_.name, words.text)(chance)

    def _object(self, type_: GraphQLInputObjectType, depth: int) -> Any:
        most = 4 if depth < DEEPEST else 1
        names = self._chance.sample(list(type_.fields), min(len(type_.fields), self._chance.choice((1, 1, 2, most))))
        names += [
            name for name, one in type_.fields.items() if isinstance(one.type, GraphQLNonNull) and name not in names
        ]
        if depth > 2 * DEEPEST:
            return {}
        return {name: self._value(type_.fields[name].type, depth + 1) for name in names}


def _goes_on(field: GraphQLField) -> bool:
    return bool(is_composite_type(get_named_type(field.type)))


def _plain(value: Any) -> Any:
    """As JSON has it."""
    match value:
        case Name():
            return str(value)
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value
