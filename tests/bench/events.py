"""`make bench-events`: what the log of events costs, with 10,000 and with 1,000,000 events in it.

Pages of the feed over HTTP; relaying a batch; making and dropping days; and the delay from the commit of a write to
the moment in which a listener is told, at a steady rate of single writes, with the CPU that the relay takes for it.
"""

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg

from app.database import pool
from app.events.batch import Batches
from app.events.event import CHANNEL
from app.events.partitions import Partitions
from app.events.relay import Relay
from schema.catalog.loading import load
from tests.bench.connection import Connection
from tests.bench.serving import PORT, Database, postgresql, serving
from tests.bench.workloads import graphql

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,1000000").split(",")]
RATE = int(os.environ.get("RATE", "500"))  # single writes a second
SECONDS = 20
RELAYED = 10_000
ASKED = 100

NODE = "number name recordId record updatedFields actor { name } eventDate"
PAGE = (
    "query ($after: String, $first: Int, $filter: EventFilterInput) { events(after: $after, first: $first,"
    f" filter: $filter) {{ edges {{ cursor node {{ {NODE} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)
WITH_DIFF = PAGE.replace(NODE, f"{NODE} diff")
PERSON = """
insert into person (workspace_id, id, "nameFirstName", "nameLastName", city)
select :'workspace', gen_random_uuid(), 'Ada', n::text, 'Rome' from generate_series(1, 1000) n
"""
ROWS = """
insert into event_outbox (workspace_id, object, action, record_id, before, after, origin, happened_at)
select workspace_id, 'person', 'updated', id, row_to_json(p), (to_jsonb(p) || '{"city": "Oslo"}')::json,
  '{"source": "API", "name": "Bench"}', clock_timestamp()
from (select * from person where workspace_id = $1 order by id offset $2 limit $3) p
"""


def main() -> None:
    with postgresql() as postgres:
        print(f"\n{os.cpu_count()} cores; PostgreSQL has its defaults\n", flush=True)
        databases = []
        for size in SIZES:
            print(f"Making {size:,} events…", flush=True)
            database = postgres.new_database(f"events_{size}")
            database.load("events.sql", events=size)
            database.query(PERSON.replace(":'workspace'", f"'{database.workspace}'"))
            databases.append(database)
        os.sync()
        print(f"\n{'median (p99) in ms':<44}" + "".join(f"{size:>20,}" for size in SIZES), flush=True)
        _feed(databases)
        _days(databases)
        asyncio.run(_relay(databases))
        for database in databases:
            asyncio.run(_delays(database))


def _feed(databases: Sequence[Database]) -> None:
    times: dict[str, list[list[float]]] = {}
    for n, (database, size) in enumerate(zip(databases, SIZES, strict=True)):
        record = database.query("select record_id from event order by number offset 5000 limit 1")
        since = (datetime.now(UTC) - timedelta(days=7)).isoformat()
        cases = {
            "first page": graphql(PAGE),
            "page in the middle": graphql(PAGE, after=str(size // 2)),
            "page in the middle, with differences": graphql(WITH_DIFF, after=str(size // 2)),
            "last page": graphql(PAGE, after=str(size - 60)),
            "at the end": graphql(PAGE, after=str(size)),
            "of a record": graphql(PAGE, filter={"recordId": record}),
            "of a rare object, 10 of them": graphql(PAGE, first=10, filter={"object": "company"}),
            "since a moment": graphql(PAGE, filter={"since": since}),
            "through REST": f"/rest/events?after={size // 2}",
        }
        with serving(database, PORT + n) as server, Connection(server) as connection:
            for name, line in cases.items():
                for _ in range(10):
                    connection.ask(line)
                times.setdefault(name, []).append([connection.ask(line)[0] for _ in range(ASKED)])
    for name, of_sizes in times.items():
        _show(name, of_sizes)


def _days(databases: Sequence[Database]) -> None:
    """Each is a drop of the oldest day, of a thirtieth of the events, and the making of a new one."""
    today = datetime.now(UTC).date()
    times = []
    for database in databases:
        asyncio.run(Partitions(database.url, 29).keep(today))
        took = []
        for n in range(1, 6):
            began = time.perf_counter()
            assert asyncio.run(Partitions(database.url, 29).keep(today + timedelta(days=n)))
            took.append((time.perf_counter() - began) * 1000)
        times.append(took)
    _show("making one day and dropping another", times)


async def _relay(databases: Sequence[Database]) -> None:
    """With audit rows and timeline rows, as all people have them."""
    times = []
    for database in databases:
        connected = await asyncpg.connect(database.url)
        relay = Relay(database.url, Batches(load()))
        took = []
        for _ in range(RELAYED // 500):
            await connected.execute(ROWS, database.workspace, 0, 500)
            began = time.perf_counter()
            await relay.look(connected)
            took.append((time.perf_counter() - began) * 1000)
        times.append(took[2:])
        await connected.close()
    _show("relaying a batch of 500", times)


async def _delays(database: Database) -> None:
    """At the rate, by four connections."""
    used, _, _ = await _write(database, relaying=False)
    await _drain(database)
    with_relay, took, delays = await _write(database, relaying=True)
    delays.sort()
    p50, p99 = (delays[int(len(delays) * share)] for share in (0.5, 0.99))
    print(
        f"\n{RATE} writes a second for {SECONDS} s: commit to notification p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest"
        f" {delays[-1]:.1f} ms ({len(delays):,} events in {took:.0f} s); CPU of the process {with_relay:.0%} of a"
        f" core, of which {with_relay - used:.0%} is the relay's",
        flush=True,
    )


async def _drain(database: Database) -> None:
    connected = await asyncpg.connect(database.url)
    await Relay(database.url, Batches(load())).look(connected)
    await connected.close()


async def _write(database: Database, *, relaying: bool) -> tuple[float, float, list[float]]:
    """The share of a core that this process took, the seconds, and the delays in ms of what a listener was told."""
    relay = Relay(database.url, Batches(load()))
    writers = [await asyncpg.connect(database.url) for _ in range(4)]
    listener = await asyncpg.connect(database.url)
    last = int(await listener.fetchval("SELECT last_number FROM event_log") or 0)
    committed: list[float] = []
    delays: list[float] = []

    def hear(connection: object, pid: int, channel: str, payload: object) -> None:
        now, upto = time.perf_counter(), int(str(payload).split()[1]) - last
        while len(delays) < min(upto, len(committed)):
            delays.append(max(0.0, now - committed[len(delays)]) * 1000)

    await listener.add_listener(CHANNEL, hear)
    task = asyncio.create_task(relay.run()) if relaying else None
    await asyncio.sleep(0.5)
    began, before = time.perf_counter(), _cpu()
    await asyncio.gather(
        *[_writer(connected, database, n, began, committed, relay) for n, connected in enumerate(writers)]
    )
    took = time.perf_counter() - began
    used = (_cpu() - before) / took
    await asyncio.sleep(1)
    if task:
        relay.stop()
        await task
    for connected in (*writers, listener):
        await connected.close()
    return used, took, delays


async def _writer(
    connected: pool.Connection, database: Database, first: int, began: float, committed: list[float], relay: Relay
) -> None:
    for n in range(first, RATE * SECONDS, 4):
        await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
        await connected.execute(ROWS, database.workspace, n % 1000, 1)
        committed.append(time.perf_counter())
        relay.wake()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _show(name: str, times: Sequence[Sequence[float]]) -> None:
    medians = [statistics.median(found) for found in times]
    slowest = [sorted(found)[int(len(found) * 0.99)] for found in times]
    shown = "".join(f"{median:>11.2f} ({p99:>6.1f})" for median, p99 in zip(medians, slowest, strict=True))
    print(f"{name:<44}{shown}{medians[-1] / medians[0]:>8.2f}", flush=True)


if __name__ == "__main__":
    main()
