"""What events mean to the timelines of records."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schema.declare.stable_ids import object_id
from schema.values.ids import new_id
from tests.app.events.conftest import Relaying
from tests.app.events.outbox import Json, Outbox

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


async def created(outbox: Outbox, of: str, /, **data: Any) -> UUID:
    own_id = await outbox.create(of, **data)
    await outbox.put(of, "created", None, await outbox.stored(of, own_id))
    return own_id


async def shown(outbox: Outbox, relaying: Relaying, **wanted: object) -> list[Json]:
    """The rows of all timelines with these values, once all is relayed."""
    await relaying.look()
    rows = await outbox.rows("timelineActivity", '"happensAt", id')
    return [row for row in rows if all(row[name] == str(value) for name, value in wanted.items())]


@pytest.mark.parametrize("of", ["person", "company", "opportunity", "note", "task", "workflow"])
async def test_a_record_has_its_own_events(outbox: Outbox, relaying: Relaying, of: str) -> None:
    own_id = await created(outbox, of)
    (row,) = await shown(outbox, relaying)
    keys = {name for name, value in row.items() if name.endswith("Id") and value is not None}
    assert (row["name"], row["properties"], keys) == (f"{of}.created", {}, {f"{of}Id"})
    assert row[f"{of}Id"] == str(own_id)


async def test_a_destroyed_record_has_no_timeline(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await created(outbox, "person")
    row = await outbox.stored("person", own_id)
    await outbox.put("person", "deleted", row, row)
    await outbox.put("person", "destroyed", row, None)
    await outbox.connection.execute('DELETE FROM "person" WHERE id = $1', own_id)
    assert await shown(outbox, relaying) == []
    assert len(await outbox.log()) == 3
    assert len(await outbox.rows("auditLog")) == 3


@pytest.mark.parametrize("of", ["webhook", "favoriteFolder", "attachment"])
async def test_objects_of_the_system_have_none(outbox: Outbox, relaying: Relaying, of: str) -> None:
    await created(outbox, of)
    assert await shown(outbox, relaying) == []


async def test_changes_within_ten_minutes_are_one_row(outbox: Outbox, relaying: Relaying) -> None:
    member = {"workspaceMemberId": str(await outbox.member())}
    own_id = await outbox.create("company", name="A", employees=1)
    for minutes, changes, by in (
        (0, {"name": "B"}, {}),
        (3, {"name": "C", "employees": 2.0}, {}),
        (4, {"name": "D"}, member),
        (9, {"employees": 3.0}, {}),
        (11, {"name": "E"}, {}),
    ):
        await outbox.changed("company", own_id, changes, by=by, at=NOON + timedelta(minutes=minutes))
    by_key, by_member, later = await shown(outbox, relaying)
    assert by_key["properties"] == {
        "diff": {"name": {"before": "A", "after": "C"}, "employees": {"before": 1, "after": 3}}
    }
    assert by_member["properties"] == {"diff": {"name": {"before": "C", "after": "D"}}}
    assert by_member["workspaceMemberId"] == member["workspaceMemberId"]
    assert later["properties"] == {"diff": {"name": {"before": "D", "after": "E"}}}


async def test_a_later_batch_extends_the_row_of_an_earlier_one(outbox: Outbox, relaying: Relaying) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    own_id = await outbox.create("person", city="A", jobTitle="x")
    for n, changes in enumerate(({"city": "B"}, {"city": "C"}, {"jobTitle": "y"})):
        await outbox.changed("person", own_id, changes, at=now + timedelta(seconds=n))
        await relaying.look()
    (row,) = await shown(outbox, relaying)
    assert row["properties"] == {
        "diff": {"city": {"before": "A", "after": "C"}, "jobTitle": {"before": "x", "after": "y"}}
    }
    assert row["happensAt"] == now.isoformat()
    other = await outbox.create("person", city="A")
    await outbox.changed("person", other, {"city": "B"}, at=now)
    assert len(await shown(outbox, relaying)) == 2
    await outbox.changed("person", own_id, {"city": "D"}, at=now + timedelta(minutes=11))
    assert len(await shown(outbox, relaying)) == 3


async def test_a_row_that_clients_have_spoilt_is_no_obstacle(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("person", city="A")
    await outbox.changed("person", own_id, {"city": "B"})
    await shown(outbox, relaying)
    await outbox.connection.execute('UPDATE "timelineActivity" SET properties = \'{"diff": [1]}\'')
    await outbox.changed("person", own_id, {"city": "C"})
    (row,) = await shown(outbox, relaying)
    assert row["properties"] == {"diff": {"city": {"before": "B", "after": "C"}}}


async def test_an_update_that_changed_nothing_is_not_shown(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("person", city="A")
    await outbox.changed("person", own_id, {"city": "A"})
    assert await shown(outbox, relaying) == []
    assert [event.updated_fields for event in await outbox.log()] == [()]


@pytest.mark.parametrize("of", ["note", "task"])
async def test_what_is_attached_is_on_the_timelines_of_its_targets(outbox: Outbox, relaying: Relaying, of: str) -> None:
    person, company = await outbox.create("person"), await outbox.create("company")
    own_id = await outbox.create(of, title="Call")
    key = {f"{of}Id": str(own_id)}
    await outbox.create(f"{of}Target", **key, personId=str(person))
    await outbox.create(f"{of}Target", **key, companyId=str(company))
    await outbox.changed(of, own_id, {"title": "Call again"})
    (own,) = await shown(outbox, relaying, **{f"{of}Id": own_id})
    assert (own["name"], own["linkedRecordId"]) == (f"{of}.updated", None)
    for where, target in (("personId", person), ("companyId", company)):
        (row,) = await shown(outbox, relaying, **{where: target})
        assert row["name"] == f"linked-{of}.updated"
        assert row["linkedRecordCachedName"] == "Call again"
        assert (row["linkedRecordId"], row["linkedObjectMetadataId"]) == (str(own_id), str(object_id(of)))
        assert row["properties"] == {"diff": {"title": {"before": "Call", "after": "Call again"}}}
        assert row[f"{of}Id"] is None


@pytest.mark.parametrize("of", ["note", "task"])
async def test_being_attached_is_shown_once(outbox: Outbox, relaying: Relaying, of: str) -> None:
    """Though the target is there already when the creation of what is attached is relayed."""
    person = await outbox.create("person")
    own_id = await created(outbox, of, title="Call")
    await created(outbox, f"{of}Target", **{f"{of}Id": str(own_id)}, personId=str(person))
    (row,) = await shown(outbox, relaying, personId=person)
    assert (row["name"], row["linkedRecordCachedName"]) == (f"linked-{of}.created", "Call")
    assert row["linkedRecordId"] == str(own_id)
    assert [row["name"] for row in await shown(outbox, relaying)] == [f"{of}.created", f"linked-{of}.created"]


async def test_an_end_of_being_attached(outbox: Outbox, relaying: Relaying) -> None:
    person = await outbox.create("person")
    note = await outbox.create("note", title="Call")
    target = await outbox.create("noteTarget", noteId=str(note), personId=str(person))
    row = await outbox.stored("noteTarget", target)
    await outbox.put("noteTarget", "deleted", row, {**row, "deletedAt": "2026-01-02T03:04:05+00:00"})
    (found,) = await shown(outbox, relaying)
    assert (found["name"], found["personId"]) == ("linked-note.deleted", str(person))


async def test_ends_and_members_that_are_gone(outbox: Outbox, relaying: Relaying) -> None:
    note = await outbox.create("note", title="Call")
    target = await outbox.create("noteTarget", noteId=str(note))
    row = await outbox.stored("noteTarget", target)
    nobody = {"workspaceMemberId": str(new_id())}
    for gone in ({"personId": str(new_id())}, {"personId": None}, {"personId": str(new_id()), "noteId": str(new_id())}):
        await outbox.put("noteTarget", "created", None, {**row, **gone}, by=nobody)
    await outbox.changed("note", note, {"title": "Later"}, by=nobody)
    (found,) = await shown(outbox, relaying)
    assert (found["name"], found["workspaceMemberId"]) == ("note.updated", None)
    assert len(await outbox.rows("auditLog")) == 4


async def test_a_record_that_is_being_destroyed_is_waited_for(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await created(outbox, "person")
    async with outbox.connection.transaction():
        await outbox.connection.execute('SELECT FROM "person" WHERE id = $1 FOR UPDATE', own_id)
        looking = asyncio.create_task(relaying.look())
        await asyncio.sleep(0.3)
        assert not looking.done()
        await outbox.connection.execute('DELETE FROM "person" WHERE id = $1', own_id)
    await looking
    assert await outbox.rows("timelineActivity") == []
    assert len(await outbox.log()) == 1


async def test_ids_follow_the_order_of_events(outbox: Outbox, relaying: Relaying) -> None:
    own_id = await outbox.create("opportunity", name="0")
    for n in range(1, 6):
        await outbox.changed("opportunity", own_id, {"name": str(n)}, at=NOON + timedelta(minutes=20 * n))
    await relaying.look()
    for of in ("timelineActivity", "auditLog"):
        rows = await outbox.rows(of, "id")
        assert [row["properties"]["diff"]["name"]["after"] for row in rows] == list("12345")
