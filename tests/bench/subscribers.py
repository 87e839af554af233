"""`make bench-subscribers`: what 5,000 idle subscribers on one process cost in memory and CPU, and how fast an event is
with all of them.

Over graphql-transport-ws, then over server-sent events. Exit status 1 tells that they cost 100 MB or more, or more than
5 % of a processor.
"""

import asyncio
import base64
import os
import resource
import sys
import time
from collections.abc import Callable, Coroutine
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from tests.bench.processes import cpu_seconds, resident
from tests.bench.serving import Database, Server, postgresql, serving
from tests.happened import happened, person

SUBSCRIBERS = int(os.environ.get("SUBSCRIBERS", "5000"))
IDLE_SECONDS = float(os.environ.get("IDLE_SECONDS", "30"))
AT_ONCE = 50  # that connect
ALLOWED_MEGABYTES = 100.0
ALLOWED_CPU = 5.0  # percent
EVENTS = 5
QUERY = "subscription { onDbEvent(input: {}) { number action record } }"

PONG = 10
PING = 9


class Told:
    """Counts what subscribers are told."""

    def __init__(self, expected: int) -> None:
        self.count, self.last = 0, 0.0
        self.everybody = asyncio.Event()  # has subscribed
        self._missing = expected

    def subscribed(self) -> None:
        self._missing -= 1
        if not self._missing:
            self.everybody.set()

    def told(self) -> None:
        self.count += 1
        self.last = time.perf_counter()


async def web_socket(server: Server, told: Told) -> None:
    """A subscriber, until its connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=4096)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
        f"Authorization: Bearer {server.database.token}\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_frame(1, orjson.dumps({"type": "connection_init"})))
    await _read(reader)
    writer.write(_frame(1, orjson.dumps({"type": "subscribe", "id": "1", "payload": {"query": QUERY}})))
    told.subscribed()
    while True:
        code, payload = await _read(reader)
        if code == PING:
            writer.write(_frame(PONG, payload))
        else:
            told.told()


async def event_stream(server: Server, told: Told) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=4096)
    body = orjson.dumps({"query": QUERY})
    writer.write(
        f"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nAuthorization: Bearer {server.database.token}\r\n\r\n".encode()
        + body
    )
    await reader.readuntil(b":\n\n")
    told.subscribed()
    while True:
        if (await reader.readline()).startswith(b"event: next"):
            told.told()


Client = Callable[[Server, Told], Coroutine[Any, Any, None]]


def _frame(code: int, payload: bytes) -> bytes:
    """Of a client: masked, with a mask of zeros."""
    size = len(payload)
    length = bytes([128 | size]) if size < 126 else bytes([128 | 126]) + size.to_bytes(2, "big")
    return bytes([128 | code]) + length + bytes(4) + payload


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readexactly(2)
    size = head[1] & 127
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    return head[0] & 15, await reader.readexactly(size)


async def measure(database: Database, name: str, client: Client) -> bool:
    """Prints a line; gives whether it stays within what is allowed."""
    with serving(database) as server:
        connection = await asyncpg.connect(database.url)
        warm = Told(1)
        tasks = [asyncio.create_task(client(server, warm))]
        await _told(connection, database, warm, 1)
        alone = [await _told(connection, database, warm, 1) for _ in range(20)]
        before = resident(server.process)
        told, began = Told(SUBSCRIBERS), time.perf_counter()
        for _ in range(SUBSCRIBERS // AT_ONCE):
            tasks += [asyncio.create_task(client(server, told)) for _ in range(AT_ONCE)]
            await asyncio.sleep(0.05)
        await told.everybody.wait()
        connecting = time.perf_counter() - began
        await asyncio.sleep(3)
        idle = resident(server.process) - before
        cpu = cpu_seconds(server.process)
        await asyncio.sleep(IDLE_SECONDS)
        share = 100 * (cpu_seconds(server.process) - cpu) / IDLE_SECONDS
        delays = [await _told(connection, database, told, SUBSCRIBERS) for _ in range(EVENTS)]
        after = resident(server.process) - before
        for task in tasks:
            task.cancel()
        await connection.close()
    print(
        f"{name:>20} {SUBSCRIBERS:>12,} {connecting:>8.1f} {idle:>8.1f} {after:>13.1f} {share:>7.1f}"
        f" {1000 * median(alone):>12.1f} {1000 * median(delays):>12.0f}",
        flush=True,
    )
    return idle < ALLOWED_MEGABYTES and share <= ALLOWED_CPU


async def _told(
    connection: "asyncpg.Connection[asyncpg.Record]", database: Database, told: Told, subscribers: int
) -> float:
    """Seconds until all of them are told of an event. The first may come before they have subscribed."""
    told.count, began = 0, time.perf_counter()
    await happened(connection, UUID(database.workspace), person(city="Rome"))
    while told.count < subscribers:
        await asyncio.sleep(0.01)
        if time.perf_counter() - began > 30:
            raise SystemExit(f"only {told.count} of {subscribers} subscribers were told")
        if subscribers == 1 and time.perf_counter() - began > 1:
            return await _told(connection, database, told, subscribers)
    return told.last - began


def main() -> int:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with postgresql() as postgres:
        database = postgres.new_database("bench")
        print(
            f"{'':>20} {'subscribers':>12} {'opened s':>8} {'idle MB':>8} {'MB after use':>13} {'CPU %':>7}"
            f" {'one told ms':>12} {'all told ms':>12}"
        )
        sound = [
            asyncio.run(measure(database, name, client))
            for name, client in (("graphql-transport-ws", web_socket), ("server-sent events", event_stream))
        ]
    return int(not all(sound))


if __name__ == "__main__":
    sys.exit(main())
