"""The body of a request: JSON, and an object or an array as expected. What is in it is not looked at."""

import json
from typing import Any, NoReturn

import orjson
from starlette.requests import Request

from schema.errors import BadUserInput, UnsupportedMediaType

JSON = "application/json"


async def read(request: Request, *, as_array: bool = False) -> Any:
    """Raises BadUserInput, UnsupportedMediaType and, from the stream, PayloadTooLarge."""
    expected = "an array" if as_array else "an object"
    text = await request.body()
    if not text.strip():
        raise BadUserInput(f"The request has no body: it must be {expected}")
    _check_content_type(request.headers.get("content-type", ""))
    value = _parsed(text)
    if not isinstance(value, list if as_array else dict):
        raise BadUserInput(f"Body must be {expected}")
    return value


def _check_content_type(content_type: str) -> None:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.lower().partition("charset=")[2].strip(" \"'")
    if kind.strip().lower() != JSON or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType(f"The content type must be {JSON} in UTF-8")


def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:  # the fast parser refuses a lone surrogate, which is to be refused later by the field that has it
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadUserInput("The request body is not valid JSON") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
