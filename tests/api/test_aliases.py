"""Names that clients of later versions have for fields and relations, and `searchVector`, which such clients select."""

from typing import Any

import httpx
import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import Json, create, data, error, make, number, only

JOINS = ("noteTarget", "taskTarget")
CREATE = "mutation ($data: NoteTargetCreateInput) { createNoteTarget(data: $data) { id personId targetPersonId } }"
FILTERED = """query ($filter: NoteTargetFilterInput, $orderBy: [NoteTargetOrderByInput]) {
  noteTargets(filter: $filter, orderBy: $orderBy) { edges { node { id } } }
}"""


def ids(connection: Any) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


async def people(graphql: GraphQL) -> tuple[str, str]:
    ada = await create(graphql, "Person", id=number(1), name={"firstName": "Ada"})
    return ada, await create(graphql, "Person", id=number(2), name={"firstName": "Bob"})


@pytest.mark.parametrize("name", JOINS)
async def test_a_target_is_written_and_read_by_either_name(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    type_name = catalog.objects[name].type_name
    targets = {target: await make(graphql, catalog, target) for target in ("person", "company", "opportunity")}
    given = {f"target{target.capitalize()}Id": target_id for target, target_id in targets.items()}
    own_id = await create(graphql, type_name, **given)
    asked = [f"{target}Id {target} {{ id }}" for target in targets]
    asked += [f"target{target.capitalize()}Id target{target.capitalize()} {{ id }}" for target in targets]
    found = await only(graphql, f'{{ {name}(filter: {{id: {{eq: "{own_id}"}}}}) {{ {" ".join(asked)} }} }}')
    for target, target_id in targets.items():
        assert found[f"{target}Id"] == found[f"target{target.capitalize()}Id"] == target_id
        assert found[target] == found[f"target{target.capitalize()}"] == {"id": target_id}


async def test_an_event_is_written_and_read_by_either_name(graphql: GraphQL) -> None:
    own_id = await create(graphql, "CalendarEvent", iCalUid="a@example.com")
    query = """mutation ($id: ID, $data: CalendarEventUpdateInput) {
      updateCalendarEvent(id: $id, data: $data) { iCalUID iCalUid }
    }"""
    found = await only(graphql, query, id=own_id, data={"title": "x"})
    assert found == {"iCalUID": "a@example.com", "iCalUid": "a@example.com"}
    found = await only(graphql, query, id=own_id, data={"iCalUid": "b@example.com"})
    assert found == {"iCalUID": "b@example.com", "iCalUid": "b@example.com"}
    found = await only(graphql, '{ calendarEvents(filter: {iCalUid: {startsWith: "b@"}}) { edges { node { id } } } }')
    assert ids(found) == [own_id]
    duplicates = "query ($data: [CalendarEventCreateInput]) { calendarEventDuplicates(data: $data) { totalCount } }"
    assert (await only(graphql, duplicates, data=[{"iCalUid": "b@example.com"}]))[0]["totalCount"] == 1


async def test_in_batches_upserts_and_nested_data(graphql: GraphQL) -> None:
    ada, bob = await people(graphql)
    batch = """mutation ($data: [NoteTargetCreateInput!], $upsert: Boolean) {
      createNoteTargets(data: $data, upsert: $upsert) { id personId }
    }"""
    given: list[Json] = [{"targetPersonId": ada}, {"personId": bob}, {}]
    made = await only(graphql, batch, data=given)
    assert [record["personId"] for record in made] == [ada, bob, None]
    changed = await only(graphql, batch, data=[{"id": made[0]["id"], "targetPersonId": bob}], upsert=True)
    assert changed == [{"id": made[0]["id"], "personId": bob}]
    note = """mutation ($data: NoteCreateInput) {
      createNote(data: $data) { noteTargets { edges { node { personId } } } }
    }"""
    nested = {"noteTargets": {"create": [{"targetPerson": {"connect": {"where": {"id": ada}}}}]}}
    assert (await only(graphql, note, data=nested))["noteTargets"]["edges"] == [{"node": {"personId": ada}}]


async def test_a_relation_is_written_by_either_name(graphql: GraphQL) -> None:
    ada, bob = await people(graphql)
    made = await only(graphql, CREATE, data={"targetPerson": {"connect": {"where": {"id": ada}}}})
    assert made["personId"] == ada
    update = """mutation ($id: ID, $data: NoteTargetUpdateInput) {
      updateNoteTarget(id: $id, data: $data) { personId targetPerson { name { firstName } } }
    }"""
    changed = await only(graphql, update, id=made["id"], data={"targetPersonId": bob})
    assert changed == {"personId": bob, "targetPerson": {"name": {"firstName": "Bob"}}}
    gone = await only(graphql, update, id=made["id"], data={"targetPerson": {"disconnect": True}})
    assert gone == {"personId": None, "targetPerson": None}


async def test_filtered_and_ordered_by_either_name(graphql: GraphQL, statements: list[str]) -> None:
    ada, bob = await people(graphql)
    first = await create(graphql, "NoteTarget", id=number(11), personId=bob)
    second = await create(graphql, "NoteTarget", id=number(12), personId=ada)

    async def found(filter: Json | None = None, order: list[Json] | None = None) -> list[str]:
        return ids(await only(graphql, FILTERED, filter=filter, orderBy=order))

    for _ in range(2):  # the second time by the statement that the first one left
        assert await found({"targetPersonId": {"eq": ada}}) == [second]
        assert await found({"targetPerson": {"name": {"firstName": {"eq": "Bob"}}}}) == [first]
        assert await found({"not": {"targetPersonId": {"eq": bob}}}) == [second]
        assert await found(None, [{"targetPersonId": "AscNullsLast"}]) == [second, first]
        assert await found(None, [{"targetPerson": {"name": {"firstName": "DescNullsLast"}}}]) == [first, second]
        assert await found({"personId": {"eq": ada}, "targetPersonId": {"eq": ada}}) == [second]
    through = "{ people(filter: {noteTargets: {some: {targetPersonId: {is: NOT_NULL}}}}) { totalCount } }"
    assert (await only(graphql, through))["totalCount"] == 2
    statements.clear()
    await only(graphql, "{ noteTargets { edges { node { targetPerson { id } person { id } targetPersonId } } } }")
    assert len(statements) == 1


async def test_both_names_with_different_values(graphql: GraphQL) -> None:
    ada, bob = await people(graphql)
    same = await only(graphql, CREATE, data={"personId": ada, "targetPersonId": ada.upper()})
    assert same["personId"] == ada
    differ = ("BAD_USER_INPUT", "targetPersonId and personId are names of the same and cannot have different values")
    both = {"personId": ada, "targetPersonId": bob}
    assert await error(graphql, CREATE, data=both) == differ
    assert await error(graphql, CREATE, data={"personId": ada, "targetPersonId": None}) == differ
    batch = "mutation ($data: [NoteTargetCreateInput!]) { createNoteTargets(data: $data) { id } }"
    code, message = differ
    assert await error(graphql, batch, data=[{}, both]) == (code, f"[1]: {message}")
    batch = "mutation ($data: [NoteTargetCreateInput!]) { createNoteTargets(data: $data, upsert: true) { id } }"
    assert await error(graphql, batch, data=[both]) == (code, f"[0]: {message}")
    update = "mutation ($id: ID, $data: NoteTargetUpdateInput) { updateNoteTarget(id: $id, data: $data) { id } }"
    assert await error(graphql, update, id=same["id"], data=both) == differ
    filter = {"personId": {"eq": ada}, "targetPersonId": {"eq": bob}}
    assert await error(graphql, FILTERED, filter=filter) == differ
    order = [{"personId": "AscNullsFirst", "targetPersonId": "DescNullsLast"}]
    assert await error(graphql, FILTERED, orderBy=order) == differ
    by_key = {"personId": bob, "targetPerson": {"connect": {"where": {"id": ada}}}}
    assert await error(graphql, CREATE, data=by_key) == (
        "BAD_USER_INPUT",
        "person and personId cannot be both provided.",
    )


async def test_rest_takes_either_name_and_answers_an_alias_where_it_is_named(
    client: httpx.AsyncClient, graphql: GraphQL
) -> None:
    ada, bob = await people(graphql)
    response = await client.post("/rest/noteTargets", json={"targetPersonId": ada})
    made = response.json()["data"]["createNoteTarget"]
    assert response.status_code == 201 and made["personId"] == ada and made["person"]["id"] == ada
    assert [name for name in made if name.startswith("target")] == []
    path = f"/rest/noteTargets/{made['id']}"
    shown = (await client.get(path, params={"fields": "targetPersonId,targetPerson.name,person"})).json()
    assert shown["data"]["noteTarget"]["targetPersonId"] == ada
    assert shown["data"]["noteTarget"]["targetPerson"]["name"]["firstName"] == "Ada"
    assert set(shown["data"]["noteTarget"]) == {"id", "targetPersonId", "targetPerson", "person"}
    patched = (await client.patch(path, json={"targetPersonId": bob})).json()["data"]["updateNoteTarget"]
    assert patched["personId"] == bob
    await client.post("/rest/noteTargets", json={"personId": ada})
    page = (await client.get("/rest/noteTargets", params={"filter": f'targetPersonId[eq]:"{bob}"'})).json()
    assert [record["id"] for record in page["data"]["noteTargets"]] == [made["id"]]
    page = (await client.get("/rest/noteTargets", params={"order_by": "targetPersonId"})).json()
    assert [record["personId"] for record in page["data"]["noteTargets"]] == [ada, bob]
    refused = await client.post("/rest/noteTargets", json={"personId": ada, "targetPersonId": bob})
    assert refused.status_code == 400 and "names of the same" in refused.json()["messages"][0]


async def test_the_search_vector_is_always_null(graphql: GraphQL, catalog: Catalog, client: httpx.AsyncClient) -> None:
    searched = [item for item in catalog.objects.values() if item.traits.search]
    assert searched
    for object_type in searched:
        await make(graphql, catalog, object_type.name)
        found = await data(
            graphql, f"{{ {object_type.plural} {{ edges {{ node {{ v: searchVector searchVector id }} }} }} }}"
        )
        for edge in found[object_type.plural]["edges"]:
            assert edge["node"] == {"v": None, "searchVector": None, "id": edge["node"]["id"]}
    assert (await client.get("/rest/people", params={"fields": "searchVector"})).status_code == 400
    code, _ = await error(graphql, '{ people(filter: {searchVector: {ilike: "a"}}) { totalCount } }')
    assert code == "GRAPHQL_VALIDATION_FAILED"
    code, _ = await error(graphql, "{ noteTargets { edges { node { searchVector } } } }")
    assert code == "GRAPHQL_VALIDATION_FAILED"


async def test_generators_are_told_one_of_two_input_fields_that_differ_in_case_alone(graphql: GraphQL) -> None:
    """As `i_cal_uid` both would be one attribute of a class."""
    for name in ("CreateInput", "UpdateInput", "FilterInput", "OrderByInput"):
        fields = "inputFields { name } all: inputFields(includeDeprecated: true) { name deprecationReason }"
        found = await only(graphql, f'{{ __type(name: "CalendarEvent{name}") {{ {fields} }} }}')
        told = {field["name"] for field in found["inputFields"]}
        assert "iCalUID" in told and "iCalUid" not in told
        reasons = {field["name"]: field["deprecationReason"] for field in found["all"]}
        assert reasons["iCalUid"] == "Another name of `iCalUID`"
        assert {name for name, reason in reasons.items() if reason} == {"iCalUid"}
