"""A path such as `name.firstName` → the column that it names, and the GraphQL input that holds a value for it."""

from collections.abc import Iterable
from typing import Any

from schema.catalog.model import Column, ObjectType
from schema.errors import BadUserInput
from schema.values.messages import did_you_mean, shown


def column(object_type: ObjectType, path: str) -> Column:
    """Raises BadUserInput where the path does not end at a value of its own."""
    name, *parts = [segment.strip() for segment in path.split(".")]
    field = object_type.field_named(name)
    if field is None:
        raise _unknown(object_type, name, object_type.fields)
    if field.composite is None:
        if parts:
            raise _unknown(object_type, parts[0], ())
        return field.column
    if not parts:
        raise BadUserInput(
            f"field '{name}' has sub-fields in '{object_type.table}' object. eg: {name}.{field.composite.parts[0].name}"
        )
    if len(parts) > 1 or parts[0] not in field.by_part:
        raise _unknown(object_type, parts[-1], [part.name for part in field.composite.parts])
    return field.by_part[parts[0]]


def nested(found: Column, value: Any) -> dict[str, Any]:
    """`{field: value}`, or `{field: {part: value}}` for a part of a composite."""
    return {found.field: value if found.part is None else {found.part: value}}


def _unknown(object_type: ObjectType, name: str, known: Iterable[str]) -> BadUserInput:
    hint = did_you_mean(name, known)
    return BadUserInput(
        f"field '{shown(name)}' does not exist in '{object_type.table}' object{f'.{hint}' if hint else ''}"
    )
