"""Query parameters over HTTP that other clients send: taken, ignored and told, or refused."""

import httpx
import pytest

from tests.conftest import Server, Workspace

NAMES = ("Acme", "Beta", "Chi", "Delta")


async def companies(client: httpx.AsyncClient, query: str, **headers: str) -> httpx.Response:
    await client.post("/rest/batch/companies", json=[{"name": name} for name in NAMES])
    return await client.get(f"/rest/companies?{query}", headers=headers)


def named(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [company["name"] for company in response.json()["data"]["companies"]]


async def test_a_limit_with_a_colon(client: httpx.AsyncClient) -> None:
    assert len(named(await companies(client, "limit:3"))) == 3


async def test_an_offset(client: httpx.AsyncClient) -> None:
    assert named(await companies(client, "offset=0&order_by=name")) == list(NAMES)
    response = await client.get("/rest/companies?offset=1&limit=2&order_by=name")
    assert named(response) == ["Beta", "Chi"]
    page_info = response.json()["pageInfo"]
    assert (page_info["hasPreviousPage"], page_info["hasNextPage"]) == (True, True)
    past = await client.get("/rest/companies?offset=9")
    assert named(past) == []
    assert past.json()["pageInfo"]["hasPreviousPage"] is True


async def test_an_offset_with_a_cursor(client: httpx.AsyncClient) -> None:
    first = await companies(client, "limit=1")
    cursor = first.json()["pageInfo"]["endCursor"]
    response = await client.get(f"/rest/companies?offset=1&starting_after={cursor}")
    assert (response.status_code, response.json()["error"]) == (400, "BadRequestException")


async def test_what_nobody_knows_is_ignored_and_told(client: httpx.AsyncClient) -> None:
    response = await companies(client, "search=x&utm_source=y", Origin="https://app.example")
    assert sorted(named(response)) == list(NAMES)
    assert response.headers["X-Ignored-Parameters"] == "search, utm_source"
    assert "X-Ignored-Parameters" in response.headers["Access-Control-Expose-Headers"]
    assert "X-Ignored-Parameters" not in (await client.get("/rest/companies")).headers
    model = await client.get("/rest/metadata/objects?x=1")
    assert (model.status_code, model.headers["X-Ignored-Parameters"]) == (200, "x")


async def test_it_is_refused_where_something_is_written(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/companies?search=x", json={"name": "Acme"})
    assert response.status_code == 400
    assert response.json()["messages"] == ["Unknown query parameter 'search'. Known here: depth, fields, upsert."]
    assert named(await client.get("/rest/companies")) == []


async def test_what_pages_elsewhere_is_refused_with_our_name(client: httpx.AsyncClient) -> None:
    response = await client.get("/rest/companies?after=x")
    assert response.status_code == 400
    assert response.json()["messages"] == ["Unknown query parameter 'after'. Use starting_after."]


@pytest.mark.parametrize("path", ["/rest/companies?filter=name[ilike]:%acme", "/graphql?query={__typename}&x=%ff"])
async def test_nothing_is_decoded_with_loss(server: Server, workspace: Workspace, path: str) -> None:
    """httpx would encode what is not, so that the path goes by hand."""
    import http.client
    from urllib.parse import urlsplit

    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    connection.request("GET", path, headers=workspace.headers)
    response = connection.getresponse()
    assert response.status == 400
    assert b"A '%' itself is written as '%25'" in response.read()
    connection.close()


async def test_a_plus_that_is_encoded(client: httpx.AsyncClient) -> None:
    await client.post("/rest/people", json={"emails": {"primaryEmail": "ada+crm@acme.example"}})
    path = "/rest/people?filter=emails.primaryEmail[eq]:ada{}crm@acme.example&fields=id"
    assert len((await client.get(path.format("%2B"))).json()["data"]["people"]) == 1
    assert (await client.get(path.format("+"))).json()["data"]["people"] == []
