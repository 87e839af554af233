"""The web application: its endpoints and the pool's life. It starts no process and opens no socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Router
from starlette.types import ASGIApp

from app.auth.authenticator import Authenticator
from app.database.database import Database, Observer
from app.http import replies
from app.http.dispatch import CrossOrigin, Endpoint, Front
from app.http.graphql_endpoint import Executor as GraphQLExecutor
from app.http.graphql_endpoint import GraphQLEndpoint
from app.http.refusals import GRAPHQL_PATH, METADATA_PATH, rendered_for
from app.http.request_context import RequestContext
from app.settings import Settings
from rest_shim.routes import open_api_endpoint, rest_endpoint
from schema.api import Api
from schema.context import Answer, Caller, Execute, GraphQLRequest, Limits, Policy
from schema.errors import MethodNotAllowed


def create_app(settings: Settings, api: Api, observer: Observer | None = None) -> ASGIApp:
    """`settings` name the database and the secret. The database is connected while the application lives."""
    assert settings.database_url is not None
    database = Database(settings.database_url, api.catalog, settings.statement_timeout_ms, observer)
    authenticator = Authenticator(settings.secret, database.fetch)
    policy = Policy(Limits(settings.max_page_size, settings.max_batch_size, settings.max_affected_records))

    def context(caller: Caller) -> RequestContext:
        return RequestContext(caller, policy, database, authenticator)

    async def execute_for_request(request: Request) -> Execute:
        """What the REST shim executes operations with, for the caller of this request. Raises Unauthenticated."""
        bound = context(await authenticator.caller(request.headers.get("authorization")))

        async def execute(operation: GraphQLRequest) -> Answer:
            return await api.execute(operation, bound)

        return execute

    def graphql(served: GraphQLExecutor) -> Endpoint:
        return GraphQLEndpoint(served, authenticator, context, policy, settings.introspection == "open")

    front = Front(
        endpoints={
            GRAPHQL_PATH: graphql(api.execute),
            METADATA_PATH: graphql(api.execute_metadata),
            "/open-api/core": open_api_endpoint(api.catalog, execute_for_request),
            "/healthz": partial(_health, database),
            "/": _home,
        },
        below={"rest": rest_endpoint("/rest", api.catalog, execute_for_request)},
        render=rendered_for,
        max_body_bytes=settings.max_body_bytes,
        others=Router(lifespan=_lifespan(database)),
    )
    return CrossOrigin(
        front,
        CORSMiddleware(
            front,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Retry-After", "X-Ignored-Parameters", "X-Request-Id"],
            max_age=3600,
        ),
    )


def _lifespan(database: Database) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(application: Any) -> AsyncIterator[None]:
        async with database.connected():
            yield

    return lifespan


async def _home(request: Request) -> Response:
    _refuse_all_but_get(request)
    return RedirectResponse(GRAPHQL_PATH)


async def _health(database: Database, request: Request) -> Response:
    _refuse_all_but_get(request)
    if await database.ping():
        return replies.plain({"status": "ok", "database": "ok"})
    return replies.plain({"status": "unavailable", "database": "away"}, 503)


def _refuse_all_but_get(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(f"{request.method} is not allowed on {request.url.path}")
