"""A GraphQL answer or error → bytes over HTTP. REST's envelopes are made in `rest_shim.reply`."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from rest_shim.json_body import JSON
from rest_shim.status_headers import status_headers
from schema.context import Answer
from schema.errors import ApiError
from schema.execution.graphql_errors import rendered

GRAPHQL_JSON = "application/graphql-response+json"


def graphql_refusal(error: ApiError, media_type: str = JSON, headers: Mapping[str, str] | None = None) -> Response:
    """A request that was not executed."""
    return _response({"errors": [rendered(error)]}, error.code.status, media_type, headers or {})


def graphql_answer(answer: Answer, status: int, media_type: str) -> Response:
    return _response(_shown(answer), status, media_type, {})


def graphql_body(answer: Answer) -> bytes:
    return encode(_shown(answer))


def refused(error: ApiError) -> Answer:
    """What was not executed, as an answer."""
    return Answer(None, (rendered(error),), executed=False)


def _shown(answer: Answer) -> Mapping[str, Any]:
    """`data` is left out when nothing was executed, as GraphQL has it."""
    body: dict[str, Any] = {}
    if answer.errors:
        body["errors"] = answer.errors
    if answer.executed:
        body["data"] = answer.data
    if answer.cost is not None:
        body["extensions"] = {"cost": answer.cost}
    return body


def plain(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return _response(body, status, JSON, headers or {})


def _response(body: Mapping[str, Any], status: int, media_type: str, headers: Mapping[str, str]) -> Response:
    headers = {"Content-Type": f"{media_type}; charset=utf-8", **status_headers(status), **headers}
    return Response(encode(body), status, headers)


def encode(body: Mapping[str, Any]) -> bytes:
    """A lone surrogate, which a message may quote from the request, becomes U+FFFD: it has no UTF-8."""
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:
        return orjson.dumps(_without_surrogates(body))


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_without_surrogates(key): _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value
