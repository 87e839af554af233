"""The web application: routes, what surrounds them, and the pool's life. It starts no process and opens no socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from app import replies
from app.auth import Authenticator
from app.context import RequestContext
from app.database import Database, Observer
from app.graphql import Executor as GraphQLExecutor
from app.graphql import GraphQLEndpoint
from app.middleware import BodyLimit, Failures, RequestIds
from app.settings import Settings
from rest_shim.reply import RETRY_SECONDS, refusal
from rest_shim.routes import open_api_app, reference_app, rest_app
from schema.context import Answer, Caller, Execute, Limits
from schema.context import Request as Operation
from schema.errors import ApiError, BadUserInput, MethodNotAllowed, NotFound
from schema.execute import Executor
from schema.metadata.schema import MetadataExecutor

GRAPHQL_PATH = "/graphql"
METADATA_PATH = "/metadata"


def create_app(settings: Settings, executor: Executor, observer: Observer | None = None) -> Starlette:
    """`settings` name the database and the secret. The database is connected while the application lives."""
    assert settings.database_url is not None
    database = Database(settings.database_url, executor.catalog, settings.statement_timeout_ms, observer)
    authenticator = Authenticator(settings.secret, database.fetch)
    limits = Limits(settings.max_page_size, settings.max_batch_size, settings.max_affected_records)

    def context(caller: Caller) -> RequestContext:
        return RequestContext(caller, limits, database, authenticator)

    async def execute_for_request(request: Request) -> Execute:
        """What the REST shim executes operations with, for the caller of this request. Raises Unauthenticated."""
        bound = context(await authenticator.caller(request.headers.get("authorization")))

        async def execute(operation: Operation) -> Answer:
            return await executor(operation, bound)

        return execute

    def endpoint(served: GraphQLExecutor) -> GraphQLEndpoint:
        return GraphQLEndpoint(served, authenticator, context, limits, settings.introspection == "open")

    return Starlette(
        routes=[
            Route(GRAPHQL_PATH, endpoint(executor)),
            Route(METADATA_PATH, endpoint(MetadataExecutor(executor.catalog))),
            Route("/rest", reference_app()),
            Mount("/rest", rest_app(executor.catalog, execute_for_request)),
            Route("/open-api/core", open_api_app(executor.catalog, execute_for_request)),
            Route("/healthz", partial(_health, database), methods=["GET"]),
            Route("/", _home, methods=["GET"]),
        ],
        middleware=[
            Middleware(RequestIds),
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=["*"],
                allow_headers=["*"],
                expose_headers=["Retry-After", "X-Request-Id"],
                max_age=3600,
            ),
            Middleware(Failures, render=_render),
            Middleware(BodyLimit, max_bytes=settings.max_body_bytes),
        ],
        exception_handlers={HTTPException: _http_refusal},
        lifespan=_lifespan(database),
    )


def _lifespan(database: Database) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(application: Starlette) -> AsyncIterator[None]:
        async with database.connected():
            yield

    return lifespan


async def _home(request: Request) -> Response:
    return RedirectResponse(GRAPHQL_PATH)


async def _health(database: Database, request: Request) -> Response:
    if await database.ping():
        return replies.plain({"status": "ok", "database": "ok"})
    return replies.plain({"status": "unavailable", "database": "away"}, 503, {"Retry-After": RETRY_SECONDS})


def _render(path: str, error: ApiError) -> Response:
    return replies.graphql_refusal(error) if path in (GRAPHQL_PATH, METADATA_PATH) else refusal(error)


async def _http_refusal(request: Request, exception: Exception) -> Response:
    """Starlette's own refusals: no such route, no such method there."""
    assert isinstance(exception, HTTPException)
    return refusal(_as_api_error(request, exception), exception.headers)


def _as_api_error(request: Request, exception: HTTPException) -> ApiError:
    match exception.status_code:
        case 404:
            return NotFound(f"There is no {request.url.path}")
        case 405:
            return MethodNotAllowed(f"{request.method} is not allowed on {request.url.path}")
        case _:
            return BadUserInput(exception.detail)
