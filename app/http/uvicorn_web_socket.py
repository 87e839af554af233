"""WebSockets as uvicorn speaks them, but for what thousands of idle ones cost, and for clients that do not read.

A connection forgets the headers of its handshake, and has a lighter queue than asyncio's, together a third of what it
takes. One whose client does not read is closed nevertheless, and left soon after. A handshake that fails is answered
like any other fault.
"""

import asyncio
import logging
import os
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.http11 import Response
from websockets.server import ServerProtocol

from app.http.addresses import origin_of
from app.http.gate import Gate
from app.http.refusals import rendered_for
from schema.errors import (
    ApiError,
    BadUserInput,
    Forbidden,
    HeadersTooLarge,
    MethodNotAllowed,
    ServiceUnavailable,
    UriTooLong,
)

LINGER_SECONDS = 5.0


class WebSocket(WebSocketsSansIOProtocol):
    """One connection; for `uvicorn.Config(ws=…)`."""

    def __init__(self, gate: Gate, **given: Any) -> None:
        super().__init__(**given)
        self._gate = gate
        self.queue = Received()  # type: ignore[assignment]  # as far as it is used
        self.conn: Handshaking = Handshaking(
            gate, max_size=self.config.ws_max_size, logger=logging.getLogger("uvicorn.error")
        )

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._gate.gone(origin_of(self.client))

    def data_received(self, data: bytes) -> None:
        """The handshake comes first and whole. One that cannot be read is answered by nobody else."""
        if self.handshake_initiated:
            return super().data_received(data)
        self.conn.path = data.split(b" ", 2)[1].partition(b"?")[0].decode("latin-1")
        super().data_received(data)
        if not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()) or self.conn.reject(400, "").serialize())
            self.transport.close()

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close" and not self.writable.is_set():
            self.writable.set()
            self.loop.call_later(LINGER_SECONDS, self.transport.abort)
        await super().send(message)
        if message["type"] == "websocket.accept":
            self._forget_handshake()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _forget_handshake(self) -> None:
        """What stays is seen by nobody: the application has read the headers before it accepts."""
        self.request.headers.clear()
        self.response.headers.clear()
        self.scope["headers"] = []


class Handshaking(ServerProtocol):
    """The protocol itself. What it refuses has our envelope."""

    def __init__(self, gate: Gate, **given: Any) -> None:
        super().__init__(**given)
        self._gate = gate
        self.path = ""

    def reject(self, status: Any, text: str) -> Response:
        response = rendered_for(self.path, self._fault(int(status), text))
        headers = Headers((name.decode(), value.decode("latin-1")) for name, value in response.raw_headers)
        headers["Connection"], headers["X-Request-Id"] = "close", os.urandom(8).hex()
        return Response(response.status_code, "", headers, bytes(response.body))

    def _fault(self, status: int, text: str) -> ApiError:
        if status >= ApiError().code.status:
            return ServiceUnavailable("The server is stopping") if self._gate.stopping else ApiError()
        if status == Forbidden().code.status:
            return Forbidden("A WebSocket is for /graphql, and for pages of the origins that CORS_ORIGINS names")
        faults = (MethodNotAllowed, UriTooLong, HeadersTooLarge)
        fault = next((one for one in faults if one().code.status == status), BadUserInput)
        return fault(f"The handshake of the WebSocket is not valid. {text.partition(chr(10))[0]}")


class Received:
    """The messages that one task waits for. Since reading pauses after each, there are only ever a few."""

    __slots__ = ("_messages", "_waiter")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._waiter: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        self._messages.append(message)
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Any:
        while not self._messages:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._messages.pop(0)

    def empty(self) -> bool:
        return not self._messages
