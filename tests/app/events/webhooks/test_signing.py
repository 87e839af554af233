"""Signatures over the bytes that were received, checked as receivers check them."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.sealing import Unreadable, Vault
from tests.app.events.webhooks.hooks import Hooks
from tests.app.events.webhooks.receivers import Received, receiving, until
from tests.conftest import VAULT

SECRETS = ("a secret of sixteen or more", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "gehéim, und lang genug")
OLD, NEW = "the secret that was before", "the secret that is now"


def verified(request: Received, secret: str) -> Any:
    """By the library of Standard Webhooks, whose secrets without its prefix we take for the key itself."""
    key = secret if secret.startswith("whsec_") else secret.encode()
    return Webhook(key).verify(request.body, request.headers)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("sealed", [True, False])
async def test_both_signatures(hooks: Hooks, secret: str, sealed: bool) -> None:
    async with receiving() as receiver, hooks.delivering():
        await hooks.webhook(receiver.url, secret=VAULT.seal(hooks.workspace_id, secret) if sealed else secret)
        await hooks.enqueue(hooks.event(record={"name": "Zoë \U0001f989", "n": 1.50}))
        (request,) = await receiver.until(1)
        await hooks.settled()
    assert verified(request, secret) == request.json
    milliseconds = request.headers["x-twenty-webhook-timestamp"]
    assert int(milliseconds) // 1000 == int(request.headers["webhook-timestamp"])
    assert abs(int(milliseconds) / 1000 - request.at) < 5
    expected = hmac.new(secret.encode(), milliseconds.encode() + b":" + request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-twenty-webhook-signature"] == expected
    assert len(bytes.fromhex(request.headers["x-twenty-webhook-nonce"])) == 16
    with pytest.raises(WebhookVerificationError):
        verified(Received(0, request.headers, request.body + b" "), secret)


async def test_what_cannot_be_signed_is_not_sent(hooks: Hooks) -> None:
    """Since its secret was sealed with another APP_SECRET: that is told, and it is tried again."""
    async with receiving() as receiver, hooks.delivering():
        lost = Vault("a secret that nobody here knows any more").seal(hooks.workspace_id, SECRETS[0])
        await hooks.webhook(receiver.url, secret=lost)
        await hooks.enqueue(hooks.event())

        async def is_tried() -> bool:
            return bool(await hooks.attempts())

        await until(is_tried)
    assert (await hooks.attempts())[0]["error"] == Unreadable.__doc__
    assert receiver.received == []


async def test_without_a_secret_nothing_is_signed(hooks: Hooks) -> None:
    async with receiving() as receiver, hooks.delivering():
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        (request,) = await receiver.until(1)
        await hooks.settled()
    assert {name for name in request.headers if "webhook" in name} == {"webhook-id", "webhook-timestamp"}


async def rotate(hooks: Hooks, webhook: UUID, secret: str) -> None:
    await hooks.fetch("UPDATE webhook SET secret = $2 WHERE id = $1", webhook, secret)


@pytest.mark.parametrize("told", [True, False])
async def test_a_replaced_secret_signs_for_a_day(hooks: Hooks, told: bool) -> None:
    """Also one that has signed nothing yet, since the events of the webhook tell of it."""
    async with receiving() as receiver:
        webhook = await hooks.webhook(receiver.url, operations=["person.*"], secret=OLD)
        if told:
            await hooks.enqueue(hooks.event("webhook.created", record_id=webhook))
            await rotate(hooks, webhook, NEW)
            await hooks.enqueue(hooks.event("webhook.updated", record_id=webhook, updated_fields=("secret",)))
        async with hooks.delivering():
            if not told:
                await hooks.enqueue(hooks.event())
                await receiver.until(1)
                await rotate(hooks, webhook, NEW)
            receiver.received.clear()
            await hooks.enqueue(hooks.event())
            (request,) = await receiver.until(1)
            assert verified(request, OLD) == verified(request, NEW) == request.json
            assert len(request.headers["webhook-signature"].split(" ")) == 2
            signed = request.headers["x-twenty-webhook-timestamp"].encode() + b":" + request.body
            expected = hmac.new(NEW.encode(), signed, hashlib.sha256).hexdigest()
            assert request.headers["x-twenty-webhook-signature"] == expected

            await hooks.fetch(
                "UPDATE webhook_state SET previous_until = $2 WHERE webhook_id = $1", webhook, datetime.now(UTC)
            )
            await hooks.enqueue(hooks.event())
            _, later = await receiver.until(2)
            assert verified(later, NEW) == later.json
            with pytest.raises(WebhookVerificationError):
                verified(later, OLD)


async def test_the_day_is_a_day(hooks: Hooks) -> None:
    webhook = await hooks.webhook("https://a.example", secret=OLD)
    await hooks.enqueue(hooks.event("webhook.created", record_id=webhook))
    await rotate(hooks, webhook, NEW)
    await hooks.enqueue(hooks.event("webhook.updated", record_id=webhook, updated_fields=("secret",)))
    (state,) = await hooks.fetch("SELECT * FROM webhook_state WHERE webhook_id = $1", webhook)
    assert (state["secret"], state["previous_secret"]) == (NEW, OLD)
    day = state["previous_until"] - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < day <= timedelta(days=1)


async def test_the_documented_check(hooks: Hooks) -> None:
    page = (Path(__file__).parents[4] / "docs" / "webhooks.md").read_text()
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    documented: dict[str, Any] = {}
    exec(example, documented)
    is_genuine = documented["is_genuine"]
    async with receiving() as receiver, hooks.delivering():
        await hooks.webhook(receiver.url, secret=NEW)
        await hooks.enqueue(hooks.event())
        (request,) = await receiver.until(1)
        await hooks.settled()
    assert is_genuine(NEW, request.headers, request.body)
    assert not is_genuine(OLD, request.headers, request.body)
    assert not is_genuine(NEW, request.headers, request.body + b" ")
