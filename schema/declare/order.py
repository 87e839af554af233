"""The directions of an order: ascending or descending, and where nulls stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction, as GraphQL and REST name it."""

    name: str
    descending: bool
    nulls_first: bool


DIRECTIONS = {
    direction.name: direction
    for direction in (
        Direction("AscNullsFirst", descending=False, nulls_first=True),
        Direction("AscNullsLast", descending=False, nulls_first=False),
        Direction("DescNullsFirst", descending=True, nulls_first=True),
        Direction("DescNullsLast", descending=True, nulls_first=False),
    )
}
