"""Upserts: what a record matches, what of it changes, and what becomes of many at the same time."""

import asyncio
import random
from typing import Any

import pytest

from schema.catalog.model import Catalog
from schema.declare.names import capital
from tests.conftest import VAULT, GraphQL
from tests.records import (
    MASK,
    NOWHERE,
    OBJECTS,
    Json,
    answered,
    create,
    create_many,
    data,
    error,
    full,
    make,
    number,
    only,
    required,
    selection,
)

UPSERT_PEOPLE = """mutation ($data: [PersonCreateInput!]) {
  createPeople(data: $data, upsert: true) { id city jobTitle emails { primaryEmail } deletedAt }
}"""
EVERYONE = """{
  people(orderBy: [{id: AscNullsLast}], filter: {or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}) {
    edges { node { id city jobTitle emails { primaryEmail } position createdBy { source } createdAt deletedAt } }
  }
}"""


def email(address: str) -> Json:
    return {"emails": {"primaryEmail": address}}


async def everyone(graphql: GraphQL) -> list[Json]:
    return [edge["node"] for edge in (await only(graphql, EVERYONE))["edges"]]


PAST = ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z")
PEOPLE: list[Json] = [
    {"city": "Ada", **email("ada@example.com")},
    {"city": "Bob", **email("bob@example.com")},
    {"city": "Cy"},
    {"city": "gone first", **email("gone@example.com"), "deletedAt": PAST[0]},
    {"city": "gone last", **email("gone@example.com"), "deletedAt": PAST[1]},
    {"city": "old Ada", **email("ada@example.com"), "deletedAt": PAST[1]},
]

# Records of one batch, and for each the number of the person that it is; None for a new one.
MATCHES: list[tuple[str, list[Json], list[int | None]]] = [
    ("an id", [{"id": number(2)}], [2]),
    ("an e-mail", [email("bob@example.com")], [1]),
    ("an e-mail as it is stored", [email("  BOB@Example.com ")], [1]),
    ("an id and the e-mail of the same", [{"id": number(0), **email("ada@example.com")}], [0]),
    ("an id, with a new e-mail", [{"id": number(0), **email("new@example.com")}], [0]),
    ("a new id and an e-mail", [{"id": NOWHERE, **email("bob@example.com")}], [1]),
    ("a live one before a deleted one", [email("ada@example.com")], [0]),
    ("the one deleted last", [email("gone@example.com")], [4]),
    ("a deleted one by its id", [{"id": number(3)}], [3]),
    ("nothing", [{}, {}], [None, None]),
    ("an unknown e-mail", [email("new@example.com")], [None]),
    ("an unknown id", [{"id": NOWHERE}], [None]),
    ("no e-mail", [email(""), {"emails": None}, {"emails": {}}], [None, None, None]),
    ("by id and by e-mail in one batch", [{"id": number(2)}, {}, email("bob@example.com")], [2, None, 1]),
    ("in another order", [email("gone@example.com"), email("bob@example.com"), {"id": number(0)}], [4, 1, 0]),
]


@pytest.mark.parametrize(("given", "found"), [pytest.param(*case[1:], id=case[0]) for case in MATCHES])
async def test_what_a_record_matches(
    graphql: GraphQL,
    other_graphql: GraphQL,
    catalog: Catalog,
    statements: list[str],
    given: list[Json],
    found: list[int | None],
) -> None:
    people = [{"id": number(n), "createdBy": {"source": "IMPORT"}, **person} for n, person in enumerate(PEOPLE)]
    await create_many(graphql, catalog, "person", people)
    await create_many(other_graphql, catalog, "person", people)
    before, theirs = await everyone(graphql), await everyone(other_graphql)
    statements.clear()
    answer = await only(
        graphql, UPSERT_PEOPLE, data=[{**record, "jobTitle": f"job {n}"} for n, record in enumerate(given)]
    )
    assert len(statements) <= 2
    assert [record["jobTitle"] for record in answer] == [f"job {n}" for n in range(len(given))]
    after = {person["id"]: person for person in await everyone(graphql)}
    assert len(after) == len(PEOPLE) + found.count(None)
    for record, sent, known in zip(answer, given, found, strict=True):
        if known is None:
            assert record["id"] == sent.get("id", record["id"]) not in {person["id"] for person in before}
            continue
        assert record["id"] == number(known)
        address = sent.get("emails", {}).get("primaryEmail", before[known]["emails"]["primaryEmail"])
        changed = {"jobTitle": record["jobTitle"], **email(address.strip().lower())}
        assert after[number(known)] == {**before[known], **changed}
    touched = {number(known) for known in found if known is not None}
    assert [after[p["id"]] for p in before if p["id"] not in touched] == [p for p in before if p["id"] not in touched]
    assert await everyone(other_graphql) == theirs


async def test_a_match_keeps_who_made_it_when_and_where(graphql: GraphQL) -> None:
    own = await create(graphql, "Person", city="x", position=5, createdBy={"source": "IMPORT"}, **email("a@b.co"))
    fields = "id city jobTitle position createdAt updatedAt createdBy { source name }"
    query = f"mutation ($d: PersonCreateInput) {{ createPerson(data: $d, upsert: true) {{ {fields} }} }}"
    before = await only(graphql, f"{{ person(filter: {{id: {{eq: {own!r}}}}}) {{ {fields} }} }}".replace("'", '"'))
    given = {
        **email("A@b.co"),
        "jobTitle": "y",
        "position": "last",
        "createdAt": "2020-01-01T00:00:00Z",
        "createdBy": {"source": "EMAIL"},
    }
    after = await only(graphql, query, d=given)
    assert after.pop("updatedAt") > before.pop("updatedAt")
    assert after == {**before, "jobTitle": "y"}


async def test_parts_of_a_composite_that_are_not_given_stay(graphql: GraphQL) -> None:
    own = await create(graphql, "Person", name={"firstName": "Ada", "lastName": "Lovelace"})
    query = "mutation ($d: PersonCreateInput) { createPerson(data: $d, upsert: true) { name { firstName lastName } } }"
    for name, expected in (({"lastName": "King"}, ("Ada", "King")), (None, ("", ""))):
        found = await only(graphql, query, d={"id": own, "name": name})
        assert tuple(found["name"].values()) == expected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("company", {"domainName": {"primaryLinkUrl": "https://Acme.com/"}}),
        ("viewField", {"fieldMetadataId": NOWHERE, "viewId": "view"}),
        ("viewSort", {"fieldMetadataId": NOWHERE, "viewId": "view"}),
        ("messageChannelMessageAssociation", {"messageChannelId": "messageChannel", "messageId": "message"}),
    ],
)
async def test_every_unique_key(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, statements: list[str], name: str, key: Json
) -> None:
    object_type = catalog.objects[name]
    plural = capital(object_type.plural)
    query = (
        f"mutation ($d: [{object_type.type_name}CreateInput!]) {{ create{plural}(data: $d, upsert: true) {{ id }} }}"
    )
    for run in (graphql, other_graphql):
        others = {n: v for n, v in key.items() if isinstance(v, str) and v in catalog.objects}
        made = {n: await make(run, catalog, others[n]) if n in others else v for n, v in key.items()}
        given = {**await required(run, catalog, object_type), **made}
        first = await only(run, query, d=[given])
        statements.clear()
        assert await only(run, query, d=[given]) == first
        assert len(statements) == 2
        if len(key) > 1:  # part of the key is another record
            part = {**given, **{n: await make(run, catalog, v) for n, v in others.items()}}
            assert await only(run, query, d=[part]) != first


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_object(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, name: str) -> None:
    """By id: created, then updated in every field, then found as it is."""
    object_type = catalog.objects[name]
    query = (
        f"mutation ($d: {object_type.type_name}CreateInput)"
        f" {{ create{object_type.type_name}(data: $d, upsert: true) {{ {selection(object_type)} }} }}"
    )
    needed = {**await required(graphql, catalog, object_type), "id": NOWHERE}
    kept = {"id", "createdAt", *(field.name for field in (object_type.actor,) if field)}
    kept |= {object_type.position.field} if object_type.position else set()
    created = await only(graphql, query, d=needed)
    given = full(object_type, 2)
    updated = await only(graphql, query, d={**needed, **given})
    expected = {key: value for key, value in answered(object_type, given).items() if key not in kept}
    assert {key: updated[key] for key in expected} == expected
    assert {key: updated[key] for key in kept if key in updated} == {
        key: created[key] for key in kept if key in updated
    }
    theirs = {**await required(other_graphql, catalog, object_type), "id": NOWHERE}
    await only(other_graphql, query, d=theirs)
    page = f"{{ edges {{ node {{ {selection(object_type)} }} }} }}"
    by_id = f'{{ {object_type.plural}(filter: {{id: {{eq: "{NOWHERE}"}}}}) {page} }}'
    (edge,) = (await only(graphql, by_id))["edges"]
    assert edge["node"] == updated


async def test_the_mask_of_a_secret_keeps_it(graphql: GraphQL, connection: Any) -> None:
    own = await create(graphql, "Webhook", targetUrl="https://a.example", secret="a secret of ours")
    query = "mutation ($d: WebhookCreateInput) { createWebhook(data: $d, upsert: true) { secret targetUrl } }"
    found = await only(graphql, query, d={"id": own, "secret": MASK, "targetUrl": "https://b.example"})
    assert found == {"secret": MASK, "targetUrl": "https://b.example"}
    row = await connection.fetchrow("SELECT workspace_id, secret FROM webhook WHERE id = $1", own)
    assert VAULT.open(*row) == "a secret of ours"


async def test_statements(graphql: GraphQL, statements: list[str]) -> None:
    """One to write where nothing can match, one to look up before, and one to read what relations hold."""
    deep = """mutation ($d: [PersonCreateInput!]) {
      createPeople(data: $d, upsert: true) { company { name people { totalCount } } }
    }"""
    company = await create(graphql, "Company", name="Acme")
    for query, record, count in (
        (UPSERT_PEOPLE, {}, 1),
        (UPSERT_PEOPLE, {"jobTitle": "x"}, 1),
        (deep, {"companyId": company}, 2),
    ):
        statements.clear()
        await data(graphql, query, d=[record] * 3, data=[record] * 3)
        assert len(statements) == count
    people = [email(f"{n}@example.com") for n in range(500)]
    for records in (people[:300], people):
        statements.clear()
        found = await only(graphql, deep, d=[{**person, "companyId": company} for person in records])
        assert len(statements) == 3
        assert found[0]["company"] == {"name": "Acme", "people": {"totalCount": 3 + len(records)}}


async def test_connected_by_id(graphql: GraphQL) -> None:
    company = await create(graphql, "Company", name="Acme")
    own = await create(graphql, "Person", **email("a@b.co"))
    query = "mutation ($d: PersonCreateInput) { createPerson(data: $d, upsert: true) { id company { name } } }"
    link: Any
    for link, expected in (
        ({"connect": {"where": {"id": company}}}, {"name": "Acme"}),
        ({"disconnect": True}, None),
    ):
        found = await only(graphql, query, d={**email("a@b.co"), "company": link})
        assert found == {"id": own, "company": expected}


# At the same time


async def test_many_clients_upsert_the_same_addresses(graphql: GraphQL) -> None:
    addresses = [f"{n}@example.com" for n in range(100)]

    async def client(n: int) -> Any:
        shuffled = random.Random(n).sample(addresses, len(addresses))
        people = [{**email(address), "city": address, "jobTitle": str(n)} for address in shuffled]
        answer = await graphql(UPSERT_PEOPLE, data=people)
        assert "errors" not in answer, answer["errors"]
        assert [person["city"] for person in answer["data"]["createPeople"]] == shuffled
        return answer

    await asyncio.gather(*(client(n) for n in range(20)))
    query = "{ people(first: 200) { totalCount edges { node { city emails { primaryEmail } } } } }"
    found = await only(graphql, query)
    assert found["totalCount"] == 100
    assert {edge["node"]["emails"]["primaryEmail"] for edge in found["edges"]} == set(addresses)
    assert all(edge["node"]["city"] == edge["node"]["emails"]["primaryEmail"] for edge in found["edges"])


async def test_opposite_updates_do_not_deadlock(graphql: GraphQL, catalog: Catalog) -> None:
    people = [{"city": "ab"[n % 2], "jobTitle": f"{n:02}"} for n in range(50)]
    ids = await create_many(graphql, catalog, "person", people)
    query = """mutation ($ids: [ID], $to: String) {
      updatePeople(filter: {id: {in: $ids}}, data: {city: $to}) { id city }
    }"""
    upsert = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d, upsert: true) { id city } }"

    async def one(n: int) -> None:
        order = ids if n % 2 else ids[::-1]
        if n % 5 == 0:
            answer = await graphql(upsert, d=[{"id": own, "city": str(n)} for own in order])
        else:
            answer = await graphql(query, ids=order, to=str(n))
        assert "errors" not in answer, answer["errors"]
        (found,) = answer["data"].values()
        assert found == [{"id": own, "city": str(n)} for own in order]

    await asyncio.gather(*(one(n) for n in range(40)))
    cities = {edge["node"]["city"] for edge in (await only(graphql, "{ people { edges { node { city } } } }"))["edges"]}
    assert len(cities) == 1


ACME: Json = {"connect": {"where": {"domainName": {"primaryLinkUrl": "https://acme.com"}}}}


async def test_relations_are_connected_by_a_unique_key(graphql: GraphQL, catalog: Catalog) -> None:
    """Of new records and of those that are there, and by two records of a batch to the same one."""
    companies: list[Json] = [{"name": "Acme", "domainName": {"primaryLinkUrl": "https://acme.com"}}, {"name": "Old"}]
    old = (await create_many(graphql, catalog, "company", companies))[1]
    known = await create(graphql, "Person", emails={"primaryEmail": "a@x.co"}, companyId=old)
    other = await create(graphql, "Person", emails={"primaryEmail": "b@x.co"}, companyId=old)
    batch: list[Json] = [
        {"emails": {"primaryEmail": "a@x.co"}, "company": ACME},
        {"emails": {"primaryEmail": "new@x.co"}, "company": ACME},
        {"emails": {"primaryEmail": "b@x.co"}, "city": "x"},
    ]
    query = "mutation ($d: [PersonCreateInput!]!) { createPeople(data: $d, upsert: true) { id company { name } } }"
    first, second, third = await only(graphql, query, d=batch)
    assert (first["id"], third["id"]) == (known, other)
    assert [one["company"]["name"] for one in (first, second, third)] == ["Acme", "Acme", "Old"]
    assert await only(graphql, query, d=batch) == [first, second, third]


async def test_nothing_is_written_where_a_record_to_connect_is_missing(graphql: GraphQL) -> None:
    batch: list[Json] = [{"city": "x"}, {"city": "y", "company": ACME}]
    query = "mutation ($d: [PersonCreateInput!]!) { createPeople(data: $d, upsert: true) { id } }"
    missing = "Expected 1 record to connect to company, but found 0 for domainNamePrimaryLinkUrl = https://acme.com"
    message = f"[1].company: {missing}"
    assert await error(graphql, query, d=batch) == ("BAD_USER_INPUT", message)
    assert await only(graphql, "{ people { totalCount } }") == {"totalCount": 0}
