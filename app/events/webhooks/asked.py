"""What clients ask of webhooks: an event once more, those since some time, an example. It all goes the usual way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from app.database.database import Database
from app.events.event import COLUMNS, Event, Origin
from app.events.webhooks import jobs
from app.events.webhooks.content import content
from app.events.webhooks.enqueue import deliver
from app.events.webhooks.jobs import Connection
from app.events.webhooks.secrets import secret_fields
from rest_shim.openapi.schemas import example
from schema.catalog.model import Catalog
from schema.context import Replayed
from schema.errors import BadUserInput, NotFound
from schema.values.actions import ACTIONS
from schema.values.dates import iso
from schema.values.ids import new_id
from schema.values.webhooks import ANY

MOST_REPLAYED = 10_000
BATCH = 500
EXAMPLE = "person"

_WEBHOOK = """
SELECT "targetUrl", operations, fields, "pausedAt", "pausedReason" FROM webhook
WHERE workspace_id = $1 AND id = $2 AND "deletedAt" IS NULL
"""

_DELIVERY = "SELECT webhook_id, status FROM webhook_delivery WHERE workspace_id = $1 AND id = $2"

_HASTEN = """
UPDATE webhook_delivery SET due_at = now()
WHERE workspace_id = $1 AND id = $2 AND status = 'PENDING' AND lease IS NULL AND due_at > now()
"""

_REPEAT = """
INSERT INTO webhook_delivery AS new (workspace_id, webhook_id, event_id, event_name, record_id, content, due_at)
SELECT workspace_id, webhook_id, event_id, event_name, record_id, content, now() FROM webhook_delivery
WHERE workspace_id = $1 AND id = $2
RETURNING new.id
"""

_SEND = """
INSERT INTO webhook_delivery AS new (workspace_id, webhook_id, event_id, event_name, record_id, content, due_at)
VALUES ($1, $2, $3, $4, $5, $6, now())
RETURNING new.id
"""

_SINCE = f"""
SELECT {COLUMNS}, recorded_at FROM event
WHERE workspace_id = $1 AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND recorded_at >= $2 AND number > $3
    AND $4::text[] && ARRAY[object || '.' || action, '*.' || action, object || '.*', '*.*']
    AND (updated_fields IS NULL OR $5::text[] = '{{}}' OR updated_fields && $5)
ORDER BY number LIMIT $6
"""
"""Since the moment they were recorded: with those, unlike with the moments when they happened, numbers rise."""


@dataclass(frozen=True, slots=True)
class AskedDeliveries:
    """Implements `schema.context.Deliveries` for one workspace."""

    database: Database
    workspace_id: UUID

    async def redeliver(self, delivery_id: UUID) -> UUID:
        """One that is still pending is hastened; else there is a new delivery of the same event."""

        async def work(connected: Connection) -> UUID:
            found = await connected.fetchrow(_DELIVERY, self.workspace_id, delivery_id)
            if found is None:
                raise NotFound(f"There is no delivery {delivery_id}")
            await self._webhook(connected, found["webhook_id"])
            if found["status"] == "PENDING":
                await connected.execute(_HASTEN, self.workspace_id, delivery_id)
                made = delivery_id
            else:
                made = await connected.fetchval(_REPEAT, self.workspace_id, delivery_id)
            await jobs.wake(connected, self.workspace_id, [found["webhook_id"]])
            return made

        return await self.database.within(work, self.workspace_id)

    async def replay(self, webhook_id: UUID, since: datetime) -> Replayed:
        """At most `MOST_REPLAYED` events, and what else was recorded at `since` itself, so that it comes to an end."""

        async def work(connected: Connection) -> Replayed:
            webhook = await self._webhook(connected, webhook_id)
            wanted = (webhook["operations"], webhook["fields"])
            count, number, handed = 0, 0, 0
            while rows := await connected.fetch(_SINCE, self.workspace_id, since, number, *wanted, BATCH):
                begins_at = rows[0]["recorded_at"]
                if handed >= MOST_REPLAYED and begins_at > since:
                    return Replayed(count, begins_at)
                events = [Event.of([*row.values()][:-1]) for row in rows]
                count += await deliver(connected, events, webhook_id)
                number, handed = events[-1].number, handed + len(events)
            return Replayed(count, None)

        return await self.database.within(work, self.workspace_id)

    async def test(self, webhook_id: UUID) -> UUID:
        """Its body says that it is a test."""

        async def work(connected: Connection) -> UUID:
            webhook = await self._webhook(connected, webhook_id)
            event = _example(self.database.catalog, self.workspace_id, webhook["operations"], webhook["fields"])
            text = content(event, secret_fields())[:-1] + ',"test":true}'
            given = (self.workspace_id, webhook_id, event.id, event.name, event.record_id, text)
            made: UUID = await connected.fetchval(_SEND, *given)
            await jobs.wake(connected, self.workspace_id, [webhook_id])
            return made

        return await self.database.within(work, self.workspace_id)

    async def _webhook(self, connected: Connection, webhook_id: UUID) -> Any:
        """The row of a webhook that can be sent to. Raises NotFound and BadUserInput."""
        row = await connected.fetchrow(_WEBHOOK, self.workspace_id, webhook_id)
        if row is None:
            raise NotFound(f"There is no webhook {webhook_id}")
        if row["pausedAt"] is not None:
            reason = f": {row['pausedReason']}" if row["pausedReason"] else ""
            raise BadUserInput(f"The webhook {webhook_id} is paused{reason}. Set its pausedAt to null first")
        if not row["targetUrl"]:
            raise BadUserInput(f"The webhook {webhook_id} has no targetUrl")
        return row


def _example(catalog: Catalog, workspace_id: UUID, operations: Sequence[str], fields: Sequence[str]) -> Event:
    """An event like the first that the webhook asks for."""
    object_name, _, action = (operations[0] if operations else f"{ANY}.{ANY}").partition(".")
    object_name = object_name if object_name in catalog.objects else EXAMPLE
    action = action if action in ACTIONS else ACTIONS[0]
    object_type, record_id, now = catalog.objects[object_name], new_id(), datetime.now(UTC)
    moment = iso(now)
    deleted = moment if action == "deleted" else None
    stamps = {"createdAt": moment, "updatedAt": moment, "deletedAt": deleted}
    record = orjson.dumps({"id": record_id, **example(object_type), **stamps}).decode()
    is_update = action == "updated"
    return Event(
        workspace_id=workspace_id,
        number=0,
        id=new_id(),
        object_name=object_name,
        action=action,
        record_id=record_id,
        record=record,
        before=record if is_update else None,
        updated_fields=(tuple(fields[:1]) or ("updatedAt",)) if is_update else None,
        origin=Origin("API", "Test", None, None, None),
        happened_at=now,
    )
