"""Which rows a filter is about: live ones unless it mentions `deletedAt`; the first by id where one is asked for."""

from uuid import UUID

import pytest

from schema.catalog.model import Catalog
from tests.api.found import Found
from tests.conftest import GraphQL
from tests.records import Json, Name, create, create_many, data, error, only

NULL, NOT_NULL = Name("NULL"), Name("NOT_NULL")
HIDDEN: list[tuple[Json, list[int]]] = [
    ({}, [0]),
    ({"city": {"eq": "a"}}, [0]),
    ({"deletedAt": {"is": NULL}}, [0]),
    ({"deletedAt": {"is": NOT_NULL}}, [1]),
    ({"not": {"deletedAt": {"is": NULL}}}, [1]),
    ({"or": [{"deletedAt": {"is": NULL}}, {"deletedAt": {"is": NOT_NULL}}]}, [0, 1]),
    ({"and": [{"city": {"eq": "a"}}, {"or": [{"not": {"deletedAt": {"is": NULL}}}]}]}, [1]),
    ({"deletedAt": {"gt": "2000-01-01"}}, [1]),
    ({"or": [{"city": {"eq": "a"}}, {"deletedAt": {"lt": "2000-01-01"}}]}, [0, 1]),
]


@pytest.mark.parametrize(("where", "expected"), HIDDEN, ids=str)
async def test_deleted_rows_at_the_root_and_nested(
    graphql: GraphQL, catalog: Catalog, where: Json, expected: list[int]
) -> None:
    company = await create(graphql, "Company")
    people: list[Json] = [{"city": "a", "companyId": company}] * 2
    found = await Found.of(graphql, catalog, "person", people)
    await only(graphql, "mutation ($id: ID) { deletePerson(id: $id) { id } }", id=found.ids[1])
    assert await found.by(where) == expected

    # Nested, its own filter decides, whatever the root's says.
    query = """
      query ($id: ID, $filter: PersonFilterInput) {
        plain: companies(filter: {id: {eq: $id}}) { edges { node { ...P } } }
        every: companies(filter: {id: {eq: $id}, or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}) {
          edges { node { ...P } }
        }
        one: company(filter: {id: {eq: $id}}) { ...P }
      }
      fragment P on Company { people(filter: $filter) { totalCount edges { node { id } } } }
    """
    answer = await data(graphql, query, id=company, filter=where)
    edges = [{"node": {"id": found.ids[n]}} for n in expected]
    below = {"people": {"totalCount": len(edges), "edges": edges}}
    page = {"edges": [{"node": below}]}
    assert answer == {"plain": page, "every": page, "one": below}


async def test_a_deleted_record_by_its_id(graphql: GraphQL) -> None:
    person = await create(graphql, "Person")
    await only(graphql, "mutation ($id: ID) { deletePerson(id: $id) { id } }", id=person)
    hidden = "query ($id: ID) { person(filter: {id: {eq: $id}}) { id } }"
    assert await error(graphql, hidden, id=person) == ("NOT_FOUND", "Record not found")
    seen = "query ($id: ID) { person(filter: {id: {eq: $id}, not: {deletedAt: {is: NULL}}}) { id } }"
    assert await only(graphql, seen, id=person) == {"id": person}


async def test_one_record_of_several_is_the_first_by_id(graphql: GraphQL, catalog: Catalog) -> None:
    first, second, third = (str(UUID(int=n << 100 | 0xABC)) for n in (1, 2, 3))
    ids = [third, first, second]
    await create_many(graphql, catalog, "person", [{"id": each, "city": "a"} for each in ids])
    assert await only(graphql, '{ person(filter: {city: {eq: "a"}}) { id } }') == {"id": first}
    deleted = "mutation ($id: ID) { deletePerson(id: $id) { id } }"
    await only(graphql, deleted, id=first)
    assert await only(graphql, '{ person(filter: {city: {eq: "a"}}) { id } }') == {"id": second}
