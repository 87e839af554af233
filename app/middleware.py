"""What surrounds every request: an id for the log, a limit on the body, and an answer to what nobody foresaw."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schema.errors import ApiError, PayloadTooLarge

log = logging.getLogger(__name__)

request_id: ContextVar[str] = ContextVar("request_id", default="-")

Render = Callable[[str, ApiError], Response]


class RequestIds:
    """Names each request, in the log and to the client."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        name = uuid4().hex[:16]
        request_id.set(name)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = name
            await send(message)

        await self.app(scope, receive, send_named)


class Failures:
    """The last renderer: an ApiError as itself, and anything else as an internal error whose cause is logged."""

    def __init__(self, app: ASGIApp, render: Render) -> None:
        self.app = app
        self.render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def send_watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except Exception as error:
            if not isinstance(error, ApiError):
                log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            if started:
                raise
            shown = error if isinstance(error, ApiError) else ApiError()
            await self.render(scope["path"], shown)(scope, receive, send)


class BodyLimit:
    """Refuses a body over the limit by its declared length, and otherwise as soon as it has grown over it."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "")
        size = 0

        async def receive_limited() -> Message:
            nonlocal size
            if declared.isdigit() and int(declared) > self.max_bytes:
                raise self._refusal()
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.max_bytes:
                raise self._refusal()
            return message

        await self.app(scope, receive_limited, send)

    def _refusal(self) -> PayloadTooLarge:
        return PayloadTooLarge(f"The request body is larger than {self.max_bytes} bytes")
