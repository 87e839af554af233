"""A line of JSON for each request, and no secret in it."""

import json
from collections.abc import Iterator

import httpx
import pytest
import websockets

from app.settings import Settings
from schema.api import Api
from tests.app.http.raw import connected, refused
from tests.conftest import Server, Workspace, run_server

PERSONAL = "ada@lovelace.example"


@pytest.fixture
def telling(settings: Settings, api: Api) -> Iterator[Server]:
    with run_server(settings.model_copy(update={"access_log": True}), api) as running:
        yield running


async def test_each_request_is_a_line(telling: Server, workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    async with httpx.AsyncClient(base_url=telling.url, headers=workspace.headers, timeout=60) as client:
        answers = [
            await client.post("/graphql", json={"query": "{ people { totalCount } }"}),
            await client.get("/rest/people", params={"filter": f"emails.primaryEmail[eq]:{PERSONAL}"}),
            await client.get("/rest/people", headers={"Authorization": "Bearer none"}),
            await client.get("/nowhere"),
        ]
    url = telling.url.replace("http", "ws") + "/graphql"
    async with websockets.connect(url, subprotocols=["graphql-transport-ws"], additional_headers=workspace.headers):  # type: ignore[list-item]
        pass
    with connected(telling) as client_:
        status, headers, body = refused(client_, f"GET /rest/people?x={PERSONAL} HTTP/9.9\r\nHost: x\r\n\r\n".encode())
        assert status == 400
    telling.stop()
    told = capfd.readouterr().out
    lines = [json.loads(line) for line in told.splitlines()]
    own, known = str(workspace.id), [(line["method"], line["path"], line["status"]) for line in lines]
    assert known[:4] == [
        ("POST", "/graphql", 200),
        ("GET", "/rest/people", 200),
        ("GET", "/rest/people", 401),
        ("GET", "/nowhere", 404),
    ]
    assert sorted(known[4:], key=str) == [("GET", "/graphql", 101), (None, "/rest/people", 400)]
    assert [line["id"] for line in lines[:4]] == [answer.headers["x-request-id"] for answer in answers]
    assert [line["bytes"] for line in lines[:4]] == [len(answer.content) for answer in answers]
    assert [line["workspace"] for line in lines[:4]] == [own, own, None, None]
    assert {line["address"] for line in lines} == {"127.0.0.1"}
    assert all(line["ms"] >= 0 for line in lines[:4]) and lines[0]["time"].endswith("Z")
    assert (headers["x-request-id"], len(json.dumps(body, separators=(",", ":")))) in [
        (line["id"], line["bytes"]) for line in lines
    ]
    assert PERSONAL not in told and workspace.token not in told and "Bearer" not in told


async def test_nothing_is_told_unless_it_is_asked_for(
    server: Server, workspace: Workspace, capfd: pytest.CaptureFixture[str]
) -> None:
    async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers) as client:
        await client.get("/rest/people")
    assert capfd.readouterr().out == ""
