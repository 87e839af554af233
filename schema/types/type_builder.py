"""Strawberry types from data: a name, and fields with the names of their types.

The definitions are made directly. `strawberry.type` would make a dataclass of each type and read its fields back from
annotations, which takes four times as long for types that nobody makes a value of.
"""

import keyword
from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryList, StrawberryObjectDefinition, StrawberryOptional
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from schema.types import scalars


class KnownField(StrawberryField):
    """A field whose type need not be resolved, which Strawberry otherwise does five times a field."""

    def resolve_type(self, *, type_definition: StrawberryObjectDefinition | None = None) -> Any:
        assert self.type_annotation is not None
        return self.type_annotation.raw_annotation


class TypeBuilder:
    """Builds types into `types`, by GraphQL name. A type may be named before it is built."""

    def __init__(self) -> None:
        self.types: dict[str, Any] = dict(scalars.BY_NAME)
        self._annotations: dict[str, StrawberryAnnotation] = {}

    def annotation(self, graphql: str) -> StrawberryAnnotation:
        """`[PersonEdge!]` as Strawberry has it, shared by all that have this type."""
        if graphql not in self._annotations:
            self._annotations[graphql] = StrawberryAnnotation(self._nullable(graphql))
        return self._annotations[graphql]

    def _nullable(self, graphql: str) -> Any:
        if graphql.endswith("!"):
            return self._non_null(graphql[:-1])
        return StrawberryOptional(self._non_null(graphql))

    def _non_null(self, graphql: str) -> Any:
        if graphql.startswith("["):
            return StrawberryList(self._nullable(graphql[1:-1]))
        return self._named(graphql)

    def _named(self, name: str) -> Any:
        """The class of a type, which has no definition until it is built."""
        if name not in self.types:
            self.types[name] = type(name, (), {})
        return self.types[name]

    def field(
        self,
        name: str,
        graphql: str,
        arguments: Mapping[str, str],
        resolve: Any = None,
    ) -> StrawberryField:
        field = KnownField(
            python_name=name,
            graphql_name=name,
            type_annotation=self.annotation(graphql),
            base_resolver=StrawberryResolver(resolve or _passed_through),
        )
        field.arguments = [
            StrawberryArgument(python_name=argument, graphql_name=argument, type_annotation=self.annotation(type_name))
            for argument, type_name in arguments.items()
        ]
        return field

    def output(self, name: str, fields: Mapping[str, Any], description: str | None = None) -> Any:
        return self._define(name, fields, is_input=False, description=description)

    def input(self, name: str, fields: Mapping[str, str]) -> None:
        """A field that differs from one before it in case alone is deprecated, which keeps it from generators of
        clients: where they make snake_case names, `iCalUID` and `iCalUid` are one.
        """
        first: dict[str, str] = {}
        for field in fields:
            first.setdefault(field.lower(), field)
        plain = {field: self._plain(field, type_name) for field, type_name in fields.items()}
        for field, made in plain.items():
            if first[field.lower()] != field:
                made.deprecation_reason = f"Another name of `{first[field.lower()]}`"
        self._define(name, plain, is_input=True)

    def _define(self, name: str, fields: Mapping[str, Any], *, is_input: bool, description: str | None = None) -> Any:
        cls = self._named(name)
        cls.__strawberry_definition__ = StrawberryObjectDefinition(
            name=name,
            description=description,
            is_input=is_input,
            is_interface=False,
            interfaces=[],
            directives=(),
            extend=False,
            origin=cls,
            fields=[self._plain(field, value) if isinstance(value, str) else value for field, value in fields.items()],
            is_type_of=None,
            resolve_type=None,
            from_input=_as_given,
        )
        return cls

    def _plain(self, name: str, graphql: str) -> StrawberryField:
        return KnownField(python_name=name, graphql_name=name, type_annotation=self.annotation(graphql))

    def enum(self, name: str, labels: Mapping[str, str]) -> None:
        members = Enum(name, [(f"{value}_" if keyword.iskeyword(value) else value, value) for value in labels])  # type: ignore[misc]
        self.types[name] = strawberry.enum(members, name=name, graphql_name_from="value")


def _as_given(cls: object, value: Mapping[str, Any], context: object) -> Mapping[str, Any]:
    """The arguments of root fields are read from the document, so no value is made of them."""
    return value


def _passed_through() -> None:
    """Nested connections are answered by the statement of their root field."""
    raise AssertionError("a nested connection was completed on its own")
