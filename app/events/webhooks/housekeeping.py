"""What is done for all webhooks now and then: what was forgotten is woken, what is old goes, in bounded batches.

So do answers that are kept to be repeated, whose own workspace may never write again. What is to be done is found of
all workspaces together, and done in each by itself: where Citus is, they lie apart.
"""

from app.database.repeatable import OUTDATED, PRUNE_MORE
from app.events.webhooks import jobs
from app.events.webhooks.jobs import Connection
from app.events.webhooks.rules import Rules
from app.events.webhooks.secrets import ENDED, FORGET

LOCK = 0x1C05B  # of pg_try_advisory_xact_lock; any number that nothing else locks
BATCH = 1000
MOST_BATCHES = 100  # at a time

OVERDUE = """
SELECT webhook.workspace_id, webhook.id FROM webhook
WHERE webhook."deletedAt" IS NULL AND webhook."pausedAt" IS NULL AND EXISTS (
    SELECT FROM webhook_delivery delivery WHERE delivery.workspace_id = webhook.workspace_id
    AND delivery.webhook_id = webhook.id AND delivery.due_at < now() - $1 * interval '1 second')
"""

OLD = """
SELECT workspace_id, array_agg(place) FROM (
    SELECT workspace_id, place FROM webhook_delivery WHERE created_at < now() - $1 * interval '1 second'
    ORDER BY created_at LIMIT $2) old
GROUP BY workspace_id
"""
PRUNE = """
WITH old AS MATERIALIZED (
    SELECT place FROM webhook_delivery WHERE workspace_id = $1 AND place = ANY($2::bigint[])
    ORDER BY place FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM webhook_delivery delivery USING old WHERE delivery.workspace_id = $1 AND delivery.place = old.place
    RETURNING delivery.webhook_id, delivery.record_id, delivery.place, delivery.status),
attempts AS (
    DELETE FROM webhook_attempt attempt USING old
    WHERE attempt.workspace_id = $1 AND attempt.delivery_place = old.place),
promoted AS (
    UPDATE webhook_delivery delivery SET due_at = now()
    FROM (SELECT DISTINCT (SELECT min(later.place) FROM webhook_delivery later
              WHERE later.workspace_id = $1 AND later.webhook_id = gone.webhook_id
              AND later.record_id = gone.record_id AND later.status = 'PENDING'
              AND NOT EXISTS (SELECT FROM old WHERE old.place = later.place)
          ) AS place FROM gone WHERE gone.status = 'PENDING') next
    WHERE delivery.workspace_id = $1 AND delivery.place = next.place AND delivery.due_at IS NULL)
SELECT count(*) FROM gone
"""

PRUNE_JOBS = """
DELETE FROM pgqueuer_log WHERE id IN (
    SELECT id FROM pgqueuer_log WHERE created < now() - interval '1 hour' ORDER BY created LIMIT $1)
"""

ORPHANS = """
SELECT workspace_id, array_agg(webhook_id) FROM (
    SELECT workspace_id, webhook_id FROM webhook_state state WHERE NOT EXISTS (
        SELECT FROM webhook WHERE webhook.workspace_id = state.workspace_id AND webhook.id = state.webhook_id)
    LIMIT $1) orphans
GROUP BY workspace_id
"""
PRUNE_STATES = """
DELETE FROM webhook_state state WHERE workspace_id = $1 AND webhook_id = ANY($2::uuid[])
    AND NOT EXISTS (SELECT FROM webhook WHERE webhook.workspace_id = $1 AND webhook.id = state.webhook_id)
"""


async def keep_house(connection: Connection, rules: Rules) -> None:
    """Unless another process does just now."""
    await _wake_overdue(connection, rules)
    for _ in range(MOST_BATCHES):
        if await _pruned(connection, rules) < BATCH:
            return


async def _wake_overdue(connection: Connection, rules: Rules) -> None:
    """Every due delivery has a job, unless that was lost by a fault of the worker that had it."""
    for workspace_id, webhook_id in await connection.fetch(OVERDUE, rules.housekeeping):
        async with connection.transaction():
            await jobs.wake(connection, workspace_id, [webhook_id])


async def _pruned(connection: Connection, rules: Rules) -> int:
    """How many rows went."""
    async with connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
            return 0
        deliveries: list[int] = [
            await connection.fetchval(PRUNE, *old) for old in await connection.fetch(OLD, rules.kept, BATCH)
        ]
        done = [await connection.execute(PRUNE_JOBS, BATCH)]
        done += [await connection.execute(PRUNE_STATES, *found) for found in await connection.fetch(ORPHANS, BATCH)]
        done += [await connection.execute(PRUNE_MORE, *found) for found in await connection.fetch(OUTDATED, BATCH)]
        for ended in await connection.fetch(ENDED, BATCH):
            await connection.execute(FORGET, *ended)
        return sum(deliveries) + sum(int(tag.rpartition(" ")[2]) for tag in done)
