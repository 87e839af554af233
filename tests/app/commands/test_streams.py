"""Streams of several server processes on one database, one of which is killed."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from app.database.pool import Connection
from app.embedded.data_dir import DataDir
from tests.app.commands.test_main import free_port, serving
from tests.conftest import SECRET, Workspace
from tests.happened import happened, person
from tests.streams import event_stream, socket

SUBSCRIPTION = "subscription($after: BigInt) { onDbEvent(input: {after: $after}) { number } }"


@pytest.fixture
def processes(database_url: str, tmp_path: Any) -> Iterator[list[tuple[str, Any]]]:
    """Two of them, each with its address."""
    with ExitStack() as stack:
        ports = [free_port(), free_port()]
        started = [
            stack.enter_context(serving(DataDir.open(tmp_path), port, DATABASE_URL=database_url, APP_SECRET=SECRET))
            for port in ports
        ]
        yield [(f"http://127.0.0.1:{port}", process) for port, process in zip(ports, started, strict=True)]


async def test_every_process_tells_and_a_killed_one_loses_nothing(
    processes: list[tuple[str, Any]], workspace: Workspace, connection: Connection
) -> None:
    (first, process), (second, _) = processes
    total, told = 300, {"socket": [0], "events": [0]}

    async def by_socket() -> None:
        """Of the process that is killed, then of the other one."""
        url = first
        while told["socket"][-1] < total:
            try:
                async with socket(url, workspace.token) as made:
                    await made.subscribe(SUBSCRIPTION, after=told["socket"][-1])
                    while told["socket"][-1] < total:
                        told["socket"].append((await made.next())["data"]["onDbEvent"]["number"])
            except (ConnectionClosed, OSError):
                url = second

    async def by_events() -> None:
        url = first
        while told["events"][-1] < total:
            headers = {"Last-Event-ID": str(told["events"][-1])}
            try:
                async with event_stream(url, workspace.token, SUBSCRIPTION, headers) as events:
                    while told["events"][-1] < total:
                        told["events"].append(int((await events.event())["id"]))
            except httpx.TransportError:
                url = second

    following = asyncio.gather(by_socket(), by_events())
    async with socket(second, workspace.token) as made:
        await made.subscribe(SUBSCRIPTION, after=0)
        for n in range(total // 3):
            await happened(connection, workspace.id, *(person() for _ in range(3)))
            await asyncio.sleep(0.01)
            if n == 50:
                process.kill()
        assert [(await made.next())["data"]["onDbEvent"]["number"] for _ in range(total)] == [*range(1, total + 1)]
    await following
    assert told["socket"] == told["events"] == [*range(total + 1)]
