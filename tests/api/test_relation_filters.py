"""Filters and orders through relations, compared with a model in Python that knows three-valued logic."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import pytest_asyncio

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import NOWHERE, OBJECTS, Json, create, create_many, data, make, only

Truth = bool | None
TABLES = ("companies", "people", "opportunities")
KEYS = {  # the relations of the model: where they lead, and by which key of which table
    ("people", "company"): ("companies", "companyId"),
    ("opportunities", "company"): ("companies", "companyId"),
    ("opportunities", "pointOfContact"): ("people", "pointOfContactId"),
    ("companies", "people"): ("people", "companyId"),
    ("companies", "opportunities"): ("opportunities", "companyId"),
    ("people", "pointOfContactForOpportunities"): ("opportunities", "pointOfContactId"),
}
TO_ONE = ("company", "pointOfContact")
TYPES = {"companies": "Company", "people": "Person", "opportunities": "Opportunity"}


def number(table: str, n: int) -> str:
    return f"00000000-0000-4000-8000-{TABLES.index(table) + 1}{n:011}"


def rows() -> dict[str, list[Json]]:
    """A few records with nulls, ties, deleted records and records that refer to them."""
    dice = random.Random(4)
    gone = "2025-01-01T00:00:00Z"
    made: dict[str, list[Json]] = {}
    made["companies"] = [
        {"name": "ABcab"[n % 5], "employees": [None, 1, 2, 1][n % 4], "deletedAt": gone if n % 7 == 6 else None}
        for n in range(9)
    ]
    made["people"] = [
        {
            "city": "xyX"[n % 3],
            "companyId": dice.choice([None, *(number("companies", m) for m in range(9))]),
            "deletedAt": gone if n % 8 == 7 else None,
        }
        for n in range(24)
    ]
    made["opportunities"] = [
        {
            "name": "pq"[n % 2],
            "closeDate": [None, "2025-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z"][n % 3],
            "companyId": dice.choice([None, *(number("companies", m) for m in range(9))]),
            "pointOfContactId": dice.choice([None, *(number("people", m) for m in range(24))]),
            "deletedAt": gone if n % 9 == 8 else None,
        }
        for n in range(24)
    ]
    return {table: [{"id": number(table, n), **row} for n, row in enumerate(made[table])] for table in TABLES}


ROWS = rows()


@pytest_asyncio.fixture
async def records(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog) -> None:
    """The rows, and in the other workspace the same, none of them deleted."""
    for table, name in zip(TABLES, ("company", "person", "opportunity"), strict=True):
        await create_many(graphql, catalog, name, ROWS[table])
        await create_many(other_graphql, catalog, name, [{**row, "deletedAt": None} for row in ROWS[table]])


# The model


def all_of(truths: list[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def any_of(truths: list[Truth]) -> Truth:
    return True if True in truths else None if None in truths else False


def mentions_deleted(filter: Json) -> bool:
    nested = [*filter.get("and", []), *filter.get("or", []), *([filter["not"]] if "not" in filter else [])]
    return "deletedAt" in filter or any(map(mentions_deleted, nested))


OPERATORS: Mapping[str, Callable[[Any, Any], Truth]] = {
    "eq": lambda value, operand: None if value is None else value == operand,
    "neq": lambda value, operand: None if value is None else value != operand,
    "gt": lambda value, operand: None if value is None else value > operand,
    "is": lambda value, operand: (value is None) == (operand == "NULL"),
}


def related(table: str, row: Json, name: str) -> tuple[str, list[Json]]:
    target, key = KEYS[table, name]
    if name in TO_ONE:
        return target, [other for other in ROWS[target] if other["id"] == row[key]]
    return target, [other for other in ROWS[target] if other[key] == row["id"]]


def exists(table: str, row: Json, name: str, filter: Json, *, negated: bool = False) -> bool:
    target, others = related(table, row, name)
    seen = [other for other in others if mentions_deleted(filter) or other["deletedAt"] is None]
    return any(
        (truth(target, other, filter) is not True) if negated else truth(target, other, filter) for other in seen
    )


def truth(table: str, row: Json, filter: Json) -> Truth:
    truths: list[Truth] = []
    for name, value in filter.items():
        if name == "and":
            truths.append(all_of([truth(table, row, branch) for branch in value]))
        elif name == "or":
            truths.append(any_of([truth(table, row, branch) for branch in value]) if value else True)
        elif name == "not":
            inner = truth(table, row, value)
            truths.append(None if inner is None else not inner)
        elif name in TO_ONE:
            truths.append(exists(table, row, name, value))
        elif (table, name) in KEYS:
            by = {
                "some": lambda name, f: exists(table, row, name, f),
                "none": lambda name, f: not exists(table, row, name, f),
                "every": lambda name, f: not exists(table, row, name, f, negated=True),
            }
            truths += [by[quantifier](name, inner) for quantifier, inner in value.items()]
        else:
            truths += [OPERATORS[operator](row[name], operand) for operator, operand in value.items()]
    return all_of(truths)


def matching(table: str, filter: Json) -> list[Json]:
    return [
        row
        for row in ROWS[table]
        if (mentions_deleted(filter) or row["deletedAt"] is None) and truth(table, row, filter) is True
    ]


# Filters

DELETED = {"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}
FILTERS: list[tuple[str, Json]] = [
    ("people", {"company": {"name": {"eq": "A"}}}),
    ("people", {"company": {}}),
    ("people", {"not": {"company": {}}}),
    ("people", {"company": {"employees": {"neq": 1}}}),
    ("people", {"not": {"company": {"employees": {"neq": 1}}}}),
    ("people", {"company": {"deletedAt": {"is": "NOT_NULL"}}}),
    ("people", {"company": DELETED}),
    ("people", {"company": {"id": {"eq": number("companies", 1)}}}),
    ("people", {"or": [{"company": {"name": {"eq": "A"}}}, {"city": {"eq": "y"}}]}),
    ("people", {"company": {"people": {"some": {"city": {"eq": "X"}}}}}),
    ("people", {"company": {"opportunities": {"none": {}}}}),
    ("people", {"deletedAt": {"is": "NOT_NULL"}, "company": {"name": {"neq": "A"}}}),
    ("people", {"pointOfContactForOpportunities": {"some": {"closeDate": {"is": "NULL"}}}}),
    (
        "people",
        {"pointOfContactForOpportunities": {"some": {"company": {"people": {"every": {"city": {"neq": "x"}}}}}}},
    ),
    ("companies", {"people": {}}),
    ("companies", {"people": {"some": {}}}),
    ("companies", {"people": {"none": {}}}),
    ("companies", {"people": {"every": {}}}),
    ("companies", {"people": {"some": {"city": {"eq": "x"}}}}),
    ("companies", {"people": {"none": {"city": {"eq": "x"}}}}),
    ("companies", {"people": {"every": {"city": {"eq": "x"}}}}),
    ("companies", {"people": {"some": {"city": {"eq": "x"}}, "every": {"city": {"neq": "X"}}}}),
    ("companies", {"people": {"some": {"deletedAt": {"is": "NOT_NULL"}}}}),
    ("companies", {"opportunities": {"every": {"closeDate": {"gt": "2024-06-01T00:00:00.000Z"}}}}),
    ("companies", {"opportunities": {"none": {"closeDate": {"gt": "2024-06-01T00:00:00.000Z"}}}}),
    ("companies", {"not": {"opportunities": {"every": {"closeDate": {"gt": "2024-06-01T00:00:00.000Z"}}}}}),
    ("opportunities", {"pointOfContact": {"company": {"name": {"eq": "A"}}}}),
    ("opportunities", {"pointOfContact": {"company": {}}, "company": {}}),
    ("opportunities", {"pointOfContact": {"id": {"eq": NOWHERE}}}),
]


async def test_filters(graphql: GraphQL, records: None, statements: list[str]) -> None:
    for table, filter in FILTERS:
        page = "{ totalCount edges { node { id } } }"
        query = f"query ($f: {TYPES[table]}FilterInput) {{ {table}(filter: $f, first: 100) {page} }}"
        statements.clear()
        found = await only(graphql, query, f=filter)
        assert len(statements) == 1
        expected = [row["id"] for row in matching(table, filter)]
        assert [edge["node"]["id"] for edge in found["edges"]] == expected, filter
        assert found["totalCount"] == len(expected)


def some_filter(dice: random.Random, table: str, depth: int) -> Json:
    leaves: dict[str, list[Json]] = {
        "companies": [{"name": {"eq": "A"}}, {"employees": {"eq": 1}}, {"employees": {"is": "NULL"}}],
        "people": [{"city": {"eq": "x"}}, {"city": {"neq": "y"}}, {"companyId": {"is": "NULL"}}],
        "opportunities": [{"name": {"neq": "p"}}, {"closeDate": {"gt": "2024-06-01T00:00:00.000Z"}}],
    }
    relations = [name for of, name in KEYS if of == table]
    kind = dice.choice(["leaf", "not", "and", "or", "relation", "relation", "relation"] if depth else ["leaf"])
    if kind == "leaf":
        return dice.choice([*leaves[table], {"deletedAt": {"is": "NOT_NULL"}}, DELETED] if depth else leaves[table])
    if kind == "not":
        return {"not": some_filter(dice, table, depth - 1)}
    if kind in ("and", "or"):
        return {kind: [some_filter(dice, table, depth - 1) for _ in range(2)]}
    name = dice.choice(relations)
    inner = some_filter(dice, KEYS[table, name][0], depth - 1)
    return {name: inner if name in TO_ONE else {dice.choice(["some", "none", "every"]): inner}}


async def test_filters_of_any_shape(graphql: GraphQL, records: None) -> None:
    dice = random.Random(14)
    for _ in range(60):
        asked = {f"f{n}": (table := dice.choice(TABLES), some_filter(dice, table, 4)) for n in range(5)}
        variables = ", ".join(f"${key}: {TYPES[table]}FilterInput" for key, (table, _) in asked.items())
        fields = [
            f"{key}: {table}(filter: ${key}) {{ edges {{ node {{ id }} }} }}" for key, (table, _) in asked.items()
        ]
        query = f"query ({variables}) {{ {' '.join(fields)} }}"
        found = await data(graphql, query, **{key: filter for key, (_, filter) in asked.items()})
        for key, (table, filter) in asked.items():
            ids = [edge["node"]["id"] for edge in found[key]["edges"]]
            assert ids == [row["id"] for row in matching(table, filter)], filter


async def test_a_wide_filter(graphql: GraphQL, records: None, statements: list[str]) -> None:
    branches: list[Json] = [{"company": {"employees": {"eq": n}, "name": {"neq": "?"}}} for n in range(100)]
    filter = {"or": [*branches, *({"city": {"eq": f"city {n}"}} for n in range(100))]}
    query = "query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }"
    statements.clear()
    assert (await only(graphql, query, f=filter))["totalCount"] == len(matching("people", filter)) > 0
    assert len(statements) == 1


async def test_nested_connections_and_writes_take_them(graphql: GraphQL, records: None) -> None:
    filter = {"company": {"name": {"eq": "A"}}, "pointOfContactForOpportunities": {"some": {}}}
    query = """query ($f: PersonFilterInput) {
      companies(filter: {name: {eq: "A"}}) { edges { node { id people(filter: $f) { edges { node { id } } } } } }
    }"""
    found = await only(graphql, query, f=filter)
    nested = [person["node"]["id"] for edge in found["edges"] for person in edge["node"]["people"]["edges"]]
    expected = [row["id"] for row in matching("people", filter)]
    assert sorted(nested) == expected != []
    write = 'mutation ($f: PersonFilterInput) { updatePeople(filter: $f, data: {jobTitle: "x"}) { id } }'
    assert [person["id"] for person in await only(graphql, write, f=filter)] == expected
    group = "query ($f: PersonFilterInput) { peopleGroupBy(groupBy: [{jobTitle: true}], filter: $f) { totalCount } }"
    assert await only(graphql, group, f=filter) == [{"totalCount": len(expected)}]


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_relation_of_every_object(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, name: str
) -> None:
    """Two records that refer to each other find each other; the other workspace finds nothing."""
    object_type = catalog.objects[name]
    for relation in object_type.relations.values():
        if relation.is_to_many:
            inverse = catalog.objects[relation.target].relations[relation.inverse]
            own = await make(graphql, catalog, name, 1)
            other = await make(graphql, catalog, relation.target, 2, **{inverse.foreign_key: own})
            condition = f'{{{relation.name}: {{some: {{id: {{eq: "{other}"}}}}}}}}'
        else:
            other = await make(graphql, catalog, relation.target, 3)
            own = await make(graphql, catalog, name, 4, **{relation.foreign_key: other})
            condition = f'{{{relation.name}: {{id: {{eq: "{other}"}}}}}}'
        query = f"{{ {object_type.plural}(filter: {condition}) {{ edges {{ node {{ id }} }} }} }}"
        assert await only(graphql, query) == {"edges": [{"node": {"id": own}}]}
        assert await only(other_graphql, query) == {"edges": []}


# Orders


def through(row: Json, path: tuple[str, ...]) -> Any:
    """The value at the end of a path of to-one relations; without a live record on the way it is null."""
    table = next(table for table in TABLES if row in ROWS[table])
    for name in path[:-1]:
        target, others = related(table, row, name)
        live = [other for other in others if other["deletedAt"] is None]
        if not live:
            return None
        table, row = target, live[0]
    value = row[path[-1]]
    return value.lower() if isinstance(value, str) else value


def order_entry(path: tuple[str, ...], direction: str) -> Json:
    entry: Any = direction
    for name in reversed(path):
        entry = {name: entry}
    return dict(entry)


def ordered(table: str, keys: list[tuple[tuple[str, ...], str]]) -> list[str]:
    found = sorted((row for row in ROWS[table] if row["deletedAt"] is None), key=lambda row: str(row["id"]))
    for path, direction in reversed(keys):
        values = {row["id"]: through(row, path) for row in found}
        given = [row for row in found if values[row["id"]] is not None]
        null = [row for row in found if values[row["id"]] is None]
        given.sort(key=lambda row: values[row["id"]], reverse=direction.startswith("Desc"))
        found = null + given if direction.endswith("First") else given + null
    return [row["id"] for row in found]


ORDERS: list[tuple[str, list[tuple[tuple[str, ...], str]]]] = [
    ("people", [(("company", "name"), "AscNullsFirst")]),
    ("people", [(("company", "name"), "AscNullsLast")]),
    ("people", [(("company", "name"), "DescNullsFirst")]),
    ("people", [(("company", "name"), "DescNullsLast")]),
    ("people", [(("company", "employees"), "AscNullsLast"), (("city",), "DescNullsLast")]),
    ("people", [(("city",), "AscNullsLast"), (("company", "employees"), "DescNullsFirst")]),
    ("people", [(("company", "id"), "DescNullsLast")]),
    ("opportunities", [(("pointOfContact", "company", "name"), "AscNullsFirst")]),
    (
        "opportunities",
        [(("pointOfContact", "company", "employees"), "DescNullsLast"), (("company", "name"), "AscNullsLast")],
    ),
]


@pytest.mark.parametrize(("table", "keys"), ORDERS, ids=[f"{table} {keys}"[:90] for table, keys in ORDERS])
async def test_orders_and_pages(
    graphql: GraphQL,
    other_graphql: GraphQL,
    records: None,
    statements: list[str],
    table: str,
    keys: list[tuple[tuple[str, ...], str]],
) -> None:
    query = f"""query ($o: [{TYPES[table]}OrderByInput], $first: Int, $after: String, $last: Int, $before: String) {{
      {table}(orderBy: $o, first: $first, after: $after, last: $last, before: $before) {{
        edges {{ cursor node {{ id }} }}
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
      }}
    }}"""
    order = [order_entry(path, direction) for path, direction in keys]
    expected = ordered(table, keys)
    found: list[str] = []
    cursor: str | None = None
    while True:
        statements.clear()
        page = await only(graphql, query, o=order, first=4, after=cursor)
        assert len(statements) == 1
        found += [edge["node"]["id"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == (len(found) < len(expected))
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == expected
    back: list[str] = []
    cursor = None
    while len(back) < len(expected):
        page = await only(graphql, query, o=order, last=5, before=cursor)
        back = [edge["node"]["id"] for edge in page["edges"]] + back
        cursor = page["pageInfo"]["startCursor"]
        assert page["pageInfo"]["hasPreviousPage"] == (len(back) < len(expected))
    assert back == expected
    every = await only(other_graphql, query, o=order, first=100)
    assert len(every["edges"]) == len(ROWS[table])


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("{people: {every: {}}}", 2),
        ("{people: {every: {taskTargets: {every: {}}}}}", 2),
        ('{people: {every: {or: [{city: {eq: "x"}}, {taskTargets: {every: {}}}]}}}', 2),
        ("{not: {people: {every: {}}}}", 0),
        ("{not: {people: {every: {taskTargets: {every: {}}}}}}", 0),
        ("{people: {some: {not: {taskTargets: {every: {}}}}}}", 0),
        ("{people: {none: {taskTargets: {every: {}}}}}", 1),
    ],
)
async def test_what_every_row_meets(graphql: GraphQL, condition: str, found: int) -> None:
    """No constant is printed that makes PostgreSQL fold a table away, which distributed ones cannot be."""
    await create(graphql, "Company", name="empty")
    await create(graphql, "Company", name="full", people={"create": [{"city": "a"}]})
    companies = await only(graphql, f"{{ companies(filter: {condition}) {{ totalCount }} }}")
    assert companies["totalCount"] == found
