"""What a client without a token can cost the server by what surrounds a body: CPU time and memory of its process."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.app.http.raw import chunk, chunked, everything, lines
from tests.bench.processes import own_cpu_seconds, resident
from tests.bench.serving import Database, Server, serving
from tests.conftest import NewWorkspace, Workspace

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process used in /proc")

MEGABYTE = 1_000_000
SIZE = 20  # megabytes
ALLOWED = 8.0  # megabytes of memory
HARMLESS = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
START = b"GET /rest/people HTTP/1.1\r\nHost: x\r\n"


@dataclass(frozen=True, slots=True)
class Hostile:
    """Megabytes that are sent after a beginning, and the status of what is answered."""

    start: Callable[[Workspace], bytes]
    megabyte: bytes
    status: int = 431


HOSTILE = {
    "one header": Hostile(lambda _: START + b"X: ", b"x" * MEGABYTE),
    "the name of a header": Hostile(lambda _: START, b"x" * MEGABYTE),
    "a header of many lines": Hostile(lambda _: START + b"X: x\r\n", b" xx\r\n" * (MEGABYTE // 5), 400),
    "small headers": Hostile(lambda _: START, b"a: b\r\n" * (MEGABYTE // 6)),
    "a URL": Hostile(lambda _: b"GET /", b"x" * MEGABYTE, 414),
    "empty lines": Hostile(lambda _: b"\r\n", b"\r\n" * (MEGABYTE // 2)),
    "trailers": Hostile(lambda one: chunked(one) + chunk(b"{}") + b"0\r\n", b"a: b\r\n" * (MEGABYTE // 6)),
    "one trailer": Hostile(lambda one: chunked(one) + chunk(b"{}") + b"0\r\nX: ", b"x" * MEGABYTE),
    "the extension of a chunk": Hostile(lambda one: chunked(one) + b"1;a=", b"x" * MEGABYTE),
    "a handshake": Hostile(
        lambda one: lines(one, "GET /graphql HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket")[:-2],
        b"Sec-WebSocket-Key: x\r\n" * (MEGABYTE // 22),
    ),
}


@pytest.fixture(scope="module")
def process(database_url: str) -> Iterator[Server]:
    """A process of its own, whose cost is nobody else's."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(Database(database_url, Path(), "", ""), port) as running:
        yield running


def send(process: Server, hostile: Hostile, workspace: Workspace, megabytes: int) -> int:
    """The status of the answer."""
    with socket.create_connection(("127.0.0.1", process.port), 30) as client:
        with suppress(OSError):
            client.sendall(hostile.start(workspace))
            for _ in range(megabytes):
                client.sendall(hostile.megabyte)
        return int(everything(client).split()[1])


def cost_of_harmless(process: Server, count: int) -> float:
    before = own_cpu_seconds(process.process)
    with socket.create_connection(("127.0.0.1", process.port), 30) as client:
        for _ in range(count):
            client.sendall(HARMLESS)
            client.recv(MEGABYTE)
    return own_cpu_seconds(process.process) - before


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_surrounds_a_body_costs_next_to_nothing(
    process: Server, new_workspace: NewWorkspace, name: str
) -> None:
    """A megabyte costs less than a hundred harmless requests, and is not kept."""
    workspace, hostile = await new_workspace(), HOSTILE[name]
    cost_of_harmless(process, 200)
    send(process, hostile, workspace, 1)
    harmless = cost_of_harmless(process, 1000) / 1000
    cpu, memory = own_cpu_seconds(process.process), resident(process.process)
    assert send(process, hostile, workspace, SIZE) in (hostile.status, 401)  # where the token was looked at first
    assert own_cpu_seconds(process.process) - cpu < SIZE * 100 * harmless
    assert resident(process.process) - memory < ALLOWED


async def test_many_small_pieces(process: Server) -> None:
    """A byte at a time costs what its packets cost: nothing is put together again and again."""
    cost_of_harmless(process, 200)
    harmless = cost_of_harmless(process, 1000) / 1000
    before = own_cpu_seconds(process.process)
    with socket.create_connection(("127.0.0.1", process.port), 30) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(START + b"X: ")
        for _ in range(40_000):
            client.send(b"x")
        assert everything(client).startswith(b"HTTP/1.1 431 ")
    assert own_cpu_seconds(process.process) - before < 40_000 * harmless


async def test_silent_connections_cost_little(process: Server) -> None:
    before = resident(process.process)
    silent = [socket.create_connection(("127.0.0.1", process.port), 30) for _ in range(1000)]
    assert cost_of_harmless(process, 10) > 0
    assert resident(process.process) - before < 1000 * 0.02
    for client in silent:
        client.close()
