"""HTTP as it is on the wire: answers in one piece, whatever the client does with its connection."""

import socket
import struct
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.app.http.raw import MOST, QUERY, answer, chunk, chunked, connected, everything, head, lines, refused
from tests.conftest import Server, Workspace

ANSWER = b'{"data":{"people":{"totalCount":0}}}'


@pytest.fixture
def client(server: Server) -> Iterator[socket.socket]:
    with connected(server) as made:
        yield made


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


@pytest.mark.parametrize(
    "sent",
    [
        b"FOO /rest/people HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /rest/people HTTP/9.1\r\nHost: x\r\n\r\n",
        b"GET /rest/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /rest/people?filter=a b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /rest/people HTTP/1.1\r\nno header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_what_is_no_request(client: socket.socket, sent: bytes) -> None:
    status, headers, body = refused(client, sent)
    assert (status, body["statusCode"], body["error"]) == (400, 400, "BadRequestException")
    assert body["messages"][0].startswith("The request is not valid HTTP: ")
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["connection"] == "close"
    assert len(headers["x-request-id"]) == 16


def test_a_url_that_is_too_long(client: socket.socket) -> None:
    ids = ",".join(str(uuid4()) for _ in range(3000))
    status, headers, body = refused(
        client, f"GET /rest/people?filter=id[in]:[{ids}] HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    )
    assert (status, body["error"]) == (414, "UriTooLongException")
    assert "batches" in body["messages"][0] and "POST" in body["messages"][0]
    assert headers["x-request-id"]


def test_a_url_that_is_too_long_of_graphql(client: socket.socket) -> None:
    status, _, body = refused(client, f"GET /graphql?query={'x' * 10_000_000} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (status, body["errors"][0]["extensions"]["code"]) == (414, "URI_TOO_LONG")


@pytest.mark.parametrize("pieces", [1, 200])
@pytest.mark.parametrize(
    "lines", [f"X-Long: {'x' * 200_000}\r\n", "".join(f"X-{n}: {'x' * 1000}\r\n" for n in range(200))]
)
def test_a_head_that_is_too_large(client: socket.socket, pieces: int, lines: str) -> None:
    sent = f"GET /rest/people HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode()
    size = len(sent) // pieces
    for start in range(0, len(sent) - size, size):
        client.sendall(sent[start : start + size])
    status, headers, body = refused(client, sent[(len(sent) - 1) // size * size :])
    assert (status, body["error"]) == (431, "RequestHeaderFieldsTooLargeException")
    assert headers["x-request-id"]


def test_a_large_body_is_no_large_head(client: socket.socket, workspace: Workspace) -> None:
    """It comes in the same piece as the head."""
    body = QUERY + b" " * 250_000
    for _ in range(2):
        client.sendall(head(workspace, "POST", len(body)) + body)
        assert client.recv(MOST).endswith(ANSWER)


def test_eight_hundred_ids_in_a_url(client: socket.socket, workspace: Workspace) -> None:
    ids = ",".join(str(uuid4()) for _ in range(800))
    lines = (
        f"GET /rest/people?filter=id[in]:[{ids}] HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {workspace.token}\r\n\r\n"
    )
    client.sendall(lines.encode())
    assert everything(client).startswith(b"HTTP/1.1 200 ")


def test_what_is_no_http_is_told_after_the_answers_before(client: socket.socket, workspace: Workspace) -> None:
    """Else a client would take the fault for the answer to its first request."""
    client.sendall(head(workspace) + QUERY + b"GARBAGE\r\n\r\n")
    received = b""
    while piece := client.recv(MOST):
        received += piece
    first, _, second = received.partition(ANSWER)
    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 400 ") and b"not valid HTTP" in second


def test_a_hundred_header_lines(client: socket.socket, workspace: Workspace) -> None:
    for number in (100, 101):
        more = [f"X-{n}: {n}" for n in range(number - 4)]
        client.sendall(head(workspace, "POST", len(QUERY), *more) + QUERY)
        status, _, body = answer(client)
        assert status == (200 if number == 100 else 431), body
    assert body["errors"][0]["message"] == "There are more than 100 header lines"
    assert everything(client) == b""


@pytest.mark.parametrize("size", [32_768, 32_769])
def test_the_longest_url(client: socket.socket, workspace: Workspace, size: int) -> None:
    """Its head has room besides."""
    url = "/graphql?query={__typename}&x="
    url += "x" * (size - len(url))
    client.sendall(lines(workspace, f"GET {url} HTTP/1.1", f"X-Long: {'x' * 32_000}"))
    status, _, body = answer(client)
    assert (status, "data" in body) == ((200, True) if size == 32_768 else (414, False))


@pytest.mark.parametrize("pieces", [1, 50])
def test_what_surrounds_a_body(server: Server, workspace: Workspace, pieces: int) -> None:
    """Trailers and extensions of chunks."""
    whole, long = chunk(QUERY), b"x" * 400_000
    for hostile in (
        whole + b"0\r\nX: " + long + b"\r\n\r\n",
        whole + b"0\r\n" + b"X: 1\r\n" * 100_000 + b"\r\n",
        chunk(QUERY, b";a=" + long) + b"0\r\n\r\n",
        b"".join(chunk(b" ", b";a=" + b"x" * 2000) for _ in range(200)) + whole + b"0\r\n\r\n",
    ):
        with connected(server) as client:
            client.sendall(chunked(workspace))
            size = len(hostile) // pieces
            for start in range(0, len(hostile) - size, size):
                client.sendall(hostile[start : start + size])
            status, _, body = refused(client, hostile[(len(hostile) - 1) // size * size :])
            assert (status, body["errors"][0]["extensions"]["code"]) == (431, "HEADERS_TOO_LARGE")


def test_a_body_in_many_pieces(client: socket.socket, workspace: Workspace) -> None:
    """Its trailers are read by nobody, not even where they have the name of a header."""
    body = b"".join(chunk(bytes([byte])) for byte in QUERY + b" " * 20_000)
    for _ in range(2):
        client.sendall(chunked(workspace) + body + b"0\r\nAuthorization: Bearer none\r\nAccept: text/html\r\n\r\n")
        assert answer(client)[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /graphql HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /graphql HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_a_body_of_which_two_could_think_differently(client: socket.socket, sent: bytes) -> None:
    status, headers, body = refused(client, sent)
    assert (status, body["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert headers["connection"] == "close" and len(headers["x-request-id"]) == 16


def test_requests_in_advance_have_a_bound(client: socket.socket) -> None:
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 5000)
    received = everything(client)
    assert 100 <= received.count(b"HTTP/1.1 200 OK") <= 110
    assert received.count(b"HTTP/1.1 ") == received.count(b"HTTP/1.1 200 OK") + 1
    assert b"HTTP/1.1 429 Too Many Requests" in received
