"""Groups of records: what they are by, their aggregates, order and samples."""

from typing import Any

import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import Json, create, create_many, data, error, only

TASKS: list[Json] = [
    {"title": "a", "status": "TODO", "dueAt": "2024-12-30T23:30:00Z"},  # a Monday; in Berlin Tuesday
    {"title": "b", "status": "DONE", "dueAt": "2024-12-31T23:59:59.999Z"},  # in Berlin the next year
    {"title": "c", "status": "TODO", "dueAt": "2025-01-01T00:00:00Z"},
    {"title": "d", "status": "IN_PROGRESS", "dueAt": "2025-02-03T12:00:00Z"},
    {"title": "e", "status": None, "dueAt": None},
]
BERLIN = ', timeZone: "Europe/Berlin"'

GRANULARITIES = [
    ("granularity: NONE", ["2024-12-30T23:30:00.000Z", "2024-12-31T23:59:59.999Z", "2025-01-01T00:00:00.000Z"], 1),
    ("", ["2024-12-30T23:30:00.000Z", "2024-12-31T23:59:59.999Z", "2025-01-01T00:00:00.000Z"], 1),
    ("granularity: DAY", ["2024-12-30T00:00:00.000Z", "2024-12-31T00:00:00.000Z", "2025-01-01T00:00:00.000Z"], 1),
    (f"granularity: DAY{BERLIN}", ["2024-12-30T23:00:00.000Z", "2024-12-31T23:00:00.000Z"], 2),
    ("granularity: WEEK", ["2024-12-30T00:00:00.000Z"], 3),
    (f"granularity: WEEK{BERLIN}", ["2024-12-29T23:00:00.000Z"], 3),
    ("granularity: MONTH", ["2024-12-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"], 1),
    (f"granularity: MONTH{BERLIN}", ["2024-11-30T23:00:00.000Z", "2024-12-31T23:00:00.000Z"], 2),
    ("granularity: QUARTER", ["2024-10-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"], 1),
    ("granularity: YEAR", ["2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"], 1),
    ("granularity: DAY_OF_THE_WEEK", ["Monday", "Tuesday", "Wednesday"], 1),
    (f"granularity: DAY_OF_THE_WEEK{BERLIN}", ["Tuesday", "Wednesday"], 2),
    ("granularity: MONTH_OF_THE_YEAR", ["January", "December"], 2),
    ("granularity: QUARTER_OF_THE_YEAR", ["Q1", "Q4"], 2),
]


@pytest.mark.parametrize(("how", "values", "of_last"), GRANULARITIES, ids=[case[0] for case in GRANULARITIES])
async def test_granularities(graphql: GraphQL, catalog: Catalog, how: str, values: list[str], of_last: int) -> None:
    """Groups of the first three, in order, and how many the last of them holds."""
    await create_many(graphql, catalog, "task", TASKS[:3])
    query = f"{{ tasksGroupBy(groupBy: [{{dueAt: {{{how}}}}}]) {{ groupByDimensionValues totalCount }} }}"
    groups = await only(graphql, query)
    assert [group["groupByDimensionValues"] for group in groups] == [[value] for value in values]
    assert groups[-1]["totalCount"] == of_last


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("{status: true}", [(["TODO"], 2), (["IN_PROGRESS"], 1), (["DONE"], 1), ([None], 1)]),
        ("{createdBy: {source: true}}", [(["API"], 4), (["MANUAL"], 1)]),
        ("{createdBy: {source: true, name: true}}", [(["API", "Test key"], 4), (["MANUAL", "Test key"], 1)]),
        ("{dueAt: {granularity: QUARTER_OF_THE_YEAR}}", [(["Q1"], 2), (["Q4"], 2), ([None], 1)]),
        (
            "{dueAt: {granularity: YEAR}}, {status: true}",
            [
                (["2024-01-01T00:00:00.000Z", "TODO"], 1),
                (["2024-01-01T00:00:00.000Z", "DONE"], 1),
                (["2025-01-01T00:00:00.000Z", "TODO"], 1),
                (["2025-01-01T00:00:00.000Z", "IN_PROGRESS"], 1),
                ([None, None], 1),
            ],
        ),
        ("{assigneeId: true}, {status: false, deletedAt: null}", [([None], 5)]),
        ("{title: true}", [(["a"], 1), (["b"], 1), (["c"], 1), (["d"], 1), (["e"], 1)]),
    ],
)
async def test_dimensions(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, by: str, groups: Any, statements: list[str]
) -> None:
    await create_many(graphql, catalog, "task", [*TASKS[:4], {**TASKS[4], "createdBy": {"source": "MANUAL"}}])
    await create_many(other_graphql, catalog, "task", TASKS)
    query = f"{{ tasksGroupBy(groupBy: [{by}]) {{ groupByDimensionValues totalCount }} }}"
    statements.clear()
    found = await only(graphql, query)
    assert len(statements) == 1
    assert [(group["groupByDimensionValues"], group["totalCount"]) for group in found] == groups


async def test_numbers_and_truths_as_texts(graphql: GraphQL, catalog: Catalog) -> None:
    companies = [{"employees": n, "idealCustomerProfile": n == 2} for n in (10.5, 2, 2, None)]
    await create_many(graphql, catalog, "company", companies)
    query = "{ companiesGroupBy(groupBy: [{employees: true, idealCustomerProfile: true}]) { groupByDimensionValues } }"
    values = [group["groupByDimensionValues"] for group in await only(graphql, query)]
    assert values == [["2", "true"], ["10.5", "false"], [None, "false"]]


ORDERS = [
    ("[{status: DescNullsLast}]", ["DONE", "IN_PROGRESS", "TODO", None]),
    ("[{status: DescNullsFirst}]", [None, "DONE", "IN_PROGRESS", "TODO"]),
    ("[{status: AscNullsFirst}]", [None, "TODO", "IN_PROGRESS", "DONE"]),
    ("[{aggregate: {totalCount: DescNullsLast}}]", ["TODO", "IN_PROGRESS", "DONE", None]),
    ("[{aggregate: {totalCount: AscNullsLast}}]", ["IN_PROGRESS", "DONE", None, "TODO"]),
    ("[{aggregate: {minDueAt: DescNullsLast}}]", ["IN_PROGRESS", "DONE", "TODO", None]),
    ("[{aggregate: {minDueAt: AscNullsFirst}}]", [None, "TODO", "DONE", "IN_PROGRESS"]),
    ("[{aggregate: {totalCount: AscNullsLast}}, {status: DescNullsFirst}]", [None, "DONE", "IN_PROGRESS", "TODO"]),
]


@pytest.mark.parametrize(("order", "values"), ORDERS, ids=[order for order, _ in ORDERS])
async def test_the_order_of_groups(graphql: GraphQL, catalog: Catalog, order: str, values: list[Any]) -> None:
    await create_many(graphql, catalog, "task", TASKS)
    for limit in (50, 2, 0):
        arguments = f"groupBy: [{{status: true}}], orderBy: {order}, limit: {limit}"
        found = await only(graphql, f"{{ tasksGroupBy({arguments}) {{ groupByDimensionValues }} }}")
        assert [group["groupByDimensionValues"][0] for group in found] == values[:limit]


async def test_aggregates_and_samples(graphql: GraphQL, statements: list[str]) -> None:
    people = [{"city": "Rome", "jobTitle": f"{n:02}"} for n in range(12)] + [{"city": "Oslo", "jobTitle": ""}]
    await create(graphql, "Company", name="Acme", people={"create": people})
    query = """{
      peopleGroupBy(
        groupBy: [{city: true}]
        filter: {jobTitle: {neq: "00"}}
        orderBy: [{aggregate: {totalCount: DescNullsLast}}]
        orderByForRecords: [{jobTitle: DescNullsLast}]
      ) {
        values: groupByDimensionValues
        totalCount
        unique: countUniqueValuesJobTitle
        percentageEmptyJobTitle
        __typename
        edges { node { jobTitle company { name } } }
        pageInfo { hasNextPage }
      }
    }"""
    statements.clear()
    rome, oslo = await only(graphql, query)
    assert len(statements) == 1
    edges = [{"node": {"jobTitle": f"{n:02}", "company": {"name": "Acme"}}} for n in range(11, 1, -1)]
    assert rome == {
        "values": ["Rome"],
        "totalCount": 11,
        "unique": 11,
        "percentageEmptyJobTitle": 0,
        "__typename": "PersonGroupByConnection",
        "edges": edges,
        "pageInfo": {"hasNextPage": True},
    }
    assert (oslo["values"], oslo["percentageEmptyJobTitle"], oslo["pageInfo"]) == (["Oslo"], 1, {"hasNextPage": False})


async def test_fifty_groups_unless_more_are_asked_for(graphql: GraphQL, catalog: Catalog) -> None:
    await create_many(graphql, catalog, "person", [{"city": f"{n:03}"} for n in range(60)])
    query = "query ($n: Int) { peopleGroupBy(groupBy: [{city: true}], limit: $n) { groupByDimensionValues } }"
    assert [len(await only(graphql, query, n=n)) for n in (None, 55, 1000)] == [50, 55, 60]


async def test_deleted_records_are_in_no_group(graphql: GraphQL, catalog: Catalog) -> None:
    gone = {"city": "Rome", "deletedAt": "2025-01-01T00:00:00Z"}
    await create_many(graphql, catalog, "person", [{"city": "Rome"}, gone])
    query = """query ($f: PersonFilterInput) {
      peopleGroupBy(groupBy: [{city: true}], filter: $f) { totalCount edges { node { deletedAt } } }
    }"""
    assert (await only(graphql, query))[0]["totalCount"] == 1
    (found,) = await only(graphql, query, f={"deletedAt": {"is": "NOT_NULL"}})
    assert found == {"totalCount": 1, "edges": [{"node": {"deletedAt": "2025-01-01T00:00:00.000Z"}}]}


@pytest.mark.parametrize(
    "name", [pytest.param(name, id=name) for name in ("person", "view", "messageThread", "apiKey")]
)
async def test_no_record_is_no_group(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    plural = catalog.objects[name].plural
    query = (
        f'{{ {plural}GroupBy(groupBy: [{{id: true}}], filter: {{createdAt: {{lt: "1999-01-01"}}}}) {{ totalCount }} }}'
    )
    assert await only(graphql, query) == []


async def test_a_variable_says_what_to_group_by(graphql: GraphQL) -> None:
    await create(graphql, "Task", title="x", dueAt="2025-01-01T00:00:00Z")
    query = """query ($g: [TaskGroupByInput!], $o: [TaskOrderByWithGroupByInput]) {
      tasksGroupBy(groupBy: $g, orderBy: $o) { groupByDimensionValues }
    }"""
    by: list[Json] = [{"dueAt": {"granularity": "MONTH", "timeZone": "America/New_York"}}]
    order = [{"dueAt": "DescNullsLast"}]
    found = await data(graphql, query, g=by, o=order)
    assert found == {"tasksGroupBy": [{"groupByDimensionValues": ["2024-12-01T05:00:00.000Z"]}]}
    by[0]["dueAt"]["timeZone"] = "Nowhere/Land"
    assert await error(graphql, query, g=by, o=order) == ("BAD_USER_INPUT", 'Invalid time zone "Nowhere/Land"')
