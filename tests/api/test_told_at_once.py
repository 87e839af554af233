"""What is told of many changes takes one pass over them, also where PostgreSQL expects few: the plans of writes."""

import json
from typing import Any

import asyncpg
import pytest

from schema.api import Api
from schema.context import GraphQLRequest
from tests.conftest import Workspace
from tests.recorder import Recorder

PEOPLE = 300
FILL = f"""
INSERT INTO person (workspace_id, id, city)
SELECT $1, md5('person' || n)::uuid, 'Rome' FROM generate_series(1, {PEOPLE}) n
"""
ROME = 'filter: {city: {eq: "Rome"}}'


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


@pytest.mark.parametrize(
    "mutation",
    [
        f'updatePeople({ROME}, data: {{jobTitle: "x"}}) {{ id }}',
        f"deletePeople({ROME}) {{ id }}",
        f"destroyPeople({ROME}) {{ id }}",
    ],
)
async def test_one_pass(
    connection: "asyncpg.Connection[asyncpg.Record]", api: Api, workspace: Workspace, mutation: str
) -> None:
    """In a workspace that the statistics know nothing of."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(FILL, workspace.id)
        recorder = Recorder(workspace.id, connection)
        undone = connection.transaction()
        await undone.start()
        assert (await api.execute(GraphQLRequest(f"mutation {{ {mutation} }}"), recorder)).errors == ()
        await undone.rollback()
        written = recorder.statements[0]
        (row,) = await connection.fetch(f"EXPLAIN (ANALYZE, FORMAT JSON) {written.text}", *written.values)
        every = nodes(json.loads(row[0])[0]["Plan"])
        (told,) = [node for node in every if node.get("Subplan Name") == "CTE told"]
        read = sum(node["Actual Rows"] * node["Actual Loops"] for node in nodes(told) if "CTE Name" in node)
        assert read <= 2 * PEOPLE  # as they are, and as they were
    finally:
        await transaction.rollback()
