"""How many statements each operation costs: one a query root field, one or two a mutation, never one a record."""

import httpx
import pytest

from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from schema.declare.names import capital
from tests.conftest import GraphQL, Workspace, run_server
from tests.records import OBJECTS, create, create_many, data, full, make, only, required, selection

DEEP = """{ name people(first: 2) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges {
  cursor node { name { firstName } company { name accountOwner { id } people(last: 1, filter: {city:
      {eq: "x"}})
  { totalCount edges { node { pointOfContactForOpportunities(orderBy: [{name: AscNullsFirst}]) { totalCount edges {
      node {
  company { id } noteTargets { totalCount } } } } } } } } noteTargets { edges { node { note { title } } } } } } } }"""


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("{ people { totalCount } }", 1),
        ("{ people { __typename } }", 1),
        ("{ people { pageInfo { hasNextPage hasPreviousPage } } }", 1),
        (
            "{ people(offset: 1) { pageInfo { hasPreviousPage endCursor } edges { node { id } } totalCount } }",
            1,
        ),
        (f"{{ companies {{ edges {{ node {DEEP} }} }} }}", 1),
        (f'{{ company(filter: {{name: {{eq: "a"}}}}) {DEEP} }}', 1),
        ('{ people { edges { node { id } } } companies { totalCount } person(filter: {city: {eq: "x"}}) { id } }', 3),
        ("{ a: people { totalCount } b: people { totalCount } }", 2),
        ("{ people { totalCount } people { edges { node { id } } } }", 1),
        ("{ people @skip(if: true) { totalCount } companies { totalCount } }", 1),
        ("{ people { totalCount @skip(if: true) } }", 0),
        ("{ __typename }", 0),
        ("{ __schema { queryType { name } } }", 0),
        ('{ people(after: "!") { totalCount } }', 0),
        ("{ people(filter: {city: null}) { totalCount } }", 0),
    ],
)
async def test_queries(graphql: GraphQL, catalog: Catalog, statements: list[str], query: str, count: int) -> None:
    companies = await create_many(graphql, catalog, "company", [{"name": "a"}, {"name": "b"}])
    people = [{"city": "x", "companyId": company} for company in companies for _ in range(3)]
    for person in await create_many(graphql, catalog, "person", people):
        await create(graphql, "Opportunity", pointOfContactId=person, companyId=companies[0])
    statements.clear()
    await graphql(query)
    assert len(statements) == count
    if count == 1:  # more records cost no more
        await create_many(graphql, catalog, "person", people)
        statements.clear()
        await data(graphql, query)
        assert len(statements) == 1


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_operation_of_every_object(
    graphql: GraphQL, catalog: Catalog, statements: list[str], name: str
) -> None:
    object_type = catalog.objects[name]
    type_name, plural = object_type.type_name, capital(object_type.plural)
    own = selection(object_type)
    relations = " ".join(
        f"{relation.name} {{ {'totalCount' if relation.is_to_many else 'id'} }}"
        for relation in object_type.relations.values()
    )
    batch = [{**await required(graphql, catalog, object_type, n), **full(object_type, n)} for n in range(4)]
    ids = await create_many(graphql, catalog, name, batch)

    async def cost(field: str, arguments: str = "", **variables: object) -> tuple[int, int]:
        """Without relations, and with them where there are any."""
        counts = []
        for selected in (own, f"{own} {relations}"):
            statements.clear()
            await data(graphql, f"mutation {arguments} {{ {field} {{ {selected} }} }}", **variables)
            counts.append(len(statements))
        return counts[0], counts[1]

    reads = 2 if relations else 1
    listed = {"ids": ids}
    assert await cost(f"update{plural}(filter: {{id: {{in: $ids}}}}, data: {{}})", "($ids: [ID])", **listed) == (
        1,
        reads,
    )
    assert await cost(f"update{type_name}(id: $id, data: {{}})", "($id: ID)", id=ids[0]) == (1, reads)

    # The second of two changes nothing: one record is answered as it is, of many there is nothing to answer.
    one, many = "(id: $id)", "(filter: {id: {in: $ids}})"
    assert await cost(f"delete{type_name}{one}", "($id: ID)", id=ids[0]) == (1, reads)
    assert await cost(f"restore{type_name}{one}", "($id: ID)", id=ids[0]) == (1, reads)
    assert await cost(f"delete{plural}{many}", "($ids: [ID])", **listed) == (1, 1)
    assert await cost(f"restore{plural}{many}", "($ids: [ID])", **listed) == (1, 1)
    for verb in ("delete", "restore"):
        statements.clear()
        await data(graphql, f"mutation ($ids: [ID]) {{ {verb}{plural}{many} {{ {own} {relations} }} }}", ids=ids)
        assert len(statements) == reads

    statements.clear()
    await data(graphql, f"mutation ($id: ID) {{ destroy{type_name}{one} {{ {own} {relations} }} }}", id=ids[0])
    await data(graphql, f"mutation ($ids: [ID]) {{ destroy{plural}{many} {{ {own} {relations} }} }}", ids=ids)
    assert len(statements) == 2

    # What a new record points to was there before, but not what points to it, nor others of its kind.
    reads = 2 if any(r.is_to_many or r.target == name for r in object_type.relations.values()) else 1
    for selected, count in ((own, 1), (f"{own} {relations}", reads)):
        query = f"mutation ($d: [{type_name}CreateInput!]) {{ create{plural}(data: $d) {{ {selected} }} }}"
        statements.clear()
        made = [record["id"] for record in await only(graphql, query, d=batch)]
        assert len(statements) == count
        await data(graphql, f"mutation ($ids: [ID]) {{ destroy{plural}{many} {{ id }} }}", ids=made)
        one_more = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ {selected} }} }}"
        statements.clear()
        made = [(await only(graphql, one_more, d=batch[0]))["id"]]
        assert len(statements) == count
        await data(graphql, f"mutation ($ids: [ID]) {{ destroy{plural}{many} {{ id }} }}", ids=made)


async def test_large_writes_cost_as_few(graphql: GraphQL, catalog: Catalog, statements: list[str]) -> None:
    company = await create(graphql, "Company")
    statements.clear()
    people = [{"companyId": company, "city": "x"}] * 500
    selected = "{ id company { name people(first: 1) { totalCount } } }"
    await data(graphql, f"mutation ($d: [PersonCreateInput!]) {{ createPeople(data: $d) {selected} }}", d=people)
    assert len(statements) == 2
    statements.clear()
    await data(graphql, f'mutation {{ updatePeople(filter: {{city: {{eq: "x"}}}}, data: {{city: "y"}}) {selected} }}')
    assert len(statements) == 2
    statements.clear()
    await data(graphql, "mutation ($id: ID) { destroyCompany(id: $id) { people { totalCount } } }", id=company)
    assert len(statements) == 1
    statements.clear()
    answer = await graphql(
        "mutation { destroyPeople(filter: {not: {}}) { id } updatePeople(filter: {}, data: {}) { id } }"
    )
    assert answer["data"] == {"destroyPeople": [], "updatePeople": None}
    assert len(statements) == 1


async def test_the_same_question_is_the_same_statement(
    graphql: GraphQL, catalog: Catalog, statements: list[str]
) -> None:
    """Values are parameters only, so that prepared statements are used again."""
    await make(graphql, catalog, "person")
    texts: set[str] = set()
    query = "query ($f: PersonFilterInput, $n: Int) { people(filter: $f, first: $n) { edges { node { id } } } }"
    for city in ("Bern", "Oslo'; --", "Rome"):
        statements.clear()
        where = {"city": {"in": [city] * (len(city) + 1)}}
        await data(graphql, query, f=where, n=7)
        literal = f'{{ people(filter: {{city: {{in: ["{city}"]}}}}, first: 7) {{ edges {{ node {{ id }} }} }} }}'
        await data(graphql, literal)
        texts |= set(statements)
        assert len(statements) == 2 and city not in "".join(statements)
    assert len(texts) == 1


async def test_a_document_that_asks_for_more_than_one_statement_can_answer(
    settings: Settings, api: Api, workspace: Workspace
) -> None:
    """PostgreSQL answers 1664 columns at most; who lifts our own limits meets that."""
    fields = " ".join(f"a{n}: totalCount" for n in range(1700))
    message = "The document asks for more than one statement can answer"
    lifted = settings.model_copy(update={"max_tokens": 10_000, "max_aliases": 2000})
    with run_server(lifted, api) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers) as client:
            answer = (await client.post("/graphql", json={"query": f"{{ people {{ {fields} }} }}"})).json()
    assert [(one["message"], one["extensions"]["code"]) for one in answer["errors"]] == [(message, "QUERY_TOO_COMPLEX")]
