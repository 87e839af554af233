"""Which webhooks an event is delivered to, and with which body."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest

from app.events.webhooks.content import body, content
from app.events.webhooks.enqueue import enqueue
from app.events.webhooks.secrets import secret_fields
from schema.declare.stable_ids import object_id
from tests.app.events.webhooks.hooks import Hooks

MATCHES: list[tuple[list[str], list[str], str, tuple[str, ...] | None, bool]] = [
    (["person.created"], [], "person.created", None, True),
    (["person.created"], [], "person.updated", ("city",), False),
    (["person.created"], [], "company.created", None, False),
    (["person.*"], [], "person.destroyed", None, True),
    (["*.restored"], [], "task.restored", None, True),
    (["*.*"], [], "task.deleted", None, True),
    ([], [], "task.created", None, False),
    (["note.created", "person.*"], [], "person.updated", ("city",), True),
    (["person.*"], ["city", "name"], "person.updated", ("jobTitle", "city"), True),
    (["person.*"], ["city", "name"], "person.updated", ("jobTitle",), False),
    (["person.*"], ["city"], "person.updated", (), False),
    (["person.*"], [], "person.updated", (), True),
    (["person.*"], ["city"], "person.created", None, True),
    (["person.*"], ["city"], "person.destroyed", None, True),
]


@pytest.mark.parametrize(("operations", "fields", "name", "updated", "expected"), MATCHES)
async def test_what_matches(
    hooks: Hooks, operations: list[str], fields: list[str], name: str, updated: Any, expected: bool
) -> None:
    webhook = await hooks.webhook("https://a.example", operations, fields)
    event = hooks.event(name, updated_fields=updated)
    await hooks.enqueue(event)
    made = await hooks.deliveries()
    assert [(one["webhook_id"], one["event_id"]) for one in made] == ([(webhook, event.id)] if expected else [])


async def test_who_hears_nothing(hooks: Hooks) -> None:
    await hooks.webhook("https://a.example", paused_at=datetime.now(UTC))
    await hooks.webhook("")
    deleted = await hooks.webhook("https://a.example")
    await hooks.fetch('UPDATE webhook SET "deletedAt" = now() WHERE id = $1', deleted)
    await Hooks(hooks.url).webhook("https://a.example")  # of another workspace
    await hooks.enqueue(hooks.event())
    assert await hooks.deliveries() == []


async def test_many_events_and_webhooks_take_few_statements(hooks: Hooks) -> None:
    webhooks = [await hooks.webhook("https://a.example", [pattern]) for pattern in ("person.*", "*.created", "task.*")]
    events = [hooks.event(f"{name}.created") for name in ("person", "task") for _ in range(200)]
    asked: list[str] = []
    async with hooks.connected() as connection:
        async with connection.transaction():
            await enqueue(connection, [hooks.event("opportunity.created")])  # the driver looks up types once
        connection.add_query_logger(lambda record: asked.append(record.query))
        async with connection.transaction():
            await enqueue(connection, events)
    assert len(asked) == 5  # BEGIN and COMMIT among them
    made = await hooks.deliveries()
    assert len(made) == 801
    for webhook, count in zip(webhooks, (200, 401, 200), strict=True):
        mine = [one["event_id"] for one in made if one["webhook_id"] == webhook]
        assert mine[-200:] == [event.id for event in events if event.id in {*mine}][-200:] and len(mine) == count


async def test_what_is_rolled_back_is_not_delivered(hooks: Hooks) -> None:
    await hooks.webhook("https://a.example")

    jobs = await hooks.fetch("SELECT count(*) FROM pgqueuer")
    async with hooks.connected() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await enqueue(connection, [hooks.event()])
        await transaction.rollback()
    assert await hooks.deliveries() == []
    assert await hooks.fetch("SELECT count(*) FROM pgqueuer") == jobs


def test_the_body(hooks: Hooks) -> None:
    record = uuid4()
    event = hooks.event("company.updated", record_id=record, updated_fields=("name",), before='{"id": 1, "name":"Old"}')
    webhook = uuid4()
    sent = body("https://a.example/ü", event.name, event.workspace_id, webhook, content(event, secret_fields()))
    assert orjson.loads(sent) == {
        "targetUrl": "https://a.example/ü",
        "eventName": "company.updated",
        "objectMetadata": {"id": str(object_id("company")), "nameSingular": "company"},
        "workspaceId": str(event.workspace_id),
        "webhookId": str(webhook),
        "eventDate": f"{event.happened_at:%Y-%m-%dT%H:%M:%S}.123Z",
        "record": {"id": str(record), "n": 1},
        "updatedFields": ["name"],
        "before": {"id": 1, "name": "Old"},
        "eventId": str(event.id),
    }
    assert [*orjson.loads(sent)] == [
        *("targetUrl", "eventName", "objectMetadata", "workspaceId", "webhookId", "eventDate", "record"),
        *("updatedFields", "before", "eventId"),
    ]


@pytest.mark.parametrize(("name", "field"), [("webhook", "secret"), ("connectedAccount", "accessToken")])
def test_secrets_are_left_out(hooks: Hooks, name: str, field: str) -> None:
    event = hooks.event(
        f"{name}.updated",
        record={field: "********"},
        before=f'{{"{field}":"","big":12345678901234567890.5}}',
        updated_fields=(field,),
    )
    said = orjson.loads(content(event, secret_fields()))
    assert field not in said["record"] and said["before"].keys() == {"big"}
    assert said["updatedFields"] == [field]
