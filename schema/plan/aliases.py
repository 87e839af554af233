"""What a client gives by the names that it knows → the same by the names of the catalog.

Whatever reads an input by the names of fields and relations (a filter, an order, data) reads it through here first, so
that nothing behind knows of aliases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.catalog.model import ObjectType
from schema.errors import BadUserInput


def unaliased(object_type: ObjectType, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raises BadUserInput where a field or relation has different values by both of its names."""
    aliases = object_type.aliases
    if aliases.keys().isdisjoint(given):
        return given
    found: dict[str, Any] = {}
    for name, value in given.items():
        own = aliases.get(name, name)
        if found.setdefault(own, value) != value:
            raise BadUserInput(f"{name} and {own} are names of the same and cannot have different values")
    return found


@dataclass(frozen=True, slots=True)
class Unaliased:
    """`unaliased`, for data that is not known yet."""

    object_type: ObjectType

    def __call__(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return unaliased(self.object_type, given)
