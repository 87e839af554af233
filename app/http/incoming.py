"""The body of a request as it comes in: unpacked, bounded, and read to its end where nobody wanted it."""

import asyncio
import zlib
from collections.abc import Mapping

from starlette.types import Message, Receive

from schema.errors import BadUserInput, PayloadTooLarge, UnsupportedMediaType

PLAIN = ("", "identity")
GZIP = ("gzip", "x-gzip")

MOST_DRAINED = 64 * 1024 * 1024  # bytes
DRAIN_SECONDS = 10

_GZIP_WINDOW = zlib.MAX_WBITS | 16


class Incoming:
    """A request's stream of messages. `receive` refuses a body that is larger than `most` bytes, packed or unpacked."""

    __slots__ = ("_declared", "_encoding", "_most", "_receive", "_seen", "_size", "_unpacker", "_waits", "ended")

    def __init__(self, headers: Mapping[bytes, bytes], receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = self._seen = 0
        self._unpacker: zlib._Decompress | None = None
        declared = headers.get(b"content-length", b"")
        self._declared = int(declared) if declared.isdigit() else 0
        self._encoding = headers.get(b"content-encoding", b"").strip().lower()
        self._waits = b"expect" in headers
        self.ended = not self._declared and b"transfer-encoding" not in headers

    async def receive(self) -> Message:
        """The next message. Raises BadUserInput, PayloadTooLarge and UnsupportedMediaType."""
        if self._declared > self._most:
            raise self._too_large()
        message = await self._receive()
        body = self._noted(message)
        if self._encoding and body:
            body = message["body"] = self._unpacked(body)
        self._size += len(body)
        if self._size > self._most:
            raise self._too_large()
        if self._unpacker and self.ended and not self._unpacker.eof:
            raise BadUserInput("The request body is not gzip: it ends too early")
        return message

    async def drain(self) -> None:
        """Read what is left, so that a client that still writes gets to read its answer; up to a bound, and for a time.

        Who has asked whether to send a body is answered by the answer.
        """
        if self.ended or self._waits:
            return
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self.ended and self._seen < MOST_DRAINED:
                    self._noted(await self._receive())
        except TimeoutError:
            pass

    def _noted(self, message: Message) -> bytes:
        body: bytes = message.get("body", b"")
        self._waits = False
        self._seen += len(body)
        self.ended = not message.get("more_body", False)
        return body

    def _unpacked(self, body: bytes) -> bytes:
        """At most one byte more than may come."""
        encoding = self._encoding.decode("latin-1")
        if encoding in PLAIN:
            return body
        if encoding not in GZIP:
            raise UnsupportedMediaType(f"The content encoding '{encoding[:100]}' is not supported: use gzip, or none")
        room, pieces = self._most - self._size + 1, []
        try:
            while body and room > 0:  # a gzip file may have several members, one after another
                if self._unpacker is None or self._unpacker.eof:
                    self._unpacker = zlib.decompressobj(_GZIP_WINDOW)
                pieces.append(self._unpacker.decompress(body, room))
                room -= len(pieces[-1])
                body = self._unpacker.unused_data
        except zlib.error:
            raise BadUserInput("The request body is not gzip, which its content encoding says") from None
        return b"".join(pieces)

    def _too_large(self) -> PayloadTooLarge:
        return PayloadTooLarge(f"The request body is larger than {self._most} bytes")
