"""WebSockets as uvicorn speaks them, but for what thousands of idle ones cost, and for clients that do not read.

A connection forgets the headers of its handshake, and has a lighter queue than asyncio's, together a third of what it
takes. One whose client does not read is closed nevertheless, and left soon after.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

LINGER_SECONDS = 5.0


class WebSocket(WebSocketsSansIOProtocol):
    """One connection; for `uvicorn.Config(ws=…)`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.queue = Received()  # type: ignore[assignment]  # as far as it is used

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
