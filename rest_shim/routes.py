"""The routes of REST: a request → one GraphQL operation → a reply. What each operation is stands in `operations`."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rest_shim import deliveries, entity_tags, feed, metadata, query, reply
from rest_shim.arguments import arguments
from rest_shim.document import Asked
from rest_shim.json_body import ABSENT, read_json
from rest_shim.openapi.document import base
from rest_shim.operations import OPERATIONS, PATHS, Reply, RestOperation
from rest_shim.parameter_names import Given, collect, is_strict
from rest_shim.query_string import parameters as parameters_of
from rest_shim.rest_api import OpenSession, RestApi
from rest_shim.routing import Handle, Routes
from rest_shim.selection import DEFAULT_DEPTH
from rest_shim.write_back import Unanswered, writable
from schema import context
from schema.catalog.limited import limited
from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operations import UNCHANGED, Verb
from schema.errors import ApiError, BadUserInput, MethodNotAllowed, NotFound, Unauthenticated
from schema.values.messages import shown

SCOPED = "scoped"
"""The parameter by which the model and its description tell just what the caller may do."""
OBJECT = "object"
"""The parameter that names what the description is about, as the path may."""
EXAMPLES = "/rest/companies/id or /rest/companies or /rest/batch/companies"


def rest_endpoint(prefix: str, open_session: OpenSession, page: Handle) -> Handle:
    """Answers all paths below `prefix`, and that one too, by `page`, which describes the API to people."""
    return _below(prefix, open_session, {**handlers(open_session), "": page})


def open_api_endpoint(prefix: str, open_session: OpenSession) -> Handle:
    """Answers the descriptions of the API below `prefix`."""
    return _below(prefix, open_session, dict.fromkeys(("/core", "/core/{object}"), _descriptions(open_session)))


def _below(prefix: str, open_session: OpenSession, handlers: Mapping[str, Handle]) -> Handle:
    """Answers the paths of handlers below `prefix`. What is not an error of `schema.errors` goes through it."""
    routes = Routes(handlers)

    async def respond(request: Request) -> Response:
        path = request.scope["path"].removeprefix(prefix).rstrip("/")
        try:
            handle, request.scope["path_params"] = routes.find(path) or (partial(_refuse_path, open_session), {})
            return await handle(request)
        except ApiError as error:
            return reply.refusal(error)

    return respond


def handlers(open_session: OpenSession) -> Mapping[str, Handle]:
    """What answers each path, in the order in which they are tried."""
    return {
        **dict.fromkeys(("/open-api/core", "/open-api/core/{object}"), _descriptions(open_session)),
        **{path: partial(_respond_metadata, open_session, *handler) for path, handler in metadata.HANDLERS.items()},
        feed.PATH: partial(_respond_events, open_session),
        **{path: partial(_respond_deliveries, open_session, one) for path, one in deliveries.OPERATIONS.items()},
        **{path: partial(_respond, open_session, _by_method(path)) for path in PATHS},
    }


def _descriptions(open_session: OpenSession) -> Handle:
    """Answers the description of the API, or of the one object that the path or a parameter names.

    Who has no token that is good gets one that says how to get the rest.
    """

    async def respond(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _refuse_method(("GET",), request)
        try:
            session = await open_session(request)
        except Unauthenticated:
            return reply.json_text(base())
        given = dict(parameters_of(request.scope["query_string"]))
        grants = session.grants if given.get(SCOPED) == "true" else context.EVERYTHING
        name = request.path_params.get(OBJECT) or given.get(OBJECT)
        if name is not None:
            return reply.json_text(session.api.part(_part(session.api, name), grants))
        if grants.scopes is not None:
            return reply.json_text(session.api.scoped_description(grants))
        return reply.json_text(session.api.description)

    return respond


def _part(api: RestApi, name: str) -> str:
    if name not in api.parts:
        _object_type(api.catalog, name)
    return name


def _by_method(path: str) -> Mapping[str, RestOperation]:
    return {method: operation for operation in OPERATIONS if path in operation.paths for method in operation.methods}


async def _respond(open_session: OpenSession, operations: Mapping[str, RestOperation], request: Request) -> Response:
    """Who has no token is told so before anything that he sent is looked at."""
    session = await open_session(request)
    catalog, execute = session.api.catalog, session.execute
    operation = operations.get(_method(request))
    if operation is None:
        return _refuse_method(tuple(operations), request)
    object_type = _object_type(catalog, request.path_params["plural"])
    if not operation.graphql.applies(object_type):
        raise NotFound(f"{object_type.plural} have no duplicate criteria, so there is nothing to merge them by")
    given = _given(request, operation.parameters, writes=operation.graphql.is_mutation)
    parameters = query.read(given.texts, catalog, object_type)
    document = session.api.documents.get(operation, object_type, _asked(operation, request, parameters, session.grants))
    variables = await arguments(operation, object_type, request, parameters)
    if operation.graphql.is_mutation and "if-match" in request.headers:
        variables |= _held(operation, request)
    answer = None
    if session.earlier and _writes_back(operation, variables):
        answer = await session.earlier(operation.key(object_type), operation.graphql.many)
    if answer is None:
        try:
            if _writes_back(operation, variables):
                variables |= await _written_back(operation, object_type, execute, variables)
        except Unanswered as fault:
            return reply.failure(fault.errors)
        answer = await execute(
            context.GraphQLRequest(
                document=document.text,
                variables=variables,
                read_only=not operation.graphql.is_mutation,
                printing=document.printing,
            )
        )
    if answer.errors or answer.data is None:
        return reply.failure(answer.errors)
    if operation.is_versioned:
        response = reply.version(answer.data, request.headers.getlist("if-none-match"))
    else:
        response = reply.success(answer.data, operation.reply, operation.status)
    response.headers.update(given.headers)
    return response


def _held(operation: RestOperation, request: Request) -> Mapping[str, Any]:
    """The argument by which a write holds only for the version of the record that the client has read."""
    if not operation.can_be_held:
        raise BadUserInput("If-Match is for changes of one record by its id")
    return {UNCHANGED: entity_tags.unchanged_since(request.headers.getlist("if-match"))}


def _writes_back(operation: RestOperation, variables: Mapping[str, Any]) -> bool:
    """Whether the data may hold records as they were read, with related ones that have to be looked at."""
    if operation.graphql.verb is Verb.UPDATE:
        return operation.takes_id
    return operation.graphql.verb is Verb.CREATE and bool(variables.get("upsert"))


async def _written_back(
    operation: RestOperation, object_type: ObjectType, execute: context.Execute, variables: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The data without what need not be written."""
    if operation.takes_id:
        return {"data": (await writable(object_type, execute, [variables["data"]], variables["id"]))[0]}
    if operation.body.is_array:
        return {"data": await writable(object_type, execute, variables["data"])}
    return {"data": (await writable(object_type, execute, [variables["data"]]))[0]}


def _asked(operation: RestOperation, request: Request, parameters: Mapping[str, Any], grants: context.Grants) -> Asked:
    return Asked(
        wanted=parameters.get("fields") or parameters.get("depth", DEFAULT_DEPTH),
        counted=operation.reply is not Reply.PAGE or query.wants_count(request.headers.getlist("prefer")),
        soft=parameters.get("soft_delete", False),
        aggregates=parameters.get("aggregate", ()),
        samples=parameters.get("include_records_sample", False),
        grants=grants,
    )


async def _respond_metadata(
    open_session: OpenSession, handle: metadata.Handle, known: tuple[str, ...], request: Request
) -> Response:
    session = await open_session(request)
    if _method(request) != "GET":
        return _refuse_method(("GET",), request, metadata.READ_ONLY)
    given = _given(request, (*known, SCOPED), writes=False)
    catalog = session.api.catalog
    if given.texts.get(SCOPED) == "true":
        catalog = limited(catalog, session.grants.allow_some)
    return reply.json(handle(catalog, request.path_params, given.texts), headers=given.headers)


async def _respond_events(open_session: OpenSession, request: Request) -> Response:
    """A parameter that is not known would make a client read the same page for ever, so it is refused."""
    session = await open_session(request)
    if _method(request) != "GET":
        return _refuse_method(("GET",), request)
    given = collect(parameters_of(request.scope["query_string"]), feed.PARAMETERS, strict=True)
    answer = await session.execute(feed.request(given.texts))
    if answer.errors or answer.data is None:
        return reply.failure(answer.errors)
    return reply.success(answer.data, Reply.PAGE, 200)


async def _respond_deliveries(
    open_session: OpenSession, operation: deliveries.DeliveryOperation, request: Request
) -> Response:
    session = await open_session(request)
    if _method(request) != operation.method:
        return _refuse_method((operation.method,), request)
    writes = operation.method != "GET"
    given = _given(request, operation.parameters, writes=writes)
    variables = operation.variables(given.texts, await read_json(request) if operation.takes_body else ABSENT)
    asked = context.GraphQLRequest(operation.document, {**request.path_params, **variables}, read_only=not writes)
    answer = await session.execute(asked)
    if answer.errors or answer.data is None:
        return reply.failure(answer.errors)
    return reply.json(deliveries.body(answer.data), headers=given.headers)


def _given(request: Request, known: tuple[str, ...], *, writes: bool) -> Given:
    """The query parameters. Only a request that reads may have some that nobody knows."""
    strict = writes or is_strict(request.headers.getlist("prefer"))
    return collect(parameters_of(request.scope["query_string"]), known, strict=strict)


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


def _object_type(catalog: Catalog, plural: str) -> ObjectType:
    object_type = catalog.by_plural.get(plural)
    if object_type is not None:
        return object_type
    named = catalog.objects.get(plural)
    hint = f"Did you mean '{named.plural}'?" if named else "eg: companies"
    raise NotFound(f"object '{shown(plural)}' not found. {hint}")


def _refuse_method(methods: tuple[str, ...], request: Request, reason: str = "") -> Response:
    allowed = [*methods, *(["HEAD"] if "GET" in methods else [])]
    error = MethodNotAllowed(f"{request.method} is not allowed on {shown(request.scope['path'])}{reason}")
    return reply.refusal(error, {"Allow": ", ".join(allowed)})


async def _refuse_path(open_session: OpenSession, request: Request) -> Response:
    await open_session(request)
    path = request.scope["path"].rstrip("/")
    examples = metadata.EXAMPLES if path.startswith("/rest/metadata/") else EXAMPLES
    raise NotFound(f"Query path '{shown(path)}' invalid. Valid examples: {examples}")
