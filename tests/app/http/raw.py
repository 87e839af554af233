"""Requests as they are on the wire, for what no HTTP library would send."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import Server, Workspace

MOST = 1_000_000
QUERY = b'{"query":"{ people { totalCount } }"}'


@contextmanager
def connected(server: Server, source: str = "") -> Iterator[socket.socket]:
    address = urlsplit(server.url)
    from_where = (source, 0) if source else None
    with socket.create_connection((address.hostname, address.port), 20, from_where) as made:
        yield made


def head(workspace: Workspace, method: str = "POST", size: int = len(QUERY), *more: str) -> bytes:
    return lines(workspace, f"{method} /graphql HTTP/1.1", f"Content-Length: {size}", *more)


def chunked(workspace: Workspace, *more: str) -> bytes:
    return lines(workspace, "POST /graphql HTTP/1.1", "Transfer-Encoding: chunked", *more)


def lines(workspace: Workspace, first: str, *more: str) -> bytes:
    own = (first, "Host: x", "Content-Type: application/json", f"Authorization: Bearer {workspace.token}", *more)
    return ("\r\n".join(own) + "\r\n\r\n").encode()


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


def everything(client: socket.socket) -> bytes:
    """Until the server closes the connection."""
    return b"".join(iter(lambda: client.recv(MOST), b""))


def answer(client: socket.socket) -> tuple[int, dict[str, str], Any]:
    """The status, headers and body of the one answer, after which the connection stays open."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(MOST) or _lost(received)
    start, _, body = received.partition(b"\r\n\r\n")
    status, headers = told(start)
    while len(body) < int(headers["content-length"]):
        body += client.recv(MOST) or _lost(received)
    return status, headers, json.loads(body)


def last_answer(client: socket.socket) -> tuple[int, dict[str, str], Any]:
    """The same of an answer after which the server closes the connection."""
    start, _, body = everything(client).partition(b"\r\n\r\n")
    status, headers = told(start)
    assert int(headers["content-length"]) == len(body)
    return status, headers, json.loads(body)


def refused(client: socket.socket, sent: bytes) -> tuple[int, dict[str, str], Any]:
    client.sendall(sent)
    return last_answer(client)


def told(start: bytes) -> tuple[int, dict[str, str]]:
    status, *lines = start.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines)


def _lost(received: bytes) -> bytes:
    raise AssertionError(f"the server closed the connection after {received!r}")
