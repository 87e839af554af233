"""The routes of REST: a request → one GraphQL operation → a reply. What each operation is stands in `operations`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from rest_shim import body, query, reply
from rest_shim.document import Documents
from rest_shim.messages import InputFields, input_fields
from rest_shim.operations import OPERATIONS, Body, RestOperation
from schema import context
from schema.catalog import Catalog, ObjectType
from schema.errors import ApiError, BadUserInput, MethodNotAllowed
from schema.operations import Verb
from schema.values.ids import uuid
from schema.values.messages import shown

ExecuteForRequest = Callable[[Request], Awaitable[context.Execute]]


@dataclass(frozen=True, slots=True)
class Shim:
    """What every request needs: the objects, their documents, and the way to execute for the request's caller.

    `execute_for_request` raises the errors of `schema.errors`, such as Unauthenticated.
    """

    catalog: Catalog
    documents: Documents
    known: InputFields
    execute_for_request: ExecuteForRequest


def rest_app(catalog: Catalog, execute_for_request: ExecuteForRequest) -> ASGIApp:
    """The application to mount. An error that is not one of `schema.errors` goes through it to whoever mounts it."""
    shim = Shim(catalog, Documents(catalog), input_fields(catalog), execute_for_request)
    paths = dict.fromkeys(operation.path for operation in OPERATIONS)
    routes = [Route(path, Rendered(partial(_respond, shim, _by_method(path)))) for path in paths]
    return WithoutTrailingSlash(
        Router(routes, redirect_slashes=False, default=Rendered(partial(_refuse_path, shim))),
    )


class Rendered:
    """An ASGI application of a function that answers a request or raises an error of the API."""

    def __init__(self, handle: Callable[[Request], Awaitable[Response]]) -> None:
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._handle(Request(scope, receive))
        except ApiError as error:
            response = reply.refusal(error)
        await response(scope, receive, send)


class WithoutTrailingSlash:
    """Takes the slash off the end of the path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "path": scope["path"].rstrip("/")}, receive, send)


def _by_method(path: str) -> Mapping[str, RestOperation]:
    return {operation.method: operation for operation in OPERATIONS if operation.path == path}


async def _respond(shim: Shim, operations: Mapping[str, RestOperation], request: Request) -> Response:
    """Who has no token is told so before anything that he sent is looked at."""
    execute = await shim.execute_for_request(request)
    method = "GET" if request.method == "HEAD" else request.method
    operation = operations.get(method)
    if operation is None:
        return _refuse_method(operations, request)
    object_type = _object_type(shim.catalog, request.path_params["plural"])
    parameters = query.read(request.query_params.multi_items(), operation.parameters)
    document = shim.documents.get(
        operation.graphql.field_name(object_type),
        parameters.get("depth", query.DEFAULT_DEPTH),
        query.wants_count(request.headers.getlist("prefer")),
    )
    answer = await execute(
        context.Request(
            document=document.text,
            variables=await _variables(operation, request, parameters),
            read_only=not operation.graphql.is_mutation,
            shape=document.shape,
        )
    )
    if answer.errors or answer.data is None:
        return reply.failure(answer.errors, shim.known)
    return reply.success(answer.data, operation.graphql, operation.status)


async def _variables(operation: RestOperation, request: Request, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the GraphQL field: from the path, the query parameters and the body."""
    variables = {query.ARGUMENTS[name]: value for name, value in parameters.items() if name in query.ARGUMENTS}
    if operation.graphql.verb is Verb.FIND_ONE:
        variables["filter"] = {"id": {"eq": _record_id(request)}}
    if operation.body is not Body.NONE:
        variables["data"] = await body.read(request, operation.body)
    return variables


def _record_id(request: Request) -> str:
    text: str = request.path_params["id"]
    try:
        return str(uuid(text, "id"))
    except BadUserInput:
        raise BadUserInput(f"'{shown(text)}' is not a valid UUID") from None


def _object_type(catalog: Catalog, plural: str) -> ObjectType:
    object_type = catalog.by_plural.get(plural)
    if object_type is not None:
        return object_type
    named = catalog.objects.get(plural)
    hint = f"Did you mean '{named.plural}'?" if named else "eg: companies"
    raise BadUserInput(f"object '{shown(plural)}' not found. {hint}")


def _refuse_method(operations: Mapping[str, RestOperation], request: Request) -> Response:
    allowed = [*operations, *(["HEAD"] if "GET" in operations else [])]
    error = MethodNotAllowed(f"{request.method} is not allowed on {shown(request.scope['path'])}")
    return reply.refusal(error, {"Allow": ", ".join(allowed)})


async def _refuse_path(shim: Shim, request: Request) -> Response:
    await shim.execute_for_request(request)
    raise BadUserInput(
        f"Query path '{shown(request.scope['path'])}' invalid."
        " Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"
    )
