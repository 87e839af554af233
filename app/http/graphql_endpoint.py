"""The GraphQL endpoint: authenticate, read the operation, execute it, answer. It knows no schema."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from app.auth.authenticator import Authenticator
from app.http.access_log import WORKSPACE
from app.http.dispatch import REPEATS
from app.http.event_stream import EventStream
from app.http.graphql_request import accepts_events, accepts_html, accepts_json, media_type, read_operation
from app.http.introspection import asks_for_schema_only
from app.http.replies import GRAPHQL_JSON, graphql_answer, graphql_refusal
from app.http.request_context import NOBODY, AnonymousContext
from app.http.streaming import Streaming
from schema.context import Answer, Caller, Context, GraphQLRequest, Policy
from schema.errors import ApiError, BadUserInput, MethodNotAllowed, TooManyRequests, Unauthenticated

Executor = Callable[[GraphQLRequest, Context], Awaitable[Answer]]

SCOPED = "scoped"
METHODS = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers a request, by the executor of the caller's workspace.

    `bind` makes the context of a request and its caller; `open_introspection` lets all read the schema; `page` is what
    a browser is shown. With `streaming`, operations can be answered as streams of events, and `introspect_of` tells of
    the schema what a caller may do, where `?scoped=true` asks for that.
    """

    executor_of: Callable[[Caller], Executor]
    authenticator: Authenticator
    bind: Callable[[Request, Caller], Awaitable[Context]]
    policy: Policy
    open_introspection: bool
    page: Callable[[Request], Awaitable[Response]]
    streaming: Streaming | None = None
    introspect_of: Callable[[Caller], Executor] | None = None

    async def __call__(self, request: Request) -> Response | EventStream:
        sent_as = media_type(request.headers)
        if request.method not in METHODS:
            return graphql_refusal(MethodNotAllowed(), sent_as, {"Allow": ", ".join(METHODS)})
        if request.method == "GET" and "query" not in request.query_params and accepts_html(request.headers):
            return await self.page(request)
        try:
            if self.streaming and accepts_events(request.headers):
                return await self._streamed(self.streaming, request, sent_as)
            return _answer(await self._execute(request), sent_as)
        except ApiError as error:
            return graphql_refusal(error, sent_as)

    async def _streamed(self, streaming: Streaming, request: Request, sent_as: str) -> Response | EventStream:
        """JSON where that is taken too, as by clients that always name both, and the operation has but one answer."""
        caller, held = await streaming.caller(request.headers.get("authorization"))
        request.scope[WORKSPACE] = caller.workspace_id
        operation = await read_operation(request)
        if accepts_json(request.headers) and not streaming.has_several_answers(operation, caller):
            bound = await self.bind(request, caller)
            return _answer(await self.executor_of(caller)(operation, bound), sent_as)
        if REPEATS in request.scope:
            raise BadUserInput("A stream cannot be repeated by an Idempotency-Key: accept application/json")
        streaming.refuse_too_many()
        operation = replace(operation, last_event=request.headers.get("last-event-id") or None)
        return EventStream(streaming, operation, caller, held)

    async def _execute(self, request: Request) -> Answer:
        """Who has no token is told so before anything that he sent is read."""
        authorization = request.headers.get("authorization")
        if authorization is None and self.open_introspection:
            operation = await read_operation(request)
            if not asks_for_schema_only(operation.document, operation.operation_name, self.policy.limits):
                raise Unauthenticated
            return await self.executor_of(NOBODY)(operation, AnonymousContext(self.policy))
        caller = await self.authenticator.caller(authorization)
        request.scope[WORKSPACE] = caller.workspace_id
        bound = await self.bind(request, caller)
        operation = await read_operation(request)
        execute = self.executor_of(caller)
        if request.scope["query_string"] and self.introspect_of and request.query_params.get(SCOPED) == "true":
            limits = self.policy.limits
            if asks_for_schema_only(operation.document, operation.operation_name, limits):
                execute = self.introspect_of(caller)
        return await execute(operation, bound)


def _answer(answer: Answer, sent_as: str) -> Response:
    """By the specification the older media type has one status for all that was well-formed.

    A mutation by GET is refused with 405 in both.
    """
    codes = [error.get("extensions", {}).get("code") for error in answer.errors]
    if not answer.executed and MethodNotAllowed.code_name in codes:
        status = MethodNotAllowed().code.status
    elif TooManyRequests.code_name in codes and not any((answer.data or {}).values()):
        status = TooManyRequests().code.status  # nothing was done, and what was in its way will pass
    else:
        status = 200 if answer.executed or sent_as != GRAPHQL_JSON else 400
    response = graphql_answer(answer, status, sent_as)
    if status == 405:
        response.headers["Allow"] = "POST"
    return response
