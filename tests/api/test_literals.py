"""A document whose literals become variables answers as it does through GraphQL execution, whatever stands there."""

from typing import Any

import pytest

from schema.api import Api
from schema.catalog.model import Catalog
from schema.context import GraphQLRequest
from tests.api.test_pipeline import ACME, ADA, BOB, both, without_database
from tests.conftest import GraphQL, Workspace
from tests.records import Json, create_many

TEXTS = (
    *('"a"', '"b"', '""', '" "', '"\\u00e9\\n"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\q"', '"a\tb"', '"a\nb"', '"#"'),
    *('"""a"""', '"a" "b"', '"', f'"{ADA}"', f'"{ADA.upper()}"', '"2025-01-02T03:04:05.678Z"', '"first"', '"1"'),
    *('"AscNullsLast"', '"DONE"', '"a@b.c"', '# "1"\n "a"'),
)
NUMBERS = (
    *("1", "2", "0", "-1", "-0", "00", "1.0", "2.5", "-0.0", "1e2", "1E+2", "1.", ".5", "- 1", "1_0", "1a", "0x1"),
    *("2147483648", "99999999999999999999", "1e999", "1" * 5000),
)
OTHERS = ("null", "true", "AscNullsLast", "DONE", "$x", "[]", "{}", '["a", "b"]', '["c", "d"]', "[1, 2]", "")

DOCUMENTS = [
    "{ people(first: %s) { edges { node { city } } } }",
    "{ people(filter: {city: {eq: %s}}) { edges { node { city } } } }",
    "{ people(filter: {city: {in: %s}}) { edges { node { city } } } }",
    '{ people(filter: {emails: {primaryEmail: {in: [%s, "x"]}}}) { totalCount } }',
    "{ people(filter: {id: {eq: %s}}) { edges { node { id } } } }",
    '{\n  person(filter: {id: {eq: %s}}) { id } other: person(\nfilter: {city: {eq: "nowhere"}}) { city }\n}',
    "{ people(filter: {createdAt: {gt: %s}}) { totalCount } }",
    "{ people(orderBy: {city: %s}) { edges { node { city } } } }",
    "{ companies { edges { node { people(first: %s, after: null) { totalCount } } } } }",
    "{ personDuplicates(ids: %s) { totalCount } }",
    "{ people(first: 1) { totalCount } people(first: %s) { totalCount } }",
    "mutation { createCompany(data: {employees: %s}) { employees } }",
    "mutation { createPerson(data: {city: %s, position: 1}) { city } }",
    'mutation { createPerson(data: {position: %s}) { position } nope: deletePerson(id: "x") { id } }',
    "mutation { createTask(data: {status: %s}) { status } }",
    "mutation { createOpportunity(data: {amount: {amountMicros: %s}}) { amount { amountMicros } } }",
    'mutation { createAuditLog(data: {name: "n", properties: %s}) { properties } }',
    "mutation ($id: ID) { createPerson(data: {city: %s}) { city } deletePerson(id: $id) { id } }",
    "query ($x: ID) {\n people(first: %s) { totalCount }\n personDuplicates(ids: [$x, null]) { totalCount } }",
    "mutation ($x: String = %s) { createPerson(data: {city: $x}) { city } }",
    "query ($x: String) { people(filter: {city: {eq: $x}, jobTitle: {eq: %s}}) { totalCount } }",
]


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_both_ways_answer_alike(
    graphql: GraphQL, catalog: Catalog, api: Api, connection: Any, workspace: Workspace, document: str
) -> None:
    """Values that fit come first, so that the others meet a text that is remembered."""
    await create_many(graphql, catalog, "company", [{"id": ACME, "name": "Acme"}])
    people: list[Json] = [{"id": ADA, "city": "a", "companyId": ACME, "emails": {"primaryEmail": "a@b.c"}}, {"id": BOB}]
    await create_many(graphql, catalog, "person", people)
    for value in (*TEXTS, *NUMBERS, *OTHERS):
        request = GraphQLRequest(document.replace("%s", value), {"x": "y"})
        await both(api, catalog, connection, workspace, request)


async def test_the_text_is_shared(api: Api, catalog: Catalog) -> None:
    """Otherwise the tests above would compare one way with itself."""
    context = without_database(catalog)
    for document, shared in [
        ("{ people(first: 1) { totalCount } }", True),
        ('mutation { createPerson(data: {city: "Rome"}) { id } }', True),
        ("{ people(first: 1) { totalCount } } # 1", False),
        ("{ people { totalCount } }", False),
    ]:
        prepared = api.execute.pipeline.prepared(GraphQLRequest(document), context)
        assert prepared is not None
        assert (prepared.lifted is not None) == shared
