"""How long the server waits for a client, how many may come, and how it stops."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest
import websockets

from app.http.addresses import origin_of
from app.http.gate import ANSWERING, MOST_UNREAD, Gate
from app.http.pace import Pace
from app.settings import Settings
from schema.api import Api
from tests.app.http.raw import QUERY, answer, connected, everything, head, last_answer, lines, refused
from tests.conftest import Server, Workspace, run_server

QUICK = Pace(head=0.4, body=0.4, write=0.6, idle=0.8, linger=0.5, stop=0.1, sweep=0.1)
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def quick(settings: Settings, api: Api) -> Iterator[Server]:
    with run_server(settings, api, QUICK) as running:
        yield running


@pytest.fixture(scope="module")
def narrow(settings: Settings, api: Api) -> Iterator[Server]:
    """With room for eight connections, and for two of another address."""
    few = settings.model_copy(update={"max_connections": 8, "max_connections_per_address": 2})
    with run_server(few, api, QUICK) as running:
        yield running


def test_who_says_nothing_is_left(quick: Server) -> None:
    with connected(quick) as silent:
        assert everything(silent) == b""


@pytest.mark.parametrize("first", [b"G", b"GET /graphql HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_comes_too_slowly(quick: Server, first: bytes) -> None:
    with connected(quick) as slow:
        slow.sendall(first)
        time.sleep(0.1)
        status, headers, body = refused(slow, first[:0])
    shown = body["error"] if len(first) == 1 else body["errors"][0]["extensions"]["code"]
    assert (status, shown) == (408, "RequestTimeoutException" if len(first) == 1 else "REQUEST_TIMEOUT")
    assert headers["connection"] == "close" and len(headers["x-request-id"]) == 16


def test_a_head_that_comes_byte_by_byte(quick: Server) -> None:
    with connected(quick) as slow:
        with suppress(OSError):
            for byte in GET[:-4] * 10:
                slow.sendall(bytes([byte]))
                time.sleep(0.02)
        assert last_answer(slow)[0] == 408


@pytest.mark.parametrize("rest", [b"", b"x" * 100])
def test_a_body_that_comes_too_slowly(quick: Server, workspace: Workspace, rest: bytes) -> None:
    """Less than 1000 bytes a second are too few, however often they come."""
    with connected(quick) as slow:
        slow.sendall(head(workspace, "POST", 100_000) + rest)
        time.sleep(0.2)
        slow.sendall(rest)
        status, _, body = last_answer(slow)
        assert (status, body["errors"][0]["extensions"]["code"]) == (408, "REQUEST_TIMEOUT")


def test_a_body_that_takes_its_time(quick: Server, workspace: Workspace) -> None:
    body = QUERY + b" " * 10_000
    with connected(quick) as steady:
        steady.sendall(head(workspace, "POST", len(body)))
        for start in range(0, len(body), 1000):
            steady.sendall(body[start : start + 1000])
            time.sleep(0.15)
        assert answer(steady)[0] == 200


def test_a_connection_without_requests_is_closed_and_one_with_them_is_not(quick: Server) -> None:
    with connected(quick) as client:
        for _ in range(5):
            client.sendall(GET)
            assert answer(client)[0] == 200
            time.sleep(0.3)
        began = time.monotonic()
        assert everything(client) == b""
        assert time.monotonic() - began > 0.3


async def test_who_does_not_read_is_left(quick: Server, workspace: Workspace) -> None:
    """His answers are held no longer, and who reads slowly gets them whole."""
    async with httpx.AsyncClient(base_url=quick.url, headers=workspace.headers, timeout=60) as client:
        notes = [{"title": "Long", "body": "x" * 100_000} for _ in range(30)]
        (await client.post("/rest/batch/notes", json=notes)).raise_for_status()
    await asyncio.to_thread(_read_slowly_and_not_at_all, quick, workspace)


def _read_slowly_and_not_at_all(quick: Server, workspace: Workspace) -> None:
    large = "GET /rest/notes?depth=0 HTTP/1.1"
    with connected(quick) as deaf, connected(quick) as slow:
        deaf.sendall(lines(workspace, large) * 20)  # some 60 MB, of which the sockets hold but a part
        slow.sendall(lines(workspace, large) * 2 + lines(workspace, large, "Connection: close"))
        pieces = []
        for _ in range(60):
            pieces.append(slow.recv(65_536))
            time.sleep(0.03)
        received = b"".join(pieces) + everything(slow)
        with pytest.raises(ConnectionResetError):
            everything(deaf)
    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert len(json.loads(received.rpartition(b"\r\n\r\n")[2])["data"]["notes"]) == 30


def test_who_is_too_many_is_told_so(narrow: Server) -> None:
    with connected(narrow, "127.0.0.2") as first, connected(narrow, "127.0.0.2") as second:
        for client in (first, second):
            client.sendall(GET)
            assert answer(client)[0] == 200
        with connected(narrow, "127.0.0.2") as third:
            status, headers, body = refused(third, b"GET /graphql HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (status, body["errors"][0]["extensions"]["code"]) == (429, "TOO_MANY_REQUESTS")
            assert "2 connections from 127.0.0.2" in body["errors"][0]["message"]
            assert int(headers["retry-after"]) > 0 and headers["x-request-id"] and headers["connection"] == "close"
        with connected(narrow, "127.0.0.3") as other:
            other.sendall(GET)
            assert answer(other)[0] == 200
    time.sleep(0.2)
    with connected(narrow, "127.0.0.2") as again:
        again.sendall(GET)
        assert answer(again)[0] == 200


def test_more_connections_than_there_may_be(narrow: Server) -> None:
    with connected(narrow) as one, connected(narrow) as two:
        for client in (one, two):
            client.sendall(GET)
            assert answer(client)[0] == 200
        silent = [socket.create_connection(one.getpeername()) for _ in range(6)]
        status, headers, body = 0, {"": ""}, {"": ""}
        with connected(narrow) as late:
            status, headers, body = refused(late, GET)
        assert (status, body["error"]) == (503, "ServiceUnavailableException")
        assert int(headers["retry-after"]) > 0 and headers["x-request-id"]
        time.sleep(0.4)  # those that say nothing are left at once, where there are so many
        for client in silent:
            client.close()
        with connected(narrow) as newcomer:
            newcomer.sendall(GET)
            assert answer(newcomer)[0] == 200


def test_silent_connections_keep_nobody_out(narrow: Server) -> None:
    """They come again and again, until there is no room; somebody with a request gets in within some tries."""
    with connected(narrow) as first:
        address = first.getpeername()
    enough = threading.Event()

    def knock() -> None:
        held: list[socket.socket] = []
        while not enough.is_set():
            held.append(socket.create_connection(address))
            if len(held) > 20:
                held.pop(0).close()
            time.sleep(0.03)
        for one in held:
            one.close()

    knocking = threading.Thread(target=knock)
    knocking.start()
    try:
        time.sleep(0.5)
        statuses = []
        for _ in range(20):
            with connected(narrow) as client:
                client.sendall(GET)
                statuses.append(answer(client)[0])
            time.sleep(0.05)
    finally:
        enough.set()
        knocking.join()
    assert set(statuses) <= {200, 503} and 200 in statuses


def test_a_stop_answers_what_is_under_way_and_no_more(settings: Settings, api: Api, workspace: Workspace) -> None:
    with run_server(settings, api) as stopping, connected(stopping) as idle, connected(stopping) as busy:
        idle.sendall(GET)
        assert answer(idle)[0] == 200
        busy.sendall(head(workspace) + QUERY[:5])
        time.sleep(0.2)
        stop = threading.Thread(target=_stop, args=(stopping,))
        stop.start()
        time.sleep(1.0)
        status, headers, body = refused(idle, b"GET /rest/people HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (status, body["error"], body["messages"]) == (
            *(503, "ServiceUnavailableException"),
            ["The server is stopping"],
        )
        assert headers["connection"] == "close" and headers["retry-after"] and headers["x-request-id"]
        idle.close()
        busy.sendall(QUERY[5:])
        status, headers, body = last_answer(busy)
        assert (status, headers["connection"]) == (200, "close") and "data" in body
        stop.join()


def _stop(server: Server) -> None:
    server.stop()


@pytest.mark.parametrize("path", ["/graphql", "/rest/people"])
async def test_what_a_stop_cuts_off_is_told_so(
    settings: Settings,
    api: Api,
    workspace: Workspace,
    connection: "asyncpg.Connection[asyncpg.Record]",
    path: str,
) -> None:
    """A write that waits for a lock for longer than the server stops."""
    sent = b'{"query":"mutation { createPerson(data: {}) { id } }"}' if path == "/graphql" else b"{}"
    start = lines(workspace, f"POST {path} HTTP/1.1", f"Content-Length: {len(sent)}")
    async with connection.transaction():
        await connection.execute('LOCK TABLE "person" IN ACCESS EXCLUSIVE MODE')
        with run_server(settings, api, stop_seconds=1) as stopping, connected(stopping) as busy:
            busy.sendall(start + sent)
            await asyncio.sleep(0.5)
            stop = asyncio.create_task(asyncio.to_thread(stopping.stop))
            status, headers, body = await asyncio.to_thread(last_answer, busy)
            await stop
    assert (status, headers["connection"], len(headers["x-request-id"])) == (503, "close", 16)
    assert "The server is stopping" in str(body) and ("errors" in body) == (path == "/graphql")


async def test_a_handshake_that_is_refused_has_our_envelope(server: Server, workspace: Workspace) -> None:
    def ask(path: str, *more: str) -> tuple[int, dict[str, str], object]:
        own = (f"GET {path} HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket", *more)
        with connected(server) as client:
            return refused(client, ("\r\n".join(own) + "\r\n\r\n").encode())

    good = ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    for path, more, wanted in (
        ("/graphql", (), 400),
        ("/graphql", ("Sec-WebSocket-Version: 12", good[1]), 400),
        ("/graphql", (*good, f"X-Long: {'x' * 10_000}"), 431),
        ("/rest/people", good, 403),
    ):
        status, headers, body = await asyncio.to_thread(ask, path, *more)
        assert status == wanted and len(headers["x-request-id"]) == 16, body
        assert isinstance(body, dict) and ("errors" in body if path == "/graphql" else body["statusCode"] == wanted)


async def test_streams_have_deadlines_of_their_own(quick: Server, workspace: Workspace) -> None:
    url = quick.url.replace("http", "ws") + "/graphql"
    async with websockets.connect(url, subprotocols=["graphql-transport-ws"]) as socket_:  # type: ignore[list-item]
        payload = {"Authorization": f"Bearer {workspace.token}"}
        await socket_.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert json.loads(await socket_.recv())["type"] == "connection_ack"
        await asyncio.sleep(1.5)
        await socket_.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket_.recv())["type"] == "pong"


@dataclass(eq=False)
class Guest:
    """A connection as the gate sees it."""

    waits: int
    phase: int = ANSWERING
    since: float = 0.0
    ends: list[str] = field(default_factory=list)

    def overdue(self) -> None:
        self.ends.append("overdue")

    def unread(self) -> int:
        return self.waits

    def abort(self) -> None:
        self.ends.append("aborted")

    def close(self) -> None:
        self.ends.append("closed")


async def test_answers_that_wait_have_a_bound_together() -> None:
    """Who has taken nothing for longest is cut off, and no more of them than need be."""
    gate = Gate(10, 0, QUICK)
    guests = [Guest(MOST_UNREAD // 4) for _ in range(4)]
    for guest in guests:
        assert gate.enter(guest, "192.0.2.1") is None
        gate.stalls(guest)
    assert [guest.ends for guest in guests] == [[], [], [], []]
    gate.flows(guests[0])
    gate.stalls(guests[0])
    gate.stalls(late := Guest(1))
    assert [guest.ends for guest in (*guests, late)] == [[], ["aborted"], [], [], []]
    for guest in guests:
        gate.leave(guest, "192.0.2.1")


async def test_an_answer_goes_on_as_long_as_it_is_taken() -> None:
    gate = Gate(10, 0, QUICK)
    taking, standing = Guest(100_000), Guest(100_000)
    for guest in (taking, standing):
        gate.enter(guest, "")
        gate.stalls(guest)
    for _ in range(20):
        taking.waits -= 1000
        await asyncio.sleep(0.1)
    assert (taking.ends, standing.ends) == ([], ["aborted"])
    for guest in (taking, standing):
        gate.leave(guest, "")


@pytest.mark.parametrize(
    ("client", "wanted"),
    [
        (("192.0.2.1", 1), "192.0.2.1"),
        (("::ffff:192.0.2.1", 1), "192.0.2.1"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("::1", 1), "::/64"),
        (None, ""),
    ],
)
def test_where_a_connection_comes_from(client: tuple[str, int] | None, wanted: str) -> None:
    assert origin_of(client) == wanted
