"""The web application: its endpoints and the pool's life. It starts no process and opens no socket."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import ASGIApp

from app.auth.watch import TokenWatch
from app.database.database import TOKENS, Database, Observer
from app.database.health import State
from app.database.repeatable import Repeatable
from app.events.happenings import Happenings
from app.events.relay import Relay
from app.events.work import at_work, relay_of
from app.http import replies
from app.http.access_log import WORKSPACE, AccessLog
from app.http.dispatch import CrossOrigin, Dispatcher, Endpoint, Preflights
from app.http.graphql_endpoint import Executor, GraphQLEndpoint
from app.http.pace import DEFAULT_PACE, Pace
from app.http.pages import Pages
from app.http.pages.files import FILES, Folder
from app.http.rate_limits import authenticator_of, rate_limits
from app.http.read_after import Positions, ReadAfter, Reads
from app.http.refusals import GRAPHQL_PATH, METADATA_PATH, rendered_for
from app.http.repeats import earlier, repeatable, telling_of_repeats
from app.http.request_context import RequestContext
from app.http.served_api import ServedApi, same_for_all
from app.http.shared import Shared
from app.http.streaming import Streaming
from app.http.web_socket import WebSockets
from app.settings import Settings
from rest_shim.rest_api import Session
from rest_shim.routes import open_api_endpoint, rest_endpoint
from rest_shim.routing import Handle
from schema.api import Api
from schema.context import EVERYTHING, Answer, Caller, Grants, GraphQLRequest, Policy
from schema.errors import MethodNotAllowed

EXPOSED = (
    *("ETag", "Idempotency-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After"),
    *("Preference-Applied", "X-Ignored-Parameters", "X-Read-After", "X-Request-Id"),
)
"""What pages of other origins may read of an answer's headers."""

REMEMBERED_POLICIES = 1000


def create_app(
    settings: Settings,
    api: Api,
    observer: Observer | None = None,
    pace: Pace = DEFAULT_PACE,
    shared: Shared = Shared(),  # noqa: B008 - a frozen value
) -> ASGIApp:
    """`settings` name the database and the secret. The database is connected while the application lives."""
    assert settings.database_url is not None
    limits = rate_limits(settings, shared.ledger)
    database = Database(
        settings.database_url,
        api.catalog,
        settings.statement_timeout_ms,
        observer,
        metered=limits is not None,
        most_characters=settings.max_answer_characters,
        replica_urls=settings.read_database_url,
    )
    read_after = (
        ReadAfter(database, shared.positions or Positions.own(), settings.replica_reads == "all")
        if settings.read_database_url
        else None
    )
    authenticator = authenticator_of(
        settings, api.catalog.objects.values(), partial(database.fetch, share=TOKENS), limits
    )
    policy = Policy(settings.limits, records_events=settings.events)
    relay = relay_of(settings, api.catalog, database.load) if settings.events and settings.relay else None

    happenings = Happenings(database, settings.max_live_queries, pace.poll, pace.live)

    @lru_cache(REMEMBERED_POLICIES)
    def scoped(grants: Grants) -> Policy:
        """One value for all who may do the same, so that its hash is made once."""
        return replace(policy, grants=grants)

    def context(caller: Caller, once: Repeatable | None = None, reads: Reads | None = None) -> RequestContext:
        bounds = policy if caller.grants is EVERYTHING else scoped(caller.grants)
        return RequestContext(caller, bounds, database, authenticator, relay, happenings, once, reads=reads)

    async def bind(request: Request, caller: Caller) -> RequestContext:
        """The context of one request. Raises BadUserInput, and what reading its body raises."""
        once = await repeatable(request, caller, database)
        return context(caller, once, read_after.reads(request, caller) if read_after else None)

    def streamed(caller: Caller) -> RequestContext:
        return context(caller, reads=Reads(caller, after=None) if read_after else None)

    async def answered(bound: RequestContext) -> None:
        """What an operation of a stream wrote, the caller's reads must see."""
        if read_after and bound.reads and bound.reads.has_written:
            await read_after.noted(bound.caller)

    def telling(endpoint: Endpoint) -> Endpoint:
        told = telling_of_repeats(endpoint)
        return read_after.telling(told) if read_after else told

    api_of = same_for_all(ServedApi.of(api))
    streaming = Streaming(
        api_of=api_of,
        authenticator=authenticator,
        context=streamed,
        answered=answered,
        happenings=happenings,
        watch=TokenWatch(authenticator, pace.token),
        pace=pace,
        most_connections=settings.max_stream_connections,
        most_operations=settings.max_stream_operations,
        connections=set(),
        limits=limits,
    )

    async def open_session(request: Request) -> Session:
        """What the REST shim works with for the caller of this request. Raises Unauthenticated."""
        caller = await authenticator.caller(request.headers.get("authorization"))
        request.scope[WORKSPACE] = caller.workspace_id
        served, bound = api_of(caller), await bind(request, caller)

        async def execute(operation: GraphQLRequest) -> Answer:
            return await served.api.execute(operation, bound)

        return Session(served.rest, execute, earlier(bound.once), caller.grants)

    pages = Pages.of(Folder.own(), Folder.built())

    def graphql(
        executor_of: Callable[[ServedApi], Executor], page: Handle, streaming: Streaming | None = None
    ) -> Endpoint:
        endpoint = GraphQLEndpoint(
            executor_of=lambda caller: executor_of(api_of(caller)),
            authenticator=authenticator,
            bind=bind,
            policy=policy,
            open_introspection=settings.introspection == "open",
            page=page,
            streaming=streaming,
            introspect_of=(lambda caller: api_of(caller).api.introspect) if streaming else None,
        )
        return telling(endpoint)

    front = Dispatcher(
        endpoints={
            GRAPHQL_PATH: graphql(lambda served: served.api.execute, pages.graphql, streaming),
            METADATA_PATH: graphql(lambda served: served.api.execute_metadata, pages.metadata),
            "/healthz": partial(_health, database),
            "/": pages.home,
        },
        below={
            "rest": telling(rest_endpoint("/rest", open_session, pages.reference)),
            "open-api": open_api_endpoint("/open-api", open_session),
            FILES: pages.files,
        },
        render=rendered_for,
        max_body_bytes=settings.max_body_bytes,
        web_sockets=WebSockets(GRAPHQL_PATH, streaming, settings.cors_origins),
        others=Router(lifespan=_lifespan(settings, database, relay, happenings)),
        rate_limits=limits,
    )
    application = CrossOrigin(
        front,
        Preflights(
            front,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=3600,
        ),
    )
    return AccessLog(application) if settings.access_log else application


def _lifespan(
    settings: Settings, database: Database, relay: Relay | None, happenings: Happenings
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(application: Any) -> AsyncIterator[None]:
        async with database.connected(), at_work(settings, relay) if relay else nullcontext():
            try:
                yield
            finally:
                await happenings.close()

    return lifespan


async def _health(database: Database, request: Request) -> Response:
    _refuse_all_but_get(request)
    state = await database.health()
    if state is State.AWAY:
        return replies.plain({"status": "unavailable", "database": state.value}, 503)
    told: dict[str, object] = {"status": "ok", "database": state.value}
    if database.replicas:
        told["replicas"] = [replica.told for replica in database.replicas]
    return replies.plain(told)


def _refuse_all_but_get(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(f"{request.method} is not allowed on {request.url.path}")
