"""An orderBy argument → sort keys that order every row: what the client asked for, then the id."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from schema.catalog.model import Catalog, Column, ObjectType, Relation
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.nodes import SortKey
from schema.plan.nodes.placeholders import known


def order(
    catalog: Catalog, object_type: ObjectType, order_by: Sequence[Mapping[str, Any] | None] | None
) -> tuple[SortKey, ...]:
    """The sort keys. What was named before is not sorted by again."""
    keys: dict[tuple[str, ...], SortKey] = {}
    for entry in order_by or ():
        for key in _keys(catalog, object_type, entry or {}, ()):
            keys.setdefault(key.names, key)
    identity = SortKey(object_type.columns["id"])
    keys.setdefault(identity.names, identity)
    return tuple(keys.values())


def _keys(
    catalog: Catalog, object_type: ObjectType, entry: Mapping[str, Any], path: tuple[Relation, ...]
) -> Iterator[SortKey]:
    for name, value in unaliased(object_type, entry).items():
        if value is None:
            continue
        relation = object_type.relations.get(name)
        if relation is not None:
            yield from _keys(catalog, catalog.objects[relation.target], value, (*path, relation))
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
    direction = known(direction)
    name = str(direction.value if isinstance(direction, Enum) else direction)
    return SortKey(column, descending=name.startswith("Desc"), nulls_first=name.endswith("First"), path=path)
