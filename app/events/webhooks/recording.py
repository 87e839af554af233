"""What came of a webhook's attempts → its deliveries, its attempts, and its pause where nothing arrives any more."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.events.webhooks import jobs
from app.events.webhooks.claiming import Claimed
from app.events.webhooks.jobs import Connection
from app.events.webhooks.rules import FINEST, GRANULARITY, Rules
from app.events.webhooks.secrets import Moment
from app.events.webhooks.sending import Outcome

RECORD = """
WITH tried AS MATERIALIZED (
    SELECT * FROM unnest($4::bigint[], $5::text[], $6::float8[], $7::timestamptz[], $8::int[], $9::int[], $10::text[],
        $11::text[]) AS tried (place, status, due_at, started_at, latency, answered, answer, error)),
changed AS (
    UPDATE webhook_delivery delivery
    SET status = tried.status, lease = NULL, due_at = to_timestamp(tried.due_at),
        failures = delivery.failures + (tried.status <> 'DELIVERED')::int,
        delivered_at = CASE WHEN tried.status = 'DELIVERED' THEN $12::timestamptz END
    FROM tried
    WHERE delivery.workspace_id = $1 AND delivery.place = tried.place AND delivery.status = 'PENDING'
        AND (delivery.lease = $3 OR tried.status = 'DELIVERED')
    RETURNING delivery.place, delivery.record_id, delivery.status),
attempts AS (
    INSERT INTO webhook_attempt AS new (workspace_id, delivery_place, started_at, latency, status, answer, error,
        next_attempt_at)
    SELECT state.workspace_id, place, started_at, latency, answered, answer, error, to_timestamp(due_at)
    FROM webhook_state state, tried WHERE state.workspace_id = $1 AND state.webhook_id = $2),
promoted AS (
    UPDATE webhook_delivery delivery SET due_at = $12::timestamptz
    FROM (SELECT (SELECT min(later.place) FROM webhook_delivery later WHERE later.workspace_id = $1
              AND later.webhook_id = $2 AND later.record_id = changed.record_id AND later.status = 'PENDING'
              AND later.place > changed.place) AS place
          FROM changed WHERE changed.status <> 'PENDING') next
    WHERE delivery.workspace_id = $1 AND delivery.place = next.place AND delivery.due_at IS NULL)
UPDATE webhook_state SET failing_since = CASE
    WHEN $13 THEN NULL WHEN failing_since IS NULL THEN $12::timestamptz ELSE failing_since END
WHERE workspace_id = $1 AND webhook_id = $2
RETURNING failing_since, $12::timestamptz - failing_since >= $14 * interval '1 second'
"""
"""A late answer counts where it says that the delivery arrived, though another worker may be sending it again."""

PAUSE = """
WITH resumed AS (
    UPDATE webhook_state SET failing_since = NULL WHERE workspace_id = $1 AND webhook_id = $2)
UPDATE webhook SET "pausedAt" = now(), "pausedReason" = $3,
    "updatedAt" = greatest($4::timestamptz, (("updatedAt" AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC')
WHERE workspace_id = $1 AND id = $2 AND "pausedAt" IS NULL
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """A delivery, and what came of sending it."""

    delivery: Claimed
    outcome: Outcome


async def record(
    connection: Connection,
    workspace_id: UUID,
    webhook_id: UUID,
    lease: UUID,
    tried: Sequence[Tried],
    now: Moment,
    rules: Rules,
) -> None:
    """With the jobs for what is tried again, in a transaction that has the webhook's lock since `now`."""
    due = [_due(one, now.seconds, rules) for one in tried]
    outcomes = [one.outcome for one in tried]
    state = await connection.fetchrow(
        RECORD,
        *(workspace_id, webhook_id, lease),
        [one.delivery.place for one in tried],
        [_status(one.outcome, moment) for one, moment in zip(tried, due, strict=True)],
        due,
        [outcome.started_at for outcome in outcomes],
        [outcome.latency for outcome in outcomes],
        [outcome.status for outcome in outcomes],
        [outcome.answer for outcome in outcomes],
        [outcome.error for outcome in outcomes],
        now.at,
        any(outcome.is_delivered for outcome in outcomes),
        rules.pause_after,
    )
    reason = _reason(outcomes, state)
    if reason:
        await connection.execute(PAUSE, workspace_id, webhook_id, reason, now.at)
    moments = {moment: moment - now.seconds for moment in due if moment is not None}
    await jobs.wake_at(connection, workspace_id, webhook_id, moments)


def _reason(outcomes: Sequence[Outcome], state: Iterable[Any] | None) -> str | None:
    """Why the webhook is paused, if it is to be."""
    if any(outcome.is_gone for outcome in outcomes):
        return "The receiver answered 410 Gone"
    since, is_long = state or (None, False)
    return f"Nothing has arrived since {since:%Y-%m-%d %H:%M} UTC. {outcomes[-1].error}" if is_long else None


def _status(outcome: Outcome, due: float | None) -> str:
    if outcome.is_delivered:
        return "DELIVERED"
    return "DEAD" if due is None else "PENDING"


def _due(tried: Tried, now: float, rules: Rules) -> float | None:
    """When it is tried again, in seconds since the epoch, if it is."""
    if tried.outcome.is_delivered or tried.outcome.is_gone:
        return None
    pause = rules.pause(tried.delivery.failures + 1, tried.outcome.retry_after)
    if pause is None:
        return None
    step = max(FINEST, pause * GRANULARITY)
    return math.ceil((now + pause) / step) * step
