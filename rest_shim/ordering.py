"""The `order_by` parameter → a GraphQL order: `createdAt,name.firstName[DescNullsLast]`."""

from typing import Any

from rest_shim import paths
from schema.catalog.model import ObjectType
from schema.errors import BadUserInput
from schema.values.messages import shown

DIRECTIONS = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")


def read(text: str, object_type: ObjectType) -> list[dict[str, Any]]:
    """Raises BadUserInput."""
    return [_item(item, object_type) for item in text.split(",")]


def _item(text: str, object_type: ObjectType) -> dict[str, Any]:
    path, opened, bracketed = text.partition("[")
    written, closed, rest = bracketed.partition("]")
    direction = written.strip() if opened else DIRECTIONS[0]
    sound = "]" not in path and "[" not in written and not rest.strip() and bool(opened) == bool(closed)
    if not sound or direction not in DIRECTIONS:
        raise BadUserInput(
            f"'order_by' direction '{shown(direction if sound else text.strip())}' invalid. Allowed values are "
            + ", ".join(f"'{name}'" for name in DIRECTIONS)
            + ". eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
        )
    return paths.nested(paths.column(object_type, path), direction)
