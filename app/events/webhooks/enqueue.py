"""Events → a delivery for each webhook that wants them, in the transaction that numbers them into the log."""

from collections.abc import Sequence
from uuid import UUID

from app.events.event import Event
from app.events.webhooks import jobs
from app.events.webhooks.content import content
from app.events.webhooks.jobs import Connection
from app.events.webhooks.rules import Rules
from app.events.webhooks.secrets import remember, secret_fields
from schema.values.webhooks import ANY

WEBHOOK = "webhook"
"""The object whose records are what this is about."""

_LISTENS = """
"deletedAt" IS NULL AND "pausedAt" IS NULL AND "targetUrl" <> ''
"""

WANTED = f"""
SELECT EXISTS (SELECT FROM webhook WHERE workspace_id = $1 AND {_LISTENS} AND operations && $2::text[]
    AND ($3::uuid IS NULL OR id = $3))
"""

DELIVER = f"""
WITH made AS (
    INSERT INTO webhook_delivery AS new (workspace_id, webhook_id, event_id, event_name, record_id, content, due_at)
    SELECT hook.workspace_id, hook.id, told.id, told.object || '.' || told.action, told.record_id,
        told.content::json, now()
    FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[]) WITH ORDINALITY
        AS told (id, object, action, record_id, updated_fields, content, number)
    JOIN (SELECT workspace_id, id, operations, fields FROM webhook WHERE workspace_id = $1 AND {_LISTENS}
          AND ($2::uuid IS NULL OR id = $2)) hook
        ON hook.operations && ARRAY[
            told.object || '.' || told.action, '*.' || told.action, told.object || '.*', '*.*']
        AND (told.updated_fields IS NULL OR hook.fields = '{{}}'
             OR hook.fields && string_to_array(told.updated_fields, ','))
    ORDER BY told.number, hook.id
    RETURNING new.webhook_id)
SELECT webhook_id, count(*) FROM made GROUP BY webhook_id ORDER BY webhook_id
"""
"""`updated_fields` are joined by commas, since arrays of several lengths make no array."""


async def enqueue(connection: Connection, events: Sequence[Event]) -> None:
    """Events of one workspace, in their order. The number of statements does not depend on theirs."""
    if not events:
        return
    workspace_id = events[0].workspace_id
    await deliver(connection, events)
    changed = {event.record_id for event in events if event.object_name == WEBHOOK}
    if changed:  # a new secret, or one that is no longer paused, and has deliveries that wait
        await remember(connection, workspace_id, sorted(changed), Rules().rotation)
        await jobs.wake(connection, workspace_id, sorted(changed))


async def deliver(connection: Connection, events: Sequence[Event], webhook_id: UUID | None = None) -> int:
    """How many deliveries were made, of one webhook where that is given, else of all."""
    workspace_id = events[0].workspace_id
    if not await connection.fetchval(WANTED, workspace_id, patterns(events), webhook_id):
        return 0
    secrets = secret_fields()
    made = await connection.fetch(
        DELIVER,
        workspace_id,
        webhook_id,
        [event.id for event in events],
        [event.object_name for event in events],
        [event.action for event in events],
        [event.record_id for event in events],
        [None if event.updated_fields is None else ",".join(event.updated_fields) for event in events],
        [content(event, secrets) for event in events],
    )
    await jobs.wake(connection, workspace_id, [row[0] for row in made])
    return sum(row[1] for row in made)


def patterns(events: Sequence[Event]) -> list[str]:
    """All that one of these events may be asked for by."""
    found = {f"{ANY}.{ANY}": None}
    for event in events:
        found |= dict.fromkeys((event.name, f"{ANY}.{event.action}", f"{event.object_name}.{ANY}"))
    return [*found]
