"""One company is one company: what is the same however it is spelt, in keys, upserts, connects and filters."""

from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from tests.conftest import GraphQL
from tests.records import Json, create, error, only

DOMAINS = [
    "https://www.bücher.example",
    "bücher.example",
    "http://bücher.example",
    "https://www.bücher.example/",
    "https://BÜCHER.example:443",
    " https://bücher.example ",
    "https://bücher.example?utm=x",
    "xn--bcher-kva.example",
    "HTTPS://WWW.XN--BCHER-KVA.EXAMPLE/#top",
]
EMAILS = [
    "joe@bücher.example",
    "Joe <JOE@bücher.example>",
    "mailto:joe@xn--bcher-kva.example",
    " JOE@BÜCHER.EXAMPLE ",
    "mailto:Joe <joe@bücher.example>?subject=x",
]
PHONE = {"primaryPhoneNumber": "612345678", "primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"}
PHONES = [
    {"primaryPhoneNumber": "+33 6 12 34 56 78"},
    {"primaryPhoneNumber": "06 12 34 56 78", "primaryPhoneCountryCode": "FR"},
    {"primaryPhoneNumber": "0612345678", "primaryPhoneCallingCode": "+33"},
    PHONE,
]

CREATE_COMPANY = "mutation ($d: CompanyCreateInput!, $u: Boolean) { createCompany(data: $d, upsert: $u) { id } }"
CREATE_PERSON = "mutation ($d: PersonCreateInput!, $u: Boolean) { createPerson(data: $d, upsert: $u) { id } }"
COMPANIES = "query ($f: CompanyFilterInput) { companies(filter: $f) { edges { node { id } } } }"
PEOPLE = "query ($f: PersonFilterInput) { people(filter: $f) { edges { node { id } } } }"


def domain(url: str) -> Json:
    return {"domainName": {"primaryLinkUrl": url}}


def email(address: str) -> Json:
    return {"emails": {"primaryEmail": address}}


async def ids(graphql: GraphQL, query: str, filter: Json) -> list[str]:
    return [edge["node"]["id"] for edge in (await only(graphql, query, f=filter))["edges"]]


@pytest.mark.parametrize(
    ("query", "shape", "spellings", "field"),
    [
        (CREATE_COMPANY, domain, DOMAINS, "domainName.primaryLinkUrl"),
        (CREATE_PERSON, email, EMAILS, "emails.primaryEmail"),
    ],
)
async def test_spellings_of_what_is_unique_are_one(
    graphql: GraphQL, client: httpx.AsyncClient, query: str, shape: Any, spellings: list[str], field: str
) -> None:
    own = (await only(graphql, query, d=shape(spellings[0])))["id"]
    plural = "companies" if query is CREATE_COMPANY else "people"
    for spelling in spellings:
        code, message = await error(graphql, query, d=shape(spelling))
        assert code == "BAD_USER_INPUT" and message.startswith(f"{field}: ") and "is already used" in message
        assert (await only(graphql, query, d=shape(spelling), u=True))["id"] == own
        refused = await client.post(f"/rest/{plural}", json=shape(spelling))
        assert refused.status_code == 400 and refused.json()["messages"] == [message]
        taken = await client.post(f"/rest/{plural}?upsert=true", json=shape(spelling))
        assert taken.status_code == 201
    assert (await client.get(f"/rest/{plural}")).json()["totalCount"] == 1


async def test_what_was_understood_is_told(graphql: GraphQL) -> None:
    await only(graphql, CREATE_PERSON, d=email("joe@x.com"))
    await only(graphql, CREATE_COMPANY, d=domain("acme.com"))
    said = await error(graphql, CREATE_PERSON, d=email("Joe <JOE@x.com>"))
    assert said[1] == 'emails.primaryEmail: "Joe <JOE@x.com>" is already used, understood as "joe@x.com"'
    other = await create(graphql, "Company", name="Other")
    update = "mutation ($id: ID, $d: CompanyUpdateInput) { updateCompany(id: $id, data: $d) { id } }"
    said = await error(graphql, update, id=other, d=domain("WWW.acme.com"))
    assert said[1] == 'domainName.primaryLinkUrl: "https://www.acme.com" is already used'


async def test_paths_and_other_hosts_are_others(graphql: GraphQL) -> None:
    found = [
        (await only(graphql, CREATE_COMPANY, d=domain(url)))["id"]
        for url in ("acme.com", "acme.com/de", "acme.com/DE", "de.acme.com", "acme.com:8080", "www.com", "https://www.")
    ]
    assert len(set(found)) == 7
    assert await ids(graphql, COMPANIES, {"domainName": {"primaryLinkUrl": {"eq": "www.com"}}}) == [found[5]]


@pytest.mark.parametrize("spelling", DOMAINS)
async def test_a_domain_is_found_however_it_is_spelt(
    graphql: GraphQL, client: httpx.AsyncClient, spelling: str
) -> None:
    own = await create(graphql, "Company", **domain(DOMAINS[0]))
    other = await create(graphql, "Company", **domain("globex.example"))
    empty = await create(graphql, "Company")
    for operator, value, expected in (
        ("eq", spelling, [own]),
        ("in", ["a.example", spelling], [own]),
        ("in", ["", spelling], [own, empty]),
        ("neq", spelling, [other, empty]),
        ("eq", "", [empty]),
        ("neq", "", [own, other]),
    ):
        for _ in range(3):  # planned anew, seen before and remembered
            filter = {"domainName": {"primaryLinkUrl": {operator: value}}}
            assert await ids(graphql, COMPANIES, filter) == expected
        shown = "[" + ",".join(f'"{item}"' for item in value) + "]" if isinstance(value, list) else f'"{value}"'
        asked = {"filter": f"domainName.primaryLinkUrl[{operator}]:{shown}"}
        rest = (await client.get("/rest/companies", params=asked)).json()
        assert [record["id"] for record in rest["data"]["companies"]] == expected
    person = await create(
        graphql, "Person", company={"connect": {"where": {"domainName": {"primaryLinkUrl": spelling}}}}
    )
    connected = await only(
        graphql, "query ($f: PersonFilterInput) { person(filter: $f) { companyId } }", f={"id": {"eq": person}}
    )
    assert connected == {"companyId": own}


@pytest.mark.parametrize("spelling", EMAILS)
async def test_an_email_is_found_however_it_is_spelt(graphql: GraphQL, spelling: str) -> None:
    own = await create(graphql, "Person", **email(EMAILS[0]))
    assert await ids(graphql, PEOPLE, {"emails": {"primaryEmail": {"eq": spelling}}}) == [own]
    assert await ids(graphql, PEOPLE, {"emails": {"primaryEmail": {"neq": spelling}}}) == []


@pytest.mark.parametrize("given", PHONES)
async def test_a_phone_is_found_however_it_is_spelt(graphql: GraphQL, client: httpx.AsyncClient, given: Json) -> None:
    own = await create(graphql, "Person", phones=given)
    other = await create(graphql, "Person", phones={"primaryPhoneNumber": "+49 30 123456"})
    parts = " ".join(PHONE)
    read = f"query ($f: PersonFilterInput) {{ person(filter: $f) {{ phones {{ {parts} }} }} }}"
    assert (await only(graphql, read, f={"id": {"eq": own}}))["phones"] == PHONE
    for spelt in (*PHONES, {"primaryPhoneNumber": "612345678"}):
        filter = {"phones": {part: {"eq": value} for part, value in spelt.items()}}
        assert await ids(graphql, PEOPLE, filter) == [own], spelt
        apart = [{"phones": {part: found}} for part, found in filter["phones"].items()]
        assert await ids(graphql, PEOPLE, {"and": [{"id": {"in": [own, other]}}, *apart]}) == [own], spelt
    assert await ids(graphql, PEOPLE, {"phones": {"primaryPhoneNumber": {"neq": "+33612345678"}}}) == [other]
    several = {"phones": {"primaryPhoneNumber": {"in": ["+33612345678", "30123456"]}}}
    assert await ids(graphql, PEOPLE, several) == [own, other]
    asked = {"filter": 'phones.primaryPhoneNumber[eq]:"+33 612345678"'}
    rest = (await client.get("/rest/people", params=asked)).json()
    assert [record["id"] for record in rest["data"]["people"]] == [own]
    asked = {"filter": ",".join(f'phones.{part}[eq]:"{value}"' for part, value in given.items())}
    rest = (await client.get("/rest/people", params=asked)).json()
    assert [record["id"] for record in rest["data"]["people"]] == [own]


@pytest.mark.parametrize("spelt", ["06 12 34 56 78", "+33612345679"])
async def test_parts_of_a_phone_that_contradict_each_other(graphql: GraphQL, spelt: str) -> None:
    await create(graphql, "Person", phones=PHONES[0])
    country: Json = {"phones": {"primaryPhoneCountryCode": {"eq": "DE"}}}
    number: Json = {"phones": {"primaryPhoneNumber": {"eq": spelt}}}
    assert await ids(graphql, PEOPLE, {"and": [country, number]}) == []
    both = {"and": [{"phones": {"primaryPhoneNumber": {"eq": "+33612345678"}}}, number]}
    assert await ids(graphql, PEOPLE, both) == []


async def test_a_phone_that_does_not_parse_is_found_as_it_was_read(graphql: GraphQL) -> None:
    own = await create(graphql, "Person", phones={"primaryPhoneNumber": "ext. 9", "primaryPhoneCountryCode": "FR"})
    found = {"primaryPhoneNumber": {"eq": "ext. 9"}, "primaryPhoneCountryCode": {"eq": "FR"}}
    assert await ids(graphql, PEOPLE, {"phones": found}) == [own]
    assert await ids(graphql, PEOPLE, {"phones": {"primaryPhoneNumber": {"eq": "EXT. 9"}}}) == []


async def test_composed_and_decomposed_text_is_the_same(graphql: GraphQL) -> None:
    own = await create(graphql, "Company", name="Café")
    assert await ids(graphql, COMPANIES, {"name": {"eq": "Cafe\u0301"}}) == [own]


async def test_an_upsert_finds_merged_people_by_their_other_emails(graphql: GraphQL) -> None:
    """A sync that knows the loser by its e-mail changes the winner, whose own e-mails stay."""
    winner = await create(graphql, "Person", **email("m1@x.com"), city="Rome")
    loser = await create(graphql, "Person", emails={"primaryEmail": "m2@bücher.de", "additionalEmails": ["m3@x.com"]})
    await only(graphql, "mutation ($ids: [UUID!]) { mergePeople(ids: $ids) { id } }", ids=[winner, loser])
    for address in ("M2@xn--bcher-kva.de", "Joe <m3@x.com>"):
        data: Json = {"emails": {"primaryEmail": address, "additionalEmails": []}, "city": address}
        assert (await only(graphql, CREATE_PERSON, d=data, u=True))["id"] == winner
        read = "{ people { edges { node { id city emails { primaryEmail additionalEmails } } } } }"
        (edge,) = (await only(graphql, read))["edges"]
        emails = {"primaryEmail": "m1@x.com", "additionalEmails": ["m2@bücher.de", "m3@x.com"]}
        assert edge["node"] == {"id": winner, "city": address, "emails": emails}
    own = await create(graphql, "Person", **email("m3@x.com"))
    assert (await only(graphql, CREATE_PERSON, d=email("m3@x.com"), u=True))["id"] == own


async def test_keys_are_nowhere_in_the_api(client: httpx.AsyncClient) -> None:
    for path in ("/rest/open-api/core", "/rest/metadata/objects", "/rest/metadata/fields"):
        text = (await client.get(path)).text
        assert '_key"' not in text.replace("api_key", "") and "_apart" not in text and "_keys" not in text


# Records that were the same before there were keys


@pytest_asyncio.fixture
async def same(graphql: GraphQL, connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """The ids of three companies of one domain, the oldest first, as a migration leaves them."""
    ids = [await create(graphql, "Company", **domain(f"{n}.example")) for n in range(3)]
    for n, own in enumerate(ids):
        await connection.execute(
            'UPDATE company SET "domainNamePrimaryLinkUrl" = $2, domain_name_primary_link_url_key = $3,'
            " domain_name_primary_link_url_apart = $4 WHERE id = $1",
            *(own, f"http://{'www.' * (n % 2)}acme.com", "acme.com", n),
        )
    return ids


UPDATE_COMPANY = "mutation ($id: ID, $d: CompanyUpdateInput) { updateCompany(id: $id, data: $d) { id } }"
MERGE = "mutation ($ids: [UUID!]) { mergeCompanies(ids: $ids) { id } }"
ACME = {"domainName": {"primaryLinkUrl": {"eq": "acme.com"}}}


async def test_records_that_were_the_same_stay_findable(graphql: GraphQL, same: list[str]) -> None:
    assert await ids(graphql, COMPANIES, ACME) == same
    query = "query ($ids: [ID]) { companyDuplicates(ids: $ids) { edges { node { id } } } }"
    found = await only(graphql, query, ids=same)
    assert [[edge["node"]["id"] for edge in group["edges"]] for group in found] == [
        [other for other in same if other != own] for own in same
    ]


async def test_the_oldest_is_connected_and_upserted(graphql: GraphQL, same: list[str]) -> None:
    assert (await only(graphql, CREATE_COMPANY, d=domain("www.acme.com"), u=True))["id"] == same[0]
    connect = {"connect": {"where": {"domainName": {"primaryLinkUrl": "acme.com"}}}}
    query = "mutation ($d: PersonCreateInput!) { createPerson(data: $d) { companyId } }"
    assert await only(graphql, query, d={"company": connect}) == {"companyId": same[0]}
    await only(graphql, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=same[0])
    assert (await only(graphql, CREATE_COMPANY, d=domain("acme.com"), u=True))["id"] == same[1]


async def test_they_are_apart_until_their_value_changes(graphql: GraphQL, same: list[str]) -> None:
    for own in same:
        await only(graphql, UPDATE_COMPANY, id=own, d={"name": "Acme", **domain("https://acme.com/")})
    assert (await error(graphql, CREATE_COMPANY, d=domain("acme.com")))[0] == "BAD_USER_INPUT"
    await only(graphql, UPDATE_COMPANY, id=same[1], d=domain("other.com"))
    code, message = await error(graphql, UPDATE_COMPANY, id=same[1], d=domain("acme.com"))
    assert (code, message) == ("BAD_USER_INPUT", 'domainName.primaryLinkUrl: "https://acme.com" is already used')


@pytest.mark.parametrize(("winner", "loser"), [(0, 1), (1, 0), (2, 0), (1, 2), (2, 1)])
async def test_they_are_apart_until_they_are_merged(graphql: GraphQL, same: list[str], winner: int, loser: int) -> None:
    (other,) = {*same} - {same[winner], same[loser]}
    await only(graphql, MERGE, ids=[same[winner], same[loser]])
    assert await ids(graphql, COMPANIES, ACME) == sorted([same[winner], other])
    await only(graphql, MERGE, ids=[same[winner], other])
    assert await ids(graphql, COMPANIES, ACME) == [same[winner]]
    assert (await error(graphql, CREATE_COMPANY, d=domain("acme.com")))[0] == "BAD_USER_INPUT"


async def test_a_winner_takes_a_value_that_another_has_too(graphql: GraphQL, same: list[str]) -> None:
    winner = await create(graphql, "Company", name="Acme")
    await only(graphql, MERGE, ids=[winner, same[2]])
    assert await ids(graphql, COMPANIES, ACME) == sorted([*same[:2], winner])
