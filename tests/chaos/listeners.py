"""Who is told: a receiver of webhooks that now and then answers with a fault, and a subscriber that comes back."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FAULTS = 0.002  # of all deliveries
RECEIVER_PORT = 5743
SUBSCRIPTION = "subscription ($after: BigInt) { onDbEvent(input: {after: $after}) { number action recordId } }"


@dataclass
class Receiver:
    """A web server that counts the deliveries it took, by the id of the event."""

    received: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{RECEIVER_PORT}/hook"

    async def run(self, stop: asyncio.Event) -> None:
        routes = [Route("/hook", self._take, methods=["POST"])]
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=routes), port=RECEIVER_PORT, log_config=None, lifespan="off")
        )
        running = asyncio.create_task(server.serve())
        await stop.wait()
        server.should_exit = True
        await running

    async def _take(self, request: Request) -> Response:
        if random.random() < FAULTS:
            return Response("not now", 503)
        self.received[json.loads(await request.body())["eventId"]] += 1
        return Response("thanks")


@dataclass
class Subscriber:
    """Reads events over SSE, and after each break goes on behind the last one."""

    client: list[httpx.AsyncClient]
    numbers: list[int] = field(default_factory=list)
    breaks: int = 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._read(stop)
            except (httpx.HTTPError, OSError):
                self.breaks += 1
                await asyncio.sleep(0.2)

    async def _read(self, stop: asyncio.Event) -> None:
        last = self.numbers[-1] if self.numbers else 0
        body = {"query": SUBSCRIPTION, "variables": {"after": last}}
        headers = {"Accept": "text/event-stream"}
        async with random.choice(self.client).stream("POST", "/graphql", json=body, headers=headers) as response:
            if not response.is_success:
                await asyncio.sleep(0.2)
                return
            async for line in response.aiter_lines():
                if line.startswith("id:"):
                    self.numbers.append(int(line[3:]))
                if stop.is_set():
                    return
