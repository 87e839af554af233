"""A fault of a batch says which element has it and which value it is, in both APIs and whoever finds it."""

from typing import Any

import httpx
import pytest

from tests.conftest import GraphQL
from tests.records import NOWHERE, Json, create, only

MUTATION = "mutation ($d: [PersonCreateInput!]!, $u: Boolean) { createPeople(data: $d, upsert: $u) { id } }"
ID = "00000000-0000-4000-8000-000000000001"
TAKEN = {"emails": {"primaryEmail": "Taken@x.example"}}

# Of a batch: the message, the element and the field.
FAULTS: list[tuple[list[Json], str, int, str | None]] = [
    ([{"city": "a"}, TAKEN], '[1].emails.primaryEmail: "Taken@x.example" is already used', 1, "emails.primaryEmail"),
    (
        [{"emails": {"primaryEmail": "a@b.c"}}, {"city": "x"}, {"emails": {"primaryEmail": " A@B.C "}}],
        '[2].emails.primaryEmail: " A@B.C " is already used',
        2,
        "emails.primaryEmail",
    ),
    ([{"companyId": NOWHERE}], f'[0].companyId: "{NOWHERE}" is the id of no record', 0, "companyId"),
    ([{}, {"id": ID}, {"id": ID.upper()}], f'[2].id: "{ID.upper()}" is already used', 2, "id"),
    ([{}, {"city": "a\0b"}], 'Invalid value for field "[1].city"', 1, "city"),
    ([{}, {}, {"emails": {"primaryEmail": "a\0"}}], 'field "[2].emails.primaryEmail"', 2, "emails.primaryEmail"),
]


@pytest.fixture
async def taken(graphql: GraphQL) -> None:
    await create(graphql, "Person", **TAKEN)


@pytest.mark.parametrize(("batch", "message", "index", "field"), FAULTS)
@pytest.mark.usefixtures("taken")
async def test_both_apis_say_where(
    graphql: GraphQL, client: httpx.AsyncClient, batch: list[Json], message: str, index: int, field: str | None
) -> None:
    for _ in range(3):  # planned anew, seen before and remembered
        (error,) = (await graphql(MUTATION, d=batch))["errors"]
        said: Any = error["message"]
        assert message in said
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "index": index, "field": field}
    response = await client.post("/rest/batch/people", json=batch)
    assert response.status_code == 400
    assert response.json()["messages"] == [said.replace(f'field "[{index}].{field}"', f"field '[{index}].{field}'")]
    assert await only(graphql, "{ people { totalCount } }") == {"totalCount": 1}


@pytest.mark.usefixtures("taken")
async def test_an_unknown_field(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    (error,) = (await graphql(MUTATION, d=[{}, {"citty": "x"}]))["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "index": 1}
    response = await client.post("/rest/batch/people", json=[{}, {"citty": "x"}])
    (message,) = response.json()["messages"]
    assert "[1]" in message and "'citty'" in message and "'city'" in message


async def test_an_upsert_tells_the_element_too(graphql: GraphQL) -> None:
    (error,) = (await graphql(MUTATION, d=[{"id": ID}, {"companyId": NOWHERE}], u=True))["errors"]
    assert error["message"] == f'[1].companyId: "{NOWHERE}" is the id of no record'
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "index": 1, "field": "companyId"}


@pytest.mark.usefixtures("taken")
async def test_a_single_record_has_no_element(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    one = "mutation ($d: PersonCreateInput!) { createPerson(data: $d) { id } }"
    (error,) = (await graphql(one, d=TAKEN))["errors"]
    taken = 'emails.primaryEmail: "Taken@x.example" is already used, understood as "taken@x.example"'
    assert error["message"] == taken
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": "emails.primaryEmail"}
    response = await client.post("/rest/people", json=TAKEN)
    assert response.json()["messages"] == [error["message"]]


async def test_a_value_with_commas_and_parentheses_is_told_whole(graphql: GraphQL) -> None:
    odd = {"domainName": {"primaryLinkUrl": "a), (b, c"}}
    many = "mutation ($d: [CompanyCreateInput!]!) { createCompanies(data: $d) { id } }"
    (error,) = (await graphql(many, d=[odd, odd]))["errors"]
    assert error["message"] == '[1].domainName.primaryLinkUrl: "a), (b, c" is already used'


DOMAIN = {"primaryLinkUrl": "https://nope.example"}
LINKED: list[tuple[Json, str, str | None]] = [
    ({"company": {"connect": {"where": {"domainName": DOMAIN}}}}, "[1].company: Expected 1 record", "company"),
    ({"company": {"connect": {"where": {}}}}, "[1]: company: connect needs a where", None),
    ({"id": "zz"}, '[1].id: Value "zz" is not a valid UUID', "id"),
]


@pytest.mark.parametrize("upsert", [False, True])
@pytest.mark.parametrize(("record", "message", "field"), LINKED)
async def test_what_is_linked_tells_the_element_too(
    graphql: GraphQL, record: Json, message: str, field: str | None, upsert: bool
) -> None:
    for _ in range(3):
        (error,) = (await graphql(MUTATION, d=[{}, record], u=upsert))["errors"]
        assert error["message"].startswith(message)
        assert error["extensions"]["index"] == 1
        assert error["extensions"].get("field") == field


async def test_what_was_read_by_an_alias_is_written_back(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    person = await create(graphql, "Person", city="x")
    target = await create(graphql, "NoteTarget", personId=person)
    read = await client.get(f"/rest/noteTargets/{target}?fields=targetPerson,targetPersonId,note")
    record = read.json()["data"]["noteTarget"]
    assert record["targetPerson"]["id"] == person
    written = await client.patch(f"/rest/noteTargets/{target}", json=record)
    assert written.status_code == 200, written.text
    record["targetPerson"]["id"] = NOWHERE
    refused = await client.patch(f"/rest/noteTargets/{target}", json=record)
    assert refused.status_code == 400 and "connect" in refused.text
