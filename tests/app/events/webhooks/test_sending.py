"""One attempt by itself: TLS, pauses, and what a receiver says of when to come again."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from app.events.webhooks.network import CheckedNetwork
from app.events.webhooks.rules import Rules
from app.events.webhooks.sending import Sender
from tests.app.events.webhooks.receivers import Receiver, answering, receiving

CERTIFICATE = Path(__file__).parent / "receiver.pem"
"""Of `receiver.example` and nobody else, with its key."""


@asynccontextmanager
async def encrypted(named: list[str | None]) -> AsyncIterator[int]:
    """The port of a receiver that speaks TLS. `named` collects the names that it is asked for."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _socket, name, _context: named.append(name)
    receiver = Receiver(answering())
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.parametrize(("host", "arrives"), [("receiver.example", True), ("other.example", False)])
async def test_the_certificate_must_be_for_the_name(host: str, arrives: bool) -> None:
    named: list[str | None] = []
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    network = CheckedNetwork(allow_private=True, resolve=lambda host, port: ["127.0.0.1"])
    async with encrypted(named) as port, Sender.opened(network, 3, trusting) as sender:
        outcome = await sender.post(f"https://{host}:{port}/hook", b"{}", {})
    assert named == [host]
    assert outcome.is_delivered == arrives
    if not arrives:
        assert outcome.error and outcome.error.startswith("Cannot be reached: ")


async def test_a_certificate_that_nobody_knows_is_not_trusted() -> None:
    network = CheckedNetwork(allow_private=True, resolve=lambda host, port: ["127.0.0.1"])
    async with encrypted([]) as port, Sender.opened(network, 3) as sender:
        outcome = await sender.post(f"https://receiver.example:{port}/", b"{}", {})
    assert outcome.error and "certificate" in outcome.error.lower()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        (timedelta(hours=1), 3600.0),
        (timedelta(hours=-1), 0.0),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("9" * 400, float("inf")),  # as long as may be, then
        ("Mon, 99 Foo 2025 00:00:00 GMT", None),
    ],
)
async def test_retry_after(said: str | timedelta, expected: float | None) -> None:
    if isinstance(said, timedelta):
        said = format_datetime(datetime.now(UTC) + said, usegmt=True)
    behave = answering(503, headers=f"Retry-After: {said}\r\n")
    async with receiving(behave) as receiver, Sender.opened(CheckedNetwork(allow_private=True), 3) as sender:
        outcome = await sender.post(receiver.url, b"{}", {})
    assert outcome.retry_after == (expected if expected is None else pytest.approx(expected, abs=30))


def test_the_pauses_are_those_that_are_promised() -> None:
    rules = Rules()
    assert (rules.timeout, rules.pause_after, rules.kept, rules.rotation) == (5, 5 * 86400, 30 * 86400, 86400)
    promised = (5, 60, 300, 1800, 7200, 18_000, 36_000, 36_000)
    for failures, pause in enumerate(promised, 1):
        found: list[Any] = [rules.pause(failures, None) for _ in range(100)]
        assert pause <= min(found) < max(found) <= pause * 1.2
    assert rules.pause(9, None) is None
    assert rules.pause(1, 3600) == 3600
    assert rules.pause(1, 10**9) == 86_400
    assert (rules.pause(6, 60) or 0) >= 18_000
