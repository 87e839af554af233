"""Relays side by side, in processes of their own: each event once and in order, whatever becomes of them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from app.commands import provision
from app.database import connection as databases
from app.events.batch import Batches
from app.events.relay import NAME, Relay
from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.app.events.conftest import Relaying
from tests.app.events.outbox import PUT, Outbox
from tests.conftest import SECRET, URL, run_server

ROOT = Path(__file__).parents[3]
OURS = "application_name = $1 AND datname = current_database()"


@contextmanager
def worker(database_url: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that relays; it is killed at the end, if it still runs."""
    ours = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        cwd=ROOT,
        env={**inherited, "DATABASE_URL": database_url, "APP_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


async def until_empty(outbox: Outbox) -> None:
    deadline = time.monotonic() + 60
    while await outbox.connection.fetchval("SELECT EXISTS (SELECT FROM event_outbox)"):
        assert time.monotonic() < deadline, "the outbox is not emptied"
        await asyncio.sleep(0.05)


async def until_relayed(outbox: Outbox, count: int) -> None:
    deadline = time.monotonic() + 60
    while (await outbox.connection.fetchval("SELECT sum(last_number) FROM event_log") or 0) < count:
        assert time.monotonic() < deadline, "nothing is relayed"
        await asyncio.sleep(0.01)


async def write(url: str, boxes: list[Outbox], row: str, person: object, count: int) -> None:
    """Puts rows, one a transaction, into the workspaces in turn. Their number in all is in them."""
    connected = await asyncpg.connect(url)
    for n in range(count):
        box = boxes[n % len(boxes)]
        await connected.fetch(PUT, *(box.workspace_id, "person", "created", person, None, row, None, "{}", None))
    await connected.close()


async def test_several_processes_one_of_which_is_killed(quiet_database: str, outbox: Outbox, catalog: Catalog) -> None:
    boxes = [outbox, *[await Outbox.of_new_workspace(outbox.connection, catalog) for _ in range(2)]]
    person = await outbox.create("person")
    row = await outbox.connection.fetchval('SELECT row_to_json(t)::text FROM "person" t WHERE id = $1', person)
    before = int(await outbox.connection.fetchval("SELECT coalesce(sum(last_number), 0) FROM event_log"))
    with worker(quiet_database) as one, worker(quiet_database) as two, worker(quiet_database) as three:
        writers = [asyncio.create_task(write(quiet_database, boxes, row, person, 600)) for _ in range(3)]
        await until_relayed(outbox, before + 100)
        one.kill()
        await asyncio.gather(*writers)
        two.kill()
        await until_empty(outbox)
        three.terminate()
        printed, _ = await asyncio.to_thread(three.communicate, timeout=30)
    assert three.returncode == 0
    assert printed == "The worker relays events.\n"
    for box in boxes:
        log = await box.log()
        assert [event.number for event in log] == list(range(1, 601))
        assert len({event.id for event in log}) == 600
        assert len(await box.rows("auditLog")) == 600


async def test_a_relay_wakes_and_stops(quiet_database: str, outbox: Outbox, catalog: Catalog) -> None:
    person = await outbox.create("person")
    row = await outbox.stored("person", person)
    relay = Relay(quiet_database, Batches(catalog))
    async with relay.running():
        await outbox.put("person", "created", None, row)
        await until_empty(outbox)
        await asyncio.sleep(0.1)
        took = []
        for _ in range(5):
            await outbox.put("person", "created", None, row)
            started = time.monotonic()
            relay.wake()
            await until_empty(outbox)
            took.append(time.monotonic() - started)
        assert sorted(took)[2] < 0.25  # it would look by itself only after half a second
    assert [event.number for event in await outbox.log()] == [1, 2, 3, 4, 5, 6]
    assert await connections(outbox) == 0


@pytest.mark.skipif(URL in os.environ, reason="the PostgreSQL process may be on another machine")
async def test_a_relay_whose_backend_is_frozen_goes_on_with_another(
    quiet_database: str, outbox: Outbox, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "GRACE_SECONDS", 0.5)
    monkeypatch.setattr("app.events.relay.STATEMENT_TIMEOUT_MS", 500)
    person = await outbox.create("person")
    row = await outbox.stored("person", person)
    async with Relay(quiet_database, Batches(catalog)).running():
        await outbox.put("person", "created", None, row)
        await until_empty(outbox)
        process = await outbox.connection.fetchval(f"SELECT pid FROM pg_stat_activity WHERE {OURS}", NAME)
        os.kill(process, signal.SIGSTOP)
        try:
            await outbox.put("person", "created", None, row)
            await until_empty(outbox)
        finally:
            os.kill(process, signal.SIGCONT)
    assert [event.number for event in await outbox.log()] == [1, 2]


async def test_a_database_that_goes_away_is_waited_for(
    quiet_database: str, outbox: Outbox, catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    person = await outbox.create("person")
    row = await outbox.stored("person", person)
    async with Relay(quiet_database, Batches(catalog)).running():
        await outbox.put("person", "created", None, row)
        await until_empty(outbox)
        ended = await outbox.connection.fetchval(
            f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {OURS}", NAME
        )
        assert ended == 1
        await outbox.put("person", "created", None, row)
        await until_empty(outbox)
    assert [event.number for event in await outbox.log()] == [1, 2]
    assert [record.message.split(":")[0] for record in caplog.records if record.name == "app.events.relay"] == [
        "The relay waits for the database",
        "The relay goes on",
    ]


async def test_a_workspace_that_another_relay_is_at_is_passed_over(
    quiet_database: str, outbox: Outbox, catalog: Catalog
) -> None:
    other = await Outbox.of_new_workspace(outbox.connection, catalog)
    for box in (outbox, other, outbox):
        person = await box.create("person")
        await box.put("person", "created", None, await box.stored("person", person))
    await outbox.connection.execute("INSERT INTO event_log (workspace_id) VALUES ($1)", outbox.workspace_id)
    connected = await asyncpg.connect(quiet_database)
    relay = Relay(quiet_database, Batches(catalog))
    async with outbox.connection.transaction():
        await outbox.connection.execute("SELECT FROM event_log WHERE workspace_id = $1 FOR UPDATE", outbox.workspace_id)
        assert await relay.look(connected) is True
    assert (len(await outbox.log()), len(await other.log())) == (0, 1)
    assert await relay.look(connected) is False
    assert len(await outbox.log()) == 2
    await connected.close()


async def connections(outbox: Outbox) -> int:
    """How many the relays have."""
    await asyncio.sleep(0.1)
    return int(await outbox.connection.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {OURS}", NAME))


@pytest.mark.parametrize("off", ["events", "relay"])
async def test_a_server_that_does_not_relay_still_answers_the_feed(
    quiet_database: str, outbox: Outbox, api: Api, relaying: Relaying, off: str
) -> None:
    row = await outbox.stored("person", await outbox.create("person"))
    await outbox.put("person", "created", None, row)
    await relaying.look()
    await outbox.put("person", "destroyed", row, None)
    days = provision.FIRST_TOKEN_DAYS
    token = await provision.create_key_token(
        outbox.connection, outbox.catalog, SECRET, outbox.workspace_id, "Key", days
    )
    last = len(await outbox.log())
    settings = Settings(database_url=quiet_database, app_secret=SecretStr(SECRET), **{off: False})  # type: ignore[arg-type]
    with run_server(settings, api) as server:
        async with httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {token}"}) as client:
            await asyncio.sleep(1)
            answer = (await client.get("/rest/events")).json()
            assert answer["data"]["events"][0]["name"] == "person.created"
            assert answer["pageInfo"] == {"hasNextPage": False, "endCursor": str(last)}
    assert await outbox.connection.fetchval("SELECT EXISTS (SELECT FROM event_outbox)")


async def test_a_database_that_is_not_there_is_no_end(catalog: Catalog, caplog: pytest.LogCaptureFixture) -> None:
    relay = Relay("postgresql://nobody@127.0.0.1:1/nothing", Batches(catalog))
    began = time.process_time()
    async with relay.running():
        for _ in range(15):
            relay.wake()
            await asyncio.sleep(0.1)
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 1
    assert time.process_time() - began < 0.75  # it does not try all the time
    assert [record.levelname for record in caplog.records if record.name == "app.events.relay"] == ["WARNING"]
