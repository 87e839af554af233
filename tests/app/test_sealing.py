"""Secrets at rest: how they are sealed, what opens them, and how they are sealed anew beside servers that go on."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.commands import provision, rotating
from app.sealing import Unreadable, Vault
from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.app.events.webhooks.hooks import Hooks
from tests.conftest import ADA, run_server

OLD, NEW = "the secret of the old days, long enough", "the secret of the new days, long enough"
HERE, THERE = uuid4(), uuid4()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_is_sealed_is_opened_again(text: str) -> None:
    sealed = Vault(OLD).seal(HERE, text)
    assert sealed.startswith(Vault(OLD).prefix) and (len(text) < 4 or text not in sealed)
    assert sealed == Vault(OLD).seal(HERE, text)  # so that a write of the same changes nothing
    assert Vault(OLD).open(HERE, sealed) == Vault(NEW, [OLD]).open(HERE, sealed) == text
    assert Vault(OLD).seal(THERE, text) != sealed != Vault(NEW).seal(HERE, text)


@pytest.mark.parametrize("vault", [Vault(NEW), Vault(NEW, ["yet another secret, long enough to be one"])])
def test_without_its_secret_nothing_is_opened(vault: Vault) -> None:
    with pytest.raises(Unreadable):
        vault.open(HERE, Vault(OLD).seal(HERE, "a secret"))


def test_what_was_changed_or_moved_is_not_opened() -> None:
    sealed = Vault(OLD).seal(HERE, "a secret")
    prefix, encoded = Vault(OLD).prefix, sealed.removeprefix(Vault(OLD).prefix)
    flipped = prefix + ("A" if encoded[0] != "A" else "B") + encoded[1:]
    for workspace, text in (
        (THERE, sealed),
        (HERE, flipped),
        (HERE, sealed[:-8]),
        (HERE, prefix),
        (HERE, prefix + "?"),
    ):
        with pytest.raises(Unreadable):
            Vault(OLD).open(workspace, text)


def test_what_is_not_sealed_is_read_as_it_is() -> None:
    assert Vault(OLD).open(HERE, "plain, from before") == "plain, from before"
    assert (Vault(OLD).open(HERE, ""), Vault(OLD).seal(HERE, "")) == ("", "")


def serving(url: str, secret: str, *previous: str) -> Settings:
    older = tuple(map(SecretStr, previous))
    return Settings(database_url=url, app_secret=SecretStr(secret), app_secret_previous=older, relay=False)


async def test_a_rotation_without_an_outage(
    new_database: Callable[[], str], catalog: Catalog, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    """Old tokens go on, and so do webhooks: sealed by the old secret, by the new one, and not sealed at all."""
    url = await asyncio.to_thread(new_database)
    connection = await asyncpg.connect(url)
    workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
    token = await provision.create_key_token(connection, catalog, OLD, workspace, "Key", 30)
    hooks = Hooks(url, workspace)
    plain = await hooks.webhook("https://a.example", secret="plain, from before seals")
    with run_server(serving(url, OLD), api) as server:
        old = await made(server.url, token, "sealed by the old secret")
    with run_server(serving(url, NEW), api) as server, pytest.raises(httpx.HTTPStatusError):
        await made(server.url, token, "nobody knows this token")
    with run_server(serving(url, NEW, OLD), api) as server:
        new = await made(server.url, token, "sealed by the new secret")
        vault = Vault.of(serving(url, NEW, OLD))
        await connection.execute(
            "INSERT INTO webhook_state (workspace_id, webhook_id, secret) SELECT workspace_id, id, secret FROM webhook"
        )
        counts = await rotating.rotate(connection, catalog, vault)
        assert counts["webhook.secret"] == 2 and counts["webhook_state.secret"] == 0  # together with its webhook
        assert set((await rotating.rotate(connection, catalog, vault)).values()) == {0}
        assert await made(server.url, token, "the token is still good")
    alone = Vault(NEW)
    for own, secret in (
        (plain, "plain, from before seals"),
        (old, "sealed by the old secret"),
        (new, "sealed by the new secret"),
    ):
        for query in (
            "SELECT secret FROM webhook WHERE id = $1",
            "SELECT secret FROM webhook_state WHERE webhook_id = $1",
        ):
            stored = await connection.fetchval(query, UUID(str(own)))
            assert stored.startswith(alone.prefix) and alone.open(workspace, stored) == secret
    with pytest.raises(rotating.CannotRotate, match="APP_SECRET has changed"):
        await rotating.rotate(connection, catalog, Vault("a third secret that knows none of the others"))
    events = [str(dict(row)) for row in await connection.fetch("SELECT * FROM event_outbox")]
    assert not any(secret in text for text in (*events, caplog.text) for secret in ("old secret", "sealed:1:"))
    await connection.close()


async def made(url: str, token: str, secret: str) -> str:
    headers = {"Authorization": f"Bearer {token}"}
    body = {"targetUrl": "https://a.example", "secret": secret, "operations": ["note.*"]}
    async with httpx.AsyncClient(base_url=url, headers=headers) as client:
        answer = await client.post("/rest/webhooks", json=body)
    answer.raise_for_status()
    found: Any = answer.json()["data"]["createWebhook"]
    assert found["secret"] == "********"
    return str(found["id"])
