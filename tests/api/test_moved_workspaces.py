"""A create that finds no row of its workspace, as while Citus moves the shard of both: a lost race, and tried again."""

import asyncio
from typing import TypeAlias

import asyncpg
import httpx
import pytest

from app.database.database import RETRIES
from schema.errors import LostRace
from tests.conftest import GraphQL, Workspace

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
TAKE = "DELETE FROM workspace WHERE id = $1"
PUT_BACK = "INSERT INTO workspace (id, display_name) VALUES ($1, 'Back')"
FIELDS = (
    "createPerson(data: {}) { id }",
    "createPerson(data: {}) { id company { name people { edges { node { id } } } } }",
    "createPeople(data: [{}, {}]) { id }",
    "createPeople(data: [{}], upsert: true) { id }",
)


@pytest.mark.parametrize("field", FIELDS)
async def test_it_is_tried_again_and_then_told(
    graphql: GraphQL, workspace: Workspace, connection: Connection, statements: list[str], field: str
) -> None:
    await graphql("{ people { totalCount } }")  # the token is looked up
    await connection.execute(TAKE, workspace.id)
    statements.clear()
    answer = await graphql(f"mutation {{ {field} }}")
    assert answer["errors"][0]["message"] == LostRace.__doc__
    assert answer["errors"][0]["extensions"]["code"] == "CONFLICT"
    tried = sum("INSERT INTO" in statement for statement in statements)
    assert RETRIES < tried <= RETRIES + 2
    people = await connection.fetchval("SELECT count(*) FROM person WHERE workspace_id = $1", workspace.id)
    assert people == 0


async def test_rest_tells_the_same(client: httpx.AsyncClient, workspace: Workspace, connection: Connection) -> None:
    await connection.execute(TAKE, workspace.id)
    response = await client.post("/rest/people", json={})
    assert (response.status_code, response.json()["messages"]) == (409, [LostRace.__doc__])


@pytest.mark.parametrize("field", FIELDS)
async def test_it_goes_well_as_soon_as_the_workspace_is_there(
    graphql: GraphQL, workspace: Workspace, connection: Connection, statements: list[str], field: str
) -> None:
    await graphql("{ people { totalCount } }")
    await connection.execute(TAKE, workspace.id)
    statements.clear()
    asked = asyncio.ensure_future(graphql(f"mutation {{ {field} }}"))
    while not any("INSERT INTO" in one for one in statements):  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.001)
    await connection.execute(PUT_BACK, workspace.id)
    assert "errors" not in await asked
