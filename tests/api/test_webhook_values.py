"""What a webhook is refused for, in either API, one or many, new or not."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from rest_shim.messages import reworded
from tests.conftest import GraphQL
from tests.records import create, error, only

GOOD = {"targetUrl": "https://a.example/hook", "operations": ["person.created"], "secret": "sixteen letters."}

FAULTS: list[tuple[str, Any, str]] = [
    ("operations", ["person"], '"person" is not like person.created, person.*, *.created or *.*'),
    ("operations", [""], '"" is not like person.created, person.*, *.created or *.*'),
    (
        "operations",
        ["*.*", "people.created"],
        '"people.created" has the unknown object "people".',
    ),
    ("operations", ["persn.created"], '"persn.created" has the unknown object "persn". Did you mean \'person\'?'),
    ("operations", ["person.create"], '"person.create" has the unknown action "create". Did you mean \'created\'?'),
    ("operations", ["*.upserted"], '"*.upserted" has the unknown action "upserted".'),
    (
        "operations",
        ["person.created.x"],
        '"person.created.x" has the unknown action "created.x". Did you mean \'created\'?',
    ),
    ("operations", [".created"], '".created" has the unknown object "".'),
    ("targetUrl", "ftp://a.example", '"ftp://a.example" must begin with http:// or https://'),
    ("targetUrl", "a.example/hook", '"a.example/hook" must begin with http:// or https://'),
    ("targetUrl", "https://", '"https://" has no host'),
    ("targetUrl", "http:///path", '"http:///path" has no host'),
    ("targetUrl", "https://me:pass@a.example", '"https://me:pass@a.example" must not hold a user or a password'),
    ("targetUrl", "https://me@a.example", '"https://me@a.example" must not hold a user or a password'),
    ("targetUrl", "https://a.example:99999", '"https://a.example:99999" is not a URL: Port out of range 0-65535'),
    ("targetUrl", "https://a.example/\r\nX: y", r'"https://a.example/\r\nX: y" holds a character that no URL may hold'),
    ("targetUrl", "https://a b.example", '"https://a b.example" holds a character that no URL may hold'),
    ("secret", "fifteen letters", "a secret has 16 characters or more"),
    ("secret", "whsec_not base64 at all", "what follows whsec_ must be a key in base64"),
    ("fields", ["nome"], "no object has a field \"nome\". Did you mean 'name'?"),
]


@pytest.mark.parametrize(("field", "given", "reason"), FAULTS)
async def test_faults(graphql: GraphQL, client: httpx.AsyncClient, field: str, given: Any, reason: str) -> None:
    own = await create(graphql, "Webhook", **GOOD)
    message = f'Invalid value for field "{field}": {reason}'
    placed = f'Invalid value for field "[1].{field}": {reason}'
    bad = {**GOOD, field: given}
    one = "mutation ($d: WebhookCreateInput, $u: Boolean) { createWebhook(data: $d, upsert: $u) { id } }"
    many = "mutation ($d: [WebhookCreateInput!]) { createWebhooks(data: $d) { id } }"
    update = "mutation ($id: ID, $d: WebhookUpdateInput) { updateWebhook(id: $id, data: $d) { id } }"
    update_many = (
        "mutation ($f: WebhookFilterInput, $d: WebhookUpdateInput) { updateWebhooks(filter: $f, data: $d) { id } }"
    )
    for _ in range(2):  # the second time by what is remembered of the first
        assert await error(graphql, one, d=bad) == ("BAD_USER_INPUT", message)
        assert await error(graphql, one, d={**bad, "id": own}, u=True) == ("BAD_USER_INPUT", message)
        assert await error(graphql, many, d=[GOOD, bad]) == ("BAD_USER_INPUT", placed)
        assert await error(graphql, update, id=own, d={field: given}) == ("BAD_USER_INPUT", message)
        found = await error(graphql, update_many, f={"id": {"eq": own}}, d={field: given})
        assert found == ("BAD_USER_INPUT", message)
    for method, path, body, expected in (
        ("POST", "/rest/webhooks", bad, message),
        ("POST", "/rest/batch/webhooks", [GOOD, bad], placed),
        ("PATCH", f"/rest/webhooks/{own}", {field: given}, message),
        ("POST", "/rest/webhooks?upsert=true", {**bad, "id": own}, message),
    ):
        refused = await client.request(method, path, json=body)
        assert (refused.status_code, refused.json()["messages"]) == (400, [reworded(expected)])
    assert (await graphql("{ webhooks { totalCount } }"))["data"]["webhooks"]["totalCount"] == 1


async def test_what_is_taken(graphql: GraphQL) -> None:
    query = "mutation ($d: WebhookCreateInput) { createWebhook(data: $d) { targetUrl operations secret fields } }"
    taken = {
        "targetUrl": "http://[2001:db8::1]:8080/a?b=c",
        "operations": ["*.*", "person.*", "*.destroyed", "taskTarget.restored"],
        "fields": ["name", "companyId", "updatedAt"],
    }
    for secret, shown in (("", ""), ("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "********")):
        assert await only(graphql, query, d={**taken, "secret": secret}) == {**taken, "secret": shown}


async def test_the_mask_of_a_secret_keeps_it(graphql: GraphQL) -> None:
    own = await create(graphql, "Webhook", **GOOD)
    update = "mutation ($id: ID, $d: WebhookUpdateInput) { updateWebhook(id: $id, data: $d) { secret pausedAt } }"
    paused = "2025-01-02T03:04:05.678Z"
    found = await only(graphql, update, id=own, d={"secret": "********", "pausedAt": paused})
    assert found == {"secret": "********", "pausedAt": paused}
    assert (await only(graphql, update, id=own, d={"pausedAt": None}))["pausedAt"] is None


async def test_a_row_from_before_the_checks_can_be_changed_otherwise(
    graphql: GraphQL, client: httpx.AsyncClient, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """What it holds is looked at when it is written, not whenever its row is."""
    own = await create(graphql, "Webhook", **GOOD)
    old = ("nowhere", ["persn.made"], "short")
    await connection.execute(
        'UPDATE webhook SET "targetUrl" = $2, operations = $3, secret = $4 WHERE id = $1', UUID(own), *old
    )
    one = "mutation ($id: ID, $d: WebhookUpdateInput) { changed: updateWebhook(id: $id, data: $d) { description } }"
    many = (
        "mutation ($id: UUID, $d: WebhookUpdateInput)"
        " { changed: updateWebhooks(filter: {id: {eq: $id}}, data: $d) { description } }"
    )
    upsert = "mutation ($d: WebhookCreateInput) { changed: createWebhook(data: $d, upsert: true) { description } }"
    assert await only(graphql, one, id=own, d={"description": "1", "secret": "********"}) == {"description": "1"}
    assert await only(graphql, many, id=own, d={"description": "2"}) == [{"description": "2"}]
    assert await only(graphql, upsert, d={"id": own, "description": "3"}) == {"description": "3"}
    patched = await client.patch(f"/rest/webhooks/{own}", json={"description": "4", "pausedAt": None})
    assert patched.json()["data"]["updateWebhook"]["description"] == "4"
    row = await connection.fetchrow('SELECT "targetUrl", operations, secret FROM webhook WHERE id = $1', UUID(own))
    assert row is not None and tuple(row) == old
