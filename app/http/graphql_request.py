"""An HTTP request → one GraphQL operation, by the GraphQL-over-HTTP specification. It executes nothing."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request

from app.http.replies import GRAPHQL_JSON, JSON
from schema.context import GraphQLRequest
from schema.errors import BadUserInput, UnsupportedMediaType


def media_type(headers: Headers) -> str:
    """What the answer is sent as.

    Who names neither media type gets the specification's own, unless it is a browser, which would save that to a file.
    """
    accepted = _accepted(headers.get("accept", "*/*"))
    own, plain = accepted.get(GRAPHQL_JSON, 0.0), accepted.get(JSON, 0.0)
    if own or plain:
        if own == plain:
            return next(name for name in accepted if name in (GRAPHQL_JSON, JSON))
        return GRAPHQL_JSON if own > plain else JSON
    wild = accepted.get("*/*", 0.0) or accepted.get("application/*", 0.0)
    return GRAPHQL_JSON if wild and "text/html" not in accepted else JSON


def accepts_html(headers: Headers) -> bool:
    return _accepted(headers.get("accept", "")).get("text/html", 0.0) > 0


async def read_operation(request: Request) -> GraphQLRequest:
    """Raises BadUserInput, UnsupportedMediaType and, from the stream, PayloadTooLarge."""
    if request.method == "GET":
        return _from_query(request)
    body = await request.body()
    if not body:
        raise BadUserInput("The request has no body: send JSON with a query")
    _check_content_type(request.headers.get("content-type", ""))
    parameters = parse_json(body)
    if isinstance(parameters, list):
        raise BadUserInput("A list of operations is not supported: send one operation a request")
    if not isinstance(parameters, dict):
        raise BadUserInput("The request body must be a JSON object with a query")
    return _operation(parameters, read_only=False)


def parse_json(text: str | bytes) -> Any:
    """Raises BadUserInput."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:  # the fast parser refuses a lone surrogate, which is to be refused later by the field that has it
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadUserInput("The request is not valid JSON") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _from_query(request: Request) -> GraphQLRequest:
    query = request.query_params
    parameters: dict[str, Any] = {name: query[name] for name in ("query", "operationName") if name in query}
    for name in ("variables", "extensions"):
        if query.get(name):
            parameters[name] = parse_json(query[name])
    return _operation(parameters, read_only=True)


def _operation(parameters: dict[str, Any], *, read_only: bool) -> GraphQLRequest:
    document = parameters.get("query")
    if not isinstance(document, str) or not document.strip():
        raise BadUserInput("Must provide a query: a string named query")
    variables = parameters.get("variables")
    if not isinstance(variables, dict | None):
        raise BadUserInput("variables must be a JSON object")
    name = parameters.get("operationName")
    if not isinstance(name, str | None):
        raise BadUserInput("operationName must be a string")
    if not isinstance(parameters.get("extensions"), dict | None):
        raise BadUserInput("extensions must be a JSON object")
    return GraphQLRequest(document, variables or {}, name or None, read_only)


def _check_content_type(content_type: str) -> None:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.lower().partition("charset=")[2].strip(" \"'")
    if kind.strip().lower() != JSON or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType(f"The content type must be {JSON} in UTF-8")


@lru_cache
def _accepted(header: str) -> Mapping[str, float]:
    """Media types with their weights, in the order given."""
    accepted: dict[str, float] = {}
    for item in header.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            accepted.setdefault(name, float(weight))
        except ValueError:
            accepted.setdefault(name, 0.0)
    return accepted
