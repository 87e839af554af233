"""An orderBy argument → sort keys that order every row: what the client asked for, then the id."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schema.catalog.model import Column, ObjectType, Relation
from schema.declare.order import DIRECTIONS
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.nodes import SortKey
from schema.plan.nodes.placeholders import decided
from schema.plan.operands import enum_value


def order(object_type: ObjectType, order_by: Sequence[Mapping[str, Any] | None] | None) -> tuple[SortKey, ...]:
    """The sort keys. What was named before is not sorted by again."""
    keys: dict[tuple[str, ...], SortKey] = {}
    for entry in order_by or ():
        for key in _keys(object_type, entry or {}, ()):
            keys.setdefault(key.names, key)
    identity = SortKey(object_type.columns["id"])
    keys.setdefault(identity.names, identity)
    return tuple(keys.values())


def _keys(object_type: ObjectType, entry: Mapping[str, Any], path: tuple[Relation, ...]) -> Iterator[SortKey]:
    for name, value in unaliased(object_type, entry).items():
        if value is None:
            continue
        relation = object_type.relations.get(name)
        if relation is not None:
            yield from _keys(relation.target_type, value, (*path, relation))
            continue
        field = object_type.fields[name]
        if field.composite is None:
            yield sort_key(field.column, value, path)
            continue
        for column in field.columns:
            if value.get(column.part) is not None:
                yield sort_key(column, value[column.part], path)


def sort_key(column: Column, direction: Any, path: tuple[Relation, ...] = ()) -> SortKey:
    if column.secret:
        raise BadUserInput(f'Field "{column.path}" is not sortable')
    named = decided(direction, enum_value)
    return SortKey(column, DIRECTIONS[named].descending, DIRECTIONS[named].nulls_first, path)
