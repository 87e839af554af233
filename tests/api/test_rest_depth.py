"""REST's `depth`: which keys records have, nested ones too, and which related records are answered."""

from uuid import uuid4

import httpx
import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.rest_shim.calls import get, keys, post


@pytest.fixture
async def family(client: httpx.AsyncClient) -> dict[str, str]:
    """A company with an owner and a person, whom a note is about; ids by name."""
    member = await post(client, "workspaceMembers", {"userId": str(uuid4())})
    company = await post(client, "companies", {"name": "Acme", "accountOwnerId": member["id"]})
    person = await post(client, "people", {"city": "Paris", "companyId": company["id"]})
    note = await post(client, "notes", {"title": "About"})
    target = await post(client, "noteTargets", {"noteId": note["id"], "personId": person["id"]})
    return {"member": member["id"], "company": company["id"], "person": person["id"], "target": target["id"]}


async def test_depth_0(client: httpx.AsyncClient, catalog: Catalog, family: dict[str, str]) -> None:
    person = (await get(client, f"people/{family['person']}", depth=0))["data"]["person"]
    assert list(person) == list(catalog.objects["person"].fields)
    assert person["companyId"] == family["company"]


async def test_depth_1(client: httpx.AsyncClient, catalog: Catalog, family: dict[str, str]) -> None:
    person = (await get(client, f"people/{family['person']}"))["data"]["person"]
    assert list(person) == keys(catalog.objects["person"], 1)
    company = person["company"]
    assert list(company) == [*catalog.objects["company"].fields, "accountOwner"]
    assert (company["accountOwnerId"], company["accountOwner"]) == (family["member"], None)
    (target,) = person["noteTargets"]
    assert list(target) == [*catalog.objects["noteTarget"].fields, "note", "person", "company", "opportunity"]
    assert (target["id"], target["note"], target["person"]) == (family["target"], None, None)


async def test_depth_2(client: httpx.AsyncClient, catalog: Catalog, family: dict[str, str]) -> None:
    person = (await get(client, f"people/{family['person']}", depth=2))["data"]["person"]
    company = person["company"]
    assert list(company) == keys(catalog.objects["company"], 1)
    assert company["accountOwner"]["id"] == family["member"]
    (same,) = company["people"]
    assert (same["id"], same["companyId"], same["company"]) == (person["id"], family["company"], None)
    assert list(same) == [*catalog.objects["person"].fields, "company"]
    (target,) = person["noteTargets"]
    assert (target["note"]["title"], target["person"], target["company"]) == ("About", None, None)


@pytest.mark.parametrize("depth", [0, 1, 2])
async def test_a_create_answers_as_a_read_does(client: httpx.AsyncClient, family: dict[str, str], depth: int) -> None:
    data = {"personId": family["person"], "companyId": family["company"]}
    one = await client.post(f"/rest/noteTargets?depth={depth}", json=data)
    many = await client.post(f"/rest/batch/noteTargets?depth={depth}", json=[data])
    created = [one.json()["data"]["createNoteTarget"], *many.json()["data"]["createNoteTargets"]]
    found = (await get(client, "noteTargets", depth=depth, limit=1000))["data"]["noteTargets"]
    by_id = {record["id"]: record for record in found}
    if depth < 2:
        assert [by_id[record["id"]] for record in created] == created
    else:  # between the two, the list of the person's targets has grown
        assert [list(by_id[record["id"]]) for record in created] == [list(record) for record in created]
        assert by_id[created[1]["id"]] == created[1]


async def test_related_records_are_the_60_newest_live_ones(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    company = await post(client, "companies", {"name": "Big"})
    people = await post(client, "people", [{"companyId": company["id"]} for _ in range(63)])
    newest_first = [person["id"] for person in reversed(people)]
    await graphql("mutation ($id: ID) { deletePerson(id: $id) { id } }", id=newest_first[0])
    found = (await get(client, f"companies/{company['id']}"))["data"]["company"]["people"]
    assert [person["id"] for person in found] == newest_first[1:61]


async def test_a_deleted_target_is_null_and_its_id_stays(
    client: httpx.AsyncClient, graphql: GraphQL, family: dict[str, str]
) -> None:
    await graphql("mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=family["company"])
    person = (await get(client, f"people/{family['person']}"))["data"]["person"]
    assert (person["companyId"], person["company"]) == (family["company"], None)
    response = await client.get(f"/rest/companies/{family['company']}")
    assert response.status_code == 404
