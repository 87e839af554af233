"""The arguments of a merge → which records become one."""

from collections.abc import Mapping
from typing import Any

from schema.catalog.model import Catalog, Field, ObjectType
from schema.errors import BadUserInput
from schema.plan.nodes import Affected, Merge
from schema.plan.operands import record_id
from schema.plan.uniting import holds_several

FEWEST, MOST = 2, 9
_KEPT = ("id", "createdAt", "updatedAt", "deletedAt")


def merge(catalog: Catalog, object_type: ObjectType, arguments: Mapping[str, Any]) -> Merge:
    """Records to merge into the one at the priority index."""
    ids = tuple(record_id(value) for value in arguments.get("ids") or ())
    if len(ids) < FEWEST:
        raise BadUserInput(f"At least {FEWEST} record IDs are required for merge")
    if len(ids) > MOST:
        raise BadUserInput(f"Maximum {MOST} records can be merged at once")
    if len(set(ids)) != len(ids):
        raise BadUserInput("A record cannot be merged with itself: ids must differ")
    index = arguments.get("conflictPriorityIndex") or 0
    if not 0 <= index < len(ids):
        raise BadUserInput(
            f"Invalid conflict priority '{index}'. Valid options for {len(ids)} records: 0-{len(ids) - 1}"
        )
    fields = tuple(field for field in object_type.fields.values() if _merges(object_type, field))
    return Merge(
        object_type=object_type,
        ids=ids,
        winner=ids[index],
        fields=fields,
        several=tuple(filter(holds_several, fields)),
        referring=_referring(catalog, object_type),
    )


def _merges(object_type: ObjectType, field: Field) -> bool:
    """All but what the server itself says of a record."""
    is_position = object_type.position is not None and object_type.position.field == field.name
    return field.name not in _KEPT and field is not object_type.actor and not is_position


def _referring(catalog: Catalog, object_type: ObjectType) -> tuple[Affected, ...]:
    """The tables that refer to the object, each with its references."""
    names = {relation.target for relation in object_type.to_many}
    return tuple(
        Affected(other, tuple(relation for relation in other.to_one if relation.target == object_type.name))
        for other in catalog.objects.values()
        if other.name in names
    )
