"""Answers and errors → REST's envelopes, as bytes. JSON that the database built is put into them unread."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from rest_shim import entity_tags
from rest_shim.document import VERSION
from rest_shim.messages import reworded
from rest_shim.operations import Reply
from rest_shim.status_headers import status_headers
from schema.errors import CODES, ApiError, Code

_JSON: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}
_VERSION = f'"{VERSION}":"'.encode()


def success(data: Mapping[str, Any], answer: Reply, status: int) -> Response:
    """The one root field of `data`: records under `data`, and what is to say of a page beside it."""
    ((name, value),) = data.items()
    match answer:
        case Reply.PAGE:
            beside = {key: value[key] for key in ("pageInfo", "totalCount") if key in value}
            return json({"data": {name: value["edges"]}, **beside}, status)
        case Reply.DUPLICATES:
            return json({"data": value}, status)
        case Reply.GROUPS:
            return json(value, status)
        case _:
            return json({"data": data}, status)


def version(data: Mapping[str, Any], if_none_match: Sequence[str]) -> Response:
    """The record of the one root field of `data`, in which its version comes first, or that the client has it."""
    before, _, rest = orjson.dumps({"data": data}).partition(_VERSION)
    updated_at, _, after = rest.partition(b'",')
    body = before + after
    headers = {"ETag": entity_tags.tag(updated_at.decode(), body)}
    if if_none_match and entity_tags.is_among(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, {**_JSON, **headers})


def failure(errors: Sequence[Mapping[str, Any]]) -> Response:
    """The errors of a GraphQL answer. The first one's code decides the status."""
    code = CODES[errors[0]["extensions"]["code"]]
    return _error(code, [reworded(error["message"]) for error in errors])


def refusal(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """One error that kept a request from being executed."""
    return _error(error.code, [error.message], headers)


def _error(code: Code, messages: Sequence[str], headers: Mapping[str, str] | None = None) -> Response:
    body = {
        "statusCode": code.status,
        "error": code.rest_name,
        "messages": [message.encode("utf-8", "replace").decode() for message in messages],
    }
    return json(body, code.status, headers)


def json(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    headers = {**_JSON, **status_headers(status), **(headers or {})}
    return Response(orjson.dumps(body), status, headers)


def json_text(body: bytes) -> Response:
    """JSON that is finished."""
    return Response(body, 200, _JSON)
