"""Workspaces with records, and rows of the outbox as writes leave them, put in by SQL."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.commands import provision
from app.database.pool import Connection
from app.events.event import COLUMNS, Event
from schema.catalog.model import Catalog
from schema.context import Caller, Policy
from schema.declare.secrets import SECRET_MASK
from schema.plan.nodes import RecordSelection, Value
from schema.plan.nodes.placeholders import Values
from schema.plan.writes import Writer, answered
from schema.sql.statement import statement
from schema.values.ids import new_id

Json = dict[str, Any]

PUT = (
    "INSERT INTO event_outbox (workspace_id, object, action, record_id, before, after, secrets_changed, origin,"
    " happened_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, now())) RETURNING place"
)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox of a workspace. What is put into it was done by `origin`."""

    connection: Connection
    catalog: Catalog
    workspace_id: UUID
    origin: Json = field(default_factory=lambda: {"source": "API", "name": "Key", "requestId": "r1"})

    @classmethod
    async def of_new_workspace(cls, connection: Connection, catalog: Catalog) -> "Outbox":
        made = await provision.create_workspace(connection, catalog, "Test", provision.Person("Ada", "Lovelace"))
        return cls(connection, catalog, made)

    async def member(self) -> UUID:
        found = await self.connection.fetchval(
            'SELECT id FROM "workspaceMember" WHERE workspace_id = $1', self.workspace_id
        )
        assert isinstance(found, UUID)
        return found

    async def create(self, of: str, /, **data: Any) -> UUID:
        """A record that leaves nothing in the outbox. Gives its id."""
        object_type = self.catalog.objects[of]
        caller = Caller(self.workspace_id, "API", "Key")
        writer = Writer(self.catalog, caller, Policy())
        selected = RecordSelection(object_type, (Value("id", object_type.columns["id"]),))
        own_id = new_id()
        plan = answered(writer.create(object_type, [{"id": str(own_id), **data}]), selected)
        printed = statement(self.workspace_id, plan)
        await self.connection.fetch(printed.text, *map(Values({}, caller, str).of, printed.values))
        return own_id

    async def stored(self, name: str, record_id: UUID) -> Json:
        """The row of a record as an outbox row has it, with secrets masked."""
        text = await self.connection.fetchval(
            f'SELECT row_to_json(t) FROM "{name}" t WHERE workspace_id = $1 AND id = $2', self.workspace_id, record_id
        )
        row: Json = json.loads(text)
        for column in self.catalog.objects[name].columns.values():
            if column.secret and row[column.name]:
                row[column.name] = SECRET_MASK
        return row

    async def put(
        self,
        name: str,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        *,
        secrets: list[str] | None = None,
        by: Json | None = None,
        at: datetime | None = None,
    ) -> int:
        """Gives its place."""
        images = [None if image is None else json.dumps(image) for image in (before, after)]
        record_id = UUID((after or before or {})["id"])
        origin = json.dumps(self.origin if by is None else {**self.origin, **by})
        place = await self.connection.fetchval(
            PUT, *(self.workspace_id, name, action, record_id, *images, secrets, origin, at)
        )
        assert isinstance(place, int)
        return place

    async def changed(self, name: str, record_id: UUID, changes: Json, **more: Any) -> int:
        """Changes a record, and puts that it was updated."""
        before = await self.stored(name, record_id)
        assignments = ", ".join(f'"{column}" = ${n}' for n, column in enumerate(changes, 3))
        await self.connection.execute(
            f'UPDATE "{name}" SET "updatedAt" = now(), {assignments} WHERE workspace_id = $1 AND id = $2',
            *(self.workspace_id, record_id, *changes.values()),
        )
        return await self.put(name, "updated", before, await self.stored(name, record_id), **more)

    async def log(self) -> list[Event]:
        """The events that are in the log."""
        rows = await self.connection.fetch(
            f"SELECT {COLUMNS} FROM event WHERE workspace_id = $1 ORDER BY number", self.workspace_id
        )
        return [Event.of(tuple(row)) for row in rows]

    async def rows(self, name: str, order: str = '"createdAt", id') -> list[Json]:
        """All records of an object, as they are stored."""
        rows = await self.connection.fetch(
            f'SELECT row_to_json(t) FROM "{name}" t WHERE workspace_id = $1 ORDER BY {order}', self.workspace_id
        )
        return [json.loads(row[0]) for row in rows]
