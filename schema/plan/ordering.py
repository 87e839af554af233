"""An orderBy argument → sort keys that order every row: what the client asked for, then the id."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from schema.catalog import Column, ObjectType
from schema.errors import BadUserInput
from schema.plan.nodes import SortKey


def order(object_type: ObjectType, order_by: Sequence[Mapping[str, Any] | None] | None) -> tuple[SortKey, ...]:
    """The sort keys. A column that was named before is not sorted by again."""
    keys: dict[str, SortKey] = {}
    for entry in order_by or ():
        for column, direction in _columns(object_type, entry or {}):
            keys.setdefault(column.name, _key(column, direction))
    identity = object_type.columns["id"]
    keys.setdefault(identity.name, SortKey(identity))
    return tuple(keys.values())


def _columns(object_type: ObjectType, entry: Mapping[str, Any]) -> Iterator[tuple[Column, Any]]:
    for name, value in entry.items():
        field = object_type.fields[name]
        if value is None:
            continue
        if field.composite is None:
            yield field.column, value
            continue
        for column in field.columns:
            if value.get(column.part) is not None:
                yield column, value[column.part]


def _key(column: Column, direction: Any) -> SortKey:
    if column.secret:
        raise BadUserInput(f'Field "{column.path}" is not sortable')
    name = str(direction.value if isinstance(direction, Enum) else direction)
    return SortKey(column, descending=name.startswith("Desc"), nulls_first=name.endswith("First"))
