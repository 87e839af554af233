"""The days of the log: made ahead, and gone when they are over the retention."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from app.database.pool import Connection
from app.events.partitions import PARTITIONS, PRUNED, Partitions
from schema.catalog.model import Catalog
from tests.app.events.outbox import Outbox

DAY = timedelta(days=1)
TODAY = datetime.now(UTC).date()

PUT = (
    "INSERT INTO event (workspace_id, number, day, object, action, record_id, record, origin, happened_at, recorded_at)"
    " SELECT $1, n, $2::date, 'person', 'created', gen_random_uuid(), '{}', '{}', $2::date, $2::date"
    " FROM generate_series($3::int, $4) n"
)


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest_asyncio.fixture
async def log(url: str, catalog: Catalog) -> AsyncIterator[tuple[str, Outbox]]:
    connected = await asyncpg.connect(url)
    yield url, await Outbox.of_new_workspace(connected, catalog)
    await connected.close()


async def days(connected: Connection) -> list[str]:
    return [row[0] for row in await connected.fetch(PARTITIONS)]


def names(*found: date) -> list[str]:
    return [f"event_{day:%Y%m%d}" for day in found]


async def test_days_are_made_ahead_and_dropped(log: tuple[str, Outbox]) -> None:
    url, outbox = log
    kept = Partitions(url, 3)
    assert await kept.keep(TODAY)
    assert await days(outbox.connection) == names(TODAY, TODAY + DAY, TODAY + 2 * DAY)
    await outbox.connection.execute(PUT, outbox.workspace_id, TODAY, 1, 5)
    assert await outbox.connection.fetchval("SELECT count(*) FROM ONLY event_default") == 0
    assert await kept.keep(TODAY + 3 * DAY)
    assert len(await days(outbox.connection)) == 6
    assert await outbox.connection.fetchval("SELECT count(*) FROM event") == 5
    assert await kept.keep(TODAY + 4 * DAY)
    assert await days(outbox.connection) == names(*(TODAY + n * DAY for n in range(1, 7)))
    assert await outbox.connection.fetchval("SELECT count(*) FROM event") == 0


async def test_a_day_in_the_default_partition_stays_there_and_is_pruned(log: tuple[str, Outbox]) -> None:
    url, outbox = log
    await outbox.connection.execute(PUT, outbox.workspace_id, TODAY, 1, PRUNED + 5)
    kept = Partitions(url, 1)
    assert await kept.keep(TODAY)
    assert await days(outbox.connection) == names(TODAY + DAY, TODAY + 2 * DAY)
    await outbox.connection.execute(PUT, outbox.workspace_id, TODAY + DAY, PRUNED + 6, PRUNED + 8)
    assert await kept.keep(TODAY + DAY)
    assert await outbox.connection.fetchval("SELECT count(*) FROM event") == PRUNED + 8
    assert await kept.keep(TODAY + 2 * DAY)
    assert await outbox.connection.fetchval("SELECT count(*) FROM event") == 3


async def test_readers_are_not_held_up(log: tuple[str, Outbox]) -> None:
    url, outbox = log
    assert await Partitions(url, 1).keep(TODAY)
    async with outbox.connection.transaction():
        await outbox.connection.fetch("SELECT FROM event")
        assert not await Partitions(url, 1).keep(TODAY + 5 * DAY)
        reader = await asyncpg.connect(url)
        await asyncio.wait_for(reader.fetch("SELECT FROM event"), 5)
        await reader.close()
    assert await Partitions(url, 1).keep(TODAY + 5 * DAY)
    assert await days(outbox.connection) == names(*(TODAY + n * DAY for n in range(5, 8)))


async def test_one_process_at_a_time(log: tuple[str, Outbox]) -> None:
    url, outbox = log
    await asyncio.gather(*[Partitions(url, 1).keep(TODAY) for _ in range(4)])
    assert await Partitions(url, 1).keep(TODAY)
    assert len(await days(outbox.connection)) == 3


async def test_it_keeps_them_at_once_when_it_runs(log: tuple[str, Outbox]) -> None:
    url, outbox = log
    running = asyncio.create_task(Partitions(url, 1).run())
    for _ in range(100):
        if len(await days(outbox.connection)) == 3:
            break
        await asyncio.sleep(0.05)
    running.cancel()
    assert len(await days(outbox.connection)) == 3
