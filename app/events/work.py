"""What a process does about events beside answering requests: it relays and delivers them, and keeps the log's days."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from app.events.batch import Batches
from app.events.partitions import Partitions
from app.events.relay import Relay
from app.events.webhooks.enqueue import enqueue
from app.events.webhooks.worker import run_deliveries
from app.sealing import Vault
from app.settings import Settings
from schema.catalog.model import Catalog

STOP_SECONDS = 6.0  # for deliveries that are under way


def relay_of(settings: Settings, catalog: Catalog, load: Callable[[], int] = lambda: 0) -> Relay:
    """It hands events to webhooks, and gives way to statements that the process runs for requests, as `load` counts."""
    assert settings.database_url is not None
    return Relay(settings.database_url, Batches(catalog, (enqueue,)), load=load)


@asynccontextmanager
async def at_work(settings: Settings, relay: Relay) -> AsyncIterator[None]:
    """All of it is done meanwhile. At the end, what is under way is finished."""
    assert settings.database_url is not None
    stop = asyncio.Event()
    delivering = asyncio.create_task(
        run_deliveries(
            *(settings.database_url, stop),
            allow_private=settings.webhook_allow_private,
            open_secret=Vault.of(settings).open,
        )
    )
    keeping = asyncio.create_task(Partitions(settings.database_url, settings.event_retention_days).run())
    try:
        async with relay.running():
            yield
    finally:
        stop.set()
        keeping.cancel()
        await asyncio.wait([delivering], timeout=STOP_SECONDS)
        delivering.cancel()
        await asyncio.gather(keeping, delivering, return_exceptions=True)
