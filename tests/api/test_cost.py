"""Costs over HTTP: told where asked for, refused before any statement, and REST's lists shortened."""

from collections.abc import Iterator

import httpx
import pytest

from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.conftest import GraphQL, Server, Workspace, run_server
from tests.records import create_many

QUERY = "{ people(first: 10) { edges { node { id company { name } } } } }"


@pytest.fixture
def strict(settings: Settings, api: Api) -> Iterator[Server]:
    with run_server(settings.model_copy(update={"max_rest_rows": 25_000, "max_rows": 15}), api) as running:
        yield running


@pytest.mark.parametrize("path", ["/graphql", "/metadata"])
async def test_the_cost_is_told_where_it_is_asked_for(client: httpx.AsyncClient, path: str) -> None:
    query = QUERY if path == "/graphql" else "{ objects(paging: {first: 1}) { edges { node { id } } } }"
    for _ in range(3):
        answer = (await client.post(path, json={"query": query}, headers={"Prefer": "cost"})).json()
        cost = answer["extensions"]["cost"]
        assert "errors" not in answer and cost["rootFields"] == 1
        if path == "/graphql":
            assert cost == {"tokens": 21, "depth": 5, "aliases": 0, "rootFields": 1, "selections": 6, "rows": 21}
        assert "extensions" not in (await client.post(path, json={"query": query})).json()


async def test_what_costs_too_much_runs_no_statement(strict: Server, workspace: Workspace) -> None:
    async with httpx.AsyncClient(base_url=strict.url, headers=workspace.headers) as client:
        for _ in range(3):
            strict.statements.clear()
            answer = (await client.post("/graphql", json={"query": QUERY})).json()
            assert answer["errors"][0]["extensions"] == {"code": "QUERY_TOO_COMPLEX"}
            assert (
                "21 records, most of all by 'people.edges.node.company'; the limit is 15"
                in (answer["errors"][0]["message"])
            )
            assert "data" not in answer and strict.statements == []


async def test_a_list_of_rest_is_shortened_and_says_that_there_is_more(
    strict: Server, workspace: Workspace, graphql: GraphQL, catalog: Catalog
) -> None:
    ids = await create_many(graphql, catalog, "person", [{"city": f"{n}"} for n in range(20)])
    async with httpx.AsyncClient(base_url=strict.url, headers=workspace.headers) as client:
        found: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(30):
            answer = (await client.get("/rest/people", params={"depth": "1", "limit": "60", **cursor})).json()
            assert len(answer["data"]["people"]) == min(8, 20 - len(found)) and answer["totalCount"] == 20
            found += [record["id"] for record in answer["data"]["people"]]
            cursor = {"starting_after": answer["pageInfo"]["endCursor"]}
            if not answer["pageInfo"]["hasNextPage"]:
                break
        assert sorted(found) == sorted(ids)
        assert len((await client.get("/rest/people", params={"depth": "0"})).json()["data"]["people"]) == 20
        one = await client.get(f"/rest/people/{ids[0]}", params={"depth": "2"})
        assert one.status_code == 200
