"""`make bench-deliveries`: how long after a write's answer its webhook arrives, alone and beside one that is silent.

One server does everything, as on the embedded default; the writers and the receiver share its machine.
"""

import asyncio
import os
import statistics
import time
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

from tests.bench.serving import Server, postgresql, serving

RATES = tuple(int(rate) for rate in os.environ.get("RATES", "50,500").split(","))  # writes a second
SECONDS = float(os.environ.get("DURATION", "15"))
WRITERS = 16
CREATE = "mutation ($name: String) { createCompany(data: {name: $name}) { id } }"
RECEIVER_PORT, SILENT_PORT = 5693, 5694


@dataclass
class Receiver:
    """Notes when what was told of a record arrived."""

    arrived: dict[str, float] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.arrived[body["record"]["id"]] = time.perf_counter()
        return web.Response(text="ok")


async def measure(server: Server) -> None:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", RECEIVER_PORT).start()
    silent = await asyncio.start_server(_say_nothing, "127.0.0.1", SILENT_PORT)
    headers = {"Authorization": f"Bearer {server.database.token}"}
    async with aiohttp.ClientSession(server.url, headers=headers) as client:
        await make(client, f"http://127.0.0.1:{RECEIVER_PORT}/hook")
        await round_of(client, receiver, 50, 3)  # to warm up
        for name in ("alone", "beside a silent receiver"):
            for rate in RATES:
                delays, reached = await round_of(client, receiver, rate, SECONDS)
                p50, p99 = statistics.median(delays), statistics.quantiles(delays, n=100)[98]
                print(
                    f"{name:26} {rate:>5} writes/s ({reached:.0f} reached): {len(delays)} arrived,"
                    f" p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {max(delays) * 1000:.0f} ms",
                    flush=True,
                )
            await make(client, f"http://127.0.0.1:{SILENT_PORT}/")
    silent.close()
    await runner.cleanup()


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)
    writer.close()


async def make(client: aiohttp.ClientSession, url: str) -> None:
    async with client.post("/rest/webhooks", json={"targetUrl": url, "operations": ["company.created"]}) as made:
        assert made.status == 201, await made.text()


async def round_of(
    client: aiohttp.ClientSession, receiver: Receiver, rate: int, seconds: float
) -> tuple[list[float], float]:
    """Writes at the rate. Gives how long each took from the answer to the receiver, and the rate that was reached."""
    answered: dict[str, float] = {}
    began = time.perf_counter()

    async def write(number: int) -> None:
        for n in range(number, int(rate * seconds), WRITERS):
            await asyncio.sleep(max(0.0, began + n / rate - time.perf_counter()))
            async with client.post("/graphql", json={"query": CREATE, "variables": {"name": str(n)}}) as made:
                body = await made.json()
            answered[body["data"]["createCompany"]["id"]] = time.perf_counter()

    await asyncio.gather(*map(write, range(WRITERS)))
    took = time.perf_counter() - began
    deadline = time.perf_counter() + 60
    while not answered.keys() <= receiver.arrived.keys() and time.perf_counter() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    delays = [max(0.0, receiver.arrived[own] - moment) for own, moment in answered.items() if own in receiver.arrived]
    return delays, len(answered) / took


def main() -> None:
    os.environ["WEBHOOK_ALLOW_PRIVATE"] = "on"
    with postgresql() as running:
        database = running.new_database("deliveries")
        with serving(database) as server:
            asyncio.run(measure(server))


if __name__ == "__main__":
    main()
