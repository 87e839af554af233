"""Workers that are killed while they send: all is sent all the same."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from app.events.webhooks.rules import Rules
from tests.app.events.webhooks.hooks import FAST, Hooks
from tests.app.events.webhooks.receivers import answering, receiving

ROOT = Path(__file__).parents[4]
WORKER = """
import asyncio, sys
from app.events.webhooks.worker import run_deliveries
from tests.app.events.webhooks.hooks import FAST
asyncio.run(run_deliveries(sys.argv[1], asyncio.Event(), allow_private=True, rules=FAST))
"""


async def worker(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, url, cwd=ROOT)


async def test_kill_9(hooks: Hooks) -> None:
    """Twice, each time with deliveries in flight; then another worker takes over."""
    async with receiving(answering(after=0.05)) as receiver:
        await hooks.webhook(receiver.url)
        records = [hooks.event().record_id for _ in range(20)]
        hooks.number = 0
        for _ in range(10):
            await hooks.enqueue(*(hooks.event(record_id=record) for record in records))
        for count in (30, 90):
            process = await worker(hooks.url)
            await receiver.until(count)
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
            assert any(one["lease"] for one in await hooks.deliveries())
        async with hooks.delivering(replace(FAST, timeout=5.0)):
            deliveries = await hooks.settled(60)
    assert {one["status"] for one in deliveries} == {"DELIVERED"}
    numbers = [request.json["record"]["n"] for request in receiver.received]
    assert {*numbers} == {*range(1, 201)}
    assert len(numbers) <= 200 + 2 * Rules().in_flight  # once, but for what was in flight
    for record in records:
        mine = [r.json["record"]["n"] for r in receiver.received if r.json["record"]["id"] == str(record)]
        assert mine == sorted(mine)


async def test_a_worker_that_is_stopped_leaves_the_rest_to_others(hooks: Hooks) -> None:
    async with receiving(answering(after=0.05)) as receiver:
        await hooks.webhook(receiver.url)
        await hooks.enqueue(*(hooks.event() for _ in range(100)))
        async with hooks.delivering():
            await receiver.until(10)
        left = [one for one in await hooks.deliveries() if one["status"] == "PENDING"]
        assert left and not any(one["lease"] for one in left)
        async with hooks.delivering():
            await hooks.settled()
    assert len(receiver.received) == 100


async def test_lost_connections_to_the_database(hooks: Hooks) -> None:
    async with receiving(answering(after=0.02)) as receiver, hooks.delivering(replace(FAST, timeout=5.0)):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(*(hooks.event() for _ in range(60)))
        for count in (10, 40):
            await receiver.until(count)
            await hooks.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'icosa deliveries' AND datname = current_database()"
            )
        await hooks.settled(60)
    assert {request.json["record"]["n"] for request in receiver.received} == {*range(1, 61)}
