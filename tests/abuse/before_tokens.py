"""Attacks by who has no token: heads without end, connections that say nothing, answers that nobody takes."""

import asyncio
from itertools import count
from typing import cast

from tests.abuse.attack import Attacks, Target, status

ATTACKS = Attacks()

START = b"GET /rest/people HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
MEGABYTE = 1_000_000
SILENT = 1250  # connections of each of four clients
SECONDS_BETWEEN = 0.5
_numbers = count()


@ATTACKS.add("a header of 200 MB", clients=2)
async def one_header(target: Target) -> str:
    return await target.send(START + b"X: ", b"x" * MEGABYTE, 200)


@ATTACKS.add("a URL of 100 MB", clients=2)
async def url(target: Target) -> str:
    return await target.send(b"GET /", b"x" * MEGABYTE, 100)


@ATTACKS.add("100 MB of small headers", clients=2)
async def small_headers(target: Target) -> str:
    return await target.send(START, b"a: b\r\n" * (MEGABYTE // 6), 100)


@ATTACKS.add("50 MB of trailers", clients=2)
async def trailers(target: Target) -> str:
    return await target.send(CHUNKED + b"2\r\n{}\r\n0\r\n", b"a: b\r\n" * (MEGABYTE // 6), 50)


@ATTACKS.add("50 MB of a chunk's extension", clients=2)
async def extension(target: Target) -> str:
    return await target.send(CHUNKED + b"1;a=", b"x" * MEGABYTE, 50)


@ATTACKS.add("an Accept header that is always another")
async def accept(target: Target) -> str:
    lines = (
        f"GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: text/{next(_numbers)}{'x' * 30_000}\r\n\r\n"
    )
    return await target.send(lines.encode())


@ATTACKS.add("silent connections")
async def silent(target: Target) -> str:
    """As many as one client may have, held as long as the server does."""
    held = await asyncio.gather(*[asyncio.open_connection("127.0.0.1", target.port) for _ in range(SILENT)])
    await target.wait()
    for _, writer in held:
        writer.transport.abort()
    return "held"


@ATTACKS.add("heads that trickle", clients=200)
async def slow_heads(target: Target) -> str:
    async with target.connected() as (reader, writer):
        writer.write(START)
        while not target.is_over and not reader.at_eof() and not writer.transport.is_closing():
            writer.write(b"X: y\r\n")
            await asyncio.sleep(SECONDS_BETWEEN)
        return await status(reader) if reader.at_eof() else "held"


@ATTACKS.add("bodies that trickle", clients=200)
async def slow_bodies(target: Target) -> str:
    async with target.connected() as (reader, writer):
        writer.write(target.head("POST", "/graphql", MEGABYTE))
        while not target.is_over and not reader.at_eof() and not writer.transport.is_closing():
            writer.write(b" ")
            await asyncio.sleep(SECONDS_BETWEEN)
        return "held"


@ATTACKS.add("answers that nobody takes", clients=20)
async def deaf(target: Target) -> str:
    """Twenty clients ask for some megabytes twenty times each, and read nothing."""
    async with target.connected() as (_, writer):
        cast(asyncio.ReadTransport, writer.transport).pause_reading()
        writer.write(target.head("GET", "/rest/notes?limit=20&depth=0") * 20)
        await target.wait()
    return "not read"


@ATTACKS.add("requests sent in advance")
async def pipelined(target: Target) -> str:
    return await target.send(b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 10_000, 5)


@ATTACKS.add("what is no HTTP", clients=20)
async def garbage(target: Target) -> str:
    return await target.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")


@ATTACKS.add("requests without a token", clients=20)
async def without_token(target: Target) -> str:
    return await target.send(START + b"Connection: close\r\n\r\n")
