"""What a batch makes of the outbox: events as the API answers records, their numbers, and audit rows."""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from app.database.pool import Connection
from app.events import relay as relays
from app.events.batch import Batches
from app.events.event import CHANNEL, Event
from app.events.relay import Relay
from schema.catalog.model import Catalog
from schema.declare.stable_ids import object_id
from schema.plan.nodes import ExtendTimelines, RecordEvents
from schema.sql.statement import statement
from schema.values.ids import new_id
from tests.app.events.conftest import Relaying
from tests.app.events.outbox import Outbox
from tests.engine_rules import violations


async def test_events_of_a_record_from_its_creation_to_its_end(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("person", city="Rome", name={"firstName": "Ada", "lastName": "Byron"})
    first = await outbox.stored("person", own_id)
    await outbox.put("person", "created", None, first)
    await outbox.changed("person", own_id, {"city": "London", "nameLastName": "Lovelace"})
    changed = await outbox.stored("person", own_id)
    deleted = {**changed, "deletedAt": "2026-01-02T03:04:05.678+00:00"}
    await outbox.put("person", "deleted", changed, deleted)
    await outbox.put("person", "restored", deleted, changed)
    await outbox.put("person", "destroyed", changed, None)
    assert not await relaying.look()

    log = await outbox.log()
    assert [(event.number, event.name, event.record_id) for event in log] == [
        (n, f"person.{action}", own_id)
        for n, action in enumerate(("created", "updated", "deleted", "restored", "destroyed"), 1)
    ]
    assert [set(event.updated_fields or ()) for event in log] == [set(), {"city", "name"}, set(), set(), set()]
    records = [json.loads(event.record) for event in log]
    assert [record["city"] for record in records] == ["Rome", "London", "London", "London", "London"]
    assert records[2]["deletedAt"] == "2026-01-02T03:04:05.678Z"
    assert [event.before is None for event in log] == [True, False, True, True, True]
    assert json.loads(log[1].before or "")["name"] == {"firstName": "Ada", "lastName": "Byron"}
    assert (log[0].origin.source, log[0].origin.name, log[0].origin.request_id) == ("API", "Key", "r1")
    assert await outbox.connection.fetchval("SELECT count(*) FROM event_outbox") == 0


async def test_the_audit_trail(outbox: Outbox, relaying: Relaying) -> None:
    member = await outbox.member()
    own_id = await outbox.create("company", name="Acme")
    first = await outbox.stored("company", own_id)
    by = {"workspaceMemberId": str(member)}
    await outbox.put("company", "created", None, first, by=by)
    await outbox.changed("company", own_id, {"name": "Acme Inc", "employees": 5.0})
    await outbox.put("company", "deleted", first, {**first, "deletedAt": "2026-01-02T03:04:05+00:00"})
    await outbox.put("company", "destroyed", first, None, by={"workspaceMemberId": str(new_id())})
    await relaying.look()

    rows = await outbox.rows("auditLog", "id")
    assert [row["name"] for row in rows] == [f"company.{x}" for x in ("created", "updated", "deleted", "destroyed")]
    assert [row["workspaceMemberId"] for row in rows] == [str(member), None, None, None]
    assert {(row["objectName"], row["objectMetadataId"], row["recordId"]) for row in rows} == {
        ("company", str(object_id("company")), str(own_id))
    }
    created, updated, deleted, destroyed = [row["properties"] for row in rows]
    assert (list(created), created["after"]["name"]) == (["after"], "Acme")
    assert updated == {
        "diff": {"name": {"before": "Acme", "after": "Acme Inc"}, "employees": {"before": None, "after": 5}}
    }
    assert deleted["before"]["deletedAt"] is None
    assert deleted["after"]["deletedAt"] == "2026-01-02T03:04:05.000Z"
    assert (list(destroyed), destroyed["before"]["name"]) == (["before"], "Acme")
    assert all(UUID(row["id"]).version == 7 for row in rows)


@pytest.mark.parametrize("name", ["webhook", "workspaceMember", "auditLog"])
async def test_what_is_not_audited(outbox: Outbox, relaying: Relaying, name: str) -> None:
    more = {"userId": str(new_id())} if name == "workspaceMember" else {}
    own_id = await outbox.create(name, **more)
    before = len(await outbox.rows("auditLog"))
    await outbox.put(name, "created", None, await outbox.stored(name, own_id))
    await relaying.look()
    assert [event.name for event in await outbox.log()] == [f"{name}.created"]
    assert len(await outbox.rows("auditLog")) == before


async def test_secrets_are_masked_and_still_said_to_differ(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("webhook", targetUrl="https://a.example", secret="old secret of ours")
    masked = await outbox.stored("webhook", own_id)
    await outbox.put("webhook", "updated", masked, masked, secrets=["secret"])
    await outbox.put("webhook", "updated", masked, {**masked, "targetUrl": "https://b.example"})
    await relaying.look()
    first, second = await outbox.log()
    assert (first.updated_fields, second.updated_fields) == (("secret",), ("targetUrl",))
    assert json.loads(first.record)["secret"] == "********"
    assert "old secret" not in first.record + (first.before or "")


async def test_many_batches_keep_the_order_of_places(outbox: Outbox, relaying: Relaying) -> None:
    names = ("person", "company", "webhook", "task") * 5
    ids = [await outbox.create(name) for name in names]
    for name, own_id in zip(names, ids, strict=True):
        await outbox.put(name, "created", None, await outbox.stored(name, own_id))
    sizes: list[int] = []

    async def enqueue(connection: Connection, events: Sequence[Event]) -> None:
        sizes.append(len(events))

    await Relay("", Batches(outbox.catalog, (enqueue,)), most=7).look(relaying.connection)
    log = await outbox.log()
    assert [event.number for event in log] == list(range(1, 21))
    assert [event.record_id for event in log] == ids
    assert sizes == [7, 7, 6]


async def test_workspaces_have_logs_of_their_own(
    quiet: Connection, catalog: Catalog, outbox: Outbox, relaying: Relaying
) -> None:
    other = await Outbox.of_new_workspace(quiet, catalog)
    for box in (outbox, other, other):
        own_id = await box.create("person")
        await box.put("person", "created", None, await box.stored("person", own_id))
    await relaying.look()
    assert [[event.number for event in await box.log()] for box in (outbox, other)] == [[1], [1, 2]]
    assert {event.workspace_id for event in await other.log()} == {other.workspace_id}
    assert len(await outbox.rows("auditLog")) == 1
    assert len(await outbox.rows("timelineActivity")) == 1


async def test_the_channel_is_told_once_a_batch(outbox: Outbox, relaying: Relaying) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()

    def hear(connection: object, pid: int, channel: str, payload: object) -> None:
        told.put_nowait(str(payload))

    await outbox.connection.add_listener(CHANNEL, hear)
    own_id = await outbox.create("person")
    row = await outbox.stored("person", own_id)
    for _ in range(3):
        await outbox.put("person", "created", None, row)
    await relaying.look()
    assert await asyncio.wait_for(told.get(), 5) == f"{outbox.workspace_id} 3"
    assert told.empty()
    await outbox.connection.remove_listener(CHANNEL, hear)


async def test_what_else_is_made_of_events_is_in_the_same_transaction(
    quiet_database: str, catalog: Catalog, outbox: Outbox, relaying: Relaying
) -> None:
    own_id = await outbox.create("person")
    await outbox.put("person", "created", None, await outbox.stored("person", own_id))
    seen: list[Event] = []

    async def enqueue(connection: Connection, events: Sequence[Event]) -> None:
        seen.extend(events)
        raise asyncpg.DeadlockDetectedError("lost")

    failing = Relay(quiet_database, Batches(catalog, (enqueue,)))
    await failing.look(relaying.connection)
    assert [event.number for event in seen] == [1]
    assert await outbox.log() == [] and await outbox.rows("auditLog") == []
    await relaying.look()
    assert [event.number for event in await outbox.log()] == [1]
    assert len(await outbox.rows("auditLog")) == 1


async def test_a_row_that_cannot_be_relayed_holds_up_no_other(
    outbox: Outbox, relaying: Relaying, caplog: pytest.LogCaptureFixture
) -> None:
    own_id = await outbox.create("person")
    row = await outbox.stored("person", own_id)
    for n in range(20):
        if n == 13:
            bad = await outbox.put("person", "created", None, {**row, "createdAt": "no moment"})
        else:
            await outbox.put("person", "created", None, row)
    with caplog.at_level(logging.ERROR):
        await relaying.look()
    assert [event.number for event in await outbox.log()] == list(range(1, 20))
    assert f"place {bad} of the outbox cannot be relayed" in caplog.text
    left = await outbox.connection.fetch("SELECT place FROM event_outbox WHERE workspace_id = $1", outbox.workspace_id)
    assert [place for (place,) in left] == [bad]

    caplog.clear()
    await outbox.put("person", "created", None, row)
    await relaying.look()
    assert caplog.text == ""  # it is not tried again all the time
    assert len(await outbox.log()) == 20

    await outbox.connection.execute(
        "UPDATE event_outbox SET after = $2::text::json WHERE place = $1", bad, json.dumps(row)
    )
    for trouble in relaying.relay._troubles.values():
        trouble.until = 0
    await relaying.look()
    assert len(await outbox.log()) == 21
    assert relaying.relay._troubles == {}


async def test_a_workspace_whose_every_row_fails_rests(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("person")
    row = {**await outbox.stored("person", own_id), "createdAt": "no moment"}
    for _ in range(100):
        await outbox.put("person", "created", None, row)
    await relaying.look()
    (trouble,) = relaying.relay._troubles.values()
    assert len(trouble.refused) == relays.MOST_REFUSED
    assert await outbox.connection.fetchval("SELECT count(*) FROM event_outbox") == 100


async def test_moments_never_go_back(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("person")
    row = await outbox.stored("person", own_id)
    await outbox.put("person", "created", None, row)
    await relaying.look()
    later = datetime(2999, 1, 1, tzinfo=UTC)
    await outbox.connection.execute(
        "UPDATE event_log SET last_recorded_at = $2 WHERE workspace_id = $1", outbox.workspace_id, later
    )
    await outbox.put("person", "created", None, row)
    await relaying.look()
    moments = await outbox.connection.fetch(
        "SELECT recorded_at, day FROM event WHERE workspace_id = $1 ORDER BY number", outbox.workspace_id
    )
    assert moments[0][0] < later
    assert tuple(moments[1]) == (later, later.date())


async def test_large_rows_are_in_batches_of_their_own(
    outbox: Outbox, relaying: Relaying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.events.batch.MOST_BYTES", 2500)
    own_id = await outbox.create("note", title="x" * 1000)
    row = await outbox.stored("note", own_id)
    for _ in range(5):
        await outbox.put("note", "created", None, row)
    sizes: list[int] = []

    async def enqueue(connection: Connection, events: Sequence[Event]) -> None:
        sizes.append(len(events))

    batches = Batches(outbox.catalog, (enqueue,))
    await Relay("", batches).look(relaying.connection)
    assert sizes == [1, 1, 1, 1, 1]


def test_its_statements_keep_to_the_rules_of_the_engine(catalog: Catalog) -> None:
    nobody = UUID(int=0)
    for object_type in catalog.objects.values():
        printed = statement(nobody, RecordEvents(object_type, catalog, "number"))
        assert violations(printed.text, catalog.objects) == []
    assert violations(statement(nobody, ExtendTimelines(catalog)).text, catalog.objects) == []
