"""The access log: one line of JSON on standard output for each request, when its answer has ended.

It has no query, header or body, and so no token. A request whose client has gone before it was answered has no status;
a WebSocket is told when it ends, without its workspace.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.request_id import request_id

WORKSPACE = "icosa.workspace"
"""Where the scope of a request has the id of its caller's workspace, as soon as that is known."""

MOST_OF_PATH = 1000  # characters, so that a line is written at once, whole
STANDARD_OUTPUT = 1
ACCEPTED = 101


@dataclass(frozen=True, slots=True)
class AccessLog:
    """An ASGI application: `app`, whose answers are told."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        began, status, size = time.perf_counter(), None, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if status is None:
                status = ACCEPTED if message["type"] == "websocket.accept" else message.get("status", 403)
            size += len(message.get("body") or message.get("text") or b"")
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            milliseconds = (time.perf_counter() - began) * 1000
            tell(scope, request_id.get(), status, size, milliseconds)


def tell(scope: Any, own_id: str, status: int | None, size: int, milliseconds: float | None) -> None:
    """`scope` may be incomplete, where the request was refused as it came in."""
    client, workspace = scope.get("client"), scope.get(WORKSPACE)
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "id": own_id,
        "method": scope.get("method", "GET" if scope.get("type") == "websocket" else None),
        "path": scope.get("path", "")[:MOST_OF_PATH],
        "status": status,
        "bytes": size,
        "ms": None if milliseconds is None else round(milliseconds, 1),
        "address": client[0] if client else None,
        "workspace": str(workspace) if workspace else None,
    }
    os.write(STANDARD_OUTPUT, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
