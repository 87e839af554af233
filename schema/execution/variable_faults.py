"""What is wrong with the value of a variable, in words of JSON.

GraphQL's own messages show values as Python does, and say of an enum or an input object only that the value is none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
    is_required_input_field,
    type_from_ast,
)
from graphql.pyutils import inspect

from schema.execution import hints
from schema.values.messages import as_json, shown

MOST_FAULTS = 50  # of one variable

Path = tuple[str | int, ...]


def restated(
    schema: GraphQLSchema, variables: Mapping[str, Any], errors: Iterable[GraphQLError]
) -> Iterator[GraphQLError]:
    """The errors of an operation, those of variables in our words."""
    done: set[str] = set()
    for error in errors:
        node = error.nodes[0] if error.nodes else None
        name = node.variable.name.value if isinstance(node, VariableDefinitionNode) else None
        if name is None or name not in variables:
            error.message = error.message.replace(" not to be None.", " not to be null.")
            yield error
        elif name not in done:
            done.add(name)
            assert isinstance(node, VariableDefinitionNode)
            found = [*islice(faults(type_from_ast(schema, node.type), variables[name]), MOST_FAULTS)]
            yield from (
                GraphQLError(_message(name, path, reason), error.nodes, extensions=_place(path))
                for path, reason in found
            )
            if not found:
                yield error


def faults(type_: Any, value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Where a value does not fit its type, and why."""
    match type_:
        case GraphQLNonNull():
            if value is None:
                yield path, f"Expected value of non-null type '{type_}' not to be null."
            else:
                yield from faults(type_.of_type, value, path)
        case _ if value is None:
            return
        case GraphQLList():
            if isinstance(value, list):
                for n, item in enumerate(value):
                    yield from faults(type_.of_type, item, (*path, n))
            else:
                yield from faults(type_.of_type, value, path)
        case GraphQLInputObjectType():
            yield from _of_object(type_, value, path)
        case _:
            yield from _of_leaf(type_, value, path)


def _of_object(type_: GraphQLInputObjectType, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, dict):
        hint = hints.of_input_object(type_)
        yield path, f"Expected value of type '{type_}' to be an object, found: {as_json(value)}.{hint}"
        return
    for name, field in type_.fields.items():
        if name in value:
            yield from faults(field.type, value[name], (*path, name))
        elif is_required_input_field(field):
            found = as_json(value)
            yield path, f"Expected value of type '{type_}' to include required field '{name}', found: {found}."
    for name in value:
        if name not in type_.fields:
            hint = hints.of_input_field(type_, name)
            yield path, f"Field '{shown(name)}' is not defined by type '{type_}'.{hint}"


def _of_leaf(type_: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    try:
        type_.coerce_input_value(value)
    except GraphQLError as error:
        if isinstance(type_, GraphQLEnumType):
            yield path, _of_enum(type_, value)
        else:
            yield path, error.message.replace(inspect(value), as_json(value))


def _of_enum(type_: GraphQLEnumType, value: Any) -> str:
    found = f"'{shown(value)}'" if isinstance(value, str) else as_json(value)
    return f"Value {found} does not exist in '{type_}' enum.{hints.of_enum(type_)}"


def _place(path: Path) -> dict[str, Any]:
    """The element of a list, and the field in it, that a path leads to."""
    steps = list(path)
    place: dict[str, Any] = {"index": steps.pop(0)} if steps and isinstance(steps[0], int) else {}
    return {**place, "field": ".".join(map(str, steps))} if steps else place


def _message(variable: str, path: Sequence[str | int], reason: str) -> str:
    place = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return f"Variable '${variable}' has invalid value{f' at {place}' if place else ''}: {reason}"
