"""A write that came before is made anew: nothing of one request is in the next, of whatever workspace."""

import pytest

from tests.conftest import GraphQL
from tests.records import Json, create, data, only

RELATED: list[tuple[str, Json]] = [
    ("mutation { createCompany(data: {people: {create: [{}]}}) { id people { edges { node { id } } } } }", {}),
    ("mutation { createCompany(data: {people: {create: [{}]}}) { id } } # not lifted", {}),
    ("mutation ($p: Boolean) { createCompany(data: {idealCustomerProfile: $p, people: {create: [{}]}}) { id } }",
     {"p": True}),
    ("mutation ($x: CompanyRelationInput) { createPerson(data: {company: $x}) { id } }", {"x": {"disconnect": True}}),
    ("mutation ($x: PersonRelationInput) { createNoteTarget(data: {targetPerson: $x}) { id } }", {"x": None}),
    ('mutation { createPeople(data: [{city: "x", company: {create: {name: "y"}}}]) { id } } # not lifted',
     {}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), RELATED)
async def test_ids_are_new_each_time(graphql: GraphQL, other_graphql: GraphQL, document: str, variables: Json) -> None:
    answers = [await data(ask, document, **variables) for ask in (graphql, other_graphql) for _ in range(4)]
    ids = [str(answer) for answer in answers]
    assert len({*ids}) == len(ids)


async def test_what_an_update_creates_along_is_new_each_time(graphql: GraphQL) -> None:
    company = await create(graphql, "Company")
    document = (
        f'mutation {{ updateCompany(id: "{company}", data: {{people: {{create: [{{city: "n"}}]}}}})'
        " { people { totalCount } } } # not lifted"
    )
    counts = [(await only(graphql, document))["people"]["totalCount"] for _ in range(4)]
    assert counts == [1, 2, 3, 4]


TWICE: list[tuple[str, Json]] = [
    ("mutation { a: createPerson(data: {}) { id } b: createPerson(data: {}) { id } }", {}),
    ("mutation ($d: PersonCreateInput!) { a: createPerson(data: $d) { id } b: createPerson(data: $d) { id } }",
     {"d": {"city": "x"}}),
    ("mutation ($d: [PersonCreateInput!]!) { a: createPeople(data: $d) { id } b: createPeople(data: $d) { id } }",
     {"d": [{}, {}]}),
    ("mutation ($c: String) { a: createPerson(data: {city: $c}) { id } b: createPerson(data: {city: $c}) { id } }",
     {"c": "x"}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), TWICE)
async def test_two_creates_of_one_document_are_two(graphql: GraphQL, document: str, variables: Json) -> None:
    found = [await data(graphql, document, **variables) for _ in range(4)]
    made = [str(answer[key]) for answer in found for key in ("a", "b")]
    assert len({*made}) == 8
