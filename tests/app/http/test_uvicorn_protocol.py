"""HTTP as it is on the wire: answers in one piece, whatever the client does with its connection."""

import socket
import struct
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.conftest import Server, Workspace

QUERY = b'{"query":"{ people { totalCount } }"}'
ANSWER = b'{"data":{"people":{"totalCount":0}}}'
MOST = 1_000_000


@pytest.fixture
def client(server: Server) -> Iterator[socket.socket]:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connected:
        yield connected


def head(workspace: Workspace, method: str = "POST", size: int = len(QUERY), *more: str) -> bytes:
    lines = (
        *(f"{method} /graphql HTTP/1.1", "Host: x", "Content-Type: application/json"),
        *(f"Authorization: Bearer {workspace.token}", f"Content-Length: {size}", *more),
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the packets of a connection")
def test_the_head_and_the_body_of_an_answer_come_together(client: socket.socket, workspace: Workspace) -> None:
    for _ in range(20):
        client.sendall(head(workspace) + QUERY)
        received = b""
        while not received.endswith(ANSWER):
            received += client.recv(MOST)
    assert packets_received(client) == 20


def packets_received(client: socket.socket) -> int:
    """Those with data: `tcpi_data_segs_in` of the kernel's `struct tcp_info`."""
    found: int = struct.unpack_from("=I", client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160), 152)[0]
    return found


def test_a_head_alone(client: socket.socket, workspace: Workspace) -> None:
    for _ in range(3):
        client.sendall(b"HEAD /graphql HTTP/1.1\r\nHost: x\r\n\r\n")
        piece = client.recv(MOST)
        assert piece.startswith(b"HTTP/1.1 ") and piece.endswith(b"\r\n\r\n") and piece.count(b"HTTP/1.1") == 1


def test_a_client_that_waits_to_be_told_to_go_on(client: socket.socket, workspace: Workspace) -> None:
    client.sendall(head(workspace, "POST", len(QUERY), "Expect: 100-continue"))
    assert client.recv(MOST) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(QUERY)
    assert client.recv(MOST).endswith(ANSWER)


@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_a_connection_that_is_to_be_closed(client: socket.socket, workspace: Workspace, method: str) -> None:
    client.sendall(head(workspace, method, len(QUERY), "Connection: close") + QUERY)
    received = everything(client)
    assert received.startswith(b"HTTP/1.1 ") and received.count(b"HTTP/1.1") == 1
    assert received.endswith(ANSWER if method == "POST" else b"\r\n\r\n")


def test_requests_that_do_not_wait_for_answers(client: socket.socket, workspace: Workspace) -> None:
    client.sendall((head(workspace) + QUERY) * 2 + head(workspace, "POST", len(QUERY), "Connection: close") + QUERY)
    received = everything(client)
    assert received.count(b"HTTP/1.1 200 OK") == received.count(ANSWER) == 3
    assert received.endswith(ANSWER)


def test_a_large_answer(client: socket.socket, workspace: Workspace) -> None:
    body = b'{"query":"{ __schema { types { name fields { name } } } }"}'
    client.sendall(head(workspace, "POST", len(body), "Connection: close") + body)
    first, _, answer = everything(client).partition(b"\r\n\r\n")
    assert len(answer) > 65_536
    assert answer.endswith(b"]}}}")
    assert f"content-length: {len(answer)}".encode() in first


def everything(client: socket.socket) -> bytes:
    """Until the server closes the connection."""
    return b"".join(iter(lambda: client.recv(MOST), b""))
