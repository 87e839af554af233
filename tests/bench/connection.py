"""One HTTP connection that costs next to nothing, so that what is timed is the server."""

import socket
import time
from types import TracebackType
from typing import Self

from tests.bench.serving import Server

END_OF_HEAD = b"\r\n\r\n"


class Connection:
    """Sends one request after another. A line is a GraphQL request as JSON, or the path of a GET."""

    def __init__(self, server: Server) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._token = server.database.token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def ask(self, line: str) -> tuple[float, bytes]:
        """The milliseconds until the answer was there, and its body. Raises ValueError for an answer with errors."""
        request = self._request(line)
        began = time.perf_counter()
        self._socket.sendall(request)
        answer = b""
        while END_OF_HEAD not in answer:
            answer += self._received()
        head, _, body = answer.partition(END_OF_HEAD)
        length = int(head.lower().partition(b"content-length:")[2].split(maxsplit=1)[0])
        while len(body) < length:
            body += self._received()
        took = (time.perf_counter() - began) * 1000
        if head.split(maxsplit=2)[1] not in (b"200", b"201") or b'"errors":[' in body:
            raise ValueError(f"{line[:500]}\n{body[:500].decode()}")
        return took, body

    def _received(self) -> bytes:
        received = self._socket.recv(1 << 20)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received

    def _request(self, line: str) -> bytes:
        is_path = line.startswith("/")
        body = b"" if is_path else line.encode()
        head = (
            f"{'GET' if is_path else 'POST'} {line if is_path else '/graphql'} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self._token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        return head.encode() + END_OF_HEAD + body
