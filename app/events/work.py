"""What a process does about events beside answering requests: it relays them, and keeps the days of the log."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from app.events.batch import Batches, Enqueue
from app.events.partitions import Partitions
from app.events.relay import Relay
from app.settings import Settings
from schema.catalog.model import Catalog


def relay_of(settings: Settings, catalog: Catalog, enqueue: Sequence[Enqueue] = ()) -> Relay:
    """`enqueue` are told of the events of each batch, in its transaction."""
    assert settings.database_url is not None
    return Relay(settings.database_url, Batches(catalog, enqueue))


@asynccontextmanager
async def at_work(settings: Settings, relay: Relay) -> AsyncIterator[None]:
    """The relay runs meanwhile, and the partitions are kept."""
    assert settings.database_url is not None
    keeping = asyncio.create_task(Partitions(settings.database_url, settings.event_retention_days).run())
    try:
        async with relay.running():
            yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
