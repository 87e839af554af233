"""What is old goes, and what was forgotten is found."""

from dataclasses import replace
from uuid import uuid4

from app.events.webhooks.housekeeping import keep_house
from app.events.webhooks.rules import Rules
from tests.app.events.webhooks.hooks import FAST, Hooks
from tests.app.events.webhooks.receivers import receiving

OLD = "UPDATE webhook_delivery SET created_at = now() - interval '31 days' WHERE workspace_id = $1 AND event_id = $2"


async def test_deliveries_go_after_thirty_days(hooks: Hooks) -> None:
    async with receiving() as receiver, hooks.delivering():
        await hooks.webhook(receiver.url)
        old, young = hooks.event(), hooks.event()
        await hooks.enqueue(old, young)
        await hooks.settled()
    await hooks.fetch(OLD, hooks.workspace_id, old.id)
    async with hooks.connected() as connection:
        await keep_house(connection, Rules())
    (left,) = await hooks.deliveries()
    (attempt,) = await hooks.attempts()
    assert (left["event_id"], attempt["delivery_place"]) == (young.id, left["place"])


async def test_what_waited_for_one_that_went_is_next(hooks: Hooks) -> None:
    """The worker parks the second, then the first goes."""
    async with receiving() as receiver:
        await hooks.webhook(receiver.url)
        record = uuid4()
        first, second = hooks.event(record_id=record), hooks.event(record_id=record)
        await hooks.enqueue(first, second)
        await hooks.fetch("UPDATE webhook_delivery SET due_at = NULL WHERE event_id = $1", second.id)
        await hooks.fetch(OLD, hooks.workspace_id, first.id)
        async with hooks.connected() as connection:
            await keep_house(connection, Rules())
        async with hooks.delivering():
            (delivery,) = await hooks.settled()
    assert (delivery["event_id"], delivery["status"]) == (second.id, "DELIVERED")


async def test_a_lost_job_is_made_again(hooks: Hooks) -> None:
    async with receiving() as receiver:
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        await hooks.fetch("DELETE FROM pgqueuer")
        async with hooks.delivering(replace(FAST, housekeeping=0.5)):
            await hooks.settled()


async def test_pgqueuer_keeps_no_log_for_ever(hooks: Hooks) -> None:
    await hooks.webhook("https://a.example", paused_at=None)
    await hooks.enqueue(hooks.event())
    await hooks.fetch("UPDATE pgqueuer_log SET created = now() - interval '2 hours'")
    async with hooks.connected() as connection:
        await keep_house(connection, Rules())
    assert await hooks.fetch("SELECT FROM pgqueuer_log") == []
