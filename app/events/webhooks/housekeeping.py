"""What is done for all webhooks now and then: what was forgotten is woken, what is old goes, in bounded batches.

So do answers that are kept to be repeated, whose own workspace may never write again.
"""

from app.database.repeatable import PRUNE_ANY
from app.events.webhooks import jobs
from app.events.webhooks.jobs import Connection
from app.events.webhooks.rules import Rules
from app.events.webhooks.secrets import FORGET

LOCK = 0x1C05B  # of pg_try_advisory_xact_lock; any number that nothing else locks
BATCH = 1000
MOST_BATCHES = 100  # at a time

OVERDUE = """
SELECT webhook.workspace_id, webhook.id FROM webhook
WHERE webhook."deletedAt" IS NULL AND webhook."pausedAt" IS NULL AND EXISTS (
    SELECT FROM webhook_delivery delivery WHERE delivery.workspace_id = webhook.workspace_id
    AND delivery.webhook_id = webhook.id AND delivery.due_at < now() - $1 * interval '1 second')
"""

PRUNE = """
WITH old AS MATERIALIZED (
    SELECT workspace_id, place FROM webhook_delivery WHERE created_at < now() - $1 * interval '1 second'
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM webhook_delivery delivery USING old
    WHERE delivery.workspace_id = old.workspace_id AND delivery.place = old.place
    RETURNING delivery.workspace_id, delivery.webhook_id, delivery.record_id, delivery.place, delivery.status),
attempts AS (
    DELETE FROM webhook_attempt attempt USING old
    WHERE attempt.workspace_id = old.workspace_id AND attempt.delivery_place = old.place),
promoted AS (
    UPDATE webhook_delivery delivery SET due_at = now()
    FROM (SELECT DISTINCT gone.workspace_id, (SELECT min(later.place) FROM webhook_delivery later
              WHERE later.workspace_id = gone.workspace_id AND later.webhook_id = gone.webhook_id
              AND later.record_id = gone.record_id AND later.status = 'PENDING'
              AND NOT EXISTS (SELECT FROM old WHERE old.workspace_id = later.workspace_id AND old.place = later.place)
          ) AS place FROM gone WHERE gone.status = 'PENDING') next
    WHERE delivery.workspace_id = next.workspace_id AND delivery.place = next.place AND delivery.due_at IS NULL)
SELECT count(*) FROM gone
"""

PRUNE_JOBS = """
DELETE FROM pgqueuer_log WHERE id IN (
    SELECT id FROM pgqueuer_log WHERE created < now() - interval '1 hour' ORDER BY created LIMIT $1)
"""

PRUNE_STATES = """
DELETE FROM webhook_state WHERE (workspace_id, webhook_id) IN (
    SELECT workspace_id, webhook_id FROM webhook_state state WHERE NOT EXISTS (
        SELECT FROM webhook WHERE webhook.workspace_id = state.workspace_id AND webhook.id = state.webhook_id)
    LIMIT $1)
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
    """How many rows went of that of which most did."""
    async with connection.transaction():
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
            return 0
        deliveries: int = await connection.fetchval(PRUNE, rules.kept, BATCH)
        others = [await connection.execute(statement, BATCH) for statement in (PRUNE_JOBS, PRUNE_STATES, PRUNE_ANY)]
        await connection.execute(FORGET)
        return max(deliveries, *(int(tag.rpartition(" ")[2]) for tag in others))
