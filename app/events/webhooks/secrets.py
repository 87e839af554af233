"""The secrets of webhooks as the server knows them, so that one that is replaced signs for a while beside the new one.

They are in a table of the server's own, which nothing of the API reads and no event tells of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from app.events.webhooks.content import Secrets
from app.events.webhooks.jobs import Connection
from schema.catalog.loading import load

REMEMBER = """
WITH remembered AS (
    INSERT INTO webhook_state AS known (workspace_id, webhook_id, secret, previous_until)
    SELECT workspace_id, id, secret, now() + $3 * interval '1 second' FROM webhook
    WHERE workspace_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id
    ON CONFLICT (workspace_id, webhook_id) DO UPDATE SET
        secret = EXCLUDED.secret,
        previous_secret = nullif(known.secret, ''),
        previous_until = EXCLUDED.previous_until
    WHERE known.secret <> EXCLUDED.secret)
SELECT now(), extract(epoch FROM now())::float8
"""
"""Also takes the lock of each state, whether it changes or not."""

ENDED = """
SELECT DISTINCT workspace_id FROM (
    SELECT workspace_id FROM webhook_state WHERE previous_until < now() LIMIT $1) ended
"""
FORGET = """
UPDATE webhook_state SET previous_secret = NULL, previous_until = NULL
WHERE workspace_id = $1 AND webhook_id IN (
    SELECT webhook_id FROM webhook_state WHERE workspace_id = $1 AND previous_until < now() FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """When the transaction began by the database's clock, also in seconds since the epoch."""

    at: datetime
    seconds: float


async def remember(
    connection: Connection, workspace_id: UUID, webhook_ids: Collection[UUID], rotation: float
) -> Moment:
    """Looks whether they have new secrets, and holds their locks until the transaction ends."""
    row = await connection.fetchrow(REMEMBER, workspace_id, [*webhook_ids], rotation)
    assert row is not None
    return Moment(*row)


@cache
def secret_fields() -> Secrets:
    """While workspaces have no objects and fields of their own."""
    found = {
        object_type.name: frozenset(column.field for column in object_type.columns.values() if column.secret)
        for object_type in load().objects.values()
    }
    return {name: fields for name, fields in found.items() if fields}
