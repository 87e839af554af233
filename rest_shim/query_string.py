"""The query string of a URL → names and texts, decoded without loss. It knows no parameter."""

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from schema.errors import BadUserInput
from schema.values.messages import shown

REMEMBERED_PARAMETERS = 1000  # all but filters and cursors come again and again
LONGEST_REMEMBERED = 1000  # bytes

_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


def parameters(query_string: bytes) -> list[tuple[str, str]]:
    """The names and texts of the parameters, as HTML forms are read, in the order given.

    Raises BadUserInput for a `%` that begins no escape, and for what is not UTF-8.
    """
    items = query_string.split(b"&")
    return [_remembered(item) if len(item) < LONGEST_REMEMBERED else _parameter(item) for item in items if item]


def _parameter(item: bytes) -> tuple[str, str]:
    name, _, text = item.replace(b"+", b" ").partition(b"=")
    return _decoded(name, item), _decoded(text, item)


_remembered = lru_cache(REMEMBERED_PARAMETERS)(_parameter)


def _decoded(text: bytes, item: bytes) -> str:
    stray = _NO_ESCAPE.search(text)
    if stray:
        written = text[stray.start() : stray.start() + 3].decode("latin-1")
        raise _fault(item, f"'{shown(written)}' is not an escape")
    try:
        return (unquote_to_bytes(text) if b"%" in text else text).decode()
    except UnicodeDecodeError as error:
        found = error.object[error.start : error.end]
        written = "".join(f"%{byte:02X}" for byte in found)
        raise _fault(item, f"'{written}' is not UTF-8") from None


def _fault(item: bytes, reason: str) -> BadUserInput:
    where = shown(item.decode("latin-1"))
    return BadUserInput(f"The query string is not valid at '{where}': {reason}. A '%' itself is written as '%25'")
