"""Text and JSON that PostgreSQL and every encoder on the way to it can hold."""

import math
from typing import Any
from unicodedata import normalize

from schema.values.messages import invalid

MAX_JSON_DEPTH = 200
_MAX_JSON_INTEGER_BITS = 13_000  # just under the 4300 digits that Python prints


def text(value: str, field: str) -> str:
    """The text in Unicode's NFC; NUL (PostgreSQL) and lone surrogates (UTF-8) are refused."""
    if "\0" in value:
        raise invalid(field, "text must not contain NUL")
    if value.isascii():
        return value
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise invalid(field, "text must not contain a lone surrogate")
    return normalize("NFC", value)


def optional_text(value: Any, field: str) -> str | None:
    """As ``text`` for a value of unknown type: None stays None, what is not text is refused."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid(field, "expected text")
    return text(value, field)


def json_value(value: Any, field: str) -> Any:
    """The value itself when it is JSON: at most 200 levels deep, finite numbers, sound text in keys and strings."""
    pending: list[tuple[Any, int]] = [(value, 0)]
    while pending:
        item, depth = pending.pop()
        if isinstance(item, (dict, list)):
            if depth == MAX_JSON_DEPTH:
                raise invalid(field, f"JSON is nested more than {MAX_JSON_DEPTH} levels deep")
            if isinstance(item, dict):
                _check_keys(item, field)
            pending.extend((child, depth + 1) for child in (item.values() if isinstance(item, dict) else item))
        else:
            _check_scalar(item, field)
    return value


def _check_keys(item: dict[Any, Any], field: str) -> None:
    for key in item:
        if not isinstance(key, str):
            raise invalid(field, "JSON keys must be text")
        text(key, field)


def _check_scalar(item: Any, field: str) -> None:
    match item:
        case None | bool():
            pass
        case str():
            text(item, field)
        case int():
            if item.bit_length() > _MAX_JSON_INTEGER_BITS:
                raise invalid(field, "JSON numbers must have fewer than 4000 digits")
        case float():
            if not math.isfinite(item):
                raise invalid(field, "JSON numbers must be finite")
        case _:
            raise invalid(field, "not a JSON value")
