"""Webhooks and events in a database of their own, as the relay hands them on, and workers that deliver them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson

from app.events.event import Event, Origin
from app.events.webhooks.enqueue import enqueue
from app.events.webhooks.rules import Rules
from app.events.webhooks.worker import run_deliveries
from tests.app.events.webhooks.receivers import until
from tests.conftest import VAULT

ORIGIN = Origin("API", "Test key", None, None, None)
FAST = replace(Rules(), timeout=0.5, retries=(0.1,) * 8, jitter=0.0, lease=2.0, heartbeat=2.0)
"""As the rules are, with short times."""

_CREATE = """
INSERT INTO webhook (workspace_id, id, "targetUrl", operations, fields, secret, "pausedAt")
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(slots=True)
class Hooks:
    """One workspace."""

    url: str
    workspace_id: UUID = field(default_factory=uuid4)
    number: int = 0

    @asynccontextmanager
    async def connected(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        connection = await asyncpg.connect(self.url)
        try:
            yield connection
        finally:
            await connection.close()

    async def fetch(self, sql: str, *values: Any) -> list[Any]:
        async with self.connected() as connection:
            return [dict(row) for row in await connection.fetch(sql, *values)]

    async def webhook(
        self,
        target_url: str,
        operations: Sequence[str] = ("*.*",),
        fields: Sequence[str] = (),
        secret: str = "",
        paused_at: datetime | None = None,
    ) -> UUID:
        own = uuid4()
        given = (self.workspace_id, own, target_url, [*operations], [*fields], secret, paused_at)
        async with self.connected() as connection:
            await connection.execute(_CREATE, *given)
        return own

    def event(self, name: str = "person.created", record_id: UUID | None = None, **given: Any) -> Event:
        """The next of the workspace."""
        self.number += 1
        object_name, _, action = name.partition(".")
        own = record_id or uuid4()
        record = {"id": str(own), "n": self.number, **given.pop("record", {})}
        return Event(
            workspace_id=self.workspace_id,
            number=self.number,
            id=uuid4(),
            object_name=object_name,
            action=action,
            record_id=own,
            record=orjson.dumps(record).decode(),
            before=given.get("before"),
            updated_fields=given.get("updated_fields"),
            origin=ORIGIN,
            happened_at=datetime.now(UTC).replace(microsecond=123_000),
        )

    async def enqueue(self, *events: Event) -> None:
        """As the relay does."""
        async with self.connected() as connection, connection.transaction():
            await enqueue(connection, events)

    async def deliveries(self) -> list[Any]:
        return await self.fetch(
            "SELECT * FROM webhook_delivery WHERE workspace_id = $1 ORDER BY place", self.workspace_id
        )

    async def attempts(self) -> list[Any]:
        return await self.fetch(
            "SELECT * FROM webhook_attempt WHERE workspace_id = $1 ORDER BY number", self.workspace_id
        )

    async def settled(self, seconds: float = 20.0) -> list[Any]:
        """The deliveries, once none is pending."""

        async def none_is_pending() -> bool:
            return all(one["status"] != "PENDING" for one in await self.deliveries())

        await until(none_is_pending, seconds)
        return await self.deliveries()

    async def row(self, webhook_id: UUID) -> Any:
        return (await self.fetch("SELECT * FROM webhook WHERE id = $1", webhook_id))[0]

    @asynccontextmanager
    async def delivering(self, rules: Rules = FAST, *, allow_private: bool = True) -> AsyncIterator[None]:
        """A worker in this process."""
        stop = asyncio.Event()
        running = asyncio.create_task(
            run_deliveries(self.url, stop, allow_private=allow_private, rules=rules, open_secret=VAULT.open)
        )
        try:
            yield
        finally:
            stop.set()
            await running
