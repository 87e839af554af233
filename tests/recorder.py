"""A context that runs an operation's statements on one connection, and keeps them."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import asyncpg

from schema.catalog.loading import load
from schema.context import Caller, Deliveries, EventFilter, Policy, RecordEvent, Statement
from tests.engine_rules import violations

OBJECTS = load().objects


class Recorder:
    """The process as one operation sees it, with a caller of the workspace."""

    def __init__(self, workspace_id: UUID, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.caller = Caller(workspace_id, "API", "test")
        self.policy = Policy()
        self.statements: list[Statement] = []
        self.told: list[str] = []  # the objects that were said to be written
        self.once = None
        self._connection = connection

    async def fetch(self, statement: Statement) -> Any:
        self.statements.append(statement)
        assert violations(statement.text, OBJECTS) == []
        return await self._connection.fetch(statement.text, *statement.values)

    async def read(self, statement: Statement) -> Any:
        return await self.fetch(statement)

    async def transact(self, work: Any) -> Any:
        return await work(self.fetch)

    def in_turns(self) -> Self:
        return self

    def origin(self) -> str:
        return "{}"

    def wrote(self, object_types: Any) -> None:
        self.told += [object_type.name for object_type in object_types]

    async def mint_api_key_token(self, key_id: UUID, expires_at: datetime) -> str:
        raise AssertionError("no operation here asks for a token")

    @property
    def deliveries(self) -> Deliveries:
        raise AssertionError("no operation here asks for deliveries")

    async def workspace_name(self) -> str | None:
        return None

    def events(self, wanted: EventFilter, after: int | None) -> AsyncGenerator[RecordEvent, None]:
        raise AssertionError("nothing here subscribes")
