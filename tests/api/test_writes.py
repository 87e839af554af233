"""Writes of many records, their limits, unique values, and writers at the same time."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.conftest import GraphQL, Workspace, run_server
from tests.records import EVERY, LONG_AGO, NOWHERE, Json, create, create_many, data, error, number, only

# Many at once

VERBS = ["update", "delete", "restore", "destroy"]


def many(verb: str, where: str, selected: str = "{ id }") -> str:
    declared = "($ids: [ID])" if "$ids" in where else ""
    data = ", data: {}" if verb == "update" else ""
    return f"mutation {declared} {{ {verb}Companies(filter: {where}{data}) {selected} }}"


async def some(graphql: GraphQL, catalog: Catalog, verb: str, count: int = 4) -> list[str]:
    """Companies that the verb works on, created in the opposite order of their ids."""
    deleted = {"deletedAt": LONG_AGO} if verb == "restore" else {}
    ids = [number(n) for n in range(count)]
    await create_many(graphql, catalog, "company", [{"id": each, "name": "n", **deleted} for each in reversed(ids)])
    return ids


@pytest.mark.parametrize("selected", ["{ id }", "{ id people { totalCount } }"])
@pytest.mark.parametrize("verb", VERBS)
async def test_many_answer_in_the_order_of_ids_or_of_the_list(
    graphql: GraphQL, catalog: Catalog, verb: str, selected: str
) -> None:
    async def answered(where: str, listed: list[str]) -> list[str]:
        ids = await some(graphql, catalog, verb)
        found = await only(graphql, many(verb, where, selected), ids=listed)
        await only(graphql, many("destroy", "{id: {in: $ids}}"), ids=ids)
        return [record["id"] for record in found]

    a, b, c, d = (number(n) for n in range(4))
    assert await answered("{id: {in: $ids}}", [c, a, d.upper()]) == [c, a, d]
    assert await answered("{id: {in: $ids}}", [c, NOWHERE, a, c]) == [c, a]
    assert await answered('{id: {in: $ids}, name: {eq: "n"}}', [c, a, d]) == [a, c, d]
    assert await answered("{or: [{id: {in: $ids}}, {id: {in: $ids}}]}", [c, a]) == [a, c]
    assert await answered('{name: {eq: "n"}}', []) == [a, b, c, d]


@pytest.mark.parametrize("verb", VERBS)
async def test_many_that_match_nothing(graphql: GraphQL, catalog: Catalog, verb: str) -> None:
    await some(graphql, catalog, verb)
    assert await only(graphql, many(verb, '{name: {eq: "nothing"}}')) == []
    assert await only(graphql, many(verb, "{id: {in: $ids}}", "{ people { totalCount } }"), ids=[NOWHERE]) == []
    assert await only(graphql, many(verb, "{not: {}}")) == []


NO_CONDITION = [
    "null",
    "{}",
    "{and: []}",
    "{and: null}",
    "{and: [null]}",
    "{and: [{}, {and: []}]}",
    "{or: []}",
    "{or: [{}]}",
    '{or: [{name: {eq: "n"}}, {}]}',
    "{not: null}",
    "{not: {not: {}}}",
    '{not: {and: [{not: {}}, {name: {eq: "n"}}]}}',
]


@pytest.mark.parametrize("verb", VERBS)
async def test_many_without_a_condition_are_refused(graphql: GraphQL, catalog: Catalog, verb: str) -> None:
    await some(graphql, catalog, verb, 1)
    refused = ("BAD_USER_INPUT", "A non-empty filter is required")
    for where in NO_CONDITION:
        assert await error(graphql, many(verb, where)) == refused, where
    query = many(verb, "$filter").replace("mutation", "mutation ($filter: CompanyFilterInput)")
    assert await error(graphql, query) == refused


async def test_which_rows_many_see(graphql: GraphQL, catalog: Catalog) -> None:
    """Live ones, unless the filter mentions deletedAt; a restore the deleted ones, a destroy both."""
    live, gone = number(1), number(2)
    await create_many(graphql, catalog, "company", [{"id": live}, {"id": gone, "deletedAt": LONG_AGO}])
    both = "{id: {in: $ids}}"
    every = "{id: {in: $ids}, or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"

    async def answered(verb: str, where: str) -> list[str]:
        return [record["id"] for record in await only(graphql, many(verb, where), ids=[live, gone])]

    assert await answered("update", both) == [live]
    assert await answered("update", every) == [live, gone]
    assert await answered("restore", every) == [gone]
    assert await answered("restore", both) == []
    assert await answered("delete", both) == [live, gone]
    assert await answered("delete", both) == []
    assert await answered("destroy", both) == [live, gone]


# Limits


async def test_limits(api: Api, settings: Settings, workspace: Workspace) -> None:
    limits = {"max_affected_records": 3, "max_batch_size": 3}
    with run_server(settings.model_copy(update=limits), api) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers) as client:

            async def ask(query: str, **variables: Any) -> Any:
                return (await client.post("/graphql", json={"query": query, "variables": variables})).json()

            batch = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) { id } }"
            ids = [record["id"] for record in await only(ask, batch, d=[{"name": "n"}] * 3)]
            refused = ("BAD_USER_INPUT", "Maximum number of records to create is 3.")
            assert await error(ask, batch, d=[{"name": "m"}] * 4) == refused
            assert await only(ask, '{ companies(filter: {name: {eq: "m"}}) { totalCount } }') == {"totalCount": 0}
            for verb in ("update", "delete", "restore", "destroy"):
                if verb == "restore":
                    assert len(await only(ask, many("delete", '{name: {eq: "n"}}'))) == 3
                assert len(await only(ask, many(verb, '{name: {eq: "n"}}'))) == 3
                if verb in ("delete", "destroy"):
                    await only(ask, many("restore", "{id: {in: $ids}}"), ids=ids)
                if verb == "destroy":
                    await only(ask, batch, d=[{"name": "n"}] * 3)
            await only(ask, batch, d=[{"name": "n"}])
            everything = f"{{ companies(filter: {EVERY}) {{ edges {{ node {{ id updatedAt deletedAt }} }} }} }}"
            before = await only(ask, everything)
            assert len(before["edges"]) == 4
            too_many = ("BAD_USER_INPUT", "Cannot change more than 3 records at once")
            for verb in ("update", "delete", "destroy"):
                assert await error(ask, many(verb, '{name: {eq: "n"}}')) == too_many
                assert await only(ask, everything) == before
            for each in [edge["node"]["id"] for edge in before["edges"]]:
                await only(ask, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=each)
            before = await only(ask, everything)
            assert await error(ask, many("restore", '{name: {eq: "n"}}')) == too_many
            assert await only(ask, everything) == before


@pytest.mark.parametrize("selected", ["{ id name }", "{ id name people { totalCount } }"])
async def test_a_batch_is_answered_in_the_order_of_its_input(graphql: GraphQL, selected: str) -> None:
    """All of it, whatever the ids and unique values, up to the limit."""
    records: list[Json] = [
        {"name": f"{n}", "domainName": {"primaryLinkUrl": f"https://{n * 7919 % 1000}.com"}} for n in range(1000)
    ]
    for n in range(1, 1000, 2):
        records[n]["id"] = number(n * 7919 % 1000)
    query = f"mutation ($d: [CompanyCreateInput!]) {{ createCompanies(data: $d) {selected} }}"
    answer = await only(graphql, query, d=records)
    assert [record["name"] for record in answer] == [record["name"] for record in records]
    assert [record["id"] for record in answer[1::2]] == [record["id"] for record in records[1::2]]
    generated = [record["id"] for record in answer[0::2]]
    assert generated == sorted(generated)
    message = "Maximum number of records to create is 1000."
    assert await error(graphql, query, d=[{}] * 1001) == ("BAD_USER_INPUT", message)


async def test_a_batch_of_none_and_of_one(graphql: GraphQL) -> None:
    query = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) { name } }"
    assert await only(graphql, query, d=[]) == []
    assert await only(graphql, query, d={"name": "one"}) == [{"name": "one"}]


async def test_records_of_a_batch_give_different_fields(graphql: GraphQL) -> None:
    query = """mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) {
      name employees idealCustomerProfile createdAt address { addressCity addressLat } } }"""
    records: list[Json] = [
        {"name": "a"},
        {"employees": 3},
        {"idealCustomerProfile": True, "createdAt": LONG_AGO},
        {"address": {"addressLat": 2}},
    ]
    answer = await only(graphql, query, d=records)
    now = [record.pop("createdAt") for record in answer]
    none = {"addressCity": "", "addressLat": None}
    assert answer == [
        {"name": "a", "employees": None, "idealCustomerProfile": False, "address": none},
        {"name": "", "employees": 3, "idealCustomerProfile": False, "address": none},
        {"name": "", "employees": None, "idealCustomerProfile": True, "address": none},
        {"name": "", "employees": None, "idealCustomerProfile": False, "address": {**none, "addressLat": 2}},
    ]
    assert now[2] == LONG_AGO and min(now[0], now[1], now[3]) > LONG_AGO


async def test_a_batch_is_all_or_nothing(graphql: GraphQL) -> None:
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id } }"
    twice = [{"city": "x"}, {"emails": {"primaryEmail": "a@b.c"}}, {"emails": {"primaryEmail": "A@B.C"}}]
    message = '[2].emails.primaryEmail: "A@B.C" is already used, understood as "a@b.c"'
    assert await error(graphql, query, d=twice) == ("BAD_USER_INPUT", message)
    assert await only(graphql, "{ people { totalCount } }") == {"totalCount": 0}
    assert len(await only(graphql, query, d=[{"emails": {"primaryEmail": ""}}] * 3)) == 3


async def test_a_batch_is_stored_as_its_records_are_one_by_one(graphql: GraphQL) -> None:
    """A batch is checked column by column, and one value that is not plain must not change how the others are."""
    selected = "city jobTitle name { firstName lastName } emails { primaryEmail } companyId"
    company = await create(graphql, "Company")
    odd: dict[str, list[Any]] = {
        "city": ["Köln", None, "\0", "e\u0301"],
        "companyId": [None, company.upper(), "", NOWHERE],
        "name": [{"firstName": "Zoë"}, {"lastName": None}, {"firstName": "\0"}, {}, None],
        "emails": [{"primaryEmail": " ADA@Example.com "}, {"primaryEmail": "ö\0"}, {"primaryEmail": None}],
    }
    plain = {"city": "Paris", "jobTitle": "x", "name": {"firstName": "A", "lastName": "B"}, "companyId": company}
    one = f"mutation ($d: PersonCreateInput) {{ createPerson(data: $d) {{ {selected} }} }}"
    many = f"mutation ($d: [PersonCreateInput!]) {{ createPeople(data: $d) {{ {selected} }} }}"
    refused = 0
    for record in ({**plain, field: value} for field, values in odd.items() for value in values):
        alone = await graphql(one, d=record)
        await only(graphql, 'mutation { destroyPeople(filter: {jobTitle: {eq: "x"}}) { id } }')
        together = await graphql(many, d=[plain, record, plain])
        await only(graphql, 'mutation { destroyPeople(filter: {jobTitle: {eq: "x"}}) { id } }')
        assert ("errors" in alone) == ("errors" in together), record
        if "errors" not in alone:
            stored = together["data"]["createPeople"]
            assert stored[1] == alone["data"]["createPerson"]
            assert stored[0] == stored[2] == {**plain, "emails": {"primaryEmail": ""}}
        refused += "errors" in alone
    assert refused == 4


# Unique values


async def test_the_unique_value_of_a_deleted_record_is_free(graphql: GraphQL) -> None:
    person = {"emails": {"primaryEmail": "ada@example.com"}}
    first = await create(graphql, "Person", **person)
    query = "mutation ($d: PersonCreateInput) { createPerson(data: $d) { id } }"
    duplicate = ("BAD_USER_INPUT", 'emails.primaryEmail: "ada@example.com" is already used')
    assert await error(graphql, query, d=person) == duplicate
    await only(graphql, "mutation ($id: ID) { deletePerson(id: $id) { id } }", id=first)
    second = await create(graphql, "Person", **person)
    assert await error(graphql, "mutation ($id: ID) { restorePerson(id: $id) { id } }", id=first) == duplicate
    many = "mutation ($ids: [ID]) { restorePeople(filter: {id: {in: $ids}}) { id } }"
    assert await error(graphql, many, ids=[first]) == duplicate
    await only(graphql, "mutation ($id: ID) { destroyPerson(id: $id) { id } }", id=second)
    assert await only(graphql, many, ids=[first]) == [{"id": first}]
    third = await create(graphql, "Person")
    update = "mutation ($id: ID, $d: PersonUpdateInput) { updatePerson(id: $id, data: $d) { id } }"
    assert await error(graphql, update, id=third, d=person) == duplicate
    assert await only(graphql, update, id=first, d=person) == {"id": first}


# At the same time


async def test_concurrent_creates(graphql: GraphQL) -> None:
    """Batches of the same unique values in opposite orders: for each value one wins, and nobody deadlocks."""
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id } }"

    def batch(order: int) -> list[Json]:
        return [{"emails": {"primaryEmail": f"{n}@example.com"}} for n in range(40)][::order]

    answers = await asyncio.gather(*(graphql(query, d=batch(1 if n % 2 else -1)) for n in range(8)))
    codes = Counter(e["extensions"]["code"] for answer in answers for e in answer.get("errors", ()))
    assert codes == {"BAD_USER_INPUT": 7}
    assert await only(graphql, "{ people { totalCount } }") == {"totalCount": 40}
    plain = await asyncio.gather(*(graphql("mutation { createCompany(data: {}) { position } }") for _ in range(20)))
    assert not any("errors" in answer for answer in plain)


async def test_concurrent_updates_in_opposite_orders(graphql: GraphQL, catalog: Catalog) -> None:
    ids = await some(graphql, catalog, "update", 60)
    update = (
        "mutation ($ids: [ID], $name: String) { updateCompanies(filter: {id: {in: $ids}}, data: {name: $name}) { id } }"
    )
    answers = await asyncio.gather(
        *(graphql(update, ids=ids[:: 1 if n % 2 else -1], name=f"n{n}") for n in range(12)),
        *(graphql(many("delete" if n % 2 else "restore", "{id: {in: $ids}}"), ids=ids[::-1]) for n in range(4)),
    )
    assert [answer["errors"] for answer in answers if "errors" in answer] == []
    read = f"{{ companies(filter: {EVERY}) {{ edges {{ node {{ name deletedAt }} }} }} }}"
    edges = (await only(graphql, read))["edges"]
    assert len({(edge["node"]["name"], edge["node"]["deletedAt"] is None) for edge in edges}) <= 2


async def test_concurrent_destroys_and_creates_of_dependants(graphql: GraphQL, catalog: Catalog) -> None:
    """Whoever comes second finds the record gone, or is told of the conflict; no error is ours."""
    for _ in range(5):
        company = await create(graphql, "Company")
        destroy = graphql("mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=company)
        link = "mutation ($id: UUID) { createNoteTarget(data: {companyId: $id}) { id } }"
        answers = await asyncio.gather(destroy, *(graphql(link, id=company) for _ in range(4)))
        codes = {e["extensions"]["code"] for answer in answers for e in answer.get("errors", ())}
        assert codes <= {"BAD_USER_INPUT", "CONFLICT"}


async def test_deleting_many_that_are_deleted_changes_nothing(graphql: GraphQL) -> None:
    await graphql('mutation { createPeople(data: [{city: "a"}, {city: "b"}]) { id } }')
    first = await graphql('mutation { deletePeople(filter: {city: {eq: "a"}}) { city deletedAt updatedAt } }')
    everywhere = "or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]"
    both = await graphql(f"mutation {{ deletePeople(filter: {{{everywhere}}}) {{ city deletedAt updatedAt }} }}")
    assert [found["city"] for found in both["data"]["deletePeople"]] == ["a", "b"]
    assert both["data"]["deletePeople"][0] == first["data"]["deletePeople"][0]
    live = await graphql('mutation { deletePeople(filter: {city: {in: ["a", "b"]}}) { city } }')
    assert live["data"]["deletePeople"] == []


async def test_a_create_answers_what_it_points_to_in_one_statement(graphql: GraphQL, statements: list[str]) -> None:
    """Live records only, two relations away too; what points back is read by a second statement."""
    member = await create(graphql, "WorkspaceMember", name={"firstName": "Ada"}, userId=NOWHERE)
    company = await create(graphql, "Company", name="Acme", accountOwnerId=member)
    gone = await create(graphql, "Company", name="Gone")
    await data(graphql, "mutation ($id: ID!) { deleteCompany(id: $id) { id } }", id=gone)
    query = """mutation ($d: [PersonCreateInput!]) { createPeople(data: $d)
      { city companyId company { name accountOwner { name { firstName } } %s } } }"""
    batch = [{"city": "a", "companyId": company}, {"city": "b", "companyId": gone}, {"city": "c"}]
    acme = {"name": "Acme", "accountOwner": {"name": {"firstName": "Ada"}}}
    statements.clear()
    assert await only(graphql, query % "", d=batch) == [
        {"city": "a", "companyId": company, "company": acme},
        {"city": "b", "companyId": gone, "company": None},
        {"city": "c", "companyId": None, "company": None},
    ]
    assert len(statements) == 1
    statements.clear()
    assert (await only(graphql, query % "people { totalCount }", d=batch[:1]))[0]["company"]["people"] == {
        "totalCount": 2
    }
    assert len(statements) == 2
