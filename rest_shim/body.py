"""The body of a request: an object or an array as expected. What is in it is not looked at."""

from typing import Any

from starlette.requests import Request

from rest_shim.json_body import ABSENT, read_json
from schema.errors import BadUserInput


async def read(request: Request, *, as_array: bool = False, instead: str = "") -> Any:
    """`instead` is what to do where it is the other of the two.

    Raises BadUserInput, UnsupportedMediaType and, from the stream, PayloadTooLarge.
    """
    expected = "an array" if as_array else "an object"
    value = await read_json(request)
    if value is ABSENT:
        raise BadUserInput(f"The request has no body: it must be {expected}")
    if not isinstance(value, list if as_array else dict):
        other = instead if isinstance(value, dict if as_array else list) else ""
        raise BadUserInput(f"Body must be {expected}{other}")
    return value
