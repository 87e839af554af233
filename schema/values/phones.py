"""PHONES: the shape of the additional numbers. The numbers themselves are stored as they come."""

from typing import Any

from schema.values.json_text import json_list
from schema.values.messages import invalid
from schema.values.text import optional_text

_KEYS = ("number", "countryCode", "callingCode")


def additional_phones(value: Any, field: str) -> list[Any] | None:
    """A list of objects or texts, or JSON text that holds one."""
    items = json_list(value, field)
    for item in items or ():
        _check(item, field)
    return items


def _check(item: Any, field: str) -> None:
    if isinstance(item, str):
        return
    if not isinstance(item, dict):
        raise invalid(field, f"expected a list of objects with {', '.join(_KEYS)}")
    for key in _KEYS:
        optional_text(item.get(key), f"{field}.{key}")
