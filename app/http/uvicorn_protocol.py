"""HTTP as uvicorn speaks it, but for what follows.

The head of an answer leaves together with its body: uvicorn writes one after the other and uvloop sends at once what is
written, which is two system calls, two packets, and a client that wakes up twice. And what the parser refuses is
answered like any other fault, and read by a client that still writes. A response that goes on is told when the server
stops, and a client that does not read is told so before it is left.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.database.underway import Underway
from app.http.refusals import rendered_for
from app.http.uvicorn_web_socket import LINGER_SECONDS, WebSocket
from schema.errors import ApiError, BadUserInput, HeadersTooLarge, UriTooLong

MOST_URL_BYTES = 65_535  # the parser's own bound
MOST_HEAD_BYTES = 131_072  # of the request line and the header lines together
PONG_SECONDS = 20.0

log = logging.getLogger(__name__)


class Http(HttpToolsProtocol):
    """One connection; for `uvicorn.Config(http=…)`."""

    _head_bytes: int | None = 0  # of the head that is being read; nothing while a body is
    _fault: ApiError | None = None
    on_end: Callable[[bool], None] | None = None
    """Of a response that goes on: told when the server stops, or the client has gone (then it is true).

    The state of the request's scope has the protocol as `connection`.
    """

    underway: Underway | None = None  # the request that is being answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(cast(asyncio.Transport, Joining(transport, self.loop)))

    def data_received(self, data: bytes) -> None:
        if self._fault:
            return  # the connection lingers until the client has read why
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes and self._head_bytes > MOST_HEAD_BYTES and not self._fault:
            self._refuse(_too_large_a_head())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._head_bytes or 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES:
            self._fault = UriTooLong(
                f"The URL is longer than {MOST_URL_BYTES} bytes. Ask for long lists of ids in batches"
                " (filter=id[in]:[…] with up to 1000 of them), or by POST /graphql with a filter in its variables"
            )
            raise self._fault

    def on_headers_complete(self) -> None:
        head, self._head_bytes = self._head_bytes or 0, None
        if head > MOST_HEAD_BYTES and sum(len(name) + len(value) for name, value in self.headers) > MOST_HEAD_BYTES:
            self._fault = _too_large_a_head()
            raise self._fault
        self.scope["state"]["connection"] = self
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        super().on_message_complete()

    def shutdown(self) -> None:
        super().shutdown()
        if self.on_end:
            self.on_end(False)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.on_end:
            self.on_end(True)
        if self.underway:
            self.underway.hang_up()

    def overrun(self) -> None:
        """Lets the last words to a client that does not read be written, and leaves it soon after."""
        self.flow.resume_writing()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """Called for whatever the parser refuses, the faults of its callbacks included."""
        self._refuse(self._fault or BadUserInput(_not_http(sys.exception())))

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.on_end = self.underway = None
        if self._fault and not self.transport.is_closing():
            self._refuse(self._fault)

    def _refuse(self, fault: ApiError) -> None:
        """Answer, and close as soon as the client does; before, what it still sends is not looked at.

        Requests that came before on the connection are answered first.
        """
        self._fault = fault
        if self.pipeline or (self.cycle is not None and not (self.cycle.response_complete or self.cycle.more_body)):
            return
        path = (getattr(self, "url", b"") or b"").partition(b"?")[0].decode("latin-1")
        name = os.urandom(8).hex()
        log.info("refused a request as it came in (%s): %s", name, fault.message)
        response = rendered_for(path, fault)
        headers = [*response.raw_headers, (b"x-request-id", name.encode()), (b"connection", b"close")]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[response.status_code], *lines, b"\r\n", bytes(response.body)]))
        cast(Joining, self.transport).flush()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


def options(most_bytes: int, heartbeat_seconds: float) -> dict[str, Any]:
    """What `uvicorn.Config` is told of the protocols. Messages of a WebSocket have up to `most_bytes`.

    They are not compressed, which would take 50 kB and more for each connection.
    """
    return {
        "http": Http,
        "ws": WebSocket,
        "ws_max_size": most_bytes,
        "ws_ping_interval": heartbeat_seconds,
        "ws_ping_timeout": PONG_SECONDS,
        "ws_per_message_deflate": False,
        "server_header": False,
        "lifespan": "on",
        "proxy_headers": False,  # `addresses` says whom to believe
    }


def _not_http(error: BaseException | None) -> str:
    """The parser's words, where they are about the request."""
    reason = str(error or "")
    about = f": {reason}" if reason.startswith("Invalid") or "xpected" in reason else ""
    return f"The request is not valid HTTP{about}"


def _too_large_a_head() -> HeadersTooLarge:
    return HeadersTooLarge(f"The header lines are larger than {MOST_HEAD_BYTES} bytes")


class Joining:
    """The connection's transport. Every other thing that is written waits for the next, or until the loop has time."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        else:
            self._held = data
            self._loop.call_soon(self.flush)

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        held, self._held = self._held, b""
        if held and not self._transport.is_closing():
            self._transport.write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
