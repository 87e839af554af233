"""The outbox: one row for each record that a statement changed, by that statement, and none for what did not happen."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from schema.declare.names import capital
from tests.conftest import GraphQL, Workspace, run_server
from tests.records import EVERY, MASK, NOWHERE, OBJECTS, Json, create, error, full, make, number, only, required

Told = Callable[[], Awaitable[list["asyncpg.Record"]]]


@pytest_asyncio.fixture
async def told(connection: "asyncpg.Connection[asyncpg.Record]", workspace: Workspace) -> Told:
    """Takes the workspace's rows out of the outbox."""

    async def take() -> list["asyncpg.Record"]:
        rows = await connection.fetch(
            "WITH taken AS (DELETE FROM event_outbox WHERE workspace_id = $1 RETURNING *)"
            " SELECT object, action, record_id::text AS id, before::text, after::text, secrets_changed, origin::text"
            " FROM taken ORDER BY place",
            workspace.id,
        )
        return [*rows]

    return take


def names(rows: list["asyncpg.Record"]) -> list[tuple[str, str]]:
    """What happened to which record."""
    return [(f"{row['object']}.{row['action']}", row["id"]) for row in rows]


async def stored(connection: "asyncpg.Connection[asyncpg.Record]", name: str, own_id: str) -> Json:
    """A row as JSON, without what is no part of the API."""
    text = await connection.fetchval(f'SELECT row_to_json(t)::text FROM "{name}" t WHERE id = $1', UUID(own_id))
    row: Json = json.loads(text)
    return {key: value for key, value in row.items() if "_" not in key and key not in ("searchVector", "nonce")}


def image(text: str) -> Json:
    found: Json = json.loads(text)
    found.pop("moment", None)
    return found


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_action_of_every_object(
    graphql: GraphQL,
    catalog: Catalog,
    connection: "asyncpg.Connection[asyncpg.Record]",
    told: Told,
    name: str,
) -> None:
    object_type = catalog.objects[name]
    type_name, plural = object_type.type_name, capital(object_type.plural)
    given = {**full(object_type, 1), **await required(graphql, catalog, object_type, 1)}
    await told()
    own_id = await create(graphql, type_name, **given)
    (made,) = await told()
    assert names([made]) == [(f"{name}.created", own_id)]
    now = await stored(connection, name, own_id)
    secrets = [column.name for column in object_type.columns.values() if column.secret]
    assert made["before"] is None and made["secrets_changed"] is None
    assert image(made["after"]) == {**now, **dict.fromkeys(secrets, MASK)}

    changes = {"createdAt": "2001-02-03T04:05:06.789Z"}
    update = f"mutation ($id: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $id, data: $d) {{ id }} }}"
    await only(graphql, update, id=own_id, d=changes)
    (updated,) = await told()
    assert names([updated]) == [(f"{name}.updated", own_id)]
    assert image(updated["before"]) == image(made["after"])
    now = await stored(connection, name, own_id)
    assert image(updated["after"]) == {**now, **dict.fromkeys(secrets, MASK)}
    await only(graphql, update, id=own_id, d=changes)
    assert await told() == [] and await stored(connection, name, own_id) == now

    for verb, action in (("delete", "deleted"), ("restore", "restored"), ("destroy", "destroyed")):
        await only(graphql, f"mutation ($id: ID) {{ {verb}{type_name}(id: $id) {{ id }} }}", id=own_id)
        (row,) = await told()
        assert names([row]) == [(f"{name}.{action}", own_id)]
        assert (row["before"] is None, row["after"] is None) == (False, verb == "destroy")

    many = await only(
        graphql,
        f"mutation ($d: [{type_name}CreateInput!]) {{ create{plural}(data: $d) {{ id }} }}",
        d=[{**await required(graphql, catalog, object_type, n), "id": number(n)} for n in (8, 7, 9)],
    )
    assert [record["id"] for record in many] == [number(8), number(7), number(9)]
    created = {own for event, own in names(await told()) if event == f"{name}.created"}
    assert created >= {number(n) for n in (7, 8, 9)}
    ids = json.dumps([number(n) for n in (7, 8, 9)])
    for verb, action in (("delete", "deleted"), ("restore", "restored"), ("destroy", "destroyed")):
        await only(graphql, f"mutation {{ {verb}{plural}(filter: {{id: {{in: {ids}}}}}) {{ id }} }}")
        assert sorted(names(await told())) == [(f"{name}.{action}", number(n)) for n in (7, 8, 9)]


async def test_rest_tells_the_same(client: httpx.AsyncClient, told: Told) -> None:
    own_id = (await client.post("/rest/companies", json={"name": "Acme"})).json()["data"]["createCompany"]["id"]
    await client.patch(f"/rest/companies/{own_id}", json={"name": "Acme"})
    await client.patch(f"/rest/companies/{own_id}", json={"name": "Globex"})
    await client.delete(f"/rest/companies/{own_id}?soft_delete=true")
    await client.delete(f"/rest/companies/{own_id}")
    actions = ("created", "updated", "deleted", "destroyed")
    assert names(await told()) == [(f"company.{action}", own_id) for action in actions]
    batch = (await client.post("/rest/batch/companies", json=[{"name": "a"}, {"name": "b"}])).json()
    made = [record["id"] for record in batch["data"]["createCompanies"]]
    assert names(await told()) == [("company.created", own) for own in made]


async def test_who_did_it(client: httpx.AsyncClient, workspace: Workspace, told: Told) -> None:
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    by_key = await client.post("/rest/companies", json={"name": "Acme"})
    by_member = await client.post("/rest/companies", json={"name": "Acme"}, headers=headers)
    first, second = [json.loads(row["origin"]) for row in await told()]
    key_id = first.pop("apiKeyId")
    UUID(key_id)
    assert first == {
        "source": "API",
        "name": "Test key",
        "workspaceMemberId": None,
        "requestId": by_key.headers["X-Request-Id"],
    }
    assert second == {
        "source": "MANUAL",
        "name": "Ada Lovelace",
        "workspaceMemberId": str(workspace.member_id),
        "apiKeyId": None,
        "requestId": by_member.headers["X-Request-Id"],
    }


async def test_what_is_changed_along(graphql: GraphQL, told: Told) -> None:
    acme, globex = [await create(graphql, "Company", name=name) for name in ("Acme", "Globex")]
    await told()
    person = await create(
        graphql,
        "Person",
        company={"connect": {"where": {"id": acme}}},
        noteTargets={"create": [{"note": {"create": {"title": "Hello"}}}]},
    )
    happened = await told()
    *parents, child = [event for event, _ in names(happened)]
    assert sorted(parents) == ["note.created", "person.created"] and child == "noteTarget.created"
    target = happened[2]["id"]

    # Moved to another owner, and cleared.
    attach = "mutation ($id: ID, $d: CompanyUpdateInput) { updateCompany(id: $id, data: $d) { id } }"
    await only(graphql, attach, id=globex, d={"people": {"connect": [{"where": {"id": person}}]}})
    assert names(await told()) == [("person.updated", person)]
    await only(graphql, attach, id=globex, d={"people": {"connect": [{"where": {"id": person}}]}})
    assert await told() == []
    opportunity = await create(graphql, "Opportunity", companyId=globex)
    await told()
    await only(graphql, "mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=globex)
    assert sorted(names(await told())) == sorted(
        [("person.updated", person), ("opportunity.updated", opportunity), ("company.destroyed", globex)]
    )
    await only(graphql, "mutation ($id: ID) { destroyPerson(id: $id) { id } }", id=person)
    assert sorted(names(await told())) == [("noteTarget.destroyed", target), ("person.destroyed", person)]


async def test_a_workflow_and_what_is_deleted_with_it(graphql: GraphQL, catalog: Catalog, told: Told) -> None:
    workflow = await create(graphql, "Workflow", name="Greet")
    version = await make(graphql, catalog, "workflowVersion", workflowId=workflow)
    await told()
    for verb, action in (("delete", "deleted"), ("restore", "restored")):
        for expected in ([("workflow." + action, workflow), ("workflowVersion." + action, version)], []):
            await only(graphql, f"mutation ($id: ID) {{ {verb}Workflow(id: $id) {{ id }} }}", id=workflow)
            assert names(await told()) == expected


async def test_a_merge_tells_of_both_sides(graphql: GraphQL, told: Told) -> None:
    winner, loser = [await create(graphql, "Person", name={"firstName": name}) for name in ("", "Ada")]
    note = await create(graphql, "Note")
    double, kept = [await create(graphql, "NoteTarget", noteId=note, personId=person) for person in (loser, winner)]
    task = await create(graphql, "Task")
    moved = await create(graphql, "TaskTarget", taskId=task, personId=loser)
    await told()
    merge = "mutation ($ids: [UUID!]!) { mergePeople(ids: $ids, conflictPriorityIndex: 0) { name { firstName } } }"
    assert await only(graphql, merge.replace("[UUID!]!", "[ID!]!"), ids=[winner, loser])
    assert sorted(names(await told())) == sorted(
        [
            ("person.deleted", loser),
            ("noteTarget.deleted", double),
            ("taskTarget.updated", moved),
            ("person.updated", winner),
        ]
    )
    assert kept


async def test_an_upsert_tells_created_from_updated(graphql: GraphQL, told: Told) -> None:
    known = await create(graphql, "Company", name="Acme", domainName={"primaryLinkUrl": "https://acme.com"})
    await told()
    upsert = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d, upsert: true) { id name } }"
    new = {"id": number(5), "name": "Globex"}
    given = {"domainName": {"primaryLinkUrl": "acme.com"}, "name": "Acme"}
    answers = await only(graphql, upsert, d=[given, new])
    assert [answer["id"] for answer in answers] == [known, number(5)]
    assert names(await told()) == [("company.created", number(5))]
    answers = await only(graphql, upsert, d=[{**given, "name": "Acme Inc"}, new])
    assert [answer["name"] for answer in answers] == ["Acme Inc", "Globex"]
    assert names(await told()) == [("company.updated", known)]


async def test_a_deletion_by_an_update_is_one(graphql: GraphQL, told: Told) -> None:
    own_id = await create(graphql, "Company")
    await told()
    given = f'filter: {{and: [{EVERY}, {{id: {{eq: "{own_id}"}}}}]}}'
    for deleted_at in ('"2020-01-01T00:00:00Z"', '"2021-01-01T00:00:00Z"', "null"):
        await only(graphql, f"mutation {{ updateCompanies({given}, data: {{deletedAt: {deleted_at}}}) {{ id }} }}")
    assert [event for event, _ in names(await told())] == ["company.deleted", "company.updated", "company.restored"]


async def test_a_revoked_key(graphql: GraphQL, catalog: Catalog, told: Told) -> None:
    key = await make(graphql, catalog, "apiKey")
    await told()
    for expected in ([("apiKey.updated", key)], []):
        await only(graphql, "mutation ($id: ID!) { revokeApiKey(input: {id: $id}) { id } }", id=key)
        assert names(await told()) == expected


async def test_secrets_are_not_told(graphql: GraphQL, catalog: Catalog, told: Told) -> None:
    own_id = await make(graphql, catalog, "webhook", secret="a first long secret", targetUrl="https://example.com/1")
    update = "mutation ($id: ID, $d: WebhookUpdateInput) { updateWebhook(id: $id, data: $d) { id } }"
    for given in ({"secret": "a second long secret"}, {"targetUrl": "https://example.com/2"}, {"secret": ""}):
        await only(graphql, update, id=own_id, d=given)
    rows = await told()
    assert "long secret" not in json.dumps([dict(row) for row in rows])
    assert [row["secrets_changed"] for row in rows] == [None, ["secret"], [], ["secret"]]
    assert [json.loads(row["after"])["secret"] for row in rows] == [MASK, MASK, MASK, ""]


async def test_what_did_not_happen(graphql: GraphQL, told: Told) -> None:
    own_id = await create(graphql, "Person", emails={"primaryEmail": "ada@example.com"})
    await told()
    many = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id } }"
    taken = [{"city": "Rome"}, {"emails": {"primaryEmail": "ada@example.com"}}]
    assert (await error(graphql, many, d=taken))[0] == "BAD_USER_INPUT"
    assert (await error(graphql, many, d=[{"companyId": NOWHERE}]))[0] == "BAD_USER_INPUT"
    connect = "mutation ($d: PersonCreateInput) { createPerson(data: $d) { id } }"
    gone = {"company": {"connect": {"where": {"id": NOWHERE}}}}
    assert (await error(graphql, connect, d=gone))[0] == "BAD_USER_INPUT"
    merge = "mutation ($ids: [ID!]!) { mergePeople(ids: $ids, conflictPriorityIndex: 0) { id } }"
    assert (await error(graphql, merge, ids=[own_id, NOWHERE]))[0] == "NOT_FOUND"
    await only(graphql, f'mutation {{ restorePerson(id: "{own_id}") {{ id }} }}')
    await only(graphql, 'mutation { updatePeople(filter: {city: {eq: "nowhere"}}, data: {city: "x"}) { id } }')
    assert await told() == []


async def test_the_places_of_a_record_rise_with_its_versions(graphql: GraphQL, told: Told) -> None:
    """Each event begins where the one before it ended, however many write at once."""
    own_id = await create(graphql, "Company", employees=0)
    await told()
    update = "mutation ($id: ID, $n: Float) { updateCompany(id: $id, data: {employees: $n}) { id } }"
    await asyncio.gather(*[only(graphql, update, id=own_id, n=n) for n in range(1, 41)])
    rows = await told()
    assert len(rows) == 40
    images = [(image(row["before"]), image(row["after"])) for row in rows]
    for (_, after), (before, _) in pairwise(images):
        assert after == before
    assert all(before["updatedAt"] < after["updatedAt"] for before, after in images)


async def test_nothing_is_told_where_events_are_off(
    settings: Settings, api: Api, workspace: Workspace, told: Told
) -> None:
    with run_server(settings.model_copy(update={"events": False}), api) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers) as client:
            made: Any = (await client.post("/rest/companies", json={"name": "Acme"})).json()
            own_id = made["data"]["createCompany"]["id"]
            await client.patch(f"/rest/companies/{own_id}", json={"name": "Globex"})
            await client.delete(f"/rest/companies/{own_id}")
        assert not any("event_outbox" in statement for statement in server.statements)
    assert await told() == []
