"""GraphQL over server-sent events, in distinct connections mode: one operation, and a response that goes on.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from enum import Enum

from starlette.types import Scope, Send

from app.auth.authenticator import Held
from app.http.streaming import Streaming, refusal
from app.http.uvicorn_protocol import Http
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


class End(Enum):
    """Why a stream ends before all is told, where its token is no reason."""

    CLIENT_GONE = "the client has gone"
    SERVER_STOPS = "the server stops"


class EventStream:
    """The reply to a request, whose body takes as long as there is something to tell."""

    __slots__ = ("_beating", "_caller", "_comment", "_end", "_held", "_is_sending", "_request", "_streaming", "_task")

    status_code = 200

    def __init__(self, streaming: Streaming, request: GraphQLRequest, caller: Caller, held: Held) -> None:
        self._streaming, self._request, self._caller, self._held = streaming, request, caller, held
        self._end: ApiError | End | None = None
        self._is_sending = False
        self._comment: asyncio.Future[None] | None = None

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        return [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def send_body(self, scope: Scope, send: Send) -> None:
        """Until all is told, the client has gone, its token counts no longer, or the server stops."""
        connection: Http = scope["state"]["connection"]
        scope["headers"].clear()  # which nobody reads again, but all would keep
        self._task = asyncio.current_task()
        connection.on_end = lambda gone: self._end_by(End.CLIENT_GONE if gone else End.SERVER_STOPS)
        self._beat_later(send)
        try:
            with self._streaming.connected(self, self._held, self._end_by):
                await self._tell(send)
        except asyncio.CancelledError:
            if self._end is None or self._task is None:
                raise
            self._task.uncancel()
            await self._say_last(connection, send)
        except TimeoutError:
            self._end = RequestTimeout("The client reads too slowly, so that the stream ends here")
            await self._say_last(connection, send)
        finally:
            connection.on_end = None
            self._stop_beating()

    async def _tell(self, send: Send) -> None:
        """Raises TimeoutError where the client takes nothing for too long."""
        await self._write(send, COMMENT)  # so that the client knows that it is connected
        async with aclosing(self._streaming.answers(self._request, self._caller)) as answers:
            async for streamed in answers:
                await self._write(send, event(streamed))
        self._stop_beating()
        await self._write(send, COMPLETE, more=False)

    async def _write(self, send: Send, body: bytes, *, more: bool = True) -> None:
        self._is_sending = True
        async with asyncio.timeout(self._streaming.pace.send):
            await send({"type": "http.response.body", "body": body, "more_body": more})
        self._is_sending = False

    async def _say_last(self, connection: Http, send: Send) -> None:
        """Without `complete`, clients come again."""
        self._stop_beating()
        if self._end is End.CLIENT_GONE:
            return
        if self._is_sending:
            connection.overrun()
        last = event(refusal(self._end)) + COMPLETE if isinstance(self._end, ApiError) else b""
        await send({"type": "http.response.body", "body": last, "more_body": False})

    def _end_by(self, end: ApiError | End) -> None:
        if self._end is None and self._task:
            self._end = end
            self._task.cancel()

    def _beat_later(self, send: Send) -> None:
        self._beating = asyncio.get_running_loop().call_later(self._streaming.pace.heartbeat, self._beat, send)

    def _beat(self, send: Send) -> None:
        """A comment, so that nobody on the way takes the connection for dead."""
        self._beat_later(send)
        if not self._is_sending and (self._comment is None or self._comment.done()):
            self._comment = asyncio.ensure_future(
                send({"type": "http.response.body", "body": COMMENT, "more_body": True})
            )

    def _stop_beating(self) -> None:
        self._beating.cancel()
        if self._comment:
            self._comment.cancel()
