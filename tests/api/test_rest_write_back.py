"""A record that was read can be written back by REST: by PATCH, by PUT and by an upsert of one or many."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import NOWHERE, OBJECTS, create, full, make, required
from tests.rest_shim.calls import get

Json = dict[str, Any]

ADVICE = "To link records, use connect with their ids or unique keys"


async def family(graphql: GraphQL) -> tuple[str, str, str]:
    """A company with two people and an owner; the ids of the company and the people."""
    owner = await create(graphql, "WorkspaceMember", userId=str(uuid4()))
    company = await create(graphql, "Company", name="Acme", accountOwnerId=owner)
    people = [await create(graphql, "Person", city=city, companyId=company) for city in ("Rome", "Oslo")]
    return company, people[0], people[1]


def timeless(value: Any) -> Any:
    """Without the times of the last change, at any depth: a record stands in its related ones too."""
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if key != "updatedAt"}
    return [timeless(item) for item in value] if isinstance(value, list) else value


async def refused(response: httpx.Response) -> str:
    assert response.status_code == 400, response.text
    (message,) = response.json()["messages"]
    return str(message)


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("depth", [0, 1, 2])
async def test_every_object(
    graphql: GraphQL, client: httpx.AsyncClient, catalog: Catalog, name: str, depth: int
) -> None:
    object_type = catalog.objects[name]
    data = {**await required(graphql, catalog, object_type, 1), **full(object_type, 1)}
    record_id = await create(graphql, object_type.type_name, **data)
    for relation in object_type.to_many:
        target = catalog.objects[relation.target]
        await make(graphql, catalog, relation.target, 2, **{target.relations[relation.inverse].foreign_key: record_id})
    path = f"{object_type.plural}/{record_id}"
    read = (await get(client, path, depth=depth))["data"][name]

    for method in ("PATCH", "PUT"):
        response = await client.request(method, f"/rest/{path}?depth={depth}", json=read)
        assert response.status_code == 200, response.text
        (written,) = response.json()["data"].values()
        assert timeless(written) == timeless(read)
    for batch in (False, True):
        response = await client.post(
            f"/rest/{'batch/' if batch else ''}{object_type.plural}?upsert=true&depth={depth}",
            json=[read] if batch else read,
        )
        assert response.status_code == 201, response.text
        (written,) = response.json()["data"].values()
        (written,) = written if batch else [written]
        assert timeless(written) == timeless(read)


async def test_a_change_of_what_was_read(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    """The foreign key decides, whatever company was read beside it."""
    company, person, _ = await family(graphql)
    read = (await get(client, f"people/{person}"))["data"]["person"]
    assert read["company"]["id"] == company
    other = await create(graphql, "Company", name="Beta")
    response = await client.patch(f"/rest/people/{person}", json={**read, "companyId": other, "city": "Bern"})
    written = response.json()["data"]["updatePerson"]
    assert (written["companyId"], written["company"]["name"], written["city"]) == (other, "Beta", "Bern")


async def test_a_relation_that_is_not_so(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    company, person, _ = await family(graphql)
    stranger = await create(graphql, "Person", city="Bern")
    other = await create(graphql, "Company", name="Beta")
    path = f"/rest/companies/{company}"
    for body, place, wrong in (
        ({"people": [{"id": person}, {"id": stranger}]}, "people", stranger),
        ({"people": [{"id": NOWHERE}]}, "people", NOWHERE),
        ({"accountOwner": {"id": NOWHERE}}, "accountOwner", NOWHERE),
    ):
        message = await refused(await client.patch(path, json=body))
        assert message == f"{place}: '{wrong}' is not linked to the record. {ADVICE}"
    person_path = f"/rest/people/{person}"
    message = await refused(await client.patch(person_path, json={"company": {"id": other}, "companyId": company}))
    assert message == f"company: '{other}' is not linked to the record. {ADVICE}"
    message = await refused(await client.patch(path, json={"people": [person]}))
    assert message == f'people: "{person}" is not a record with an id. {ADVICE}'


async def test_a_batch_names_the_record(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    company, person, colleague = await family(graphql)
    other = await create(graphql, "Company", name="Beta")
    batch: list[Json] = [
        {"id": company, "people": [{"id": person}, {"id": colleague.upper()}]},
        {"id": other, "people": []},
        {"id": other.upper(), "people": [{"id": person}]},
    ]
    response = await client.post("/rest/batch/companies?upsert=true", json=batch[:2])
    assert response.status_code == 201, response.text
    message = await refused(await client.post("/rest/batch/companies?upsert=true", json=[batch[0], batch[2]]))
    assert message == f"[1].people: '{person}' is not linked to the record. {ADVICE}"
    unknown = {"name": "New", "people": [{"id": person}]}
    message = await refused(await client.post("/rest/companies?upsert=true", json=unknown))
    assert message.endswith(ADVICE)


async def test_what_is_asked_for_stays_so(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    company, _, _ = await family(graphql)
    stranger = await create(graphql, "Person", city="Bern")
    body: Json = {"people": {"connect": [{"where": {"id": stranger}}]}}
    response = await client.patch(f"/rest/companies/{company}", json=body)
    assert len(response.json()["data"]["updateCompany"]["people"]) == 3
    body = {"company": {"disconnect": True}}
    response = await client.patch(f"/rest/people/{stranger}", json=body)
    assert response.json()["data"]["updatePerson"]["companyId"] is None


async def test_a_part_that_nobody_knows_is_refused(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    company, _, _ = await family(graphql)
    message = await refused(await client.patch(f"/rest/companies/{company}", json={"createdBy": {"nmae": "x"}}))
    assert (
        message
        == "createdBy: Field 'nmae' is not defined by type 'ActorUpdateInput'. Its fields are 'source', 'context'."
    )


async def test_it_takes_one_statement_more_and_only_where_something_is_linked(
    graphql: GraphQL, client: httpx.AsyncClient, statements: list[str]
) -> None:
    company, _, _ = await family(graphql)
    read = (await get(client, f"companies/{company}"))["data"]["company"]
    statements.clear()
    await client.patch(f"/rest/companies/{company}?fields=id", json={"name": "Acme 2"})
    usual = len(statements)
    statements.clear()
    lone = {**read, "people": [], "accountOwner": read["accountOwner"]}
    assert (await client.patch(f"/rest/companies/{company}?fields=id", json=lone)).status_code == 200
    assert len(statements) == usual
    statements.clear()
    assert (await client.patch(f"/rest/companies/{company}?fields=id", json=read)).status_code == 200
    assert len(statements) == usual + 1
