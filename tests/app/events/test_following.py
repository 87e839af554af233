"""`icosa events`, as its users have it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from app.events.batch import Batches
from app.events.relay import Relay
from app.settings import Settings
from schema.catalog.model import Catalog
from tests.app.events.outbox import Outbox
from tests.conftest import SECRET

ROOT = Path(__file__).parents[3]


@pytest.fixture
def url(new_database: Callable[[], str]) -> str:
    return new_database()


class Log:
    """A log that grows when it is told to."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox

    async def grow(self, count: int) -> None:
        own_id = await self.outbox.create("person", city="Zürich\n")
        row = await self.outbox.stored("person", own_id)
        for _ in range(count):
            await self.outbox.put("person", "created", None, row)
        await Relay("", Batches(self.outbox.catalog)).look(self.outbox.connection)


@pytest_asyncio.fixture
async def log(url: str, catalog: Catalog) -> Log:
    return Log(await Outbox.of_new_workspace(await asyncpg.connect(url), catalog))


def command(*arguments: str, url: str) -> "subprocess.Popen[str]":
    ours = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.Popen(
        [sys.executable, "-m", "app", "events", *arguments],
        cwd=ROOT,
        env={**inherited, "DATABASE_URL": url, "APP_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def numbers(lines: str) -> list[int]:
    return [json.loads(line)["number"] for line in lines.splitlines()]


async def test_what_is_there(url: str, log: Log) -> None:
    await log.grow(2)
    moment = datetime.now(UTC)
    await log.grow(3)

    def asked(*arguments: str) -> tuple[list[int], str, int]:
        with command(*arguments, url=url) as process:
            printed, told = process.communicate(timeout=60)
        return numbers(printed), told, process.returncode

    assert asked() == ([1, 2, 3, 4, 5], "", 0)
    assert asked("--after", "3") == ([4, 5], "", 0)
    assert asked("--since", moment.strftime("%Y-%m-%dT%H:%M:%S"))[0][-3:] == [3, 4, 5]
    assert asked("--after", "9") == (
        [],
        "icosa: Invalid cursor: 9 is beyond the end of the log, which is 5\n",
        2,
    )
    await log.outbox.connection.execute("DELETE FROM event WHERE number < 3")
    assert asked("--after", "0") == ([], "icosa: Events after 0 are not kept any more. Start anew after 2\n", 2)
    assert asked()[0] == [3, 4, 5]
    other = await Outbox.of_new_workspace(log.outbox.connection, log.outbox.catalog)
    assert asked()[2] == 2
    assert asked("--workspace", str(other.workspace_id)) == ([], "", 0)
    await log.outbox.connection.close()


async def test_what_comes(url: str, log: Log) -> None:
    await log.grow(1)
    with command("--follow", url=url) as process:
        try:
            assert process.stdout
            first = json.loads(process.stdout.readline())
            assert (first["number"], first["name"]) == (1, "person.created")
            assert first["record"]["city"] == "Zürich\n"
            assert first["actor"]["name"] == "Key"
            await log.grow(2)
            assert [json.loads(process.stdout.readline())["number"] for _ in range(2)] == [2, 3]
            process.send_signal(2)
            _, told = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, told) == (0, "")
    await log.outbox.connection.close()
