"""Page arguments and cursors → a page."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from schema.catalog.model import Column
from schema.declare import kinds
from schema.errors import BadUserInput
from schema.plan.nodes import Page, SortKey
from schema.plan.nodes.placeholders import decided, deferred, known
from schema.plan.operands import parameter
from schema.values import text

DEFAULT_PAGE_SIZE = 60
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def page(arguments: Mapping[str, Any], order: tuple[SortKey, ...], largest: int) -> Page:
    """The page that the arguments ask for. A size over the maximum is clamped."""
    first, last, limit = (known(arguments.get(name)) for name in ("first", "last", "limit"))
    before, after, offset = (arguments.get(name) for name in ("before", "after", "offset"))
    _refuse_together(first=first, last=last)
    _refuse_together(before=before, after=after)
    _refuse_together(before=before, first=first)
    _refuse_together(after=after, last=last)
    sign = decided(offset, _sign)
    for name, value in (("First", first), ("Last", last), ("Limit", limit), ("Offset", sign)):
        if value is not None and value < 0:
            raise BadUserInput(f"{name} argument must be non-negative")
    if sign > 0 and (before is not None or after is not None or last is not None):
        raise BadUserInput("Cannot provide offset with before, after or last")
    size = next((value for value in (first, last, limit) if value is not None), DEFAULT_PAGE_SIZE)
    cursor = before if before is not None else after
    return Page(
        size=min(size, largest),
        offset=deferred(offset, int) if sign > 0 else 0,
        backward=last is not None or before is not None,
        cursor=None if cursor is None else _cursor(cursor, order),
    )


def _sign(offset: int | None) -> int:
    return (offset > 0) - (offset < 0) if offset else 0


def _cursor(cursor: Any, order: tuple[SortKey, ...]) -> tuple[Any, ...]:
    """The values of the sort keys. Which of them are null decides what the page is after."""
    nulls = decided(cursor, CursorNulls(tuple(replace(key, descending=False, nulls_first=False) for key in order)))
    return tuple(None if null else deferred(cursor, CursorValue(order, n)) for n, null in enumerate(nulls))


@dataclass(frozen=True, slots=True)
class CursorNulls:
    """Tells which values in a cursor of this order are null: the same question in whatever directions it goes."""

    order: tuple[SortKey, ...]

    def __call__(self, cursor: str) -> tuple[bool, ...]:
        return tuple([value is None for value in _decode(cursor, self.order)])


@dataclass(frozen=True, slots=True)
class CursorValue:
    """Takes one value out of a cursor of this order."""

    order: tuple[SortKey, ...]
    number: int

    def __call__(self, cursor: str) -> Any:
        return _decode(cursor, self.order)[self.number]


def _refuse_together(**arguments: Any) -> None:
    if all(value is not None for value in arguments.values()):
        raise BadUserInput(f"Cannot provide both {' and '.join(arguments)}")


def _decode(cursor: str, order: tuple[SortKey, ...]) -> tuple[Any, ...]:
    """The values of the sort keys in a cursor. A bare id is a cursor of the default order."""
    values: dict[tuple[str, ...], Any] = {("id",): cursor} if _UUID.fullmatch(cursor) else dict(_leaves(_parse(cursor)))
    if values.keys() != {key.names for key in order}:
        raise BadUserInput(f"Invalid cursor: {cursor[:100]} does not belong to this order")
    return tuple(_value(key.column, values[key.names]) for key in order)


def _parse(cursor: str) -> dict[str, Any]:
    encoded = cursor.replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        values = json.loads(decoded, parse_float=Decimal)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BadUserInput(f"Invalid cursor: {cursor[:100]}") from error
    if not isinstance(values, dict):
        raise BadUserInput(f"Invalid cursor: {cursor[:100]}")
    return values


def _leaves(values: dict[str, Any], names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """`{"name": {"firstName": …}}` → `("name", "firstName"), …`."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*names, name))
        else:
            yield (*names, name), value


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind is kinds.RAW_JSON:  # sorted, and so remembered, by its text
        if not isinstance(value, str):
            raise BadUserInput("Invalid cursor")
        return text.text(value, column.path)
    if column.kind.is_list:
        if not isinstance(value, list):
            raise BadUserInput("Invalid cursor")
        return [parameter(column, item) for item in value]
    if isinstance(value, Decimal):
        value = float(value) if column.kind.sql == "float8" else value
    return parameter(column, value)
