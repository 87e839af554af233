"""Clients of streams for tests: graphql-transport-ws by the library `websockets`, and server-sent events by httpx."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
SECONDS = 10  # for what must come
QUIET_SECONDS = 0.4  # for what must not


class Socket:
    """A WebSocket that speaks the protocol."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(orjson.dumps(message).decode())

    async def message(self) -> Any:
        async with asyncio.timeout(SECONDS):
            return orjson.loads(await self.connection.recv())

    async def subscribe(self, query: str, own_id: str = "1", **variables: Any) -> None:
        await self.send(id=own_id, type="subscribe", payload={"query": query, "variables": variables})

    async def next(self) -> Any:
        """The payload of the next answer."""
        message = await self.message()
        assert message["type"] == "next", message
        return message["payload"]

    async def nothing(self) -> None:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                raise AssertionError(await self.connection.recv())
        except TimeoutError:
            pass

    async def closed(self) -> tuple[int | None, str | None]:
        """The code and the reason with which the server closes."""
        async with asyncio.timeout(SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def socket(url: str, token: str | None = None, **options: Any) -> AsyncIterator[Socket]:
    """One that is connected and, with a token, acknowledged."""
    at = url.replace("http", "ws", 1) + "/graphql"
    async with connect(at, **{"subprotocols": [PROTOCOL], **options}) as connection:
        made = Socket(connection)
        if token:
            await made.send(type="connection_init", payload={"Authorization": f"Bearer {token}"})
            assert await made.message() == {"type": "connection_ack"}
        yield made


class Events:
    """The stream of a response, event by event, each a mapping with the comments under the empty name."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = _lines(response)

    async def any(self) -> dict[str, str]:
        """The next event, or `{"": …}` for a comment. None where the stream ends raises StopAsyncIteration."""
        found: dict[str, str] = {}
        async with asyncio.timeout(SECONDS):
            while line := await anext(self._lines):
                name, _, value = line.partition(":")
                found[name] = found[name] + "\n" + value.removeprefix(" ") if name in found else value.removeprefix(" ")
        return found

    async def event(self) -> dict[str, str]:
        """The next one that is no comment."""
        while "" in (found := await self.any()):
            pass
        return found

    async def next(self) -> Any:
        """The answer that the next event tells."""
        found = await self.event()
        assert found["event"] == "next", found
        return orjson.loads(found["data"])

    async def nothing(self) -> None:
        try:
            async with asyncio.timeout(QUIET_SECONDS):
                raise AssertionError(await self.event())
        except TimeoutError:
            pass


async def _lines(response: httpx.Response) -> AsyncIterator[str]:
    """As the specification of server-sent events has them: U+2028 ends none, which httpx thinks."""
    rest = b""
    async for chunk in response.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode()


@asynccontextmanager
async def event_stream(
    url: str, token: str, query: str, headers: Mapping[str, str] | None = None, **variables: Any
) -> AsyncIterator[Events]:
    """A request for a stream, once the server says that it is open."""
    own = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream", **(headers or {})}
    async with (
        httpx.AsyncClient(base_url=url, timeout=SECONDS) as client,
        client.stream("POST", "/graphql", json={"query": query, "variables": variables}, headers=own) as response,
    ):
        assert response.status_code == 200, await response.aread()
        events = Events(response)
        assert await events.any() == {"": ""}
        yield events
