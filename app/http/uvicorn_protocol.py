"""HTTP as uvicorn speaks it, but for what follows.

An answer leaves in one piece. What the parser refuses is answered like any other fault, and read by a client that still
writes. What surrounds a body has bounds, and so has the time that a client takes (`app.http.gate`). A response that
goes on is told when the server stops, and a client that does not read is told so before it is left.
"""

import asyncio
import fcntl
import logging
import os
import socket
import struct
import sys
import termios
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.database.underway import Underway
from app.http import access_log
from app.http.addresses import origin_of
from app.http.gate import ANSWERING, BODY, CLOSING, HEAD, IDLE, LEAST_RATE, LINGERING, NEW, Gate
from app.http.joined_writes import Joining
from app.http.pace import Pace
from app.http.refusals import rendered_for
from app.http.uvicorn_web_socket import LINGER_SECONDS, WebSocket
from app.settings import Settings
from schema.errors import (
    ApiError,
    BadUserInput,
    HeadersTooLarge,
    RequestTimeout,
    ServiceUnavailable,
    TooManyRequests,
    UriTooLong,
)

MOST_URL_BYTES = 32_768
MOST_HEADER_BYTES = 32_768  # of all header lines together, and of what surrounds the pieces of a body
MOST_HEADERS = 100
MOST_PIPELINED = 100  # requests that wait for the answers of those before them
MOST_IGNORED = 256 * 1024 * 1024  # bytes that a client still sends when it was refused; no more is read then
SLICE = MOST_HEADER_BYTES  # what the parser is given at a time, so that it goes no further than a slice past a bound
FRAMING = 8  # bytes that surround a byte of a body at most, on an average
PONG_SECONDS = 20.0
AT_ONCE = struct.pack("ii", 1, 0)

log = logging.getLogger(__name__)


class Trailers(list[tuple[bytes, bytes]]):
    """Where header lines go that come after the body, which nobody reads."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        pass


class Http(HttpToolsProtocol):
    """One connection; for `uvicorn.Config(http=…)`."""

    phase = NEW
    since = 0.0
    on_end: Callable[[bool], None] | None = None
    """Of a response that goes on: told when the server stops, or the client has gone (then it is true).

    The state of the request's scope has the protocol as `connection`.
    """
    _fault: ApiError | None = None
    _unwelcome: ApiError | None = None  # what the first request is answered, where there are too many connections
    _first: Any = None  # what is being answered while others wait in `pipeline`; `cycle` is what came last
    _overhead = 0  # bytes that came and are no body: of the head that is being read, or around pieces of a body
    _progress = 0  # bytes of the body that came `since`
    _trailers = Trailers()

    def __init__(self, gate: Gate, logs_access: bool, **given: Any) -> None:
        super().__init__(**given)
        self._gate = gate
        self._logs_access = logs_access

    underway: Underway | None = None  # the request that is being answered

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(cast(asyncio.Transport, Joining(transport, self.loop)))
        self._origin = origin_of(self.client)
        self._unwelcome = self._gate.enter(self, self._origin)

    def data_received(self, data: bytes) -> None:
        if len(data) <= SLICE:
            self._take(data)
            return
        for start in range(0, len(data), SLICE):
            self._take(data[start : start + SLICE])

    def _take(self, data: bytes) -> None:
        self._overhead += len(data)
        if self._fault:  # the connection lingers until the client has read why
            if self._overhead > MOST_IGNORED:
                self.flow.pause_reading()
            return
        super().data_received(data)
        if self._overhead > MOST_HEADER_BYTES and not self._fault:
            self._refuse_overhead()

    def _refuse_overhead(self) -> None:
        """Of a head, the URL has a bound of its own."""
        if self.phase == BODY:
            self._refuse(HeadersTooLarge(f"What surrounds the body is larger than {MOST_HEADER_BYTES} bytes"))
        elif self._overhead - len(getattr(self, "url", b"")) > MOST_HEADER_BYTES:
            self._refuse(_too_large_a_head())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.phase, self.since = HEAD, self._gate.now

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES:
            self._fail(
                UriTooLong(
                    f"The URL is longer than {MOST_URL_BYTES} bytes. Ask for long lists of ids in batches"
                    " (filter=id[in]:[…] with up to 800 of them), by POST /rest/…/find with the parameters in its"
                    " body, or by POST /graphql with a filter in its variables"
                )
            )

    def on_headers_complete(self) -> None:
        overhead, self._overhead = self._overhead, 0
        if len(self.headers) > MOST_HEADERS:
            self._fail(HeadersTooLarge(f"There are more than {MOST_HEADERS} header lines"))
        if overhead > MOST_HEADER_BYTES and _size(self.headers) > MOST_HEADER_BYTES:
            self._fail(_too_large_a_head())
        if self._unwelcome:
            self._fail(self._unwelcome)
        if self._gate.stopping:
            self._fail(ServiceUnavailable("The server is stopping"))
        if len(self.pipeline) >= MOST_PIPELINED:
            self._fail(TooManyRequests(f"{MOST_PIPELINED} requests wait for the answers of those before them"))
        if self._is_answering and not self.pipeline:
            self._first = self.cycle
        if self.parser.get_http_version() == "1.0" and any(name == b"transfer-encoding" for name, _ in self.headers):
            self._fail(BadUserInput("Transfer-Encoding is not part of HTTP/1.0"))
        self.scope["state"]["connection"] = self
        super().on_headers_complete()
        self.phase, self.since, self._progress = BODY, self._gate.now, 0
        if not self.parser.should_upgrade():
            self.headers = self._trailers

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        size = len(body)
        self._progress += size
        self._overhead = max(0, self._overhead - FRAMING * size)

    def on_message_complete(self) -> None:
        self._overhead = 0
        super().on_message_complete()
        self.phase, self.since = ANSWERING if self._is_answering else IDLE, self._gate.now

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def on_response_complete(self) -> None:
        """As uvicorn has it, but for its timer of idle connections."""
        self.server_state.total_requests += 1
        self.on_end = self.underway = None
        if self.transport.is_closing():
            self.phase, self.since = CLOSING, self._gate.now
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._first, application = self.pipeline.pop()
            self._start_asgi_task(self._first, application)
        elif self.phase == ANSWERING:
            self.phase, self.since = IDLE, self._gate.now
        if self._fault:
            self._refuse(self._fault)

    def handle_websocket_upgrade(self) -> None:
        self._gate.hand_over(self)
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.on_end is None:  # what goes on has its own deadline
            self._gate.stalls(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._gate.flows(self)

    def shutdown(self) -> None:
        """The server stops. Who has no request gets to hear so, if one comes in time."""
        self._gate.stop()
        if self._is_answering:
            super().shutdown()
        if self.on_end:
            self.on_end(False)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.pipeline:  # else uvicorn says so itself
            self._first.disconnected = True
        super().connection_lost(exc)
        self._gate.leave(self, self._origin)
        if self.on_end:
            self.on_end(True)
        if self.underway:
            self.underway.hang_up()

    def overrun(self) -> None:
        """Lets the last words to a client that does not read be written, and leaves it soon after."""
        self.flow.resume_writing()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def overdue(self) -> None:
        """The connection has been in its phase for too long."""
        pace = self._gate.pace
        if self.phase in (LINGERING, CLOSING):
            if not self.flow.write_paused:  # else it is known how much the client reads
                self.abort()
        elif self._waits_for_us or (self.phase == BODY and self._progress >= LEAST_RATE * pace.body):
            self.since, self._progress = self._gate.now, 0
        elif self.phase == HEAD:
            self._refuse(RequestTimeout(f"The head of the request took longer than {pace.head:g} seconds"))
        elif self.phase == BODY:
            self._refuse(RequestTimeout(f"The body of the request came with less than {LEAST_RATE} bytes a second"))
        elif self._unwelcome:
            self._refuse(self._unwelcome)
        else:
            self.close()

    @property
    def _waits_for_us(self) -> bool:
        """It is not read, or was not yet told to go on."""
        waits = self.phase == BODY and self._is_answering and self.cycle.waiting_for_100_continue
        return self.flow.read_paused or waits

    def unread(self) -> int:
        """With what the system holds: it takes more from us in large steps only, while its client takes small ones."""
        size: int = self.transport.get_write_buffer_size()
        return size + _held_by_system(self.transport.get_extra_info("socket").fileno())

    def abort(self) -> None:
        """What the system still holds for the client is dropped too."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    def close(self) -> None:
        self.phase, self.since = CLOSING, self._gate.now
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Called for whatever the parser refuses, the faults of its callbacks included."""
        self._refuse(self._fault or BadUserInput(_not_http(sys.exception())))

    def _fail(self, fault: ApiError) -> NoReturn:
        """Out of a callback of the parser, which goes no further."""
        self._fault = fault
        raise fault

    def _refuse(self, fault: ApiError) -> None:
        """Answer, and close as soon as the client does; before, what it still sends is not looked at.

        Requests that came before on the connection are answered first.
        """
        self._fault = fault
        cycle = self.cycle
        if self.pipeline or (self._is_answering and not cycle.more_body):
            return
        is_answered = self.phase == BODY and cycle.response_started
        if self._is_answering:  # whoever waits for the rest of the body need not
            cycle.disconnected = True
            cycle.message_event.set()
        self.phase, self.since = LINGERING, self._gate.now
        if not is_answered:
            self._answer(fault)
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _answer(self, fault: ApiError) -> None:
        path = (getattr(self, "url", b"") or b"").partition(b"?")[0].decode("latin-1")
        name = os.urandom(8).hex()
        log.info("refused a request as it came in (%s): %s", name, fault.message)
        response = rendered_for(path, fault)
        headers = [*response.raw_headers, (b"x-request-id", name.encode()), (b"connection", b"close")]
        lines = [b"%s: %s\r\n" % header for header in headers]
        self.transport.write(b"".join([STATUS_LINE[response.status_code], *lines, b"\r\n", bytes(response.body)]))
        cast(Joining, self.transport).flush()
        if self._logs_access:
            scope = {"client": self.client, **(self.scope or {}), "path": path}
            access_log.tell(scope, name, response.status_code, len(response.body), None)


def options(settings: Settings, pace: Pace) -> dict[str, Any]:
    """What `uvicorn.Config` is told of the protocols, for one server.

    Messages of WebSockets are not compressed, which would take 50 kB and more for each connection.
    """
    gate = Gate(settings.max_connections, settings.max_connections_per_address, pace, settings.trusted_proxies)
    return {
        "http": partial(Http, gate, settings.access_log),
        "ws": partial(WebSocket, gate),
        "ws_max_size": settings.max_body_bytes,
        "ws_ping_interval": pace.heartbeat,
        "ws_ping_timeout": PONG_SECONDS,
        "ws_per_message_deflate": False,
        "server_header": False,
        "access_log": False,
        "lifespan": "on",
        "proxy_headers": False,  # `addresses` says whom to believe
    }


def _held_by_system(file: int) -> int:
    """Bytes that were sent and not yet acknowledged; 0 where the system does not tell."""
    try:
        (size,) = struct.unpack("i", fcntl.ioctl(file, termios.TIOCOUTQ, bytes(4)))
    except OSError:
        return 0
    return int(size)


def _not_http(error: BaseException | None) -> str:
    """The parser's words, where they are about the request."""
    reason = str(error or "")
    about = f": {reason}" if reason.startswith("Invalid") or "xpected" in reason else ""
    return f"The request is not valid HTTP{about}"


def _too_large_a_head() -> HeadersTooLarge:
    return HeadersTooLarge(f"The header lines are larger than {MOST_HEADER_BYTES} bytes")


def _size(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + len(b": \r\n") for name, value in headers)
