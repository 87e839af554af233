"""Webhooks over HTTP: what arrives, in which order, when again, and that nobody waits for another."""

import asyncio
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.app.events.webhooks.hooks import FAST, Hooks
from tests.app.events.webhooks.receivers import (
    Behave,
    answering,
    dripping,
    endless,
    one_by_one,
    receiving,
    silent,
    until,
)


async def test_a_delivery(hooks: Hooks) -> None:
    async with receiving() as receiver, hooks.delivering():
        webhook = await hooks.webhook(receiver.url)
        event = hooks.event("company.created", record={"name": "Acmé"})
        await hooks.enqueue(event)
        (request,) = await receiver.until(1)
        (delivery,) = await hooks.settled()
    assert [*request.json] == [
        *("targetUrl", "eventName", "objectMetadata", "workspaceId", "webhookId", "eventDate", "record", "eventId")
    ]
    assert request.json["targetUrl"] == receiver.url
    assert request.json["record"] == {"id": str(event.record_id), "n": 1, "name": "Acmé"}
    assert request.json["eventId"] == request.headers["webhook-id"] == str(event.id)
    assert request.json["webhookId"] == str(webhook)
    assert request.headers["content-type"] == "application/json"
    assert (delivery["status"], delivery["failures"], delivery["due_at"]) == ("DELIVERED", 0, None)
    (attempt,) = await hooks.attempts()
    assert (attempt["status"], attempt["answer"], attempt["error"]) == (200, "ok", None)
    assert attempt["next_attempt_at"] is None and 0 <= attempt["latency"] < 500


FAULTS: list[tuple[Behave, int | None, str, str]] = [
    (answering(500, b"oh no"), 500, "oh no", "Answered 500"),
    (answering(404, b"z" * 3000), 404, "z" * 1024, "Answered 404"),
    (
        answering(302, b"", "Location: http://169.254.169.254/\r\n"),
        302,
        "",
        "Answered 302: it redirects to http://169.254.169.254/, which is not followed",
    ),
    (answering(200, b"a\x00\xff"), 200, "a\ufffd\ufffd", ""),
    (endless, 200, "y" * 1024, ""),
]


@pytest.mark.parametrize(("behave", "status", "answer", "error"), FAULTS)
async def test_what_is_kept_of_an_answer(hooks: Hooks, behave: Behave, status: int, answer: str, error: str) -> None:
    async with receiving(behave) as receiver, hooks.delivering(replace(FAST, retries=())):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        (delivery,) = await hooks.settled()
    (attempt,) = await hooks.attempts()
    assert (attempt["status"], attempt["answer"], attempt["error"] or "") == (status, answer, error)
    assert delivery["status"] == ("DEAD" if error else "DELIVERED")
    assert len(receiver.received) == 1


@pytest.mark.parametrize("behave", [silent, dripping(0.1)])
async def test_the_timeout_is_for_the_whole_exchange(hooks: Hooks, behave: Behave) -> None:
    async with receiving(behave) as receiver, hooks.delivering(replace(FAST, retries=())):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        await hooks.settled()
    (attempt,) = await hooks.attempts()
    assert (attempt["status"], attempt["error"]) == (None, "No answer within 0.5 s")
    assert 500 <= attempt["latency"] < 900


async def test_a_receiver_that_is_not_there(hooks: Hooks) -> None:
    async with receiving() as receiver:
        url = receiver.url
    async with hooks.delivering(replace(FAST, retries=())):
        await hooks.webhook(url)
        await hooks.enqueue(hooks.event())
        await hooks.settled()
    (attempt,) = await hooks.attempts()
    assert attempt["status"] is None and attempt["error"].startswith("Cannot be reached: ")


async def test_it_is_tried_again_and_then_dead(hooks: Hooks) -> None:
    rules = replace(FAST, retries=(0.2, 0.4))
    async with receiving(answering(503)) as receiver, hooks.delivering(rules):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        (delivery,) = await hooks.settled()
    assert (delivery["status"], delivery["failures"], delivery["delivered_at"]) == ("DEAD", 3, None)
    attempts = await hooks.attempts()
    pauses = [attempt["next_attempt_at"] and attempt["next_attempt_at"] - attempt["started_at"] for attempt in attempts]
    assert pauses[2] is None
    assert timedelta(seconds=0.2) <= pauses[0] < timedelta(seconds=0.5)
    assert timedelta(seconds=0.4) <= pauses[1] < timedelta(seconds=0.7)
    first, second, third = (request.at for request in receiver.received)
    assert 0.2 <= second - first < 1 and 0.4 <= third - second < 1.2


@pytest.mark.parametrize("form", ["2", "date"])
async def test_retry_after_is_kept(hooks: Hooks, form: str) -> None:
    said = form if form == "2" else format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    behave = one_by_one(answering(429, headers=f"Retry-After: {said}\r\n"), answering())
    async with receiving(behave) as receiver, hooks.delivering():
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        await hooks.settled()
    first, second = (request.at for request in receiver.received)
    assert 1.5 <= second - first < 4.5


async def test_the_events_of_a_record_keep_their_order(hooks: Hooks) -> None:
    """Also where one fails in between; those of other records go on meanwhile."""
    behave = one_by_one(answering(), answering(500), answering(500), answering())
    async with receiving(behave) as receiver, hooks.delivering(replace(FAST, in_flight=1, retries=(0.5, 0.5))):
        await hooks.webhook(receiver.url)
        record = uuid4()
        await hooks.enqueue(*(hooks.event(record_id=record) for _ in range(5)))
        await receiver.until(2)
        other = hooks.event()
        await hooks.enqueue(other)
        await hooks.settled()
    numbers = [(request.json["record"]["id"], request.json["record"]["n"]) for request in receiver.received]
    mine = [n for own, n in numbers if own == str(record)]
    assert mine == [1, 2, 2, 2, 3, 4, 5] or (
        mine == [1, 2, 2, 3, 4, 5] and numbers.count((str(other.record_id), 6)) == 2
    )
    assert numbers.index((str(other.record_id), 6)) < numbers.index((str(record), 3))


async def test_later_events_follow_a_dead_one(hooks: Hooks) -> None:
    behave = one_by_one(answering(500), answering(500), answering())
    async with receiving(behave) as receiver, hooks.delivering(replace(FAST, retries=(0.1,))):
        await hooks.webhook(receiver.url)
        record = uuid4()
        await hooks.enqueue(hooks.event(record_id=record))
        await hooks.enqueue(hooks.event(record_id=record))
        deliveries = await hooks.settled()
    assert [request.json["record"]["n"] for request in receiver.received] == [1, 1, 2]
    assert [delivery["status"] for delivery in deliveries] == ["DEAD", "DELIVERED"]


async def test_no_more_are_in_flight_than_may_be(hooks: Hooks) -> None:
    rules = replace(FAST, in_flight=3)
    async with receiving(answering(after=0.05)) as receiver, hooks.delivering(rules), hooks.delivering(rules):
        await hooks.webhook(receiver.url)
        for _ in range(10):
            await hooks.enqueue(*(hooks.event() for _ in range(5)))
        await hooks.settled()
    assert len(receiver.received) == 50
    assert receiver.most_in_flight == 3


async def test_two_workers_send_each_once(hooks: Hooks) -> None:
    rules = replace(FAST, timeout=5.0, lease=15.0)
    async with receiving() as receiver, hooks.delivering(rules), hooks.delivering(rules):
        await hooks.webhook(receiver.url)
        for _ in range(20):
            await hooks.enqueue(*(hooks.event() for _ in range(20)))
        await hooks.settled()
    numbers = sorted(request.json["record"]["n"] for request in receiver.received)
    assert numbers == list(range(1, 401))


async def test_a_dead_receiver_holds_up_nobody_else(hooks: Hooks) -> None:
    alone = await delays(hooks, [])
    async with receiving(silent) as slow, receiving(answering(500)) as failing:
        beside = await delays(Hooks(hooks.url), [slow.url, "http://127.0.0.1:9/closed", failing.url])
    assert percentile(beside, 99) < percentile(alone, 99) + 2  # where it waited for the others, it would be 5 and more
    assert statistics.median(beside) < statistics.median(alone) + 0.2


async def delays(hooks: Hooks, others: list[str]) -> list[float]:
    """From the commit to the receiver, in seconds."""
    async with receiving() as receiver, hooks.delivering(replace(FAST, timeout=5.0, lease=15.0)):
        for url in (receiver.url, *others):
            await hooks.webhook(url)
        found = []
        for n in range(40):
            begun = time.time()
            await hooks.enqueue(*(hooks.event() for _ in range(5)))
            await receiver.until(5 * (n + 1))
            found += [request.at - begun for request in receiver.received[5 * n :]]
            await asyncio.sleep(0.02)
    return found


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100]


async def test_gone_pauses_at_once(hooks: Hooks) -> None:
    async with receiving(answering(410)) as receiver, hooks.delivering(replace(FAST, in_flight=1)):
        webhook = await hooks.webhook(receiver.url)
        await hooks.enqueue(*(hooks.event() for _ in range(3)))
        await receiver.until(1)
        await asyncio.sleep(0.5)
        await hooks.enqueue(hooks.event())
        assert len(receiver.received) == 1
        row = await hooks.row(webhook)
        assert row["pausedReason"] == "The receiver answered 410 Gone"
        assert row["updatedAt"] >= row["pausedAt"] > row["createdAt"]
        assert [one["status"] for one in await hooks.deliveries()] == ["DEAD", "PENDING", "PENDING"]
        receiver.behave = answering()
        await hooks.fetch('UPDATE webhook SET "pausedAt" = NULL WHERE id = $1', webhook)
        await hooks.enqueue(hooks.event("webhook.updated", record_id=webhook, updated_fields=("pausedAt",)))
        deliveries = await hooks.settled()
    assert [one["status"] for one in deliveries] == ["DEAD", "DELIVERED", "DELIVERED", "DELIVERED"]
    assert await hooks.fetch("SELECT FROM event_outbox") == []


async def test_what_fails_for_days_is_paused(hooks: Hooks) -> None:
    rules = replace(FAST, retries=(0.1,) * 30, pause_after=1.0)
    async with receiving(answering(500)) as receiver, hooks.delivering(rules):
        webhook = await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        row = await paused(hooks, webhook)
    assert row["pausedReason"].startswith("Nothing has arrived since 20")
    assert row["pausedReason"].endswith(" UTC. Answered 500")
    assert row["pausedAt"] - row["createdAt"] >= timedelta(seconds=1)
    (state,) = await hooks.fetch("SELECT * FROM webhook_state WHERE webhook_id = $1", webhook)
    assert state["failing_since"] is None


async def paused(hooks: Hooks, webhook: UUID) -> Any:
    """The webhook's row, once it is paused."""

    async def is_paused() -> bool:
        return (await hooks.row(webhook))["pausedAt"] is not None

    await until(is_paused)
    return await hooks.row(webhook)


async def test_a_success_in_between_keeps_it_going(hooks: Hooks) -> None:
    async def failing_since() -> Any:
        (state,) = await hooks.fetch("SELECT failing_since FROM webhook_state WHERE webhook_id = $1", webhook)
        return state["failing_since"]

    async with receiving(one_by_one(answering(500), answering())) as receiver, hooks.delivering():
        webhook = await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        await hooks.settled()
        assert len(receiver.received) == 2 and await failing_since() is None
        await hooks.fetch("UPDATE webhook_state SET failing_since = now() - interval '6 days'")
        await hooks.enqueue(hooks.event())
        await hooks.settled()
        assert await failing_since() is None
    assert (await hooks.row(webhook))["pausedAt"] is None


async def test_a_long_queue_takes_turns(hooks: Hooks) -> None:
    """Its job goes back into pgqueuer's queue each time, and nothing is lost or sent twice."""
    rules = replace(FAST, timeout=5.0, lease=15.0, turn=0.2)
    async with receiving(answering(after=0.02)) as receiver, hooks.delivering(rules):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(*(hooks.event() for _ in range(300)))
        await hooks.settled(60)
    assert sorted(request.json["record"]["n"] for request in receiver.received) == [*range(1, 301)]


async def test_connections_are_kept(hooks: Hooks) -> None:
    async with receiving() as receiver, hooks.delivering(replace(FAST, in_flight=2)):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(*(hooks.event() for _ in range(50)))
        await hooks.settled()
    assert len(receiver.received) == 50 and receiver.connections <= 4
