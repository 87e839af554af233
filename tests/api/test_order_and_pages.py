"""The order of records, and pages through it."""

from typing import Any

import httpx
import pytest

from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.conftest import GraphQL, Workspace, run_server
from tests.records import DIRECTIONS, Json, create, create_many, data, error, number, only


async def ordered(graphql: GraphQL, plural: str, order_by: Any) -> list[int]:
    type_name = {"people": "Person", "companies": "Company", "opportunities": "Opportunity"}.get(plural)
    type_name = type_name or plural[:1].upper() + plural[1:-1]
    page = "{ edges { node { id } } }"
    query = f"query ($o: [{type_name}OrderByInput]) {{ {plural}(orderBy: $o, first: 100) {page} }}"
    return [int(edge["node"]["id"][-12:]) for edge in (await only(graphql, query, o=order_by))["edges"]]


# One key, in all directions: the records by number in ascending order, ties in brackets, and those that are null.
KEYS: list[tuple[str, str, list[Any], list[list[int]], list[int]]] = [
    ("companies", "employees", [5, None, -1, 5, None, 0.5], [[2], [5], [0, 3]], [1, 4]),
    ("companies", "name", ["b", "A", "a", "B", "é", "É", "", "z", "_"], [[6], [8], [1, 2], [0, 3], [7], [4, 5]], []),
    ("companies", "position", [2, 1.5, -3], [[2], [1], [0]], []),
    ("companies", "idealCustomerProfile", [True, False, True], [[1], [0, 2]], []),
    ("companies", "id", [None] * 3, [[0], [1], [2]], []),
    ("opportunities", "stage", ["NEW", "CUSTOMER", "MEETING", "SCREENING", "PROPOSAL"], [[0], [3], [2], [4], [1]], []),
    ("opportunities", "amount.amountMicros", ["1e20", None, 0.1, "100000000000000000001"], [[2], [0], [3]], [1]),
    ("opportunities", "amount.currencyCode", ["EUR", "chf", "USD", "eur"], [[1], [0, 3], [2]], []),
    ("tasks", "status", ["DONE", None, "TODO", "IN_PROGRESS"], [[2], [3], [0]], [1]),
    ("tasks", "dueAt", ["2025-01-01", "0001-01-01", None, "2024-12-31T23:59:59.999Z"], [[1], [3], [0]], [2]),
    ("tasks", "body", ["x", "X", None], [[0, 1]], [2]),
    ("tasks", "createdBy.source", ["WEBHOOK", "EMAIL", "API"], [[1], [2], [0]], []),
    ("workflows", "statuses", [["ACTIVE"], ["DRAFT", "ACTIVE"], [], ["DRAFT"], None], [[2], [3], [1], [0]], [4]),
    ("people", "name.lastName", ["b", "A", "C"], [[1], [0], [2]], []),
    ("people", "emails.primaryEmail", ["b@x.y", "a@x.y"], [[1], [0]], []),
    ("people", "companyId", [None, None], [], [0, 1]),
    ("auditLogs", "recordId", [number(3), number(1), None], [[1], [0]], [2]),
    ("auditLogs", "properties", [{"a": "b"}, {"a": "B"}, None, 1], [[3], [1], [0]], [2]),
    ("webhooks", "operations", [["task.*"], ["note.*", "task.*"], ["note.*"], ["*.*"]], [[3], [2], [1], [0]], []),
    ("webhooks", "description", ["b", None, "A"], [[2], [0]], [1]),
]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("plural", "path", "values", "ascending", "nulls"), KEYS, ids=[f"{k[0]}-{k[1]}" for k in KEYS])
async def test_one_key(
    graphql: GraphQL,
    catalog: Catalog,
    direction: str,
    plural: str,
    path: str,
    values: list[Any],
    ascending: list[list[int]],
    nulls: list[int],
) -> None:
    field, _, part = path.partition(".")
    records: list[Json] = [
        {"id": number(n)} if path == "id" else {"id": number(n), field: {part: given} if part else given}
        for n, given in enumerate(values)
    ]
    object_type = catalog.by_plural[plural]
    await create_many(graphql, catalog, object_type.name, records)
    groups = ascending[::-1] if direction.startswith("Desc") else ascending
    found = [n for group in groups for n in group]
    expected = [*nulls, *found] if direction.endswith("First") else [*found, *nulls]
    order = [{field: {part: direction} if part else direction}]
    assert await ordered(graphql, plural, order) == expected

    # And page by page, with cursors that hold such values.
    query = (
        f"query ($o: [{object_type.type_name}OrderByInput], $after: String)"
        f" {{ {plural}(orderBy: $o, first: 1, after: $after)"
        " { edges { node { id } cursor } pageInfo { hasNextPage } } }"
    )
    seen, after, more = [], None, True
    while more:
        page = await only(graphql, query, o=order, after=after)
        (edge,) = page["edges"]
        seen.append(int(edge["node"]["id"][-12:]))
        after, more = edge["cursor"], page["pageInfo"]["hasNextPage"]
    assert seen == expected


PEOPLE: list[Json] = [
    {"id": number(0), "city": "b", "name": {"firstName": "x", "lastName": "2"}, "position": 1},
    {"id": number(1), "city": "a", "name": {"firstName": "X", "lastName": "1"}, "position": 2},
    {"id": number(2), "city": "B", "name": {"firstName": "y", "lastName": "1"}, "position": 3},
    {"id": number(3), "city": "A", "name": {"firstName": "x", "lastName": "1"}, "position": 4},
]
A, D = "AscNullsFirst", "DescNullsLast"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], [0, 1, 2, 3]),
        ([None], [0, 1, 2, 3]),
        ([{}], [0, 1, 2, 3]),
        ([{"city": None}], [0, 1, 2, 3]),
        ([{"name": {}}], [0, 1, 2, 3]),
        ([{"name": None}], [0, 1, 2, 3]),
        ({"city": A}, [1, 3, 0, 2]),
        ([{"city": A}, {"position": D}], [3, 1, 2, 0]),
        ([{"position": D}, {"city": A}], [3, 2, 1, 0]),
        ([{"city": D}, {"name": {"lastName": A}}], [2, 0, 1, 3]),
        ([{"name": {"lastName": A, "firstName": A}}], [1, 3, 0, 2]),  # in the schema's order: first name, then last
        ([{"name": {"lastName": A}}, {"name": {"firstName": D}}], [2, 1, 3, 0]),
        ([{"position": D, "city": A}], [3, 1, 2, 0]),  # city stands before position in the schema
        ([{"city": A}, {"city": D}], [1, 3, 0, 2]),
        ([{"city": A}, {"id": D}], [3, 1, 2, 0]),
        ([{"id": D}], [3, 2, 1, 0]),
        ([{"id": D}, {"city": A}], [3, 2, 1, 0]),
        ([{"createdBy": {"name": A}}, {"city": D}], [0, 2, 1, 3]),
    ],
    ids=str,
)
async def test_several_keys(graphql: GraphQL, catalog: Catalog, order: Any, expected: list[int]) -> None:
    await create_many(graphql, catalog, "person", PEOPLE)
    assert await ordered(graphql, "people", order) == expected
    company = await create(graphql, "Company")
    await only(
        graphql,
        "mutation ($d: PersonUpdateInput) { updatePeople(filter: {id: {is: NOT_NULL}}, data: $d) { id } }",
        d={"companyId": company},
    )
    people = "people(orderBy: $o) { edges { node { id } } }"
    query = f"query ($o: [PersonOrderByInput]) {{ companies {{ edges {{ node {{ {people} }} }} }} }}"
    (edge,) = (await only(graphql, query, o=order))["edges"]
    assert [int(e["node"]["id"][-12:]) for e in edge["node"]["people"]["edges"]] == expected


# Page arguments


def page(*numbers: int, before: bool, after: bool) -> tuple[list[int], bool, bool]:
    return list(numbers), before, after


FIVE = [{"id": number(n)} for n in range(5)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", page(0, 1, 2, 3, 4, before=False, after=False)),
        ("(first: 2)", page(0, 1, before=False, after=True)),
        ("(first: 5)", page(0, 1, 2, 3, 4, before=False, after=False)),
        ("(first: 99)", page(0, 1, 2, 3, 4, before=False, after=False)),
        ("(first: 0)", page(before=False, after=True)),
        ("(last: 0)", page(before=True, after=False)),
        ("(last: 2)", page(3, 4, before=True, after=False)),
        ("(last: 5)", page(0, 1, 2, 3, 4, before=False, after=False)),
        ("(limit: 2)", page(0, 1, before=False, after=True)),
        ("(limit: 2, first: 3)", page(0, 1, 2, before=False, after=True)),
        ("(limit: 0)", page(before=False, after=True)),
        ("(offset: 0)", page(0, 1, 2, 3, 4, before=False, after=False)),
        ("(offset: 2)", page(2, 3, 4, before=True, after=False)),
        ("(offset: 2, first: 2)", page(2, 3, before=True, after=True)),
        ("(offset: 2, first: 0)", page(before=True, after=True)),
        ("(offset: 2, limit: 1)", page(2, before=True, after=True)),
        ("(offset: 5)", page(before=True, after=False)),
        ("(offset: 2147483647)", page(before=True, after=False)),
        ("(first: 2147483647)", page(0, 1, 2, 3, 4, before=False, after=False)),
        ('(after: "{1}")', page(2, 3, 4, before=True, after=False)),
        ('(after: "{1}", first: 2)', page(2, 3, before=True, after=True)),
        ('(after: "{1}", first: 0)', page(before=True, after=True)),
        ('(after: "{4}")', page(before=True, after=False)),
        ('(after: "{9}", first: 1)', page(before=True, after=False)),
        ('(before: "{3}")', page(0, 1, 2, before=False, after=True)),
        ('(before: "{3}", last: 2)', page(1, 2, before=True, after=True)),
        ('(before: "{3}", limit: 2)', page(1, 2, before=True, after=True)),
        ('(before: "{3}", last: 0)', page(before=True, after=True)),
        ('(before: "{0}", last: 2)', page(before=False, after=True)),
        ('(orderBy: [{id: DescNullsLast}], after: "{3}", first: 2)', page(2, 1, before=True, after=True)),
        ('(orderBy: [{id: DescNullsLast}], before: "{1}", last: 2)', page(3, 2, before=True, after=True)),
        ('(filter: {id: {neq: "{2}"}}, after: "{2}", first: 1)', page(3, before=True, after=True)),
        ('(filter: {id: {gt: "{2}"}}, after: "{2}")', page(3, 4, before=False, after=False)),
    ],
)
async def test_a_page(
    graphql: GraphQL, catalog: Catalog, arguments: str, expected: tuple[list[int], bool, bool]
) -> None:
    for n in range(10):
        arguments = arguments.replace(f'"{{{n}}}"', f'"{number(n)}"')
    await create_many(graphql, catalog, "company", FIVE)
    selected = "edges { cursor node { id } } pageInfo { hasNextPage startCursor endCursor hasPreviousPage }"
    query = f"{{ companies{arguments} {{ {selected} }} }}"
    found = await only(graphql, query)
    info = found["pageInfo"]
    numbers = [int(edge["node"]["id"][-12:]) for edge in found["edges"]]
    assert (numbers, info["hasPreviousPage"], info["hasNextPage"]) == expected
    cursors = [edge["cursor"] for edge in found["edges"]] or [None]
    assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
    # Each fact alone, without the rows that the others need.
    for fact, value in info.items():
        assert await only(graphql, f"{{ companies{arguments} {{ pageInfo {{ {fact} }} }} }}") == {
            "pageInfo": {fact: value}
        }


@pytest.mark.parametrize("arguments", ["(first: 0)", "(last: 0)", "(offset: 3)", "", f'(after: "{number(1)}")'])
async def test_a_page_of_nothing(graphql: GraphQL, arguments: str) -> None:
    facts = "hasNextPage hasPreviousPage startCursor endCursor"
    found = await only(
        graphql, f"{{ companies{arguments} {{ totalCount edges {{ cursor }} pageInfo {{ {facts} }} }} }}"
    )
    info = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    assert found == {"totalCount": 0, "edges": [], "pageInfo": info}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: 1, last: 1", "Cannot provide both first and last"),
        ("first: 0, last: 0", "Cannot provide both first and last"),
        ('after: "{}", before: "{}"', "Cannot provide both before and after"),
        ('before: "{}", first: 1', "Cannot provide both before and first"),
        ('after: "{}", last: 1', "Cannot provide both after and last"),
        ("first: -1", "First argument must be non-negative"),
        ("last: -1", "Last argument must be non-negative"),
        ("limit: -1", "Limit argument must be non-negative"),
        ("offset: -1", "Offset argument must be non-negative"),
        ("offset: 1, last: 1", "Cannot provide offset with before, after or last"),
        ('offset: 1, after: "{}"', "Cannot provide offset with before, after or last"),
        ('offset: 1, before: "{}"', "Cannot provide offset with before, after or last"),
    ],
)
async def test_arguments_that_contradict(graphql: GraphQL, arguments: str, message: str) -> None:
    given = arguments.replace("{}", number(1))
    assert await error(graphql, f"{{ companies({given}) {{ totalCount }} }}") == ("BAD_USER_INPUT", message)
    nested = f"{{ companies {{ edges {{ node {{ people({given}) {{ totalCount }} }} }} }} }}"
    assert await error(graphql, nested) == ("BAD_USER_INPUT", message)


async def test_sizes_are_60_by_default_and_clamped_at_the_maximum(
    graphql: GraphQL, catalog: Catalog, api: Api, settings: Settings, workspace: Workspace
) -> None:
    company = await create(graphql, "Company")
    await create_many(graphql, catalog, "person", [{"id": number(n), "companyId": company} for n in range(70)])
    shown = "{ edges { node { id } } pageInfo { hasNextPage hasPreviousPage } totalCount }"

    async def sizes(ask: GraphQL, arguments: str) -> list[tuple[int, int, bool, bool, int]]:
        answer = await data(
            ask, f"{{ people{arguments} {shown} companies {{ edges {{ node {{ people{arguments} {shown} }} }} }} }}"
        )
        return [
            (
                int(found["edges"][0]["node"]["id"][-12:]),
                len(found["edges"]),
                found["pageInfo"]["hasNextPage"],
                found["pageInfo"]["hasPreviousPage"],
                found["totalCount"],
            )
            for found in (answer["people"], answer["companies"]["edges"][0]["node"]["people"])
        ]

    assert await sizes(graphql, "") == [(0, 60, True, False, 70)] * 2
    assert await sizes(graphql, "(first: 1000)") == [(0, 70, False, False, 70)] * 2
    assert await sizes(graphql, f'(before: "{number(69)}")') == [(9, 60, True, True, 70)] * 2
    with run_server(settings.model_copy(update={"max_page_size": 7}), api) as small:
        async with httpx.AsyncClient(base_url=small.url, headers=workspace.headers) as client:

            async def ask(query: str, **variables: Any) -> Any:
                return (await client.post("/graphql", json={"query": query, "variables": variables})).json()

            assert await sizes(ask, "") == [(0, 7, True, False, 70)] * 2
            assert await sizes(ask, "(first: 8)") == [(0, 7, True, False, 70)] * 2
            assert await sizes(ask, "(last: 2147483647)") == [(63, 7, False, True, 70)] * 2
            assert await sizes(ask, "(limit: 60)") == [(0, 7, True, False, 70)] * 2


async def test_a_cursor_stands_where_its_record_stood(graphql: GraphQL, catalog: Catalog) -> None:
    """The record may change, be deleted or go: the next page begins after the values of the cursor."""
    await create_many(graphql, catalog, "company", [{"id": number(n), "name": f"n{n}"} for n in range(4)])
    arguments = "(first: 2, after: $a, orderBy: [{name: AscNullsFirst}])"
    query = f"query ($a: String) {{ companies{arguments} {{ edges {{ node {{ id }} cursor }} }} }}"
    edges = (await only(graphql, query))["edges"]
    await only(graphql, "mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=number(1))
    await only(graphql, 'mutation ($id: ID) { updateCompany(id: $id, data: {name: "n10"}) { id } }', id=number(0))
    after = (await only(graphql, query, a=edges[1]["cursor"]))["edges"]
    assert [edge["node"]["id"] for edge in after] == [number(0), number(2)]
    # Both alphabets and padding are read.
    for cursor in (edges[1]["cursor"] + "=", edges[1]["cursor"].replace("-", "+").replace("_", "/")):
        assert (await only(graphql, query, a=cursor))["edges"] == after


async def test_cursors_are_url_safe(graphql: GraphQL, catalog: Catalog) -> None:
    await create_many(graphql, catalog, "company", [{"name": "\u00ff\u00fe?>~" * n} for n in range(1, 12)])
    arguments = "(first: 1, after: $a, orderBy: {name: AscNullsFirst})"
    query = f"query ($a: String) {{ companies{arguments} {{ edges {{ cursor }} pageInfo {{ hasNextPage }} }} }}"
    after, pages, more = None, 0, True
    while more:
        found = await only(graphql, query, a=after)
        after, more = found["edges"][0]["cursor"], found["pageInfo"]["hasNextPage"]
        assert set(after) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        pages += 1
    assert pages == 11


@pytest.mark.parametrize("page", ["first: 0", "first: 2", "first: 3", "first: 4", "last: 2", "last: 3", "last: 4"])
@pytest.mark.parametrize("asked", ["", "edges { cursor }", "edges { cursor } pageInfo { hasNextPage hasPreviousPage }"])
async def test_the_total_of_pages_that_hold_all_rows_and_of_others(
    graphql: GraphQL, catalog: Catalog, page: str, asked: str
) -> None:
    company = await create(graphql, "Company")
    cities: list[Json] = [{"id": number(n), "city": "a", "companyId": company} for n in range(3)]
    await create_many(graphql, catalog, "person", [*cities, {"id": number(3), "city": "b", "companyId": company}])
    for where, total in [('{city: {eq: "a"}}', 3), ('{city: {eq: "b"}}', 1), ('{city: {eq: "c"}}', 0), ("{}", 4)]:
        for skipped in ("", f', after: "{number(0)}"' if "first" in page else f', before: "{number(3)}"'):
            people = f"people({page}{skipped}, filter: {where}) {{ totalCount {asked} }}"
            answer = await data(graphql, f"{{ {people} companies {{ edges {{ node {{ {people} }} }} }} }}")
            nested = answer["companies"]["edges"][0]["node"]["people"]
            assert (answer["people"]["totalCount"], nested["totalCount"]) == (total, total)
