"""What an attack is: something that is done to a server again and again, by some clients at once."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
GIVE_UP_SECONDS = 30.0
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Target:
    """The server under attack, with a token of the attacker's workspace, and until when it is attacked."""

    port: int
    token: str
    until: float

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Streams]:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def graphql(self, document: str, path: str = "/graphql") -> str:
        return await self.ask("POST", path, json.dumps({"query": document}).encode())

    async def ask(self, method: str, path: str, body: bytes = b"") -> str:
        """The status of the answer."""
        return await self.send(self.head(method, path, len(body), "Connection: close") + body)

    def head(self, method: str, path: str, size: int = 0, *more: str) -> bytes:
        lines = (
            *(f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {self.token}"),
            *("Content-Type: application/json", f"Content-Length: {size}", *more),
        )
        return "\r\n".join(lines).encode() + b"\r\n\r\n"

    async def wait(self) -> None:
        """Until it is over."""
        await asyncio.sleep(max(0.0, self.until - time.monotonic()))

    async def send(self, start: bytes, again: bytes = b"", times: int = 0) -> str:
        """The status of the answer to bytes, of which a part is repeated."""
        async with self.connected() as (reader, writer):
            with suppress(OSError):
                writer.write(start)
                for _ in range(times):
                    writer.write(again)
                    await writer.drain()
            return await status(reader)


async def status(reader: asyncio.StreamReader) -> str:
    """Of the answer that comes, or why none does."""
    try:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            line = await reader.readline()
            await reader.read()
    except TimeoutError:
        return "none in time"
    except OSError:
        return "reset"
    return line.split()[1].decode() if line.startswith(b"HTTP/1.1 ") else "closed"


Run = Callable[[Target], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Attack:
    """`run` is done by some `clients` at once until the time is over; it gives what it was answered."""

    run: Run
    clients: int = 4

    async def carry_out(self, target: Target) -> Mapping[str, int]:
        """How often it was answered what."""
        answers: Counter[str] = Counter()

        async def attacking() -> None:
            while not target.is_over:
                try:
                    answers[await self.run(target)] += 1
                except OSError as error:
                    answers[type(error).__name__] += 1
                    await asyncio.sleep(0.01)

        await asyncio.gather(*[attacking() for _ in range(self.clients)])
        return answers


@dataclass(frozen=True, slots=True)
class Attacks:
    """Attacks by name; each module of attacks has some."""

    by_name: dict[str, Attack] = field(default_factory=dict)

    def add(self, name: str, clients: int = 4) -> Callable[[Run], Run]:
        def added(run: Run) -> Run:
            self.by_name[name] = Attack(run, clients)
            return run

        return added
