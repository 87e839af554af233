"""Deliveries through both APIs: pages of them, and what is asked for once more, over HTTP with a worker beside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import pytest_asyncio

from tests.app.events.webhooks.hooks import Hooks
from tests.app.events.webhooks.receivers import Receiver, answering, one_by_one, receiving
from tests.conftest import GraphQL
from tests.records import NOWHERE, create, error, only

DELIVERY = """{ id webhookId eventId eventName recordId status createdAt deliveredAt nextAttemptAt
  attempts { startedAt latency status answer error nextAttemptAt } }"""
PAGE = f"""query ($first: Int, $after: String, $filter: WebhookDeliveryFilterInput) {{
  webhookDeliveries(first: $first, after: $after, filter: $filter) {{
    edges {{ cursor node {DELIVERY} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
REDELIVER = f"mutation ($id: ID!) {{ redeliverWebhook(deliveryId: $id) {DELIVERY} }}"
REPLAY = "mutation ($id: ID!, $since: DateTime!) { replayWebhook(id: $id, since: $since) { count nextSince } }"
TEST = f"mutation ($id: ID!) {{ testWebhook(id: $id) {DELIVERY} }}"
LONG_AGO = "2020-01-01T00:00:00.000Z"

_LOG = """
INSERT INTO event (workspace_id, number, day, id, object, action, record_id, record, before, updated_fields, origin,
    happened_at, recorded_at)
VALUES ($1, $2, $3::timestamptz::date, $4, $5, $6, $7, $8::json, NULL, $9, '{"source":"API","name":"x"}', $3, $3)
"""


@pytest_asyncio.fixture
async def hooks(database_url: str, workspace: Any) -> Hooks:
    return Hooks(database_url, workspace.id)


@pytest_asyncio.fixture
async def receiver(hooks: Hooks) -> AsyncIterator[Receiver]:
    """And a worker that sends to it."""
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(receiving())
        await stack.enter_async_context(hooks.delivering())
        yield found


async def log(hooks: Hooks, name: str, at: datetime, updated: list[str] | None = None) -> UUID:
    hooks.number += 1
    object_name, _, action = name.partition(".")
    own = uuid4()
    record = orjson.dumps({"id": str(own), "n": hooks.number}).decode()
    given = (hooks.workspace_id, hooks.number, at, uuid4(), object_name, action, own, record, updated)
    await hooks.fetch(_LOG, *given)
    return own


async def test_pages(graphql: GraphQL, client: httpx.AsyncClient, hooks: Hooks, receiver: Receiver) -> None:
    receiver.behave = one_by_one(answering(500, b"oh"), answering())
    webhook = await create(graphql, "Webhook", targetUrl=receiver.url)
    events = [hooks.event("person.created"), hooks.event("task.updated", updated_fields=("title",))]
    await hooks.enqueue(events[0])
    await hooks.settled()
    await hooks.enqueue(events[1])
    await hooks.settled()

    found = await only(graphql, PAGE)
    newest, oldest = (edge["node"] for edge in found["edges"])
    assert found["pageInfo"] == {"hasNextPage": False, "endCursor": found["edges"][1]["cursor"]}
    assert [one["eventName"] for one in (newest, oldest)] == ["task.updated", "person.created"]
    assert (oldest["webhookId"], oldest["eventId"]) == (webhook, str(events[0].id))
    assert (oldest["recordId"], oldest["status"]) == (str(events[0].record_id), "DELIVERED")
    assert oldest["nextAttemptAt"] is None and oldest["deliveredAt"] > oldest["createdAt"]
    failed, arrived = oldest["attempts"]
    assert (failed["status"], failed["answer"], failed["error"]) == (500, "oh", "Answered 500")
    assert (arrived["status"], arrived["answer"], arrived["error"]) == (200, "ok", None)
    assert failed["startedAt"] < failed["nextAttemptAt"] <= arrived["startedAt"]

    page = await only(graphql, PAGE, first=1)
    assert [edge["node"] for edge in page["edges"]] == [newest] and page["pageInfo"]["hasNextPage"]
    page = await only(graphql, PAGE, first=1, after=page["pageInfo"]["endCursor"])
    assert [edge["node"] for edge in page["edges"]] == [oldest] and not page["pageInfo"]["hasNextPage"]
    assert (await only(graphql, PAGE, after=page["pageInfo"]["endCursor"]))["edges"] == []
    assert (await only(graphql, PAGE, first=0))["pageInfo"] == {"hasNextPage": True, "endCursor": None}

    rest = (await client.get("/rest/webhookDeliveries")).json()
    assert rest == {"data": {"webhookDeliveries": [newest, oldest]}, "pageInfo": found["pageInfo"]}
    rest = (await client.get("/rest/webhookDeliveries?limit=1")).json()
    assert rest["data"]["webhookDeliveries"] == [newest]
    assert (await client.get("/rest/webhookDeliveries?first=1")).json() == rest
    cursor = rest["pageInfo"]["endCursor"]
    for name in ("starting_after", "after"):
        rest = (await client.get("/rest/webhookDeliveries", params={name: cursor})).json()
        assert rest["data"]["webhookDeliveries"] == [oldest]
    refused = await client.get("/rest/webhookDeliveries?limit=1&first=2")
    assert refused.status_code == 400 and "'limit' and 'first'" in refused.json()["messages"][0]


async def test_filters(graphql: GraphQL, client: httpx.AsyncClient, hooks: Hooks) -> None:
    one, other = [await create(graphql, "Webhook", targetUrl=f"https://{name}.example") for name in "ab"]
    events = [hooks.event("person.created"), hooks.event("task.deleted")]
    await hooks.enqueue(*events)
    await hooks.fetch("UPDATE webhook_delivery SET status = 'DEAD' WHERE webhook_id = $1", UUID(other))
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    for given, expected in (
        ({}, 4),
        ({"webhookId": one}, 2),
        ({"webhookId": one.upper()}, 2),
        ({"webhookId": NOWHERE}, 0),
        ({"status": "DEAD"}, 2),
        ({"status": "DELIVERED"}, 0),
        ({"recordId": str(events[0].record_id)}, 2),
        ({"eventName": "task.deleted"}, 2),
        ({"eventName": "task.deleted", "webhookId": one, "status": "PENDING"}, 1),
        ({"since": LONG_AGO}, 4),
        ({"since": soon}, 0),
    ):
        assert len((await only(graphql, PAGE, filter=given))["edges"]) == expected, given
        found = await client.get("/rest/webhookDeliveries", params=given)
        assert len(found.json()["data"]["webhookDeliveries"]) == expected, given


async def test_a_page_is_one_statement_and_attempts_cost_where_they_are_asked_for(
    graphql: GraphQL, statements: list[str]
) -> None:
    await graphql("{ webhookDeliveries { edges { node { id } } } }")
    (without,) = statements
    assert "webhook_attempt" not in without
    statements.clear()
    await graphql(
        "{ w: webhookDeliveries { edges { ...E } } } fragment E on WebhookDeliveryEdge"
        " { node { ... on WebhookDelivery { tried: attempts { status } } } }"
    )
    (with_attempts,) = statements
    assert "webhook_attempt" in with_attempts


async def test_redeliver(graphql: GraphQL, client: httpx.AsyncClient, hooks: Hooks, receiver: Receiver) -> None:
    await create(graphql, "Webhook", targetUrl=receiver.url)
    await hooks.enqueue(hooks.event())
    (first,) = await hooks.settled()
    again = await only(graphql, REDELIVER, id=str(first["id"]))
    assert again["id"] != str(first["id"]) and again["eventId"] == str(first["event_id"])
    await receiver.until(2)
    rest = await client.post(f"/rest/webhookDeliveries/{first['id']}/redeliver")
    assert rest.status_code == 200 and rest.json()["data"]["redeliverWebhook"]["eventId"] == again["eventId"]
    await receiver.until(3)
    assert len({request.body for request in receiver.received}) == 1
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1


async def test_a_pending_delivery_is_hastened(graphql: GraphQL, hooks: Hooks, receiver: Receiver) -> None:
    receiver.behave = one_by_one(answering(503, headers="Retry-After: 600\r\n"), answering())
    await create(graphql, "Webhook", targetUrl=receiver.url)
    await hooks.enqueue(hooks.event())
    await receiver.until(1)
    await asyncio.sleep(0.3)
    (waiting,) = await hooks.deliveries()
    assert waiting["status"] == "PENDING" and waiting["due_at"] > datetime.now(UTC) + timedelta(minutes=5)
    assert (await only(graphql, REDELIVER, id=str(waiting["id"])))["id"] == str(waiting["id"])
    await hooks.settled()
    assert len(receiver.received) == 2


async def test_replay(graphql: GraphQL, client: httpx.AsyncClient, hooks: Hooks, receiver: Receiver) -> None:
    webhook = await create(
        graphql, "Webhook", targetUrl=receiver.url, operations=["person.*", "*.deleted"], fields=["city"]
    )
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for n, (name, updated) in enumerate(
        (
            ("person.created", None),
            ("person.created", None),
            ("company.created", None),
            ("person.updated", ["city", "name"]),
            ("person.updated", ["name"]),
            ("company.deleted", None),
        )
    ):
        await log(hooks, name, begun + timedelta(minutes=n), updated)
    since = (begun + timedelta(minutes=1)).isoformat()
    assert await only(graphql, REPLAY, id=webhook, since=since) == {"count": 3, "nextSince": None}
    await hooks.settled()
    assert sorted(request.json["record"]["n"] for request in receiver.received) == [2, 4, 6]
    rest = await client.post(f"/rest/webhooks/{webhook}/replay", json={"since": LONG_AGO})
    assert (rest.status_code, rest.json()) == (200, {"data": {"replayWebhook": {"count": 4, "nextSince": None}}})
    await receiver.until(7)


async def test_a_replay_is_bounded(graphql: GraphQL, hooks: Hooks) -> None:
    webhook = await create(graphql, "Webhook", targetUrl="https://a.example")
    begun = datetime(2025, 1, 2, tzinfo=UTC)
    await hooks.fetch(
        """INSERT INTO event (workspace_id, number, day, object, action, record_id, record, origin, happened_at,
               recorded_at)
           SELECT $1, n, $2::timestamptz::date, 'person', 'created', gen_random_uuid(), '{}', '{}',
               $2, $2::timestamptz + n * interval '1 second' FROM generate_series(1, 10001) n""",
        *(hooks.workspace_id, begun),
    )
    replayed = await only(graphql, REPLAY, id=webhook, since=LONG_AGO)
    assert replayed == {"count": 10_000, "nextSince": "2025-01-02T02:46:41.000Z"}
    assert await only(graphql, REPLAY, id=webhook, since=replayed["nextSince"]) == {"count": 1, "nextSince": None}
    # All at one moment, they come in one go: going on after it would leave some out, or begin them again for ever.
    await hooks.fetch("UPDATE event SET recorded_at = $2 WHERE workspace_id = $1", hooks.workspace_id, begun)
    replayed = await only(graphql, REPLAY, id=webhook, since=begun.isoformat())
    assert replayed == {"count": 10_001, "nextSince": None}


@pytest.mark.parametrize(
    ("operations", "fields", "name"),
    [
        (["*.*"], [], "person.created"),
        (["company.updated"], ["name", "city"], "company.updated"),
        (["*.destroyed"], [], "person.destroyed"),
        ([], [], "person.created"),
        (["webhook.*"], [], "webhook.created"),
    ],
)
async def test_a_test(
    graphql: GraphQL,
    client: httpx.AsyncClient,
    receiver: Receiver,
    hooks: Hooks,
    operations: list[str],
    fields: list[str],
    name: str,
) -> None:
    webhook = await create(
        graphql, "Webhook", targetUrl=receiver.url, operations=operations, fields=fields, secret="of sixteen letters"
    )
    made = await only(graphql, TEST, id=webhook)
    (request,) = await receiver.until(1)
    assert made["eventName"] == request.json["eventName"] == name
    assert request.json["test"] is True and request.json["eventId"] == made["eventId"]
    assert request.json["record"]["id"] == made["recordId"] and "secret" not in request.json["record"]
    assert request.json.get("updatedFields") == (["name"] if name.endswith("updated") else None)
    assert "x-twenty-webhook-signature" in request.headers
    rest = await client.post(f"/rest/webhooks/{webhook}/test")
    assert (rest.status_code, rest.json()["data"]["testWebhook"]["eventName"]) == (200, name)
    await hooks.settled()


async def test_faults(graphql: GraphQL, client: httpx.AsyncClient, hooks: Hooks) -> None:
    paused = await create(graphql, "Webhook", targetUrl="https://a.example", pausedAt=LONG_AGO, pausedReason="Why")
    nowhere = await create(graphql, "Webhook")
    for query, reason in ((TEST, ""), (REPLAY, "")):
        code, message = await error(graphql, query, id=paused, since=LONG_AGO)
        assert (code, message) == (
            "BAD_USER_INPUT",
            f"The webhook {paused} is paused: Why. Set its pausedAt to null first{reason}",
        )
        found = await error(graphql, query, id=nowhere, since=LONG_AGO)
        assert found == ("BAD_USER_INPUT", f"The webhook {nowhere} has no targetUrl")
        found = await error(graphql, query, id=NOWHERE, since=LONG_AGO)
        assert found == ("NOT_FOUND", f"There is no webhook {NOWHERE}")
        assert (await error(graphql, query, id="x", since=LONG_AGO))[0] == "BAD_USER_INPUT"
    assert await error(graphql, REDELIVER, id=NOWHERE) == ("NOT_FOUND", f"There is no delivery {NOWHERE}")
    assert await error(graphql, PAGE, first=-1) == ("BAD_USER_INPUT", "First argument must be non-negative")
    assert await error(graphql, PAGE, after="???") == ("BAD_USER_INPUT", "Invalid cursor: ???")
    assert (await error(graphql, PAGE, filter={"webhookId": "x"}))[0] == "BAD_USER_INPUT"
    assert (await error(graphql, PAGE, filter={"since": "yesterday"}))[0] == "BAD_USER_INPUT"
    for method, path, status, json in (
        ("POST", f"webhooks/{NOWHERE}/test", 404, None),
        ("POST", f"webhooks/{paused}/test", 400, None),
        ("POST", f"webhookDeliveries/{NOWHERE}/redeliver", 404, None),
        ("POST", "webhookDeliveries/x/redeliver", 400, None),
        ("POST", f"webhooks/{paused}/replay", 400, None),
        ("POST", f"webhooks/{paused}/replay", 400, []),
        ("POST", f"webhooks/{paused}/replay", 400, {"sinse": LONG_AGO}),
        ("POST", f"webhooks/{paused}/replay", 400, {"since": 1}),
        ("POST", f"webhooks/{paused}/replay?limit=1", 400, {"since": LONG_AGO}),
        ("GET", f"webhooks/{paused}/test", 405, None),
        ("POST", "webhookDeliveries", 405, {}),
        ("GET", "webhookDeliveries?status=GONE", 400, None),
        ("GET", "webhookDeliveries?limit=x", 400, None),
        ("GET", "webhookDeliveries?webhookID=x", 400, None),
        ("GET", "webhookDeliveries?after=x", 400, None),
    ):
        refused = await client.request(method, f"/rest/{path}", json=json)
        assert refused.status_code == status, (method, path, refused.text)
        assert refused.json()["messages"]


async def test_other_workspaces_see_nothing(
    graphql: GraphQL, other_graphql: GraphQL, hooks: Hooks, receiver: Receiver
) -> None:
    webhook = await create(graphql, "Webhook", targetUrl=receiver.url)
    await hooks.enqueue(hooks.event())
    (mine,) = await hooks.settled()
    own = str(mine["id"])
    assert await error(other_graphql, REDELIVER, id=own) == ("NOT_FOUND", f"There is no delivery {own}")
    for query in (TEST, REPLAY):
        found = await error(other_graphql, query, id=webhook, since=LONG_AGO)
        assert found == ("NOT_FOUND", f"There is no webhook {webhook}")
    for given in ({}, {"filter": {"webhookId": webhook}}, {"after": own}):
        assert (await only(other_graphql, PAGE, **given))["edges"] == []
    assert len(receiver.received) == 1


async def test_a_token_is_needed(anonymous: httpx.AsyncClient) -> None:
    for method, path in (("GET", "webhookDeliveries"), ("POST", f"webhooks/{NOWHERE}/test")):
        assert (await anonymous.request(method, f"/rest/{path}")).status_code == 401


async def test_secrets_are_in_nothing_that_is_answered(
    graphql: GraphQL, client: httpx.AsyncClient, hooks: Hooks, receiver: Receiver
) -> None:
    old, new = "the secret that was there", "the secret that comes next"
    webhook = await create(graphql, "Webhook", targetUrl=receiver.url, secret=old)
    await hooks.enqueue(hooks.event("webhook.created", record_id=UUID(webhook), record={"secret": "********"}))
    update = "mutation ($id: ID, $d: WebhookUpdateInput) { updateWebhook(id: $id, data: $d) { id secret } }"
    assert (await only(graphql, update, id=webhook, d={"secret": new}))["secret"] == "********"
    await hooks.enqueue(hooks.event("webhook.updated", record_id=UUID(webhook), updated_fields=("secret",)))
    await hooks.settled()
    said = [(await client.get(path)).text for path in ("/rest/webhookDeliveries", f"/rest/webhooks/{webhook}")]
    said += [request.body.decode() for request in receiver.received]
    said += [str(row) for row in [*await hooks.deliveries(), *await hooks.attempts()]]
    assert not any(old in text or new in text for text in said)
    assert len(receiver.received[-1].headers["webhook-signature"].split()) == 2


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({}, "pk_webhook_delivery"),
        ({"status": "DEAD"}, "ix_webhook_delivery_dead"),
        ({"webhookId": NOWHERE}, "ix_webhook_delivery_webhook"),
        ({"recordId": NOWHERE}, "ix_webhook_delivery_record"),
    ],
)
async def test_pages_are_read_from_an_index(
    graphql: GraphQL, hooks: Hooks, statements: list[str], given: Any, index: str
) -> None:
    """Of 20,000 deliveries, by plans that know no values."""
    await hooks.fetch(
        """INSERT INTO webhook_delivery (workspace_id, webhook_id, event_id, event_name, record_id, content, status)
           SELECT $1, md5('w' || n % 50)::uuid, gen_random_uuid(), 'person.created', md5('r' || n % 5000)::uuid, '{}',
               CASE WHEN n % 1000 = 0 THEN 'DEAD' ELSE 'DELIVERED' END FROM generate_series(1, 20000) n""",
        hooks.workspace_id,
    )
    await hooks.fetch("ANALYZE webhook_delivery")
    statements.clear()
    await only(graphql, PAGE, filter=given)
    (statement,) = statements
    values = ["uuid" for name in given if name != "status"]
    async with hooks.connected() as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE page ({', '.join(['uuid', *values])}) AS {statement}")
        arguments = ", ".join([f"'{hooks.workspace_id}'", *(f"'{NOWHERE}'" for _ in values)])
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE page ({arguments})"))
    assert f"using {index} on" in plan and "Sort  " not in plan.split("SubPlan")[0], plan
