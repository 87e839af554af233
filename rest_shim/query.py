"""The query parameters: the text of a request → checked values. It knows neither objects nor GraphQL documents."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from rest_shim.messages import did_you_mean
from schema.errors import BadUserInput
from schema.values.messages import shown

DEPTHS = (0, 1, 2)
DEFAULT_DEPTH = 1
_MOST_DIGITS = 9  # so that a limit is a GraphQL Int; the server's own maximum is far below


def read(given: Iterable[tuple[str, str]], known: Collection[str]) -> dict[str, Any]:
    """The values of the parameters that were given, by name; one that is empty counts as not given.

    Raises BadUserInput for a parameter that is not `known`, is given twice or has a bad value.
    """
    values: dict[str, Any] = {}
    seen: set[str] = set()
    for name, text in given:
        if name not in known:
            raise BadUserInput(f"Unknown query parameter '{shown(name)}'.{did_you_mean(name, known)}")
        if name in seen:
            raise BadUserInput(f"Query parameter '{name}' is given more than once")
        seen.add(name)
        if text:
            values[name] = PARAMETERS[name](text)
    return values


def _depth(text: str) -> int:
    if text.strip() not in map(str, DEPTHS):
        raise BadUserInput(f"'depth={shown(text)}' parameter invalid. Allowed values are {', '.join(map(str, DEPTHS))}")
    return int(text)


def _limit(text: str) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise BadUserInput(f"limit '{shown(text)}' is invalid. Should be an integer")
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= _MOST_DIGITS else 10**_MOST_DIGITS


def _cursor(text: str) -> str:
    """A plus sign that was not percent-encoded comes as a space, which no cursor has."""
    return text.replace(" ", "+")


PARAMETERS: Mapping[str, Callable[[str], Any]] = {
    "depth": _depth,
    "limit": _limit,
    "starting_after": _cursor,
    "ending_before": _cursor,
}

# The parameters that are arguments of the GraphQL field, and their names there.
ARGUMENTS: Mapping[str, str] = {
    "limit": "limit",
    "starting_after": "after",
    "ending_before": "before",
}


def wants_count(prefer: Iterable[str]) -> bool:
    """Whether `totalCount` is asked for: it is, unless a `Prefer` header says `count=none` (RFC 7240)."""
    preferences = (preference for header in prefer for preference in header.split(","))
    return not any(preference.replace(" ", "").lower() == "count=none" for preference in preferences)
