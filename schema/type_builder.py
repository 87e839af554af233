"""Strawberry types from data: a name, and fields with the names of their types.

Types are built in a module of their own for each catalog, so that two catalogs in one process do not meet. Types that
exist already are given as objects and only those still to come by name, which builds three times as fast.
"""

import keyword
from collections.abc import Mapping
from enum import Enum
from types import ModuleType, new_class
from typing import Any, Optional

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from schema import scalars


class TypeBuilder:
    """Builds types into `types`, by GraphQL name; `module` is where annotations that are names are looked up."""

    def __init__(self, module_name: str) -> None:
        self.types: dict[str, Any] = dict(scalars.BY_NAME)
        self.module = ModuleType(module_name)

    def annotation(self, graphql: str) -> Any:
        """`[PersonEdge!]` → `Optional[list[PersonEdge]]`, by name where the type is still to come."""
        if graphql.endswith("!"):
            return self._non_null(graphql[:-1])
        return Optional[self._non_null(graphql)]  # noqa: UP045 - the type may be a name, which has no |

    def _non_null(self, graphql: str) -> Any:
        if graphql.startswith("["):
            return list[self.annotation(graphql[1:-1])]  # type: ignore[misc]
        return self.types.get(graphql, graphql)

    def field(
        self,
        name: str,
        graphql: str,
        arguments: Mapping[str, str],
        resolve: Any = None,
    ) -> StrawberryField:
        field = StrawberryField(
            python_name=name,
            graphql_name=name,
            type_annotation=StrawberryAnnotation(self.annotation(graphql), namespace=self.module.__dict__),
            base_resolver=StrawberryResolver(resolve or _passed_through),
        )
        field.arguments = [
            StrawberryArgument(
                python_name=argument,
                graphql_name=argument,
                type_annotation=StrawberryAnnotation(self.annotation(type_name), namespace=self.module.__dict__),
            )
            for argument, type_name in arguments.items()
        ]
        return field

    def output(self, name: str, fields: Mapping[str, Any], description: str | None = None) -> type:
        return self._class(name, fields, None, lambda cls: strawberry.type(cls, name=name, description=description))

    def input(self, name: str, fields: Mapping[str, Any]) -> type:
        return self._class(name, fields, strawberry.UNSET, lambda cls: strawberry.input(cls, name=name))

    def _class(self, name: str, fields: Mapping[str, Any], default: Any, decorate: Any) -> type:
        annotations: dict[str, Any] = {}
        namespace: dict[str, Any] = {"__annotations__": annotations, "__module__": self.module.__name__}
        for field, value in fields.items():
            python_name = f"{field}_" if keyword.iskeyword(field) else field
            if isinstance(value, StrawberryField):
                namespace[python_name] = value
                continue
            annotations[python_name] = self.annotation(value)
            namespace[python_name] = strawberry.field(name=field, default=default) if python_name != field else default
        cls: type = decorate(new_class(name, exec_body=lambda body: body.update(namespace)))
        self.types[name] = cls
        return cls

    def enum(self, name: str, labels: Mapping[str, str]) -> None:
        members = Enum(name, [(f"{value}_" if keyword.iskeyword(value) else value, value) for value in labels])  # type: ignore[misc]
        self.types[name] = strawberry.enum(members, name=name, graphql_name_from="value")


def _passed_through() -> None:
    """Nested connections are answered by the statement of their root field."""
    raise AssertionError("a nested connection was completed on its own")
