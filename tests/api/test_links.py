"""Relations in the data of a write: connected, disconnected, created along."""

import pytest

from schema.catalog.loading import load
from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import NOWHERE, Json, create, create_many, data, error, make, only, required

CREATE_PERSON = "mutation ($d: PersonCreateInput) { createPerson(data: $d) { companyId company { name } } }"
CREATE_COMPANY = """mutation ($d: CompanyCreateInput) {
  createCompany(data: $d) { name people(orderBy: [{city: AscNullsLast}]) { edges { node { city } } } }
}"""
COUNTS = "{ people { totalCount } companies { totalCount } opportunities { totalCount } noteTargets { totalCount } }"


def number(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


def cities(company: Json) -> list[str]:
    return [edge["node"]["city"] for edge in company["people"]["edges"]]


async def counts(graphql: GraphQL) -> list[int]:
    return [found["totalCount"] for found in (await data(graphql, COUNTS)).values()]


# What stands for the company in the data of a new person, its name then, and how many statements that is.
COMPANIES: list[tuple[str, Json, str | None, int]] = [
    ("by id", {"connect": {"where": {"id": number(1)}}}, "Acme", 1),
    ("by its domain", {"connect": {"where": {"domainName": {"primaryLinkUrl": "https://acme.com"}}}}, "Acme", 2),
    (
        "by its domain as typed",
        {"connect": {"where": {"domainName": {"primaryLinkUrl": "https://Acme.com/"}}}},
        "Acme",
        2,
    ),
    (
        "by id and domain, which need not be given",
        {"connect": {"where": {"id": number(1), "domainName": None}}, "disconnect": None, "create": None},
        "Acme",
        1,
    ),
    ("a deleted one by its id, which is not shown", {"connect": {"where": {"id": number(2)}}}, None, 1),
    ("a new one", {"create": {"name": "New"}}, "New", 2),
    ("a new one with an id", {"create": {"id": NOWHERE, "name": "New"}}, "New", 2),
    ("no longer", {"disconnect": True}, None, 1),
    ("nothing", {}, None, 1),
    ("not disconnected", {"disconnect": False}, None, 1),
]


@pytest.mark.parametrize(("company", "name", "count"), [pytest.param(*case[1:], id=case[0]) for case in COMPANIES])
async def test_to_one(
    graphql: GraphQL, catalog: Catalog, statements: list[str], company: Json, name: str | None, count: int
) -> None:
    companies: list[Json] = [
        {"id": number(1), "name": "Acme", "domainName": {"primaryLinkUrl": "https://acme.com"}},
        {"id": number(2), "name": "Gone", "deletedAt": "2025-01-01T00:00:00Z"},
        {"id": number(3), "name": "Old"},
    ]
    await create_many(graphql, catalog, "company", companies)
    statements.clear()
    made = await only(graphql, CREATE_PERSON, d={"company": company})
    assert len(statements) == count
    assert made["company"] == (None if name is None else {"name": name})

    old = await create(graphql, "Person", companyId=number(3))
    update = (
        "mutation ($id: ID, $d: PersonUpdateInput) { updatePerson(id: $id, data: $d) { companyId company { name } } }"
    )
    if company.get("create"):
        company = {"create": {"name": "New"}}
    statements.clear()
    changed = await only(graphql, update, id=old, d={"company": company})
    assert len(statements) == 2
    kept = {"name": "Old"} if not company.get("connect") and not company.get("create") else None
    expected = {"name": name} if name else (None if company.get("disconnect") or company.get("connect") else kept)
    assert changed["company"] == expected
    statements.clear()
    await data(graphql, "mutation ($d: PersonCreateInput) { createPerson(data: $d) { id city } }", d={"city": "x"})
    assert len(statements) == 1


async def test_many_are_connected_by_one_look_up(graphql: GraphQL, catalog: Catalog, statements: list[str]) -> None:
    domains = [f"https://{n}.example" for n in range(20)]
    companies = [{"name": str(n), "domainName": {"primaryLinkUrl": url}} for n, url in enumerate(domains)]
    await create_many(graphql, catalog, "company", companies)
    people: list[Json] = [
        {"company": {"connect": {"where": {"domainName": {"primaryLinkUrl": url}}}}} for url in domains * 5
    ]
    people += [{"company": {"create": {"name": "20", "people": {"create": [{"city": "x"}]}}}}, {}]
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { company { name } } }"
    statements.clear()
    found = await only(graphql, query, d=people)
    assert len(statements) == 2
    names = [str(n) for n in range(20)] * 5
    assert [person["company"] for person in found] == [*({"name": name} for name in [*names, "20"]), None]
    statements.clear()
    without = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id companyId } }"
    assert all(person["companyId"] for person in (await only(graphql, without, d=people[:100])))
    assert len(statements) == 1


async def test_to_many(graphql: GraphQL, statements: list[str]) -> None:
    """People are created with a company, and others come over to it."""
    before = await create(graphql, "Company", name="Before", people={"create": [{"city": "c"}, {"city": "d"}]})
    moved = await create(graphql, "Person", city="e", companyId=before, emails={"primaryEmail": "e@x.co"})
    given: Json = {
        "name": "Acme",
        "people": {
            "create": [{"city": "b"}, {"city": "a"}],
            "connect": [{"where": {"emails": {"primaryEmail": " E@x.co"}}}],
        },
    }
    statements.clear()
    made = await only(graphql, CREATE_COMPANY, d=given)
    assert len(statements) == 2
    assert cities(made) == ["a", "b", "e"]
    update = """mutation ($id: ID, $d: CompanyUpdateInput) {
      updateCompany(id: $id, data: $d) { name people(orderBy: [{city: AscNullsLast}]) { edges { node { city } } } }
    }"""
    statements.clear()
    given = {"people": {"connect": [{"where": {"id": moved}}], "create": [{"city": "f"}]}}
    back = await only(graphql, update, id=before, d=given)
    assert len(statements) == 2
    assert cities(back) == ["c", "d", "e", "f"]


async def test_what_is_created_along_is_complete(graphql: GraphQL) -> None:
    """It has a position, an actor and normalised values, as if it were created by itself."""
    people = [
        {"emails": {"primaryEmail": f" {name}@X.co"}, "position": place} for name, place in (("A", "last"), ("B", 7))
    ]
    await create(graphql, "Person", position=3)
    await create(graphql, "Company", people={"create": [*people, {}]})
    query = """{
      people(orderBy: [{position: AscNullsLast}]) {
        edges { node { emails { primaryEmail } position createdBy { source name } } }
      }
    }"""
    nodes = [edge["node"] for edge in (await only(graphql, query))["edges"]]
    assert {(n["createdBy"]["source"], n["createdBy"]["name"]) for n in nodes} == {("API", "Test key")}
    assert [(n["emails"]["primaryEmail"], n["position"]) for n in nodes] == [
        ("", 2),
        ("", 3),
        ("a@x.co", 4),
        ("b@x.co", 7),
    ]


async def test_three_levels_in_one_statement(graphql: GraphQL, statements: list[str]) -> None:
    note = {"title": "Call", "bodyV2": {"markdown": "*soon*"}}
    deal: Json = {"name": "Deal", "noteTargets": {"create": [{"note": {"create": note}}]}}
    given: Json = {
        "name": "Acme",
        "people": {"create": [{"city": "x", "pointOfContactForOpportunities": {"create": [deal]}}]},
    }
    code, message = await error(graphql, CREATE_COMPANY, d=given)
    assert (code, message) == ("BAD_USER_INPUT", "note: nested creates may be at most 3 levels deep")
    assert await counts(graphql) == [0, 0, 0, 0]
    del deal["noteTargets"]["create"][0]["note"]
    statements.clear()
    await data(graphql, "mutation ($d: CompanyCreateInput) { createCompany(data: $d) { id name } }", d=given)
    assert len(statements) == 1
    query = """{ noteTargets { edges { node { opportunity { name pointOfContact { city company { name } } } } } } }"""
    (edge,) = (await only(graphql, query))["edges"]
    person = {"city": "x", "company": {"name": "Acme"}}
    assert edge["node"] == {"opportunity": {"name": "Deal", "pointOfContact": person}}


@pytest.mark.parametrize(
    "given",
    [
        {"people": {"create": [{"city": "x"}, {"emails": {"primaryEmail": "taken@x.co"}}]}},
        {"people": {"create": [{"companyId": NOWHERE}]}},
        {"people": {"create": [{"city": "x", "pointOfContactForOpportunities": {"create": [{"companyId": NOWHERE}]}}]}},
        {"people": {"create": [{"city": "x"}], "connect": [{"where": {"emails": {"primaryEmail": "nobody@x.co"}}}]}},
        {"people": {"create": [{"city": "x"}], "connect": [{"where": {"id": NOWHERE}}]}},
        {"accountOwner": {"connect": {"where": {"id": NOWHERE}}}, "people": {"create": [{}]}},
        {"people": {"create": [{"id": number(1)}]}},
        {"domainName": {"primaryLinkUrl": "taken.com"}, "people": {"create": [{"city": "x"}]}},
    ],
    ids=lambda given: str(given)[:60],
)
async def test_all_or_nothing(graphql: GraphQL, given: Json) -> None:
    company = {"domainName": {"primaryLinkUrl": "taken.com"}}
    person = {"id": number(1), "emails": {"primaryEmail": "taken@x.co"}, "company": {"create": company}}
    await create(graphql, "Person", **person)
    code, _ = await error(graphql, CREATE_COMPANY, d={"name": "new", **given})
    assert code == "BAD_USER_INPUT"
    assert await counts(graphql) == [1, 1, 0, 0]


async def test_a_key_of_several_columns(graphql: GraphQL, catalog: Catalog) -> None:
    """An association is connected by its channel and its message."""
    channel = await make(graphql, catalog, "messageChannel")
    message = await make(graphql, catalog, "message")
    own = await make(graphql, catalog, "messageChannelMessageAssociation", messageChannelId=channel, messageId=message)
    where = {"messageChannelId": channel, "messageId": message}
    query = """mutation ($id: ID, $d: MessageUpdateInput) {
      updateMessage(id: $id, data: $d) { messageChannelMessageAssociations { edges { node { id } } } }
    }"""
    other = await make(graphql, catalog, "message")
    found = await only(
        graphql, query, id=other, d={"messageChannelMessageAssociations": {"connect": [{"where": where}]}}
    )
    assert found == {"messageChannelMessageAssociations": {"edges": [{"node": {"id": own}}]}}
    part = {"messageChannelMessageAssociations": {"connect": [{"where": {"messageChannelId": channel}}]}}
    expected = "messageChannelMessageAssociations: connect needs the id or all values of one unique key"
    assert await error(graphql, query, id=other, d=part) == ("BAD_USER_INPUT", expected)


@pytest.mark.parametrize(
    ("name", "relation"),
    [(name, relation.name) for name, found in load().objects.items() for relation in found.to_one],
)
async def test_every_to_one_relation(graphql: GraphQL, catalog: Catalog, name: str, relation: str) -> None:
    """Connected by id, created along, and disconnected where there need not be one."""
    object_type = catalog.objects[name]
    link = object_type.relations[relation]
    key, type_name = link.foreign_key, object_type.type_name
    own = await make(graphql, catalog, name, 1)
    target = await make(graphql, catalog, link.target, 3)
    update = (
        f"mutation ($id: ID, $d: {type_name}UpdateInput)"
        f" {{ update{type_name}(id: $id, data: $d) {{ {key} {relation} {{ id }} }} }}"
    )
    changed = await only(graphql, update, id=own, d={relation: {"connect": {"where": {"id": target}}}})
    assert changed == {key: target, relation: {"id": target}}
    along = await required(graphql, catalog, catalog.objects[link.target], 2)
    changed = await only(graphql, update, id=own, d={relation: {"create": along}})
    assert changed[relation] == {"id": changed[key]} and changed[key] != target
    if not link.nullable:
        expected = ("BAD_USER_INPUT", f'Field "{key}" must not be null')
        assert await error(graphql, update, id=own, d={relation: {"disconnect": True}}) == expected
        return
    assert await only(graphql, update, id=own, d={relation: {"disconnect": True}}) == {key: None, relation: None}

    query = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ {key} {relation} {{ id }} }} }}"
    least = await required(graphql, catalog, object_type, 5)
    made = await only(graphql, query, d={**least, relation: {"connect": {"where": {"id": target}}}})
    assert made == {key: target, relation: {"id": target}}
    least = await required(graphql, catalog, object_type, 6)
    along = await required(graphql, catalog, catalog.objects[link.target], 4)
    made = await only(graphql, query, d={**least, relation: {"create": along}})
    assert made[relation] == {"id": made[key]} and made[key] not in (target, changed[key])


@pytest.mark.parametrize(
    ("name", "relation"),
    [
        (name, relation.name)
        for name, found in load().objects.items()
        for relation in found.to_one
        if not relation.nullable
    ],
)
async def test_a_required_key_stands_beside_what_is_created_along(
    graphql: GraphQL, catalog: Catalog, name: str, relation: str
) -> None:
    """In both directions: what it belongs to has an id of the client's choice."""
    object_type = catalog.objects[name]
    link = object_type.relations[relation]
    key, type_name, target = link.foreign_key, object_type.type_name, catalog.objects[link.target]
    query = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ {key} {relation} {{ id }} }} }}"
    parent = {**await required(graphql, catalog, target, 1), "id": number(7)}
    own = {**await required(graphql, catalog, object_type, 2), key: number(7)}
    assert await only(graphql, query, d={**own, relation: {"create": parent}}) == {
        key: number(7),
        relation: {"id": number(7)},
    }
    expected = ("BAD_USER_INPUT", f"{relation} and {key} cannot be both provided.")
    assert await error(graphql, query, d={**own, relation: {"create": {**parent, "id": number(8)}}}) == expected

    query = f"""mutation ($d: {target.type_name}CreateInput) {{
      create{target.type_name}(data: $d) {{ {link.inverse} {{ edges {{ node {{ {key} }} }} }} }}
    }}"""
    parent = {**await required(graphql, catalog, target, 3), "id": number(8)}
    own = {**await required(graphql, catalog, object_type, 4), key: number(8)}
    made = await only(graphql, query, d={**parent, link.inverse: {"create": [own]}})
    assert made == {link.inverse: {"edges": [{"node": {key: number(8)}}]}}
    parent["id"] = number(9)
    expected = ("BAD_USER_INPUT", f"{key} of a nested {name} is the record that it is created in")
    assert await error(graphql, query, d={**parent, link.inverse: {"create": [own]}}) == expected


async def test_what_another_workspace_has_is_not_found(graphql: GraphQL, other_graphql: GraphQL) -> None:
    their = await create(other_graphql, "Company", name="Theirs", domainName={"primaryLinkUrl": "https://acme.com"})
    person = await create(other_graphql, "Person", city="x", emails={"primaryEmail": "a@x.co"})
    wheres: list[Json] = [{"domainName": {"primaryLinkUrl": "https://acme.com"}}, {"id": their}]
    assert [await error(graphql, CREATE_PERSON, d={"company": {"connect": {"where": where}}}) for where in wheres] == [
        (
            "BAD_USER_INPUT",
            "Expected 1 record to connect to company, but found 0 for domainNamePrimaryLinkUrl = https://acme.com",
        ),
        ("BAD_USER_INPUT", f'companyId: "{their}" is the id of no record'),
    ]
    wheres = [{"emails": {"primaryEmail": "a@x.co"}}, {"id": person}]
    connects = [{"people": {"connect": [{"where": where}]}} for where in wheres]
    assert [await error(graphql, CREATE_COMPANY, d=given) for given in connects] == [
        ("BAD_USER_INPUT", f"Expected 1 record to connect to people, but found 0 for {key}")
        for key in ("emailsPrimaryEmail = a@x.co", f"id = {person}")
    ]
    found = await data(other_graphql, '{ person(filter: {city: {eq: "x"}}) { companyId } }')
    assert found == {"person": {"companyId": None}}
    assert await counts(graphql) == [0, 0, 0, 0]
