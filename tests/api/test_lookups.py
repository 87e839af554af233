"""Single records: all that one document asks for are one statement."""

from typing import Any

import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import NOWHERE, OBJECTS, create, create_many, data, make


async def test_twenty_aliases_are_one_statement(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, statements: list[str]
) -> None:
    company = await create(graphql, "Company", name="Acme")
    ids = await create_many(graphql, catalog, "person", [{"city": str(n), "companyId": company} for n in range(20)])
    asked = " ".join(
        f'p{n}: person(filter: {{id: {{eq: "{own}"}}}}) {{ city company {{ name people(first: 1) {{ totalCount }} }} }}'
        for n, own in enumerate(ids)
    )
    statements.clear()
    found = await data(graphql, f"{{ {asked} }}")
    assert len(statements) == 1
    of_company = {"name": "Acme", "people": {"totalCount": 20}}
    assert list(found.items()) == [(f"p{n}", {"city": str(n), "company": of_company}) for n in range(20)]
    theirs = await other_graphql(f"{{ {asked} }}")
    assert set(theirs["data"].values()) == {None}
    assert [error["extensions"]["code"] for error in theirs["errors"]] == ["NOT_FOUND"] * 20


async def test_every_object_in_one_document(graphql: GraphQL, catalog: Catalog, statements: list[str]) -> None:
    ids = {name: await make(graphql, catalog, name, 1) for name in OBJECTS}
    asked = " ".join(f'{name}(filter: {{id: {{eq: "{own}"}}}}) {{ id }}' for name, own in ids.items())
    statements.clear()
    assert await data(graphql, f"{{ {asked} }}") == {name: {"id": own} for name, own in ids.items()}
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("fields", "found", "faults", "count"),
    [
        (
            'a: person(filter: {city: {eq: "x"}}) { city } b: person(filter: {city: {eq: "y"}}) { city }',
            ["x", None],
            ["b"],
            1,
        ),
        (
            'a: person(filter: {city: {eq: "y"}}) { city } b: person(filter: {city: {eq: "x"}}) { city }',
            [None, "x"],
            ["a"],
            1,
        ),
        ('a: person(filter: {city: {eq: "x"}}) { city } b: person(filter: {}) { city }', ["x", None], ["b"], 1),
        ("a: person(filter: {}) { city } b: person { city }", [None, None], ["a", "b"], 0),
        (
            'a: person(filter: {city: {eq: "x"}}) { ...F } b: person(filter: {city: {eq: "x"}}) { ...F }',
            ["x", "x"],
            [],
            1,
        ),
    ],
)
async def test_a_fault_of_one_leaves_the_others(
    graphql: GraphQL, statements: list[str], fields: str, found: list[Any], faults: list[str], count: int
) -> None:
    await create(graphql, "Person", city="x")
    fragment = " fragment F on Person { city }" if "..." in fields else ""
    statements.clear()
    answer = await graphql(f"{{ {fields} }}{fragment}")
    assert len(statements) == count
    assert [one and one["city"] for one in answer["data"].values()] == found
    assert sorted(error["path"][0] for error in answer.get("errors", [])) == faults


async def test_values_of_their_own(graphql: GraphQL, statements: list[str]) -> None:
    """The same shape with other values, deleted records, and variables that several share."""
    live = await create(graphql, "Person", city="x")
    gone = await create(graphql, "Person", city="y", deletedAt="2025-01-01T00:00:00Z")
    query = """query ($live: ID, $gone: UUID!) {
      a: person(filter: {id: {eq: $live}}) { city }
      b: person(filter: {id: {eq: $gone}, deletedAt: {is: NOT_NULL}}) { city }
      c: person(filter: {id: {in: [$live, $gone]}, city: {startsWith: "x"}}) { id }
    }"""
    statements.clear()
    found = await data(graphql, query, live=live, gone=gone)
    assert found == {"a": {"city": "x"}, "b": {"city": "y"}, "c": {"id": live}}
    assert len(statements) == 1


async def test_beside_other_fields(graphql: GraphQL, statements: list[str]) -> None:
    """A page beside them has a statement of its own."""
    own = await create(graphql, "Person", city="x")
    query = """query ($a: ID, $b: ID) {
      a: person(filter: {id: {eq: $a}}) { city }
      people { totalCount }
      b: person(filter: {id: {eq: $b}}) { city }
    }"""
    statements.clear()
    answer = await graphql(query, a=own, b=NOWHERE)
    assert answer["data"] == {"a": {"city": "x"}, "people": {"totalCount": 1}, "b": None}
    assert len(statements) == 2
