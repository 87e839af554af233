"""`schema`'s view of this process, one value per request: who calls, how much they may ask for, and the database."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypeVar
from uuid import UUID

from app.auth.authenticator import Authenticator
from app.database.database import Database
from app.database.repeatable import Repeatable
from app.events.event import Origin
from app.events.happenings import Happenings
from app.events.relay import Relay
from app.events.webhooks.asked import AskedDeliveries
from app.http.read_after import Reads
from app.http.request_id import request_id
from schema.catalog.model import ObjectType
from schema.context import (
    AT_ONCE,
    Caller,
    Deliveries,
    EventFilter,
    Fetch,
    Once,
    Policy,
    RecordEvent,
    Row,
    Statement,
)
from schema.errors import Unauthenticated

T = TypeVar("T")

WORKSPACE_NAME = "SELECT display_name FROM workspace WHERE id = $1"

NOBODY = Caller(UUID(int=0), "API", "")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Implements `schema.context.Context`."""

    caller: Caller
    policy: Policy
    database: Database
    authenticator: Authenticator
    relay: Relay | None
    happenings: Happenings
    once: Repeatable | None = None
    turns: asyncio.Semaphore | None = None
    reads: Reads | None = None

    def in_turns(self) -> Self:
        return replace(self, turns=asyncio.Semaphore(AT_ONCE))

    def origin(self) -> str:
        return Origin.of(self.caller, request_id.get()).text

    @property
    def deliveries(self) -> Deliveries:
        return AskedDeliveries(self.database, self.caller.workspace_id)

    async def fetch(self, statement: Statement) -> Sequence[Row]:
        if self.turns:
            async with self.turns:
                return await self.database.fetch(statement, self.caller.workspace_id)
        return await self.database.fetch(statement, self.caller.workspace_id)

    async def read(self, statement: Statement) -> Sequence[Row]:
        reads = self.reads
        if reads is None or reads.after is None or reads.has_written:
            return await self.fetch(statement)
        async with self.turns or nullcontext():
            rows = await self.database.read(statement, reads.after, self.caller.workspace_id)
        if rows is None:
            return await self.fetch(statement)
        reads.was_of_replica = True
        return rows

    async def transact(self, work: Callable[[Fetch], Awaitable[T]]) -> T:
        return await self.database.transact(work, self.caller.workspace_id)

    def wrote(self, object_types: Iterable[ObjectType]) -> None:
        if self.reads:
            self.reads.has_written = True
        if any(object_type.is_credential for object_type in object_types):
            self.authenticator.forget()
        if self.relay:
            self.relay.wake()

    async def mint_api_key_token(self, key_id: UUID, expires_at: datetime) -> str:
        return await self.authenticator.mint.token(self.caller, key_id, expires_at)

    async def workspace_name(self) -> str | None:
        rows = await self.fetch(Statement(WORKSPACE_NAME, (self.caller.workspace_id,)))
        return str(rows[0][0]) if rows else None

    def events(self, wanted: EventFilter, after: int | None) -> AsyncGenerator[RecordEvent, None]:
        return self.happenings.events(self.caller.workspace_id, wanted, after)


@dataclass(frozen=True, slots=True)
class AnonymousContext:
    """For introspection without a token, which reads no record."""

    policy: Policy
    caller: Caller = NOBODY
    once: Once | None = None

    def in_turns(self) -> Self:
        return self

    def origin(self) -> str:
        raise Unauthenticated

    @property
    def deliveries(self) -> Deliveries:
        raise Unauthenticated

    async def fetch(self, statement: Statement) -> Sequence[Row]:
        raise Unauthenticated

    async def read(self, statement: Statement) -> Sequence[Row]:
        raise Unauthenticated

    async def transact(self, work: Callable[[Fetch], Awaitable[T]]) -> T:
        raise Unauthenticated

    def wrote(self, object_types: Iterable[ObjectType]) -> None:
        raise Unauthenticated

    async def mint_api_key_token(self, key_id: UUID, expires_at: datetime) -> str:
        raise Unauthenticated

    async def workspace_name(self) -> str | None:
        raise Unauthenticated

    def events(self, wanted: EventFilter, after: int | None) -> AsyncGenerator[RecordEvent, None]:
        raise Unauthenticated
