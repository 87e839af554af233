"""GraphQL over server-sent events, in distinct connections mode: one operation, and a response that goes on.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

from app.auth.tokens import Claims
from app.http.streaming import Streaming, cancelled, refusal
from schema.context import Caller, GraphQLRequest, Streamed
from schema.errors import ApiError, RequestTimeout

MEDIA_TYPE = "text/event-stream"
HEADERS: Mapping[str, str] = {
    "content-type": f"{MEDIA_TYPE}; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",  # nginx would keep events back
}
COMMENT = b":\n\n"
COMPLETE = b"event: complete\ndata: \n\n"


def event(streamed: Streamed) -> bytes:
    """`next`, with the event's number as its id, if it has one."""
    number = b"" if streamed.number is None else b"id: %d\n" % streamed.number
    lines = streamed.text.replace(b"\r", b"").replace(b"\n", b"\ndata: ")
    return b"event: next\n%sdata: %s\n\n" % (number, lines)


@dataclass(eq=False)
class EventStream:
    """The reply to a request, whose body takes as long as there is something to tell."""

    streaming: Streaming
    request: GraphQLRequest
    caller: Caller
    claims: Claims
    status_code: int = 200
    _ended: "asyncio.Future[ApiError | None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future(), init=False
    )
    _is_sending: bool = field(default=False, init=False)
    _beating: asyncio.TimerHandle | None = field(default=None, init=False)
    _comment: "asyncio.Future[None] | None" = field(default=None, init=False)

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        return [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def send_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Until all is told, the client has gone, its token counts no longer, or the server stops."""
        connection = scope.get("state", {}).get("connection")
        if connection is not None:
            connection.on_stop = self._end
        tell = asyncio.create_task(self._tell(send, connection))
        gone = asyncio.create_task(_until_gone(receive))
        self._beat_later(send)
        try:
            with self.streaming.connected(self, self.claims, self._end):
                await asyncio.wait((tell, gone, self._ended), return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_told = tell.done() and not tell.cancelled()
            if self._beating:
                self._beating.cancel()
            await cancelled(tell, gone)
        if is_told:
            tell.result()
        elif self._ended.done():
            fault = self._ended.result()
            last = event(refusal(fault)) + COMPLETE if fault else b""  # without `complete`, clients come again
            if self._is_sending and connection is not None:
                connection.overrun()
            await send({"type": "http.response.body", "body": last})

    def _end(self, fault: ApiError | None = None) -> None:
        if not self._ended.done():
            self._ended.set_result(fault)

    async def _tell(self, send: Send, connection: Any) -> None:
        async def write(body: bytes, *, more: bool = True) -> None:
            self._is_sending = True
            async with asyncio.timeout(self.streaming.pace.send):
                await send({"type": "http.response.body", "body": body, "more_body": more})
            self._is_sending = False

        try:
            await write(COMMENT)  # so that the client knows that it is connected
            async with aclosing(self.streaming.answers(self.request, self.caller)) as answers:
                async for streamed in answers:
                    await write(event(streamed))
            await write(COMPLETE, more=False)
        except TimeoutError:
            if connection is not None:
                connection.overrun()
                fault = RequestTimeout("The client reads too slowly, so that the stream ends here")
                last = event(refusal(fault)) + COMPLETE
                await send({"type": "http.response.body", "body": last, "more_body": False})

    def _beat_later(self, send: Send) -> None:
        self._beating = asyncio.get_running_loop().call_later(self.streaming.pace.heartbeat, self._beat, send)

    def _beat(self, send: Send) -> None:
        """A comment, so that nobody on the way takes the connection for dead."""
        self._beat_later(send)
        if not self._is_sending and (self._comment is None or self._comment.done()):
            self._comment = asyncio.ensure_future(
                send({"type": "http.response.body", "body": COMMENT, "more_body": True})
            )


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
