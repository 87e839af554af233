"""Where a record stands among the others of its kind: at a number, before them all or after them."""

from collections.abc import Mapping, Sequence
from typing import Any

from schema.catalog.model import Column
from schema.declare.positions import POSITIONS


def numbers(position: Column, records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The numbers that records give."""
    given = [record.get(position.field) for record in records]
    return [None if number in (None, *POSITIONS) else number for number in given]


def place(position: Column, data: Mapping[str, Any]) -> str | None:
    """Where a record goes that gives no number: to the front, and to the end where it gives null."""
    if position.field not in data:
        return "first"
    value = data[position.field]
    if value is None:
        return "last"
    return value if value in POSITIONS else None
