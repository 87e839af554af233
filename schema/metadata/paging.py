"""Pages of lists that are known in full, with opaque cursors, and the arguments that ask for them."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, Protocol, TypeVar

import strawberry

from schema.errors import BadUserInput
from schema.types.page_info import PageInfo
from schema.types.scalars import ConnectionCursor
from schema.values.messages import shown

DEFAULT_SIZE = 10
LARGEST_SIZE = 1000


class Identified(Protocol):
    """What has an id that is its own in its list."""

    @property
    def id(self) -> Any: ...


T = TypeVar("T", bound=Identified)


@strawberry.input
class CursorPaging:
    """`first` or `last` items, 10 unless told, `after` or `before` a cursor. More than 1000 are clamped."""

    before: ConnectionCursor | None = strawberry.UNSET
    after: ConnectionCursor | None = strawberry.UNSET
    first: int | None = strawberry.UNSET
    last: int | None = strawberry.UNSET


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    items: Sequence[T]
    has_next: bool
    has_previous: bool

    @property
    def info(self) -> PageInfo:
        return PageInfo(
            startCursor=cursor(self.items[0]) if self.items else None,
            endCursor=cursor(self.items[-1]) if self.items else None,
            hasNextPage=self.has_next,
            hasPreviousPage=self.has_previous,
        )


def page(items: Sequence[T], paging: CursorPaging | None) -> Slice[T]:
    """The part of `items` that is asked for, in their order. Raises BadUserInput."""
    asked = {field.name: getattr(paging, field.name) for field in fields(CursorPaging)} if paging else {}
    asked = {name: value for name, value in asked.items() if value is not None and value is not strawberry.UNSET}
    for one, other in (("first", "last"), ("before", "after"), ("before", "first"), ("after", "last")):
        if one in asked and other in asked:
            raise BadUserInput(f"Cannot provide both {one} and {other}")
    size = asked.get("first", asked.get("last", DEFAULT_SIZE))
    if size < 0:
        raise BadUserInput(f"{'First' if 'first' in asked else 'Last'} argument must be non-negative")
    size = min(size, LARGEST_SIZE)
    start = _place(items, asked["after"]) + 1 if "after" in asked else 0
    end = _place(items, asked["before"]) if "before" in asked else len(items)
    if "last" in asked or "before" in asked:
        start = max(start, end - size)
    else:
        end = min(end, start + size)
    return Slice(items[start:end], end < len(items), start > 0)


def cursor(item: Identified) -> ConnectionCursor:
    text = json.dumps({"id": str(item.id)}, separators=(",", ":"))
    return ConnectionCursor(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def _place(items: Sequence[T], given: str) -> int:
    wanted = _decoded(given)
    for place, item in enumerate(items):
        if item.id == wanted:
            return place
    raise BadUserInput(f"Invalid cursor: {shown(given)}")


def _decoded(given: str) -> Any:
    """The id in a cursor, or nothing."""
    text = given.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        decoded = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return decoded.get("id") if isinstance(decoded, dict) else None
