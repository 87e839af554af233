"""Merges: which values the winner takes, what becomes of the others and of what refers to them."""

import pytest

from schema.catalog.loading import load
from schema.catalog.model import Catalog, Field
from schema.declare.names import capital
from tests.conftest import GraphQL
from tests.records import (
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
    only,
    required,
    selection,
)

MERGED = [name for name, object_type in load().objects.items() if object_type.traits.duplicates]
MERGE_PEOPLE = """mutation ($ids: [UUID!], $index: Int, $dry: Boolean) {
  mergePeople(ids: $ids, conflictPriorityIndex: $index, dryRun: $dry) {
    id city jobTitle name { firstName lastName } emails { primaryEmail additionalEmails } companyId deletedAt
  }
}"""


def number(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


def merge_of(catalog: Catalog, name: str, selected: str) -> str:
    field = f"merge{capital(catalog.objects[name].plural)}"
    arguments = "ids: $ids, conflictPriorityIndex: $index, dryRun: $dry"
    return f"mutation ($ids: [UUID!], $index: Int, $dry: Boolean) {{ {field}({arguments}) {{ {selected} }} }}"


async def of(graphql: GraphQL, catalog: Catalog, name: str, selected: str) -> dict[str, Json]:
    """Every record of an object, deleted ones included, by id."""
    every = "filter: {or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
    query = f"{{ {catalog.objects[name].plural}({every}) {{ edges {{ node {{ id deletedAt {selected} }} }} }} }}"
    return {edge["node"]["id"]: edge["node"] for edge in (await only(graphql, query))["edges"]}


PEOPLE: list[Json] = [
    {"city": "", "jobTitle": "first", "name": {"firstName": "Ada"}},
    {"city": "Rome", "jobTitle": "second", "emails": {"primaryEmail": "a@b.co", "additionalEmails": ["c@d.ef"]}},
    {"city": "Oslo", "jobTitle": "", "name": {"firstName": "Bob", "lastName": "Ray"}},
]

# The winner's number, or None for no index, and what it is then.
WINNERS: list[tuple[int | None, Json]] = [
    (0, {"city": "Rome", "jobTitle": "first", "name": {"firstName": "Ada", "lastName": ""}}),
    (None, {"city": "Rome", "jobTitle": "first", "name": {"firstName": "Ada", "lastName": ""}}),
    (1, {"city": "Rome", "jobTitle": "second", "name": {"firstName": "Ada", "lastName": ""}}),
    (2, {"city": "Oslo", "jobTitle": "first", "name": {"firstName": "Bob", "lastName": "Ray"}}),
]


@pytest.mark.parametrize(("index", "expected"), WINNERS)
async def test_the_winner(
    graphql: GraphQL, catalog: Catalog, statements: list[str], index: int | None, expected: Json
) -> None:
    """What only one has is taken; of several the winner's, else the first."""
    ids = await create_many(graphql, catalog, "person", PEOPLE)
    before = await of(graphql, catalog, "person", "city position createdAt createdBy { source } updatedAt")
    statements.clear()
    found = await only(graphql, MERGE_PEOPLE, ids=ids, index=index)
    assert len(statements) == 3  # the first one locks
    emails = {"primaryEmail": "a@b.co", "additionalEmails": ["c@d.ef"]}
    winner = ids[index or 0]
    assert found == {"id": winner, "emails": emails, "companyId": None, "deletedAt": None, **expected}
    after = await of(graphql, catalog, "person", "city position createdAt createdBy { source } updatedAt")
    assert {own for own, person in after.items() if person["deletedAt"] is None} == {winner}
    for own, person in after.items():
        same = ("position", "createdAt", "createdBy", *(("city",) if own != winner else ()))
        assert [person[key] for key in same] == [before[own][key] for key in same]
        assert person["updatedAt"] > before[own]["updatedAt"]


@pytest.mark.parametrize("name", MERGED)
async def test_every_object(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, name: str) -> None:
    """An almost empty record takes what a full one has; a dry run says so and changes nothing."""
    object_type = catalog.objects[name]
    kept = {field.name for field in (object_type.actor,) if field}
    kept |= {object_type.position.field} if object_type.position else set()
    given = {key: value for key, value in full(object_type, 2).items() if key not in kept}
    least = await required(graphql, catalog, object_type, 0)
    more = {**await required(graphql, catalog, object_type, 1), **given}
    full_one = await create(graphql, object_type.type_name, **more)
    little = await create(graphql, object_type.type_name, **least)
    own = selection(object_type)
    query = merge_of(catalog, name, own)
    before = await of(graphql, catalog, name, own)
    for ids, index in (([little, full_one], 0), ([little, full_one], 1)):
        preview = await only(graphql, query, ids=ids, index=index, dry=True)
        assert preview["id"] not in ids and preview["deletedAt"] is not None
        assert await of(graphql, catalog, name, own) == before
    assert await error(other_graphql, query, ids=[little, full_one]) == ("NOT_FOUND", "One or more records not found")

    preview = await only(graphql, query, ids=[little, full_one], index=0, dry=True)
    merged = await only(graphql, query, ids=[little, full_one], index=0)
    own_times = {"id": little, "deletedAt": None, "updatedAt": merged["updatedAt"]}
    assert merged == {**preview, **own_times}
    for key, value in answered(object_type, given).items():
        field, had = object_type.fields[key], before[little][key]
        if field.composite and not _has_default(field) and key not in least:
            assert merged[key] == {**had, **value}, key
        elif had in (None, ""):
            assert merged[key] == value, key
        elif field.composite is None and field.column.kind.is_list:
            assert merged[key] == list(dict.fromkeys([*had, *value])), key
        elif not field.composite:
            assert merged[key] == had, key
    after = await of(graphql, catalog, name, own)
    assert after[little] == merged
    assert after[full_one]["deletedAt"] is not None


def _has_default(field: Field) -> bool:
    """Whether a record that is given nothing has a value of its own there."""
    summary = field.composite.summary if field.composite else ()
    return any(column.default for column in field.columns if column.part in summary)


@pytest.mark.parametrize("name", MERGED)
async def test_what_refers_to_the_others_moves(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    winner, loser = [await make(graphql, catalog, name, n) for n in range(2)]
    made = {}
    for relation in object_type.to_many:
        inverse = catalog.objects[relation.target].relations[relation.inverse]
        live = await make(graphql, catalog, relation.target, 5, **{inverse.foreign_key: loser})
        gone = await make(
            graphql, catalog, relation.target, 6, **{inverse.foreign_key: loser, "deletedAt": "2025-01-01T00:00:00Z"}
        )
        made[relation.name] = (relation.target, inverse.foreign_key, live, gone)
    await only(graphql, merge_of(catalog, name, "id"), ids=[winner, loser], index=0)
    for target, key, live, gone in made.values():
        rows = await of(graphql, catalog, target, key)
        assert (rows[live][key], rows[live]["deletedAt"]) == (winner, None)
        assert (rows[gone][key], rows[gone]["deletedAt"]) == (winner, "2025-01-01T00:00:00.000Z")


async def test_a_reference_that_would_come_twice_is_deleted(graphql: GraphQL, catalog: Catalog) -> None:
    views = [await make(graphql, catalog, "view", n) for n in range(3)]
    fields = [(0, 1), (1, 1), (2, 1), (1, 2), (2, 2), (2, 3)]
    made = [await create(graphql, "ViewField", viewId=views[v], fieldMetadataId=number(f)) for v, f in fields]
    await only(graphql, merge_of(catalog, "view", "id"), ids=views, index=0)
    after = await of(graphql, catalog, "viewField", "viewId")
    assert {row["viewId"] for row in after.values()} == {views[0]}
    assert [made.index(own) for own in made if after[own]["deletedAt"] is None] == [0, 3, 5]


async def test_a_unique_value_moves_to_the_winner(graphql: GraphQL) -> None:
    a = await create(graphql, "Company", name="A")
    b = await create(graphql, "Company", name="B", domainName={"primaryLinkUrl": "https://b.example"})
    c = await create(graphql, "Company", name="C", domainName={"primaryLinkUrl": "https://c.example"})
    query = """mutation ($ids: [UUID!], $i: Int) {
      mergeCompanies(ids: $ids, conflictPriorityIndex: $i) { id name domainName { primaryLinkUrl } }
    }"""
    url = {"primaryLinkUrl": "https://b.example"}
    assert await only(graphql, query, ids=[a, b]) == {"id": a, "name": "A", "domainName": url}
    assert await only(graphql, query, ids=[c, a], i=1) == {"id": a, "name": "A", "domainName": url}


async def test_relations_of_the_winner(graphql: GraphQL, statements: list[str]) -> None:
    """They are read as they are after the merge."""
    ids = [await create(graphql, "Company", name=name, people={"create": [{"city": name}]}) for name in "ABC"]
    query = """mutation ($ids: [UUID!]) {
      mergeCompanies(ids: $ids, conflictPriorityIndex: 2) {
        name people(orderBy: [{city: AscNullsLast}]) { totalCount edges { node { city company { name } } } }
      }
    }"""
    statements.clear()
    found = await only(graphql, query, ids=ids)
    assert len(statements) == 4
    edges = [{"node": {"city": city, "company": {"name": "C"}}} for city in "ABC"]
    assert found == {"name": "C", "people": {"totalCount": 3, "edges": edges}}


async def test_a_dry_run_shows_relations_and_leaves_no_trace(graphql: GraphQL, catalog: Catalog) -> None:
    company = await create(graphql, "Company", name="Acme")
    ids = await create_many(graphql, catalog, "person", [{"city": "x"}, {"companyId": company}])
    before = await of(graphql, catalog, "person", "city companyId updatedAt")
    query = merge_of(catalog, "person", "id deletedAt city company { name }")
    found = await only(graphql, query, ids=ids, dry=True)
    assert found["id"] not in ids and found["deletedAt"]
    assert (found["city"], found["company"]) == ("x", {"name": "Acme"})
    assert await of(graphql, catalog, "person", "city companyId updatedAt") == before


async def test_nine_at_most(graphql: GraphQL, catalog: Catalog) -> None:
    ids = await create_many(graphql, catalog, "person", [{"city": str(n)} for n in range(9)])
    assert (await only(graphql, MERGE_PEOPLE, ids=ids, index=8))["city"] == "8"
    assert len((await data(graphql, "{ people { edges { cursor } } }"))["people"]["edges"]) == 1


@pytest.mark.parametrize("name", OBJECTS)
async def test_what_has_no_criteria_cannot_be_merged(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    code, _ = await error(graphql, merge_of(catalog, name, "id"), ids=[NOWHERE, number(1)])
    assert code == ("NOT_FOUND" if name in MERGED else "GRAPHQL_VALIDATION_FAILED")


FRENCH = {"number": "612345678", "countryCode": "FR", "callingCode": "+33"}
UNITED = """emails { primaryEmail additionalEmails } linkedinLink { primaryLinkLabel primaryLinkUrl secondaryLinks }
  phones { primaryPhoneNumber primaryPhoneCountryCode primaryPhoneCallingCode additionalPhones }"""


@pytest.mark.parametrize("dry", [False, True])
async def test_fields_that_hold_several_values_are_united(
    graphql: GraphQL, catalog: Catalog, statements: list[str], dry: bool
) -> None:
    """The winner's come first, then the others' in the order of priority, and nothing twice however it is spelt."""
    people: list[Json] = [
        {
            "emails": {"primaryEmail": "m1@x.com", "additionalEmails": ["m9@bücher.de"]},
            "phones": {"primaryPhoneNumber": "111"},
            "linkedinLink": {"primaryLinkUrl": "linkedin.com/in/a", "primaryLinkLabel": "A"},
        },
        {
            "emails": {"primaryEmail": "m2@x.com", "additionalEmails": ["m3@x.com", "M1 <M1@x.com>"]},
            "phones": {"primaryPhoneNumber": "222", "additionalPhones": ["+33 6 12 34 56 78", "111"]},
            "linkedinLink": {
                "primaryLinkUrl": "http://www.linkedin.com/in/a/?utm=x",
                "secondaryLinks": [{"label": "B", "url": "https://linkedin.com/in/b"}, {"label": "only a label"}],
            },
        },
        {
            "emails": {"additionalEmails": ["m9@xn--bcher-kva.de", "m3@x.com", "m4@x.com"]},
            "phones": {"primaryPhoneNumber": "0612345678", "primaryPhoneCountryCode": "FR"},
        },
    ]
    ids = await create_many(graphql, catalog, "person", people)
    statements.clear()
    found = await only(graphql, merge_of(catalog, "person", UNITED), ids=ids, index=0, dry=dry)
    assert len(statements) == (2 if dry else 3)  # of which one locks
    assert found == {
        "emails": {
            "primaryEmail": "m1@x.com",
            "additionalEmails": ["m9@bücher.de", "m2@x.com", "m3@x.com", "m4@x.com"],
        },
        "phones": {
            "primaryPhoneNumber": "111",
            "primaryPhoneCountryCode": "",
            "primaryPhoneCallingCode": "",
            "additionalPhones": [{"number": "222", "countryCode": "", "callingCode": ""}, FRENCH],
        },
        "linkedinLink": {
            "primaryLinkLabel": "A",
            "primaryLinkUrl": "https://linkedin.com/in/a",
            "secondaryLinks": [{"label": "B", "url": "https://linkedin.com/in/b"}, {"label": "only a label"}],
        },
    }


async def test_domains_are_united(graphql: GraphQL) -> None:
    a, b, c = [
        await create(graphql, "Company", domainName={"primaryLinkUrl": url})
        for url in ("https://a.example", "https://b.example", "")
    ]
    query = """mutation ($ids: [UUID!], $i: Int) {
      mergeCompanies(ids: $ids, conflictPriorityIndex: $i) { id domainName { primaryLinkUrl secondaryLinks } }
    }"""
    domains = {"primaryLinkUrl": "https://a.example", "secondaryLinks": [{"label": "", "url": "https://b.example"}]}
    assert await only(graphql, query, ids=[b, a, c], i=1) == {"id": a, "domainName": domains}


async def test_lists_are_united(graphql: GraphQL, catalog: Catalog) -> None:
    steps = [["DRAFT", "ACTIVE"], None, ["DEACTIVATED", "DRAFT"]]
    workflows = await create_many(graphql, catalog, "workflow", [{"statuses": one} for one in steps])
    query = merge_of(catalog, "workflow", "statuses")
    assert (await only(graphql, query, ids=workflows, index=2))["statuses"] == ["DEACTIVATED", "DRAFT", "ACTIVE"]
    operations = [["person.created", "*.deleted"], ["*.deleted", "task.*", "person.created"]]
    webhooks = await create_many(graphql, catalog, "webhook", [{"operations": one} for one in operations])
    merged = await only(graphql, merge_of(catalog, "webhook", "operations"), ids=webhooks, index=0)
    assert merged["operations"] == ["person.created", "*.deleted", "task.*"]


async def test_what_joins_the_same_two_stays_once(graphql: GraphQL, catalog: Catalog) -> None:
    """The winner's own of them; what has another end besides is another one."""
    a, b, c = await create_many(graphql, catalog, "person", [{}, {}, {}])
    task, other = await create_many(graphql, catalog, "task", [{}, {}])
    company = await create(graphql, "Company")
    member = await make(graphql, catalog, "workspaceMember")
    targets: list[Json] = [
        {"taskId": task, "personId": b},
        {"taskId": task, "personId": a},
        {"taskId": other, "personId": b},
        {"taskId": other, "personId": c},
        {"taskId": task, "personId": c, "companyId": company},
        {"personId": b},
        {"personId": c},
    ]
    made = await create_many(graphql, catalog, "taskTarget", targets)
    pinned = await create_many(
        graphql, catalog, "favorite", [{"forWorkspaceMemberId": member, "personId": own} for own in (a, b)]
    )
    await only(graphql, merge_of(catalog, "person", "id"), ids=[a, b, c], index=0)
    after = await of(graphql, catalog, "taskTarget", "personId")
    assert {row["personId"] for row in after.values()} == {a}
    assert [n for n, own in enumerate(made) if after[own]["deletedAt"] is None] == [1, 2, 4, 5, 6]
    favorites = await of(graphql, catalog, "favorite", "personId")
    assert [favorites[own]["deletedAt"] is None for own in pinned] == [True, False]
