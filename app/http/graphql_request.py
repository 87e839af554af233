"""An HTTP request → one GraphQL operation, by the GraphQL-over-HTTP specification. It executes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request

from app.http.event_stream import MEDIA_TYPE as EVENT_STREAM
from app.http.replies import GRAPHQL_JSON
from rest_shim.json_body import ABSENT, JSON, parsed, read_json
from rest_shim.parameter_names import preferences
from rest_shim.query_string import parameters as query_parameters
from schema.context import GraphQLRequest
from schema.errors import BadUserInput

LONGEST_REMEMBERED = 500  # characters of an Accept header


def media_type(headers: Headers) -> str:
    """What the answer is sent as: JSON, unless the specification's own media type is named and wanted no less."""
    accepted = _accepted_by(headers)
    own, plain = accepted.get(GRAPHQL_JSON, 0.0), accepted.get(JSON, 0.0)
    if own and own == plain:
        return next(name for name in accepted if name in (GRAPHQL_JSON, JSON))
    return GRAPHQL_JSON if own > plain else JSON


def accepts_events(headers: Headers) -> bool:
    return _accepted_by(headers).get(EVENT_STREAM, 0.0) > 0


def accepts_json(headers: Headers) -> bool:
    accepted = _accepted_by(headers)
    return any(accepted.get(name, 0.0) > 0 for name in (GRAPHQL_JSON, JSON))


def accepts_html(headers: Headers) -> bool:
    return _accepted_by(headers).get("text/html", 0.0) > 0


async def read_operation(request: Request) -> GraphQLRequest:
    """Raises BadUserInput, UnsupportedMediaType and, from the stream, PayloadTooLarge."""
    found = _from_query(request) if request.method == "GET" else await _from_body(request)
    if "prefer" in request.headers and "cost" in preferences(request.headers.getlist("prefer")):
        return replace(found, tells_cost=True)
    return found


async def _from_body(request: Request) -> GraphQLRequest:
    parameters = await read_json(request)
    if parameters is ABSENT:
        raise BadUserInput("The request has no body: send JSON with a query")
    if isinstance(parameters, list):
        raise BadUserInput("A list of operations is not supported: send one operation a request")
    if not isinstance(parameters, dict):
        raise BadUserInput("The request body must be a JSON object with a query")
    return operation(parameters, read_only=False)


def _from_query(request: Request) -> GraphQLRequest:
    query = dict(query_parameters(request.scope["query_string"]))
    parameters: dict[str, Any] = {name: query[name] for name in ("query", "operationName") if name in query}
    for name in ("variables", "extensions"):
        if query.get(name):
            parameters[name] = parsed(query[name], name)
    return operation(parameters, read_only=True)


def operation(parameters: dict[str, Any], *, read_only: bool) -> GraphQLRequest:
    """Raises BadUserInput."""
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


def _accepted_by(headers: Headers) -> Mapping[str, float]:
    header = headers.get("accept", "")
    return _remembered(header) if len(header) <= LONGEST_REMEMBERED else _accepted(header)


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


_remembered = lru_cache(_accepted)
