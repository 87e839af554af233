"""Writes of many records look each of them up once, in a workspace of which PostgreSQL knows nothing yet."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from schema.api import Api
from schema.context import GraphQLRequest
from tests.api.many import FILL_COMPANIES, FILL_PEOPLE, fill
from tests.api.test_index_use import nodes
from tests.recorder import Recorder

MANY = 400

Filled = tuple["asyncpg.Connection[asyncpg.Record]", UUID]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(new_database: Callable[[], str]) -> AsyncIterator[Filled]:
    """A workspace after an import, before PostgreSQL analyzes the tables again: all people are of one company."""
    connection, workspace = await asyncpg.connect(await asyncio.to_thread(new_database)), uuid4()
    await fill(connection, 10 * MANY, MANY)
    await connection.execute(FILL_COMPANIES, workspace, MANY)
    await connection.execute(FILL_PEOPLE, workspace, MANY, 1)
    yield connection, workspace
    await connection.close()


WRITES = [
    'updatePeople(filter: {city: {like: "City%"}}, data: {city: "x"}) { id }',
    'deletePeople(filter: {city: {like: "City%"}}) { id }',
    'destroyPeople(filter: {city: {like: "City%"}}) { id }',
    'deleteCompanies(filter: {name: {like: "Company%"}}) { id }',
    'destroyCompany(id: "COMPANY") { id }',
    'mergeCompanies(ids: ["OTHER", "COMPANY"], conflictPriorityIndex: 0) { id }',
    'updateCompany(id: "OTHER", data: {people: {connect: [PEOPLE]}}) { id }',
]
"""Not an upsert, whose rows are joined to those that it changes, MAX_BATCH_SIZE of them at most."""


@pytest.mark.parametrize("write", WRITES)
async def test_no_row_is_compared_with_each_other(filled: Filled, api: Api, write: str) -> None:
    connection, workspace = filled
    company, other = [await connection.fetchval("SELECT md5($1)::uuid", name) for name in ("c1", "c2")]
    people = [row[0] for row in await connection.fetch("SELECT id FROM person WHERE workspace_id = $1", workspace)]
    for name, text in (
        ("COMPANY", str(company)),
        ("OTHER", str(other)),
        ("PEOPLE", ", ".join(f'{{where: {{id: "{own}"}}}}' for own in people)),
    ):
        write = write.replace(name, text)
    recorder = Recorder(workspace, connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        answer = await api.execute(GraphQLRequest(f"mutation {{ {write} }}"), recorder)
        assert not answer.errors
    finally:
        await transaction.rollback()
    compared, looked_up = await _work(connection, recorder)
    assert compared <= 10 * MANY
    assert looked_up <= 60 * MANY


async def _work(connection: "asyncpg.Connection[asyncpg.Record]", recorder: Recorder) -> tuple[float, float]:
    """How many pairs of rows the joins of the statements compare in vain, and how many rows come out of all steps."""
    compared = rows = 0.0
    transaction = connection.transaction()
    await transaction.start()
    try:
        for statement in recorder.statements:
            (row,) = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.text}", *statement.values)
            for node in nodes(json.loads(row[0])[0]["Plan"]):
                compared += node.get("Rows Removed by Join Filter", 0) * node["Actual Loops"]
                rows += node["Actual Rows"] * node["Actual Loops"]
    finally:
        await transaction.rollback()
    return compared, rows
