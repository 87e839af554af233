"""The front, as ASGI has it: what a server can send it that an HTTP client cannot make it send."""

import logging
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import Message

from app.http.dispatch import Dispatcher
from schema.errors import ApiError


def render(path: str, error: ApiError) -> Response:
    return Response(f"{path}: {error.message}", error.code.status)


async def echo(request: Request) -> Response:
    return Response(await request.body(), headers={"X-Size": str(len(await request.body()))})


async def fail(request: Request) -> Response:
    raise ZeroDivisionError("of ours")


FRONT = Dispatcher(
    {"/echo": echo, "/fail": fail}, {"below": echo}, render, max_body_bytes=10, web_sockets=Router(), others=Router()
)


async def ask(path: str, *messages: Message, headers: Any = ()) -> list[Message]:
    received, sent = list(messages), []

    async def receive() -> Message:
        return received.pop(0) if received else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await FRONT({"type": "http", "method": "POST", "path": path, "headers": [*headers]}, receive, send)
    return sent


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize("path", ["/echo", "/below", "/below/x/y"])
async def test_an_endpoint_answers_and_the_request_has_a_name(path: str) -> None:
    start, body = await ask(path, part(b"a", more=True), part(b"b"))
    assert (start["status"], body["body"]) == (200, b"ab")
    headers = dict(start["headers"])
    assert headers[b"x-size"] == b"2"
    assert len(headers[b"x-request-id"]) == 16


async def test_a_client_that_leaves_gets_no_answer_and_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    assert await ask("/echo", part(b"a", more=True), {"type": "http.disconnect"}) == []
    assert caplog.records == []


@pytest.mark.parametrize(
    ("messages", "headers"),
    [([part(b"x" * 11)], []), ([part(b"x" * 6, more=True), part(b"x" * 5)], []), ([], [(b"content-length", b"11")])],
)
async def test_a_large_body_is_refused(messages: list[Message], headers: list[tuple[bytes, bytes]]) -> None:
    """By its declared length without reading any of it."""
    start, body, *_ = await ask("/echo", *messages, headers=headers)
    assert start["status"] == 413
    assert body["body"] == b"/echo: The request body is larger than 10 bytes"


async def test_what_nobody_foresaw_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        start, body = await ask("/fail")
    assert start["status"] == 500
    assert b"of ours" not in body["body"]
    assert "of ours" in caplog.text


async def test_an_unknown_path() -> None:
    start, body = await ask("/nowhere")
    assert (start["status"], body["body"]) == (404, b"/nowhere: There is no /nowhere")
