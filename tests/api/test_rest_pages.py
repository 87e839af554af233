"""REST's pages: cursors, limits and counts, and what they cost."""

from typing import Any

import httpx
import pytest

from rest_shim.openapi.parameters import DEFAULT_LIMIT
from tests.rest_shim.calls import get, post

JSON = dict[str, Any]


async def test_pages(client: httpx.AsyncClient) -> None:
    created = [
        favorite["id"] for favorite in await post(client, "favoriteFolders", [{"name": str(n)} for n in range(5)])
    ]
    total = (await get(client, "favoriteFolders", limit=0))["totalCount"]

    async def page(**parameters: Any) -> tuple[list[str], JSON]:
        body = await get(client, "favoriteFolders", depth=0, **parameters)
        assert body["totalCount"] == total
        return [record["id"] for record in body["data"]["favoriteFolders"]], body["pageInfo"]

    assert total == 5
    walked: list[str] = []
    parameters: JSON = {"limit": 2}
    while True:
        ids, info = await page(**parameters)
        assert info["hasPreviousPage"] is bool(walked)
        walked += ids
        parameters["starting_after"] = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert walked == created == sorted(created)

    ids, info = await page(limit=2, ending_before=created[3])
    assert (ids, info["hasNextPage"]) == (created[1:3], True)
    ids, info = await page(limit=2, starting_after=created[0].upper())
    assert ids == created[1:3]
    assert await page(limit=2, ending_before=info["startCursor"]) == await page(limit=2, ending_before=created[1])


async def test_a_limit_of_0_is_an_empty_page(client: httpx.AsyncClient) -> None:
    await post(client, "people", {})
    body = await get(client, "people", limit=0)
    assert body["data"] == {"people": []}
    assert body["pageInfo"]["hasNextPage"] is True
    assert body["totalCount"] == 1


async def test_the_limit_is_60_unless_a_larger_one_is_given(client: httpx.AsyncClient) -> None:
    await post(client, "people", [{} for _ in range(61)])
    assert len((await get(client, "people", depth=0))["data"]["people"]) == DEFAULT_LIMIT == 60
    assert len((await get(client, "people", depth=0, limit="99999999999"))["data"]["people"]) == 61


async def test_without_a_count(client: httpx.AsyncClient) -> None:
    response = await client.get("/rest/people", headers={"Prefer": "count=none"})
    assert list(response.json()) == ["data", "pageInfo"]


async def test_head_is_get_without_a_body(client: httpx.AsyncClient) -> None:
    response = await client.head("/rest/people?limit=0")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("path", ["people?depth=2", "people?depth=0&limit=0", "companies?limit=5"])
async def test_a_read_is_one_statement(client: httpx.AsyncClient, statements: list[str], path: str) -> None:
    await post(client, "people", [{}, {}])
    statements.clear()
    await get(client, path)
    assert len(statements) == 1


async def test_a_count_that_is_not_wanted_is_not_made(client: httpx.AsyncClient, statements: list[str]) -> None:
    await client.get("/rest/people?depth=0", headers={"Prefer": "count=none"})
    await client.get("/rest/people?depth=0")
    without, counted = (statement.lower().count("count(") for statement in statements)
    assert without < counted
