"""What surrounds every request: its id, the limit on its body, the endpoint of its path, and an answer to any fault."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.database.underway import Underway, underway
from app.http.compression import LEAST_BYTES, Finished, packed
from app.http.event_stream import EventStream
from app.http.incoming import Incoming
from app.http.rate_limits import Metered, RateLimits
from app.http.request_id import request_id
from schema.errors import ApiError, NotFound, ServiceUnavailable

log = logging.getLogger(__name__)

IDEMPOTENCY_KEY = b"idempotency-key"
REPEATS = "icosa.repeats"
"""Is in the scope of a request that has the header, so that others, which are most, need not look for it."""

Endpoint = Callable[[Request], Awaitable[Response | EventStream]]
Render = Callable[[str, ApiError], Response]


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """An ASGI application. It answers HTTP by the endpoint of a path, or of the first part of one (`below`).

    `render` makes a response for a path of a fault that went through its endpoint: an ApiError is shown as itself,
    anything else is logged and shown as an internal error. What is not HTTP goes to `web_sockets` or `others`.
    """

    endpoints: Mapping[str, Endpoint]
    below: Mapping[str, Endpoint]
    render: Render
    max_body_bytes: int
    web_sockets: ASGIApp
    others: ASGIApp
    rate_limits: RateLimits | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if self.rate_limits and scope["type"] == "websocket":
                underway.set(self.rate_limits.begun(scope, None))
            return await (self.web_sockets if scope["type"] == "websocket" else self.others)(scope, receive, send)
        name = os.urandom(8).hex()
        request_id.set(name)
        given = dict(scope["headers"])
        if IDEMPOTENCY_KEY in given:
            scope[REPEATS] = True
        incoming = Incoming(given, receive, self.max_body_bytes)
        asked = self._begin(scope)
        response = await self._respond(WholeRequest(scope, incoming.receive), asked, given.get(b"accept-encoding"))
        asked.task = None
        own = [] if response is None else response.raw_headers
        if self.rate_limits and isinstance(asked, Metered):
            own = self.rate_limits.told(asked, scope["path"], own)
        if isinstance(response, EventStream):
            headers = [*own, (b"x-request-id", name.encode())]
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            given.clear()  # which would be kept for as long as that takes
            await response.send_body(scope, send)
        elif response is not None:
            body = bytes(response.body)
            headers = [*own, (b"x-request-id", name.encode())]
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            if not incoming.ended:
                await send({"type": "http.response.body", "body": body, "more_body": True})
                await incoming.drain()
                body = b""
            await send({"type": "http.response.body", "body": body})

    async def _respond(
        self, request: Request, asked: Underway, accepted: bytes | None
    ) -> Response | EventStream | None:
        """Nothing where nobody waits for it any more."""
        path = request.scope["path"]
        try:
            if self.rate_limits and isinstance(asked, Metered):
                self.rate_limits.refuse_stranger_at(path, request.headers, asked)
            response = await self._endpoint(path)(request)
            if not isinstance(response, Response) or len(response.body) < LEAST_BYTES:
                return response
            if not isinstance(response, Finished):
                response.raw_headers, response.body = await packed(response.raw_headers, bytes(response.body), accepted)
            return response
        except ClientDisconnect:
            return None
        except asyncio.CancelledError:
            if asked.has_gone:
                return None
            return self.render(path, ServiceUnavailable("The server is stopping"))  # it has waited for long enough
        except ApiError as error:
            return self.render(path, error)
        except Exception as error:
            log.error("%s %s failed", request.method, path, exc_info=error)
            return self.render(path, ApiError())

    def _begin(self, scope: Scope) -> Underway:
        """The request as the database is told of it, and its connection, so that it says when the client has gone."""
        connection = scope["state"].get("connection") if "state" in scope else None
        # To find the loop costs as much as all else here.
        task = asyncio.current_task(connection.loop) if connection is not None else None
        asked = self.rate_limits.begun(scope, task) if self.rate_limits else Underway(task)
        underway.set(asked)
        if connection is not None:
            connection.underway = asked
        return asked

    def _endpoint(self, path: str) -> Endpoint:
        endpoint = self.endpoints.get(path) or self.below.get(path[1:].partition("/")[0])
        if endpoint is None:
            raise NotFound(f"There is no {path}")
        return endpoint


class WholeRequest(Request):
    """A request whose body, which nearly always comes in one message, is read without the detour of a stream."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            chunks: list[bytes] = []
            more = True
            while more:
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                chunks.append(message.get("body", b""))
                more = message.get("more_body", False)
            self._body = b"".join(chunks)
        return self._body


class Preflights(CORSMiddleware):
    """What pages of other origins may do. Answers to what browsers ask before have an id like all others."""

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        response.headers["X-Request-Id"] = os.urandom(8).hex()
        return response


@dataclass(frozen=True, slots=True)
class CrossOrigin:
    """An ASGI application: `with_cors` for the requests of pages of other origins, and `app` itself for all others."""

    app: ASGIApp
    with_cors: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from_page = any(name == b"origin" for name, _ in scope.get("headers", ()))
        await (self.with_cors if from_page else self.app)(scope, receive, send)
