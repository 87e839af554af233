"""Bytes of a request → JSON, for both APIs: what media types are taken, and what is wrong with a text that is not JSON.

It knows nothing of what a body should hold.
"""

import json
from typing import Any, NoReturn

import orjson
from starlette.requests import Request

from schema.errors import BadUserInput, UnsupportedMediaType

JSON = "application/json"
ABSENT = object()
"""Stands for the body of a request that has none."""


async def read_json(request: Request) -> Any:
    """What the body holds, or `ABSENT`, whatever its content type is then.

    Raises BadUserInput, UnsupportedMediaType and, from the stream, PayloadTooLarge.
    """
    text = await request.body()
    if not text or text.isspace():
        return ABSENT
    check_content_type(request.headers.get("content-type", ""))
    return parsed(text, "The request body")


def check_content_type(content_type: str) -> None:
    """Raises UnsupportedMediaType."""
    kind, _, parameters = content_type.partition(";")
    charset = parameters.lower().partition("charset=")[2].strip(" \"'")
    if kind.strip().lower() != JSON or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType(f"The content type must be {JSON} in UTF-8")


def parsed(text: str | bytes, what: str) -> Any:
    """The value. Raises BadUserInput that says where the text, named `what`, stops being JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:  # the fast parser refuses a lone surrogate, which is to be refused later by the field that has it
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise BadUserInput(f"{what} is not valid JSON: it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise BadUserInput(f"{what} is not valid JSON: byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadUserInput(f"{what} is not valid JSON: {_reason(error.msg)} at {place}") from None
    except NotANumber as error:
        raise BadUserInput(f"{what} is not valid JSON: {error}") from None
    except ValueError:
        raise BadUserInput(f"{what} is not valid JSON: a number has too many digits") from None


def _reason(message: str) -> str:
    """The parser's words, without what it appends to some of them (`Invalid control character at`)."""
    return (message[:1].lower() + message[1:]).removesuffix(" at").removesuffix(" starting")


class NotANumber(ValueError):
    """A constant of JavaScript's stands for a number."""


def _no_constant(name: str) -> NoReturn:
    raise NotANumber(f"{name} is not a number of JSON")
