"""Where a page of a connection stands."""

# ruff: noqa: N815 - fields have their API names

import strawberry

from schema.types.scalars import ConnectionCursor


@strawberry.type
class PageInfo:
    startCursor: ConnectionCursor | None
    endCursor: ConnectionCursor | None
    hasNextPage: bool
    hasPreviousPage: bool
