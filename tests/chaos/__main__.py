"""`make chaos`: kill -9 of servers, workers and PostgreSQL at random under eight writers, then the counts.

A process of PostgreSQL is frozen now and then, and its disk nearly full.

`WRITES` are how many writes there are in all. It ends with status 1 where a promise was broken.
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx

from tests.chaos import checks
from tests.chaos.listeners import Receiver, Subscriber
from tests.chaos.processes import House, house
from tests.chaos.writers import BATCH, Writer

WRITES = int(os.environ.get("WRITES", "10000"))
WRITERS = 8
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 1_000_000)
SETTLE_SECONDS = 300  # for retries, the first of which comes after 5 s and the second after a minute
STORED = """
SELECT '{table}' AS name, id::text, position,
       to_char("updatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt",
       to_char("deletedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "deletedAt" FROM "{table}"
"""


def main() -> int:
    print(f"Seed {SEED}: {WRITES} writes by {WRITERS} writers…", flush=True)
    random.seed(SEED)
    with house() as made:
        made.start()
        faults = asyncio.run(_run(made))
    for fault in faults[:20]:
        print("BROKEN:", fault)
    print("Every promise was kept." if not faults else f"{len(faults)} promises were broken.")
    return bool(faults)


async def _run(made: House) -> list[str]:
    headers = {"Authorization": f"Bearer {made.database.token}"}
    clients = [httpx.AsyncClient(base_url=url, headers=headers, timeout=30) for url in made.urls]
    await asyncio.gather(*map(_until_up, clients))
    receiver, subscriber = Receiver(), Subscriber(clients)
    stop, enough = asyncio.Event(), asyncio.Event()
    listening = [asyncio.create_task(receiver.run(stop)), asyncio.create_task(subscriber.run(stop))]
    hook = {"targetUrl": receiver.url, "operations": ["company.*", "person.*"]}
    made_hook = await clients[0].post("/rest/webhooks", json=hook)
    assert made_hook.is_success, made_hook.text
    torment = asyncio.create_task(made.torment(enough))
    began = time.monotonic()
    writers = [Writer(clients, number) for number in range(WRITERS)]
    await asyncio.gather(*[writer.run(WRITES // WRITERS) for writer in writers])
    seconds = time.monotonic() - began
    enough.set()
    await torment
    events = await _settled(made, receiver, subscriber)
    faults = await _faults(made, writers, receiver, subscriber)
    stop.set()
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    answered = sum(len(writer.acknowledged) + writer.repeated for writer in writers)
    print(
        f"{answered} writes answered and {sum(writer.unanswered for writer in writers)} not, in {seconds:.0f} s;"
        f" harmed {made.killed}; {events} events, {sum(receiver.received.values())} deliveries of"
        f" {len(receiver.received)} events, {len(subscriber.numbers)} to the subscriber, who came back"
        f" {subscriber.breaks} times"
    )
    return faults


async def _until_up(client: httpx.AsyncClient) -> None:
    while True:
        try:
            if (await client.get("/healthz")).is_success:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.2)


async def _settled(made: House, receiver: Receiver, subscriber: Subscriber) -> int:
    """Waits until all is told. Gives the number of events."""
    connected = await asyncpg.connect(made.database.url)
    count = 0
    try:
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            waiting = await connected.fetchval("SELECT count(*) FROM event_outbox")
            count = await connected.fetchval("SELECT count(*) FROM event")
            ours = await connected.fetchval("SELECT count(*) FROM event WHERE object IN ('company', 'person')")
            if not waiting and len(receiver.received) >= ours and len(subscriber.numbers) >= count:
                break
            await asyncio.sleep(0.5)
    finally:
        await connected.close()
    return int(count)


async def _faults(made: House, writers: list[Writer], receiver: Receiver, subscriber: Subscriber) -> list[str]:
    connected = await asyncpg.connect(made.database.url)
    try:
        all_events = await connected.fetch(checks.EVENTS)
        events = [event for event in all_events if event["object"] in ("company", "person")]
        audit = await connected.fetch(
            'SELECT name, "recordId"::text AS record_id FROM "auditLog" WHERE "objectName" IN (\'company\', \'person\')'
        )
        stored: dict[str, Any] = {}
        for table in ("company", "person"):
            rows = await connected.fetch(STORED.format(table=table))
            stored |= {row["id"]: {name: row[name] for name in checks.VERSION} for row in rows}
    finally:
        await connected.close()

    lost, half, twice = checks.lost(events, _made(writers)), checks.half(events, BATCH), checks.twice(events)
    acknowledged = sum(len(writer.acknowledged) + writer.repeated for writer in writers)
    repeated = sum(writer.repeated for writer in writers)
    print(
        f"acknowledged {acknowledged} (of which {repeated} as done before), lost {len(lost)}, half {len(half)},"
        f" twice {len(twice)}"
    )

    def found() -> Iterator[str]:
        yield from (f"{own} was answered and is not there" for own in lost)
        yield from (f"of the batch {name} not all was made" for name in half)
        yield from (f"{name} was made twice" for name in twice)
        yield from checks.consecutive(all_events)
        yield from checks.acknowledged(events, set().union(*(writer.acknowledged for writer in writers)))
        yield from checks.chained(events, stored)
        yield from checks.audited(events, audit)
        yield from checks.received(events, receiver.received)
        yield from checks.subscribed(all_events, subscriber.numbers)

    return list(found())


def _made(writers: list[Writer]) -> set[str]:
    return set().union(*(writer.made for writer in writers))


if __name__ == "__main__":
    sys.exit(main())
