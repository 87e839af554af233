"""GraphQL over a WebSocket: the protocol graphql-transport-ws, message by message.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from app.auth.authenticator import Held
from app.http.graphql_request import operation
from app.http.replies import encode
from app.http.request_id import request_id
from app.http.streaming import Streaming, cancelled, new_request_id, refusal
from schema.context import Caller, GraphQLRequest, Streamed
from schema.errors import ApiError, BadUserInput, TooManyRequests, Unauthenticated

PROTOCOL = "graphql-transport-ws"

BAD_REQUEST = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
BAD_PROTOCOL = 4406
INIT_TIMEOUT = 4408
ALREADY_EXISTS = 4409
TOO_MANY_INITS = 4429
TOO_SLOW = 4480
INTERNAL = 4500
TRY_LATER = 1013

LONGEST_REASON = 123  # bytes

log = logging.getLogger(__name__)


class Closed(Exception):
    """The connection is to be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Disconnected(Exception):
    """The client has gone."""


@dataclass(frozen=True, slots=True)
class WebSockets:
    """An ASGI application for WebSockets to the `path`. From pages of others than `origins` none is accepted."""

    path: str
    streaming: Streaming
    origins: tuple[str, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        origin, authorization = _header(scope, b"origin"), _header(scope, b"authorization")
        if scope["path"] != self.path or not self._is_welcome(origin):
            return await send({"type": "websocket.close"})  # which is a 403, before it is accepted
        offered = PROTOCOL in scope.get("subprotocols", ())
        accepted = {"subprotocol": PROTOCOL} if offered else {}
        name = new_request_id().encode()
        await send({"type": "websocket.accept", "headers": [(b"x-request-id", name)], **accepted})
        await Connection(self.streaming, receive, send).run(authorization, offered=offered)

    def _is_welcome(self, origin: str | None) -> bool:
        return origin is None or "*" in self.origins or origin in self.origins


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)


class Connection:
    """One client and its operations by their ids."""

    __slots__ = ("_closing", "_operations", "_receive", "_send", "_streaming")

    def __init__(self, streaming: Streaming, receive: Receive, send: Send) -> None:
        self._streaming, self._receive, self._send = streaming, receive, send
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._closing: asyncio.Task[None] | None = None

    async def run(self, authorization: str | None, *, offered: bool) -> None:
        """`authorization` is the header of the handshake."""
        try:
            if not offered:
                raise Closed(BAD_PROTOCOL, f"Subprotocol not acceptable: it must be {PROTOCOL}")
            caller, held = await self._introduced(authorization)
            with self._streaming.connected(self, held, self._end):
                await self._answer({"type": "connection_ack"})
                while True:
                    await self._handle(await self._message(), caller)
        except Closed as closed:
            await self._close(closed.code, closed.reason)
        except TimeoutError:
            await self._close(TOO_SLOW, self._too_slow)
        except (Disconnected, OSError):
            pass
        finally:
            await cancelled(*self._operations.values())

    async def _introduced(self, authorization: str | None) -> tuple[Caller, Held]:
        """What comes first: who it is. Raises Closed."""
        try:
            async with asyncio.timeout(self._streaming.pace.init):
                message = await self._message()
                while message.get("type") == "ping":
                    await self._pong(message)
                    message = await self._message()
        except TimeoutError:
            raise Closed(INIT_TIMEOUT, "Connection initialisation timeout") from None
        if message.get("type") != "connection_init":
            raise Closed(UNAUTHORIZED, "Unauthorized: connection_init comes first")
        payload = message.get("payload")
        if not isinstance(payload, dict | None):
            raise Closed(BAD_REQUEST, "The payload of connection_init must be an object")
        try:
            self._streaming.refuse_too_many()
            return await self._streaming.caller(authorization_of(payload or {}) or authorization)
        except TooManyRequests as error:
            raise Closed(TRY_LATER, error.message) from None
        except Unauthenticated as error:
            raise Closed(FORBIDDEN, f"Forbidden: {error.message}") from None
        except ApiError as error:
            raise Closed(TRY_LATER, error.message) from None

    async def _handle(self, message: Mapping[str, Any], caller: Caller) -> None:
        match message.get("type"):
            case "subscribe":
                await self._subscribe(message, caller)
            case "complete":
                operation = self._operations.pop(str(message.get("id")), None)
                if operation:
                    operation.cancel()
            case "ping":
                await self._pong(message)
            case "pong":
                pass
            case "connection_init":
                raise Closed(TOO_MANY_INITS, "Too many initialisation requests")
            case _:
                raise Closed(BAD_REQUEST, f"Unknown message type: {message.get('type')}")

    async def _subscribe(self, message: Mapping[str, Any], caller: Caller) -> None:
        own_id, payload = message.get("id"), message.get("payload")
        if not isinstance(own_id, str) or not own_id or not isinstance(payload, dict):
            raise Closed(BAD_REQUEST, "A subscribe message has an id, which is a string, and a payload")
        if own_id in self._operations:
            raise Closed(ALREADY_EXISTS, f"Subscriber for {own_id} already exists")
        try:
            request = operation(payload, read_only=False)
        except BadUserInput as error:
            raise Closed(BAD_REQUEST, error.message) from None
        most = self._streaming.most_operations
        if len(self._operations) >= most:
            fault = TooManyRequests(f"The connection has {most} operations already, which is MAX_STREAM_OPERATIONS")
            return await self._answer(_error(own_id, refusal(fault)))
        task = self._operations[own_id] = asyncio.create_task(self._run(own_id, request, caller))
        task.add_done_callback(self._done)

    async def _run(self, own_id: str, request: GraphQLRequest, caller: Caller) -> None:
        request_id.set(new_request_id())
        before, after = encode({"id": own_id, "type": "next"})[:-1] + b',"payload":', b"}"
        try:
            async with aclosing(self._streaming.answers(request, caller)) as answers:
                async for streamed in answers:
                    if streamed.is_refusal:
                        self._operations.pop(own_id, None)
                        return await self._answer(_error(own_id, streamed))
                    await self._write(before + streamed.text + after)
            self._operations.pop(own_id, None)
            await self._answer({"id": own_id, "type": "complete"})
        except TimeoutError:
            self._close_soon(TOO_SLOW, self._too_slow)
        except OSError:
            pass  # the client has gone

    @property
    def _too_slow(self) -> str:
        return f"Too slow: nothing was read for {self._streaming.pace.send:g} seconds"

    def _done(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception():
            log.error("an operation on a WebSocket failed", exc_info=task.exception())
            self._close_soon(INTERNAL, "Internal server error")

    def _end(self, fault: Unauthenticated) -> None:
        self._close_soon(FORBIDDEN, f"Forbidden: {fault.message}")

    def _close_soon(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(code, reason))

    async def _close(self, code: int, reason: str) -> None:
        cut = reason.encode("utf-8", "replace")[:LONGEST_REASON].decode("utf-8", "ignore")
        with suppress(OSError, RuntimeError):  # the client has gone, or it is closed
            await self._send({"type": "websocket.close", "code": code, "reason": cut})

    async def _message(self) -> Mapping[str, Any]:
        """The next one. Raises Closed and Disconnected."""
        received = await self._receive()
        if received["type"] == "websocket.disconnect":
            raise Disconnected
        text = received.get("text")
        if text is None:
            raise Closed(BAD_REQUEST, "A message must be text")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Closed(BAD_REQUEST, "A message must be JSON") from None
        if not isinstance(message, dict):
            raise Closed(BAD_REQUEST, "A message must be an object")
        return message

    async def _pong(self, ping: Mapping[str, Any]) -> None:
        await self._answer({"type": "pong", **({"payload": ping["payload"]} if "payload" in ping else {})})

    async def _answer(self, message: Mapping[str, Any]) -> None:
        await self._write(encode(message))

    async def _write(self, message: bytes) -> None:
        """Raises TimeoutError where the client takes nothing for too long, and OSError."""
        async with asyncio.timeout(self._streaming.pace.send):
            await self._send({"type": "websocket.send", "text": message.decode()})


def authorization_of(payload: Mapping[str, Any]) -> str | None:
    """The Authorization header that stands in the payload of connection_init, since browsers can set none."""
    headers = payload.get("headers")
    for where in (payload, headers if isinstance(headers, dict) else {}):
        for name, value in where.items():
            if name.lower() == "authorization" and isinstance(value, str):
                return value
    return None


def _error(own_id: str, streamed: Streamed) -> Mapping[str, Any]:
    return {"id": own_id, "type": "error", "payload": orjson.loads(streamed.text)["errors"]}
