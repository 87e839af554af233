"""Pages are read from their indexes at 50,000 people: the plans of the very statements that requests run."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
import pytest_asyncio

from schema.api import Api
from schema.context import GraphQLRequest, Statement
from tests.recorder import Recorder

PEOPLE, COMPANIES = 50_000, 500

FILL = f"""
INSERT INTO company (workspace_id, id, name, position)
SELECT $1, md5('company' || n)::uuid, 'Company ' || n, n FROM generate_series(1, {COMPANIES}) n
"""
FILL_PEOPLE = f"""
INSERT INTO person (workspace_id, id, "nameFirstName", city, position, "createdAt", "companyId", "deletedAt")
SELECT $1, md5('person' || n)::uuid, 'First ' || n, 'City ' || n % 100, n,
       timestamptz '2024-01-01' + n * interval '11 minutes', md5('company' || 1 + n % {COMPANIES})::uuid,
       CASE WHEN n % 100 = 0 THEN now() END
FROM generate_series(1, {PEOPLE}) n
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(database_url: str) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", Any]]:
    workspace = uuid4()
    connection = await asyncpg.connect(database_url)
    await connection.execute(FILL, workspace)
    await connection.execute(FILL_PEOPLE, workspace)
    await connection.execute("ANALYZE person; ANALYZE company")
    yield connection, workspace
    await connection.execute("DELETE FROM person WHERE workspace_id = $1", workspace)
    await connection.execute("DELETE FROM company WHERE workspace_id = $1", workspace)
    await connection.close()


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


async def rows_read(connection: Any, statement: Statement) -> tuple[float, set[str]]:
    """How many rows the scans of a statement read, and the indexes that they used."""
    (row,) = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}", *statement.values)
    scans = [node for node in nodes(json.loads(row[0])[0]["Plan"]) if "Scan" in node["Node Type"]]
    read = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in scans
        if node.get("Relation Name") or node.get("Index Name")
    )
    return read, {node["Index Name"] for node in scans if "Index Name" in node}


ORDERS = [(field, direction) for field in ("position", "createdAt", "id") for direction in ("Asc", "Desc")]


@pytest.mark.parametrize("nulls", ["NullsFirst", "NullsLast"])
@pytest.mark.parametrize("page", ["first: 20", "last: 20", "first: 20, after: $cursor", "last: 20, before: $cursor"])
@pytest.mark.parametrize(("field", "direction"), ORDERS)
async def test_pages_use_their_index(filled: Any, api: Api, field: str, direction: str, page: str, nulls: str) -> None:
    connection, workspace = filled
    recorder = Recorder(workspace, connection)
    order = f"orderBy: [{{{field}: {direction}{nulls}}}]"
    variables = {}
    if "$cursor" in page:
        middle = f"{{ people(offset: 25000, first: 1, {order}) {{ pageInfo {{ endCursor }} }} }}"
        answer = await api.execute(GraphQLRequest(middle), recorder)
        assert answer.data is not None and not answer.errors
        variables["cursor"] = json.loads(orjson.dumps(answer.data))["people"]["pageInfo"]["endCursor"]
    head = "query($cursor: String) " if variables else ""
    selected = "edges { node { id position } } pageInfo { hasNextPage hasPreviousPage }"
    query = f"{head}{{ people({page}, {order}) {{ {selected} }} }}"
    answer = await api.execute(GraphQLRequest(query, variables), recorder)
    assert not answer.errors
    read, indexes = await rows_read(connection, recorder.statements[-1])
    assert indexes <= {"ix_person_position", "ix_person_createdAt", "pk_person"}
    assert indexes
    assert read <= 60


async def test_nested_pages_use_the_foreign_key(filled: Any, api: Api) -> None:
    connection, workspace = filled
    recorder = Recorder(workspace, connection)
    query = "{ companies(first: 10) { edges { node { id people(first: 5) { edges { node { id } } } } } } }"
    answer = await api.execute(GraphQLRequest(query), recorder)
    assert not answer.errors
    read, indexes = await rows_read(connection, recorder.statements[-1])
    assert indexes == {"pk_company", "ix_person_companyId"}
    assert read <= 10 + 10 * 6 * 2


async def test_a_destroy_looks_its_dependants_up(filled: Any, api: Api) -> None:
    connection, workspace = filled
    recorder = Recorder(workspace, connection)
    destroy = 'mutation { destroyCompany(id: "%s") { id } }'
    company = await connection.fetchval("SELECT id FROM company WHERE workspace_id = $1 LIMIT 1", workspace)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await api.execute(GraphQLRequest(destroy % company), recorder)
    finally:
        await transaction.rollback()
    statement = recorder.statements[-1]
    (row,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {statement.text}", *statement.values)
    found = nodes(json.loads(row[0])[0]["Plan"])
    assert "person" not in {node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"}
    assert "ix_person_companyId" in {node.get("Index Name") for node in found}
