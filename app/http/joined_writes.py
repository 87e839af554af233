"""What is written to a connection leaves in one piece: the head of an answer together with its body.

uvicorn writes one after the other and uvloop sends at once what is written, which is two system calls, two packets, and
a client that wakes up twice.
"""

import asyncio
from typing import Any


class Joining:
    """The connection's transport. Every other thing that is written waits for the next, or until the loop has time."""

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        if self._held:
            self._held += data
            self.flush()
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
