"""The `order_by` parameter → a GraphQL order: `createdAt,name.firstName[DescNullsLast]`."""

import re
from typing import Any

from rest_shim import paths
from schema.catalog.model import ObjectType
from schema.errors import BadUserInput
from schema.values.messages import shown

DIRECTIONS = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")
_ITEM = re.compile(r"\s*(?P<path>[^\[\]]*?)\s*(\[\s*(?P<direction>[^\[\]]*?)\s*\]\s*)?")


def read(text: str, object_type: ObjectType) -> list[dict[str, Any]]:
    """Raises BadUserInput."""
    return [_item(item, object_type) for item in text.split(",")]


def _item(text: str, object_type: ObjectType) -> dict[str, Any]:
    found = _ITEM.fullmatch(text)
    direction = DIRECTIONS[0] if found and found["direction"] is None else found and found["direction"]
    if found is None or direction not in DIRECTIONS:
        raise BadUserInput(
            f"'order_by' direction '{shown(direction if found else text.strip())}' invalid. Allowed values are "
            + ", ".join(f"'{name}'" for name in DIRECTIONS)
            + ". eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
        )
    return paths.nested(paths.column(object_type, found["path"]), direction)
