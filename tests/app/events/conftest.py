"""A database of their own for the tests of the relay, which no server relays from."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from app.events.batch import Batches
from app.events.relay import Relay
from schema.catalog.model import Catalog
from tests.app.events.outbox import Outbox
from tests.watched import note


@dataclass(frozen=True, slots=True)
class Relaying:
    """A relay that looks when it is told to."""

    relay: Relay
    connection: "asyncpg.Connection[asyncpg.Record]"

    async def look(self) -> bool:
        return await self.relay.look(self.connection)


@pytest.fixture(scope="session")
def quiet_database(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest_asyncio.fixture
async def quiet(quiet_database: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connected = await asyncpg.connect(quiet_database)
    yield connected
    await connected.execute("DELETE FROM event_outbox")
    await connected.close()


@pytest_asyncio.fixture
async def outbox(quiet: "asyncpg.Connection[asyncpg.Record]", catalog: Catalog) -> Outbox:
    return await Outbox.of_new_workspace(quiet, catalog)


@pytest_asyncio.fixture
async def relaying(quiet_database: str, catalog: Catalog) -> AsyncIterator[Relaying]:
    connected = await asyncpg.connect(quiet_database)
    connected.add_query_logger(note)
    yield Relaying(Relay(quiet_database, Batches(catalog)), connected)
    await connected.close()


def loaded(text: str | None) -> object:
    return None if text is None else json.loads(text)
