"""Which deliveries of a webhook are sent next: those due, one of each record, no more than may be in flight."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.events.webhooks.jobs import Connection
from app.events.webhooks.rules import Rules
from app.events.webhooks.secrets import Moment

CLAIM = """
WITH hook AS MATERIALIZED (
    SELECT webhook."targetUrl" AS url, webhook.secret,
        CASE WHEN state.previous_until > $8::timestamptz THEN state.previous_secret END AS previous_secret,
        CASE WHEN state.failing_since IS NULL THEN $3::int ELSE $4::int END - (
            SELECT count(*) FROM webhook_delivery sent WHERE sent.workspace_id = $1 AND sent.webhook_id = $2
            AND sent.lease IS NOT NULL AND sent.due_at > $8::timestamptz) AS free
    FROM webhook JOIN webhook_state state ON state.workspace_id = $1 AND state.webhook_id = $2
    WHERE webhook.workspace_id = $1 AND webhook.id = $2
        AND webhook."deletedAt" IS NULL AND webhook."pausedAt" IS NULL AND webhook."targetUrl" <> ''),
due AS MATERIALIZED (
    SELECT delivery.place, delivery.record_id FROM hook, webhook_delivery delivery
    WHERE delivery.workspace_id = $1 AND delivery.webhook_id = $2 AND delivery.due_at <= $8::timestamptz
        AND hook.free > 0
    ORDER BY delivery.due_at, delivery.place LIMIT $5),
looked_at AS MATERIALIZED (
    SELECT due.place, NOT EXISTS (
        SELECT FROM webhook_delivery earlier WHERE earlier.workspace_id = $1 AND earlier.webhook_id = $2
        AND earlier.record_id = due.record_id AND earlier.status = 'PENDING' AND earlier.place < due.place) AS is_first
    FROM due),
parked AS (
    UPDATE webhook_delivery delivery SET due_at = NULL FROM looked_at
    WHERE delivery.workspace_id = $1 AND delivery.place = looked_at.place AND NOT looked_at.is_first
    RETURNING delivery.place),
leased AS (
    UPDATE webhook_delivery delivery SET lease = $6, due_at = to_timestamp($7::float8)
    FROM (SELECT place FROM looked_at WHERE is_first ORDER BY place LIMIT (SELECT greatest(free, 0) FROM hook)) chosen
    WHERE delivery.workspace_id = $1 AND delivery.place = chosen.place
    RETURNING delivery.place, delivery.event_id, delivery.event_name, delivery.content::text, delivery.failures)
SELECT hook.url, hook.secret, hook.previous_secret, hook.free, (SELECT count(*) FROM parked) AS parked, leased.*
FROM hook LEFT JOIN leased ON TRUE ORDER BY leased.place
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is to be sent now."""

    place: int
    event_id: UUID
    event_name: str
    content: str
    failures: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be sent for a webhook, where, and signed with which secrets.

    `free` is how many might have been, `parked` how many were due and have to wait for an earlier one of their record.
    `lease_end` is in seconds since the epoch.
    """

    url: str = ""
    secrets: tuple[str, ...] = ()
    deliveries: Sequence[Claimed] = ()
    free: int = 0
    parked: int = 0
    lease_end: float = 0.0

    @property
    def is_full(self) -> bool:
        """Whether nothing more may be sent before something arrives."""
        return len(self.deliveries) >= self.free


NOTHING = Claim()
"""Of a webhook that is not there, or is paused."""


async def claim(
    connection: Connection, workspace_id: UUID, webhook_id: UUID, lease: UUID, now: Moment, rules: Rules
) -> Claim:
    """Where the one who claims dies, others find the deliveries when the lease ends.

    In a transaction that has the webhook's lock since `now`. Who claims puts a job for the end of the lease into it.
    """
    end = math.ceil((now.seconds + rules.lease) / rules.lease) * rules.lease
    rows = await connection.fetch(
        CLAIM,
        *(workspace_id, webhook_id, rules.in_flight, rules.in_flight_failing, 5 * rules.in_flight, lease, end, now.at),
    )
    if not rows:
        return NOTHING
    hook = rows[0]
    return Claim(
        url=hook["url"],
        secrets=tuple(one for one in (hook["secret"], hook["previous_secret"]) if one) if hook["secret"] else (),
        deliveries=tuple(Claimed(*row[5:]) for row in rows if row["place"] is not None),
        free=hook["free"],
        parked=hook["parked"],
        lease_end=end,
    )
