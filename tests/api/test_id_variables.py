"""Variables of ids: declared as ID or as UUID, alone and in lists, nullable or not."""

import pytest
import pytest_asyncio

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import create, create_many, data, only

ACME, EMPTY, ADA, BOB, CY, DEE = (f"00000000-0000-4000-a000-{n:012}" for n in range(6))


@pytest_asyncio.fixture
async def records(graphql: GraphQL, catalog: Catalog) -> None:
    """Acme with Ada, Bob and Cy; Dee without a company."""
    await create_many(graphql, catalog, "company", [{"id": ACME, "name": "Acme"}, {"id": EMPTY}])
    await create_many(graphql, catalog, "person", [{"id": each, "companyId": ACME} for each in (ADA, BOB, CY)])
    await create_many(graphql, catalog, "person", [{"id": DEE}])


ID_TYPES = ("ID", "ID!", "UUID", "UUID!")


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("declared", ID_TYPES)
async def test_an_id_variable_may_be_declared_either_way(graphql: GraphQL, declared: str) -> None:
    query = f"""query ($id: {declared}) {{ person(filter: {{id: {{eq: $id}}}}) {{ id }}
      people(filter: {{or: [{{id: {{in: [$id]}}}}, {{companyId: {{neq: $id}}}}]}}) {{ totalCount }}
      company(filter: {{name: {{eq: "Acme"}}}}) {{ people(filter: {{id: {{gte: $id}}}}) {{ totalCount }} }} }}"""
    expected = {"person": {"id": ADA}, "people": {"totalCount": 3}, "company": {"people": {"totalCount": 3}}}
    assert await data(graphql, query, id=ADA) == expected
    assert await data(graphql, query, id=ADA.upper()) == expected

    variables = f"($id: {declared}, $to: {declared})"
    update = f"mutation {variables} {{ updatePerson(id: $id, data: {{companyId: $to}}) {{ companyId }} }}"
    assert await only(graphql, update, id=DEE, to=EMPTY) == {"companyId": EMPTY}
    for verb in ("delete", "restore", "destroy"):
        one = f"mutation ($id: {declared}) {{ {verb}Person(id: $id) {{ id }} }}"
        assert await only(graphql, one, id=DEE) == {"id": DEE}
    made = f"mutation {variables} {{ createPerson(data: {{id: $id, companyId: $to}}) {{ id companyId }} }}"
    assert await only(graphql, made, id=DEE, to=ACME) == {"id": DEE, "companyId": ACME}


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("declared", [f"[{item}]{end}" for item in ID_TYPES for end in ("", "!")])
async def test_a_list_of_ids_may_be_declared_either_way(graphql: GraphQL, declared: str) -> None:
    query = f"""query ($ids: {declared}) {{ people(filter: {{id: {{in: $ids}}}}) {{ edges {{ node {{ id }} }} }}
      none: people(filter: {{companyId: {{in: $ids}}}}) {{ totalCount }} }}"""
    expected = {"people": {"edges": [{"node": {"id": ADA}}, {"node": {"id": CY}}]}, "none": {"totalCount": 0}}
    assert await data(graphql, query, ids=[CY.upper(), ADA]) == expected
    assert (await data(graphql, query, ids=ADA))["people"] == {"edges": [{"node": {"id": ADA}}]}
    update = f"mutation ($ids: {declared}) {{ updatePeople(filter: {{id: {{in: $ids}}}}, data: {{}}) {{ id }} }}"
    assert await only(graphql, update, ids=[CY, ADA]) == [{"id": CY}, {"id": ADA}]


async def test_what_a_required_relation_is_created_with(graphql: GraphQL, catalog: Catalog) -> None:
    """A nullable variable may stand where an id is required."""
    member = await create(graphql, "WorkspaceMember", userId=ADA)
    query = "mutation ($id: ID) { createBlocklist(data: {workspaceMemberId: $id}) { workspaceMember { id } } }"
    assert await only(graphql, query, id=member) == {"workspaceMember": {"id": member}}
