"""How error messages show a client's value, and what they say of a name that is not known."""

import json
from collections.abc import Iterable

from schema.errors import BadUserInput
from schema.values.nearness import nearest

_LONGEST = 100
_BEGINNING = 3  # letters that are one
_MOST_BITS = 10_000  # Python refuses to print integers of more than 4300 digits


def shown(value: object) -> str:
    """The value as text that any encoder takes, cut after 100 characters."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a number of thousands of digits"
    text = str(value)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


def as_json(value: object) -> str:
    """The value as JSON, cut after 100 characters. What is a number but none of JSON is `Infinity` or `NaN`."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # too many digits, or too deep
        text = "a number of thousands of digits" if isinstance(value, int) else "a value too large to show"
    return shown(text) + ('"' if text.startswith('"') and len(text) > _LONGEST else "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that names the known name that is near, or the one that it begins, with a space before it."""
    known = tuple(known)
    begun = [candidate for candidate in known if len(name) >= _BEGINNING and candidate.startswith(name)]
    found = nearest(name, known) or (begun[0] if len(begun) == 1 else None)
    return f" Did you mean '{found}'?" if found else ""


def invalid(field: str, reason: str) -> BadUserInput:
    """The error to raise for a field, such as ``Invalid value for field "name": text must not contain NUL``."""
    return BadUserInput(f'Invalid value for field "{field}": {reason}')
