"""Aggregates of connections: by table, and for every field of every object against a model in Python."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from schema.catalog.aggregates import AggregateField, aggregate_fields
from schema.catalog.model import Catalog, Field
from tests.conftest import GraphQL
from tests.records import OBJECTS, Json, create, create_many, data, full, only, required, selection

COMPANIES: list[Json] = [
    {
        "name": "Acme",
        "employees": 10,
        "annualRecurringRevenue": {"amountMicros": 1_000_000, "currencyCode": "EUR"},
        "idealCustomerProfile": True,
        "domainName": {"primaryLinkUrl": "https://acme.com"},
        "address": {"addressCity": "Rome"},
        "createdAt": "2024-01-01T00:00:00.001Z",
    },
    {
        "name": "Globex",
        "employees": 0.5,
        "annualRecurringRevenue": {"amountMicros": 3_000_000, "currencyCode": "USD"},
        "domainName": {"primaryLinkLabel": "only a label"},
        "createdAt": "2024-01-02T00:00:00Z",
    },
    {"name": "acme", "createdAt": "2025-01-01T00:00:00Z"},
    {
        "name": "",
        "employees": 10,
        "annualRecurringRevenue": {"currencyCode": "EUR"},
        "idealCustomerProfile": True,
        "address": {"addressCity": "Rome"},
        "createdAt": "2023-01-01T00:00:00Z",
    },
]

# What is asked of these companies, and the answer.
ANSWERS: Mapping[str, Any] = {
    "totalCount": 4,
    "countUniqueValuesName": 4,
    "countEmptyName": 1,
    "countNotEmptyName": 3,
    "percentageEmptyName": 0.25,
    "percentageNotEmptyName": 0.75,
    "countUniqueValuesEmployees": 2,
    "countEmptyEmployees": 1,
    "percentageNotEmptyEmployees": 0.75,
    "minEmployees": 0.5,
    "maxEmployees": 10,
    "avgEmployees": 20.5 / 3,
    "sumEmployees": 20.5,
    "countUniqueValuesAnnualRecurringRevenue": 4,
    "countEmptyAnnualRecurringRevenue": 1,
    "minAnnualRecurringRevenueAmountMicros": 1_000_000,
    "maxAnnualRecurringRevenueAmountMicros": 3_000_000,
    "avgAnnualRecurringRevenueAmountMicros": 2_000_000,
    "sumAnnualRecurringRevenueAmountMicros": 4_000_000,
    "countTrueIdealCustomerProfile": 2,
    "countFalseIdealCustomerProfile": 2,
    "countUniqueValuesIdealCustomerProfile": 2,
    "countEmptyIdealCustomerProfile": 0,
    "countEmptyDomainName": 3,
    "countUniqueValuesAddress": 2,
    "countEmptyAddress": 2,
    "minCreatedAt": "2023-01-01T00:00:00.000Z",
    "maxCreatedAt": "2025-01-01T00:00:00.000Z",
    "minDeletedAt": None,
    "countEmptyDeletedAt": 4,
    "countNotEmptyAccountOwnerId": 0,
    "countUniqueValuesId": 4,
    "countUniqueValuesCreatedBy": 1,
}


async def test_each_aggregate(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, statements: list[str]
) -> None:
    await create_many(graphql, catalog, "company", COMPANIES)
    query = f"{{ companies {{ {' '.join(ANSWERS)} }} }}"
    statements.clear()
    assert await only(graphql, query) == pytest.approx(ANSWERS)
    assert len(statements) == 1
    assert await only(other_graphql, query) == {name: 0 if name == "totalCount" else None for name in ANSWERS}


@pytest.mark.parametrize(
    ("arguments", "sums"),
    [
        ("first: 1", (4, 20.5)),
        ("first: 0", (4, 20.5)),
        ("last: 1", (4, 20.5)),
        ("offset: 3", (4, 20.5)),
        ('filter: {name: {ilike: "acme"}}', (2, 10)),
        ('filter: {name: {eq: "nobody"}}', (0, None)),
        ('filter: {name: {eq: "acme"}}', (1, None)),
        ('filter: {name: {neq: ""}}, first: 1, orderBy: [{name: DescNullsLast}]', (3, 10.5)),
        ("filter: {deletedAt: {is: NOT_NULL}}", (1, 1000)),
        ("filter: {or: [{deletedAt: {is: NULL}}, {employees: {gt: 500}}]}", (5, 1020.5)),
    ],
)
async def test_aggregates_are_over_what_the_filter_matches(
    graphql: GraphQL, catalog: Catalog, arguments: str, sums: tuple[int, float | None]
) -> None:
    gone = {"name": "gone", "employees": 1000, "deletedAt": "2025-01-01T00:00:00Z"}
    await create_many(graphql, catalog, "company", [*COMPANIES, gone])
    found = await only(graphql, f"{{ companies({arguments}) {{ totalCount sumEmployees edges {{ cursor }} }} }}")
    assert (found["totalCount"], found["sumEmployees"]) == sums


async def test_a_cursor_does_not_change_them(graphql: GraphQL, catalog: Catalog) -> None:
    await create_many(graphql, catalog, "company", COMPANIES)
    first = await only(graphql, "{ companies(first: 2) { pageInfo { endCursor } } }")
    query = "query ($c: String) { companies(after: $c) { totalCount avgEmployees edges { node { id } } } }"
    found = await only(graphql, query, c=first["pageInfo"]["endCursor"])
    assert (found["totalCount"], found["avgEmployees"], len(found["edges"])) == (4, pytest.approx(20.5 / 3), 2)


async def test_nested_connections_have_them(graphql: GraphQL, statements: list[str]) -> None:
    for name, cities in (("A", ["Rome", "Rome", ""]), ("B", ["Oslo"]), ("C", [])):
        await create(graphql, "Company", name=name, people={"create": [{"city": city} for city in cities]})
    query = """{
      companies(orderBy: [{name: AscNullsLast}]) {
        edges { node {
          people(first: 1) { unique: countUniqueValuesCity countEmptyCity percentageEmptyCity edges { cursor } }
          rome: people(filter: {city: {eq: "Rome"}}) { totalCount maxDeletedAt }
        } }
      }
    }"""
    statements.clear()
    nodes = [edge["node"] for edge in (await only(graphql, query))["edges"]]
    assert len(statements) == 1
    assert [(n["people"]["unique"], n["people"]["countEmptyCity"]) for n in nodes] == [(2, 1), (1, 0), (None, None)]
    assert [n["people"]["percentageEmptyCity"] for n in nodes] == [pytest.approx(1 / 3), 0, None]
    assert [len(n["people"]["edges"]) for n in nodes] == [1, 1, 0]
    assert [n["rome"]["totalCount"] for n in nodes] == [2, 0, 0]
    created = """mutation {
      createCompany(data: {name: "D", people: {create: [{city: "x"}, {city: ""}]}}) { people { countNotEmptyCity } }
    }"""
    assert await only(graphql, created) == {"people": {"countNotEmptyCity": 1}}


# Every field of every object


def _texts(field: Field, aggregate: AggregateField, record: Json) -> list[Any]:
    """What an aggregate looks at: the value, or the parts that stand for the whole."""
    value = record[field.name]
    return [value[column.part] for column in aggregate.columns] if field.composite else [value]


def _joined(values: list[Any]) -> str | None:
    """The values as one, or None where there is none."""
    if len(values) == 1:
        return None if values[0] is None else json.dumps(values[0], sort_keys=True)
    return "".join("" if value is None else str(value) for value in values)


def _is_empty(values: list[Any]) -> bool:
    return all(value is None or value == "" for value in values)


MODEL: Mapping[str, Callable[[list[list[Any]]], Any]] = {
    "countUniqueValues": lambda rows: len({_joined(row) for row in rows} - {None}),
    "countEmpty": lambda rows: sum(map(_is_empty, rows)),
    "countNotEmpty": lambda rows: len(rows) - sum(map(_is_empty, rows)),
    "percentageEmpty": lambda rows: sum(map(_is_empty, rows)) / len(rows),
    "percentageNotEmpty": lambda rows: 1 - sum(map(_is_empty, rows)) / len(rows),
    "countTrue": lambda rows: sum(row[0] is True for row in rows),
    "countFalse": lambda rows: sum(row[0] is False for row in rows),
    "min": lambda rows: min((row[0] for row in rows if row[0] is not None), default=None),
    "max": lambda rows: max((row[0] for row in rows if row[0] is not None), default=None),
    "sum": lambda rows: sum(given) if (given := [row[0] for row in rows if row[0] is not None]) else None,
    "avg": lambda rows: sum(given) / len(given) if (given := [row[0] for row in rows if row[0] is not None]) else None,
}


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_aggregate_of_every_object(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    asked = {
        aggregate.name: aggregate
        for aggregate in aggregate_fields(object_type)
        if not aggregate.field.columns[0].secret or aggregate.aggregate.counts_emptiness
    }
    records = [{**full(object_type, n), **await required(graphql, catalog, object_type, n)} for n in range(3)]
    await create_many(graphql, catalog, name, [*records, await required(graphql, catalog, object_type, 7)])
    query = f"{{ {object_type.plural} {{ {' '.join(asked)} edges {{ node {{ {selection(object_type)} }} }} }} }}"
    answer = await only(graphql, query)
    shown = [edge["node"] for edge in answer.pop("edges")]
    assert len(shown) >= 4
    for key, aggregate in asked.items():
        rows = [_texts(aggregate.field, aggregate, record) for record in shown]
        assert answer[key] == pytest.approx(MODEL[aggregate.aggregate.name](rows)), key


async def test_secrets_are_only_counted_as_empty_or_not(graphql: GraphQL) -> None:
    await create(graphql, "Webhook", targetUrl="https://a.example", secret="a secret of ours")
    await create(graphql, "Webhook", targetUrl="https://b.example")
    query = "{ webhooks { countEmptySecret countNotEmptySecret percentageEmptySecret percentageNotEmptySecret } }"
    assert list((await only(graphql, query)).values()) == [1, 1, 0.5, 0.5]
    refused = await graphql("{ webhooks { countUniqueValuesSecret } }")
    assert refused["data"] == {"webhooks": None}
    assert [error["extensions"]["code"] for error in refused["errors"]] == ["BAD_USER_INPUT"]


async def test_aliases_and_type_names_among_them(graphql: GraphQL) -> None:
    await create(graphql, "Person", city="x")
    query = "{ people { a: countEmptyCity __typename b: countEmptyCity total: totalCount t: totalCount } }"
    expected = {"a": 0, "__typename": "PersonConnection", "b": 0, "total": 1, "t": 1}
    assert (await data(graphql, query))["people"] == expected
