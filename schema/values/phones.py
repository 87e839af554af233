"""PHONES: the shape of the additional numbers. The numbers themselves are stored as they come."""

from collections.abc import Mapping
from typing import Any

from schema.values.json_text import json_list
from schema.values.messages import invalid
from schema.values.text import optional_text

_KEYS = ("number", "countryCode", "callingCode")


def phones(value: Mapping[str, Any], field: str) -> dict[str, Any]:
    """The composite with ``additionalPhones`` as a list of objects or texts (or None); absent keys stay absent."""
    result = dict(value)
    if "additionalPhones" in result:
        name = f"{field}.additionalPhones"
        items = json_list(result["additionalPhones"], name)
        for item in items or ():
            _check(item, name)
        result["additionalPhones"] = items
    return result


def _check(item: Any, field: str) -> None:
    if isinstance(item, str):
        return
    if not isinstance(item, dict):
        raise invalid(field, f"expected a list of objects with {', '.join(_KEYS)}")
    for key in _KEYS:
        optional_text(item.get(key), f"{field}.{key}")
