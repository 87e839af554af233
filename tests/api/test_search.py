"""Search over several objects: what is found, in which order, in pages, and the records that come with it."""

from typing import Any

import pytest
import pytest_asyncio

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import Json, create, create_many, data, error, number, only

SEARCH = """
query ($q: String!, $n: Int!, $after: String, $in: [String!], $out: [String!], $f: ObjectRecordFilterInput) {
  search(
    searchInput: $q, limit: $n, after: $after
    includedObjectNameSingulars: $in, excludedObjectNameSingulars: $out, filter: $f
  ) {
    edges { node { recordId objectNameSingular objectLabelSingular label imageUrl tsRankCD tsRank } cursor }
    pageInfo { endCursor hasNextPage }
  }
}"""

PEOPLE: list[Json] = [
    {
        "id": number(1),
        "name": {"firstName": "Ada", "lastName": "Lovelace"},
        "jobTitle": "Analyst",
        "avatarUrl": "a.png",
    },
    {"id": number(2), "name": {"firstName": "Bob"}, "emails": {"primaryEmail": "bob.ray@acme.com"}},
    {"id": number(3), "name": {"firstName": "Élise", "lastName": "O'Hara"}, "jobTitle": "Sales & more"},
    {"id": number(4), "name": {"firstName": "Ada"}, "deletedAt": "2025-01-01T00:00:00Z"},
]
COMPANIES: list[Json] = [
    {
        "id": number(11),
        "name": "Acme",
        "domainName": {"primaryLinkUrl": "https://acme.com/x", "primaryLinkLabel": "Shop"},
    },
    {"id": number(12), "name": "Ada Labs", "createdAt": "2020-01-01T00:00:00Z"},
]


@pytest_asyncio.fixture
async def records(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog) -> None:
    await create_many(graphql, catalog, "person", PEOPLE)
    await create_many(graphql, catalog, "company", COMPANIES)
    await create_many(graphql, catalog, "opportunity", [{"id": number(21), "name": "Deal with Ada"}])
    await create_many(
        graphql,
        catalog,
        "note",
        [{"id": number(31), "title": "Ada", "bodyV2": {"markdown": "call **adamant** people"}}],
    )
    await create_many(graphql, catalog, "task", [{"id": number(41), "title": "Write to Ada Lovelace"}])
    await create(other_graphql, "Person", name={"firstName": "Ada", "lastName": "Elsewhere"})


async def found(graphql: GraphQL, q: str, n: int = 100, **more: Any) -> list[int]:
    return numbers(await only(graphql, SEARCH, q=q, n=n, **more))


def numbers(answer: Any) -> list[int]:
    """The records found; 0 is the member that the workspace has."""
    ids = [edge["node"]["recordId"] for edge in answer["edges"]]
    return [int(own[-12:]) if own.startswith(number(0)[:20]) else 0 for own in ids]


# An input, and what it finds.
FINDS: list[tuple[str, list[int]]] = [
    ("love", [1, 41]),
    ("LOVELACE", [1, 41]),
    ("ada lovelace", [1, 12, 21, 31, 41]),
    ("velace", []),
    ("bob.ray@acme.com", [2]),
    ("acme", [2, 11]),
    ("shop", [11]),
    ("adamant", [31]),
    ("élise", [3]),
    ("Éli", [3]),
    ("O'Hara", [3]),
    ("analyst nobody", [1]),
    ("'", []),
    ("\\", []),
    ("&", []),
    ("!", []),
    ("a:*b | !c & (d <-> e)", [2, 3, 11, 21, 31]),
    ("elise", [3]),
    ("Ēlīsè", [3]),
    ("e\u0301lise", [3]),
    ("ELISE", [3]),
    ("' | ada:*", [1, 12, 21, 31, 41]),
    ("deal", [21]),
]


async def test_words(graphql: GraphQL, records: None, statements: list[str]) -> None:
    statements.clear()
    answers = [(q, sorted(await found(graphql, q, out=["workspaceMember"]))) for q, _ in FINDS]
    assert answers == FINDS
    assert len(statements) == sum(any(map(str.isalnum, q)) for q, _ in FINDS)  # signs alone need none


async def test_the_order(graphql: GraphQL, other_graphql: GraphQL, records: None) -> None:
    answer = await only(graphql, SEARCH, q="ada", n=100, out=["workspaceMember"])
    ranks = [(e["node"]["tsRankCD"], e["node"]["tsRank"]) for e in answer["edges"]]
    assert ranks == sorted(ranks, reverse=True)
    names = [e["node"]["objectNameSingular"] for e in answer["edges"]]
    assert sorted(names) == ["company", "note", "opportunity", "person", "task"]
    assert names[-4:] == ["person", "company", "opportunity", "task"]  # all rank alike
    assert names[0] == "note"  # has two words that fit
    (both, *others) = (await only(graphql, SEARCH, q="ada labs", n=10))["edges"]
    assert both["node"]["recordId"] == number(12) and both["node"]["tsRankCD"] > 0
    assert all(edge["node"]["tsRankCD"] == 0 for edge in others)
    theirs = await only(other_graphql, SEARCH, q="ada", n=100, out=["workspaceMember"])
    assert [edge["node"]["label"] for edge in theirs["edges"]] == ["Ada Elsewhere"]


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ({"in": ["person"]}, [1]),
        ({"in": ["person", "company"]}, [1, 12]),
        ({"in": ["person", "company"], "out": ["person"]}, [12]),
        ({"out": ["person", "note", "task", "workspaceMember"]}, [12, 21]),
        ({"in": [], "out": ["workspaceMember", "note", "task"]}, [1, 12, 21]),
        ({"in": ["messageThread"]}, []),
        ({"in": ["person"], "out": ["person"]}, []),
        ({"f": {"id": {"in": [number(1), number(21)]}}}, [1, 21]),
        ({"f": {"createdAt": {"lt": "2021-01-01"}}}, [12]),
        ({"f": {"deletedAt": {"is": "NOT_NULL"}}}, [4]),
        ({"in": ["person"], "f": {"or": [{"deletedAt": {"is": "NULL"}}, {"id": {"eq": number(4)}}]}}, [1, 4]),
        ({"in": ["person"], "f": {"not": {"id": {"eq": number(1)}}}}, []),
        ({"in": ["person"], "f": {}}, [1]),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_lists_and_filters(graphql: GraphQL, records: None, more: Json, ids: list[int]) -> None:
    assert sorted(await found(graphql, "ada", **more)) == ids


async def test_what_a_result_shows(graphql: GraphQL, records: None) -> None:
    answer = await only(
        graphql, SEARCH, q="lovelace elise ohara o'hara acme deal", n=100, out=["workspaceMember", "task"]
    )
    shown = {int(e["node"]["recordId"][-12:]): (e["node"]["label"], e["node"]["imageUrl"]) for e in answer["edges"]}
    assert shown == {
        1: ("Ada Lovelace", "a.png"),
        2: ("Bob", ""),
        3: ("Élise O'Hara", ""),
        11: ("Acme", "https://twenty-icons.com/acme.com"),
        21: ("Deal with Ada", ""),
    }


async def test_members_of_the_workspace(graphql: GraphQL) -> None:
    (edge,) = (await only(graphql, SEARCH, q="lovelace", n=1))["edges"]
    assert (edge["node"]["objectNameSingular"], edge["node"]["label"]) == ("workspaceMember", "Ada Lovelace")
    assert edge["node"]["objectLabelSingular"] == "Workspace Member"


@pytest.mark.parametrize("q", ["ada", "", "  ", "ada acme"])
@pytest.mark.parametrize("size", [1, 2, 100])
async def test_pages(graphql: GraphQL, records: None, statements: list[str], q: str, size: int) -> None:
    every = await found(graphql, q)
    assert len(every) == len(set(every)) > 5
    seen: list[int] = []
    cursor: str | None = None
    while True:
        statements.clear()
        page = await only(graphql, SEARCH, q=q, n=size, after=cursor)
        assert len(statements) == 1
        seen += numbers(page)
        cursor = page["pageInfo"]["endCursor"]
        assert page["edges"][-1]["cursor"] == cursor
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == every


async def test_limits(graphql: GraphQL, catalog: Catalog) -> None:
    """A hundred at most, and none where none are asked for; an empty input has no limit of its own."""
    await create_many(graphql, catalog, "person", [{"jobTitle": f"analyst {n}"} for n in range(120)])
    for q in ("analyst", ""):
        page = await only(graphql, SEARCH, q=q, n=1000, **{"in": ["person"]})
        assert (len(page["edges"]), page["pageInfo"]["hasNextPage"]) == (100, True)
        rest = await only(graphql, SEARCH, q=q, n=100, after=page["pageInfo"]["endCursor"], **{"in": ["person"]})
        assert (len(rest["edges"]), rest["pageInfo"]["hasNextPage"]) == (20, False)
        none = await only(graphql, SEARCH, q=q, n=0)
        assert none == {"edges": [], "pageInfo": {"endCursor": None, "hasNextPage": True}}


async def test_what_changes_is_found_as_it_is(graphql: GraphQL) -> None:
    own = await create(graphql, "Person", name={"firstName": "Before"})
    change = 'mutation ($id: ID) { updatePerson(id: $id, data: {name: {firstName: "After"}}) { id } }'
    await data(graphql, change, id=own)
    page = await only(graphql, SEARCH, q="after", n=2)
    assert [edge["node"]["recordId"] for edge in page["edges"]] == [own]
    assert await found(graphql, "before") == []
    await data(graphql, "mutation ($id: ID) { deletePerson(id: $id) { id } }", id=own)
    assert await found(graphql, "after") == []


async def test_records(graphql: GraphQL, records: None, statements: list[str]) -> None:
    """They are one more statement, whatever their number and objects."""
    await create(graphql, "Person", name={"firstName": "Adam"}, companyId=number(12))
    query = """{
      search(searchInput: "ada", limit: 50, excludedObjectNameSingulars: ["workspaceMember"]) {
        edges { node { record {
          __typename
          ... on Person { full: name { firstName } company { name people { totalCount } } }
          ... on Company { title: name people { edges { node { name { firstName } } } } }
          ... on Opportunity { title: name }
          ...OfTask
        } } }
      }
    }
    fragment OfTask on Task { title id }"""
    statements.clear()
    nodes = [edge["node"]["record"] for edge in (await only(graphql, query))["edges"]]
    assert len(statements) == 2
    company = {"name": "Ada Labs", "people": {"totalCount": 1}}
    expected = [
        {
            "__typename": "Company",
            "title": "Ada Labs",
            "people": {"edges": [{"node": {"name": {"firstName": "Adam"}}}]},
        },
        {"__typename": "Note"},
        {"__typename": "Opportunity", "title": "Deal with Ada"},
        {"__typename": "Person", "full": {"firstName": "Ada"}, "company": None},
        {"__typename": "Person", "full": {"firstName": "Adam"}, "company": company},
        {"__typename": "Task", "title": "Write to Ada Lovelace", "id": number(41)},
    ]
    assert sorted(nodes, key=str) == sorted(expected, key=str)


async def test_deleted_records_that_are_asked_for_come_too(graphql: GraphQL, records: None) -> None:
    query = """{
      search(searchInput: "ada", limit: 5, filter: {deletedAt: {is: NOT_NULL}}) {
        edges { node { record { ... on Person { id deletedAt } } } }
      }
    }"""
    (edge,) = (await only(graphql, query))["edges"]
    assert edge["node"]["record"] == {"id": number(4), "deletedAt": "2025-01-01T00:00:00.000Z"}


async def test_long_and_many_words(graphql: GraphQL, records: None) -> None:
    assert await found(graphql, "ada " * 500, 100, **{"in": ["company"]}) == [12]
    assert await found(graphql, "x" * 5000) == []
    assert await found(graphql, " ".join(f"ada{n}" for n in range(100))) == []
    code, message = await error(graphql, SEARCH, q=" ".join(f"ada{n}" for n in range(20_000)), n=1)
    assert (code, message) == ("QUERY_TOO_COMPLEX", "searchInput has 20,000 different words; the limit is 100")
    assert await found(graphql, "ada" + "_a" * 100_000) == []
    code, _ = await error(graphql, SEARCH, q="a\0b", n=1)
    assert code == "BAD_USER_INPUT"
