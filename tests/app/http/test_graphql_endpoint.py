"""The GraphQL endpoint by the GraphQL-over-HTTP specification, and what surrounds it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.http.introspection import asks_for_schema_only
from app.settings import Settings
from schema.api import Api
from schema.context import Limits
from schema.execution.execute import PipelineExecutor
from tests.conftest import GraphQL, Workspace, run_server

NEW, OLD = "application/graphql-response+json", "application/json"
NOT_JSON = "The request body is not valid JSON"
QUERY = {"query": "{ companies { totalCount } }"}
DATA = {"data": {"companies": {"totalCount": 0}}}


def code(response: httpx.Response) -> Any:
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("*/*", OLD),
        ("application/*", OLD),
        (f"{OLD}, text/event-stream", OLD),  # as clients of both name them, for a query
        (f"{NEW}, */*", NEW),
        (NEW, NEW),
        (OLD, OLD),
        (f"{OLD}, */*", OLD),
        (f"{NEW}, {OLD};q=0.9", NEW),
        (f"{NEW};q=0.5, {OLD}", OLD),
        (f"{OLD}, {NEW}", OLD),
        ("text/plain", OLD),
        (f"{OLD};q=x", OLD),
    ],
)
async def test_media_types(client: httpx.AsyncClient, accept: str, sent: str) -> None:
    response = await client.post("/graphql", json=QUERY, headers={"Accept": accept})
    assert (response.status_code, response.json()) == (200, DATA)
    assert response.headers["Content-Type"] == f"{sent}; charset=utf-8"


@pytest.mark.parametrize(("accept", "status"), [(NEW, 400), (OLD, 200)])
@pytest.mark.parametrize(
    ("query", "expected"), [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")]
)
async def test_a_bad_document(client: httpx.AsyncClient, accept: str, status: int, query: str, expected: str) -> None:
    response = await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
    assert (response.status_code, code(response)) == (status, expected)
    assert "data" not in response.json()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The request has no body: send JSON with a query"),
        (b"{", f"{NOT_JSON}: expecting property name enclosed in double quotes at line 1, column 2"),
        (b'{"query": NaN}', f"{NOT_JSON}: NaN is not a number of JSON"),
        (b'{\n"query" "{ x }"}', f"{NOT_JSON}: expecting ':' delimiter at line 2, column 9"),
        (b"[" * 100_000, f"{NOT_JSON}: it is nested too deeply"),
        (b"\xff", f"{NOT_JSON}: byte 0 is not UTF-8"),
        (b'[{"query": "{ x }"}]', "A list of operations is not supported: send one operation a request"),
        (b'"{ x }"', "The request body must be a JSON object with a query"),
        (b"{}", "Must provide a query: a string named query"),
        (b'{"query": 1}', "Must provide a query: a string named query"),
        (b'{"query": "{ x }", "variables": []}', "variables must be a JSON object"),
        (b'{"query": "{ x }", "operationName": 1}', "operationName must be a string"),
        (b'{"query": "{ x }", "extensions": 1}', "extensions must be a JSON object"),
    ],
)
async def test_a_bad_request(client: httpx.AsyncClient, body: bytes, message: str) -> None:
    response = await client.post("/graphql", content=body, headers={"Content-Type": OLD, "Accept": OLD})
    assert (response.status_code, code(response)) == (400, "BAD_USER_INPUT")
    assert response.json()["errors"][0]["message"] == message


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", f"{OLD}; charset=latin1", ""])
async def test_a_body_of_another_type(client: httpx.AsyncClient, kind: str) -> None:
    response = await client.post("/graphql", content=b'{"query": "{ __typename }"}', headers={"Content-Type": kind})
    assert (response.status_code, code(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_lone_surrogate_is_refused_by_its_field(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    body = (
        b'{"query": "mutation($n: String) { createCompany(data: {name: $n}) { id } }", "variables": {"n": "\\ud800"}}'
    )
    response = await client.post("/graphql", content=body, headers={"Content-Type": OLD})
    assert code(response) == "BAD_USER_INPUT"
    assert "name" in response.json()["errors"][0]["message"]


async def test_get(client: httpx.AsyncClient) -> None:
    query = "query A { __typename } query B($n: Int) { companies(first: $n) { totalCount } }"
    parameters = {"query": query, "operationName": "B", "variables": '{"n": 1}'}
    response = await client.get("/graphql", params=parameters, headers={"Accept": "text/html, */*"})
    assert (response.status_code, response.json()) == (200, DATA)
    assert response.headers["Content-Type"].startswith(OLD)
    assert (await client.get("/graphql", headers={"Accept": OLD})).status_code == 400


async def test_get_changes_nothing(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    mutation = 'mutation { createCompany(data: {name: "A"}) { id } }'
    response = await client.get("/graphql", params={"query": mutation}, headers={"Accept": OLD})
    assert (response.status_code, code(response), response.headers["Allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    assert await graphql(QUERY["query"]) == DATA


async def test_other_methods(client: httpx.AsyncClient) -> None:
    response = await client.put("/graphql", json=QUERY)
    assert (response.status_code, code(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "GET, POST"


async def test_a_body_over_the_limit(client: httpx.AsyncClient, settings: Settings) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(settings.max_body_bytes // 1_000_000 + 1):
            yield b" " * 1_000_000

    for content in (stream(), b" " * (settings.max_body_bytes + 1)):
        response = await client.post("/graphql", content=content, headers={"Content-Type": OLD})
        assert (response.status_code, code(response)) == (413, "PAYLOAD_TOO_LARGE")


async def test_the_playground(anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    response = await anonymous.get("/graphql", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.headers["Content-Type"].startswith("text/html")
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_health(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")


async def test_an_unknown_path(anonymous: httpx.AsyncClient) -> None:
    response = await anonymous.get("/nothing")
    assert response.status_code == 404
    assert response.json() == {"statusCode": 404, "error": "NotFoundException", "messages": ["There is no /nothing"]}


async def test_cors(anonymous: httpx.AsyncClient) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    response = await anonymous.options("/graphql", headers={"Origin": "https://a.example", **asked})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert len(response.headers["X-Request-Id"]) == 16


@pytest.mark.parametrize(
    ("document", "only"),
    [
        ("{ __schema { types { name } } }", True),
        ('{ __type(name: "Person") { name } ... { __typename } ... on Query { __typename } }', True),
        ("query { ...F } fragment F on Query { __schema { queryType { name } } }", True),
        ("query { ...F } fragment F on Query { ...F __typename }", True),
        ("query { ...F } fragment F on Query { people { totalCount } }", False),
        ("{ __typename people { totalCount } }", False),
        ("{ a: people { totalCount } }", False),
        ("mutation { __typename }", False),
        ("subscription { __typename }", False),
        ("{", False),
        ("query A { __typename } query B { __typename }", False),
    ],
)
def test_asks_for_the_schema_only(document: str, only: bool) -> None:
    assert asks_for_schema_only(document, None, Limits()) is only


async def test_open_introspection_and_narrow_cors(settings: Settings, api: Api) -> None:
    changed = {"introspection": "open", "cors_origins": ("https://a.example",)}
    with run_server(settings.model_copy(update=changed), api) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            answered = await client.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})
            assert answered.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
            assert (await client.post("/graphql", json=QUERY)).status_code == 401
            bad = {"Authorization": "Bearer x", "Origin": "https://b.example"}
            refused = await client.post("/graphql", json={"query": "{ __typename }"}, headers=bad)
            assert refused.status_code == 401
            assert "Access-Control-Allow-Origin" not in refused.headers


async def test_the_database_is_away(settings: Settings, api: Api, workspace: Workspace) -> None:
    away = settings.model_copy(update={"database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    with run_server(away, api) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            health = await client.get("/healthz")
            assert (health.status_code, health.json()["status"]) == (503, "unavailable")
            response = await client.post("/graphql", json=QUERY, headers=workspace.headers)
            assert (response.status_code, code(response)) == (503, "SERVICE_UNAVAILABLE")
            assert response.headers["Retry-After"]
            assert "127.0.0.1" not in response.text


async def test_what_nobody_foresaw(
    settings: Settings, workspace: Workspace, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(PipelineExecutor):
        def __init__(self) -> None:
            pass

        async def __call__(self, *arguments: Any) -> Any:
            raise ZeroDivisionError("a secret of ours")

    with run_server(settings, replace(api, execute=Broken())) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            response = await client.post("/graphql", json=QUERY, headers=workspace.headers)
    assert (response.status_code, code(response)) == (500, "INTERNAL_SERVER_ERROR")
    assert response.json()["errors"][0]["message"] == "Internal server error"
    assert "a secret of ours" in caplog.text
    assert response.headers["X-Request-Id"]
