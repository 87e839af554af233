"""Idempotency-Key: a request that comes again is done once, over REST and GraphQL."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.database.repeatable import OUTDATED, PRUNE_MORE, PRUNED
from tests.conftest import GraphQL, Server, Workspace
from tests.records import NOWHERE, create

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
REPLAYED = "idempotency-replayed"
CREATE = "mutation ($name: String) { createCompany(data: {name: $name}) { id name people { totalCount } } }"


def key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": text}


@pytest_asyncio.fixture
async def other_client(server: Server, other_workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, headers=other_workspace.headers, timeout=60) as made:
        yield made


async def count(graphql: GraphQL, plural: str = "companies") -> int:
    answer = await graphql(f"{{ {plural} {{ totalCount }} }}")
    return int(answer["data"][plural]["totalCount"])


async def settled(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """The answer, once no request with the same key is running."""
    for _ in range(500):
        answer = await ask()
        if answer.status_code != 409:
            return answer
        assert answer.headers["retry-after"] == "1" and "still running" in answer.text
        await asyncio.sleep(0.02)
    raise AssertionError("it is still running")


@pytest.mark.parametrize(
    ("path", "body", "made"),
    [
        ("/rest/companies", {"name": "Acme"}, 1),
        ("/rest/batch/companies?depth=0", [{"name": "Acme"}, {"name": "Bolt"}], 2),
        ("/rest/batch/companies?upsert=true", [{"name": "Acme"}, {"name": "Bolt"}], 2),
        ("/graphql", {"query": CREATE, "variables": {"name": "Acme"}}, 1),
        (
            "/graphql",
            {"query": 'mutation { a: createCompany(data: {name: "A"}) { id } b: createCompany(data: {}) { id } }'},
            2,
        ),
        ("/graphql", {"query": "mutation { createCompanies(data: [{}, {}], upsert: true) { id __typename } }"}, 2),
    ],
)
async def test_it_is_done_once(client: httpx.AsyncClient, graphql: GraphQL, path: str, body: Any, made: int) -> None:
    first = await client.post(path, json=body, headers=key("k"))
    assert REPLAYED not in first.headers and first.status_code in (200, 201)
    for _ in range(3):
        again = await client.post(path, json=body, headers=key("k"))
        assert (again.status_code, again.text, again.headers[REPLAYED]) == (first.status_code, first.text, "true")
    assert await count(graphql) == made
    other = await client.post(path, json=body, headers=key("another"))
    assert REPLAYED not in other.headers and await count(graphql) == 2 * made


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
async def test_changes(client: httpx.AsyncClient, graphql: GraphQL, method: str) -> None:
    path = f"/rest/people/{await create(graphql, 'Person')}"
    body: dict[str, Any] = {} if method == "DELETE" else {"json": {"jobTitle": "Engineer"}}
    first = await client.request(method, path, headers=key("k"), **body)
    assert first.status_code == 200
    if body:
        await client.patch(path, json={"jobTitle": "Other"})
    again = await client.request(method, path, headers=key("k"), **body)
    assert (again.status_code, again.text, again.headers[REPLAYED]) == (200, first.text, "true")


async def test_what_is_written_back_is_not_looked_at_again(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    """A record as it was read holds related ones, which may be others when the request comes again."""
    company = await create(graphql, "Company", name="Acme")
    path = f"/rest/people/{await create(graphql, 'Person', companyId=company)}"
    (record,) = (await client.get(path)).json()["data"].values()
    assert record["company"]["id"] == company
    first = await client.put(path, json=record, headers=key("k"))
    assert first.status_code == 200
    await client.delete(path)
    again = await client.put(path, json=record, headers=key("k"))
    assert (again.status_code, again.text, again.headers[REPLAYED]) == (200, first.text, "true")
    assert (await client.put(path, json=record, headers=key("new"))).status_code in (400, 404)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", f"/rest/people/{NOWHERE}", {"jobTitle": "x"}, 404),
        ("POST", "/rest/people", {"emails": {"primaryEmail": "ada@x.example"}}, 400),
        ("POST", "/rest/people", {"company": {"connect": {"where": {"id": NOWHERE}}}}, 400),
    ],
)
async def test_a_refusal_is_kept(
    client: httpx.AsyncClient, graphql: GraphQL, method: str, path: str, body: Any, status: int
) -> None:
    taken = await create(graphql, "Person", emails={"primaryEmail": "ada@x.example"})
    first = await client.request(method, path, json=body, headers=key("k"))
    assert first.status_code == status and REPLAYED not in first.headers
    # Now it would be possible: the answer stays.
    await graphql("mutation ($id: ID) { destroyPerson(id: $id) { id } }", id=taken)
    await create(graphql, "Person", id=NOWHERE)
    await create(graphql, "Company", id=NOWHERE)
    again = await client.request(method, path, json=body, headers=key("k"))
    assert (again.status_code, again.text, again.headers.get(REPLAYED)) == (status, first.text, "true")
    assert await count(graphql, "people") == 1


async def test_graphql_errors_are_kept_by_field(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    query = f'mutation {{ a: createCompany(data: {{}}) {{ id }} b: deletePerson(id: "{NOWHERE}") {{ id }} }}'
    first = await client.post("/graphql", json={"query": query}, headers=key("k"))
    assert [error["extensions"]["code"] for error in first.json()["errors"]] == ["NOT_FOUND"]
    await create(graphql, "Person", id=NOWHERE)
    again = await client.post("/graphql", json={"query": query}, headers=key("k"))
    assert (again.text, again.headers[REPLAYED]) == (first.text, "true")
    assert (await count(graphql), await count(graphql, "people")) == (1, 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/rest/companies", {"name": "Other"}),
        ("/rest/companies?depth=0", {"name": "Acme"}),
        ("/rest/opportunities", {"name": "Acme"}),
        ("/graphql", {"query": CREATE}),
    ],
)
async def test_another_request_with_the_key(client: httpx.AsyncClient, graphql: GraphQL, path: str, body: Any) -> None:
    await client.post("/rest/companies", json={"name": "Acme"}, headers=key("k"))
    refused = await client.post(path, json=body, headers=key("k"))
    assert refused.status_code == 422 and REPLAYED not in refused.headers
    assert await count(graphql) == 1
    if path == "/graphql":
        assert refused.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_REUSED"


async def test_callers_have_keys_of_their_own(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient, workspace: Workspace
) -> None:
    body = {"name": "Acme"}
    member = {"Authorization": f"Bearer {workspace.member_token}"}
    answers = [
        await client.post("/rest/companies", json=body, headers=key("k")),
        await client.post("/rest/companies", json=body, headers=key("k") | member),
        await other_client.post("/rest/companies", json=body, headers=key("k")),
        await other_client.post("/rest/companies", json={"name": "Bolt"}, headers=key("other")),
    ]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["data"]["createCompany"]["id"] for answer in answers}) == 4


@pytest.mark.parametrize("path", ["/rest/batch/companies", "/graphql"])
async def test_of_several_at_once_one_is_done(client: httpx.AsyncClient, graphql: GraphQL, path: str) -> None:
    records = [{"name": f"Company {n}"} for n in range(200)]
    query = "mutation ($data: [CompanyCreateInput!]) { createCompanies(data: $data) { id } }"
    body: Any = {"query": query, "variables": {"data": records}} if path == "/graphql" else records

    async def post() -> httpx.Response:
        return await client.post(path, json=body, headers=key("k"))

    answers = await asyncio.gather(*[settled(post) for _ in range(8)])
    assert len({answer.text for answer in answers}) == 1
    assert sorted(answer.headers.get(REPLAYED, "") for answer in answers) == ["", *["true"] * 7]
    assert await count(graphql) == 200


async def test_while_it_runs(
    client: httpx.AsyncClient, graphql: GraphQL, connection: Connection, workspace: Workspace
) -> None:
    person = await create(graphql, "Person")
    async with connection.transaction():
        await connection.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", person)
        path, body = f"/rest/people/{person}", {"jobTitle": "Engineer"}
        waiting = asyncio.ensure_future(client.patch(path, json=body, headers=key("k")))
        await _waits_for_lock(connection)
        again = await client.patch(path, json=body, headers=key("k"))
        assert (again.status_code, again.headers["retry-after"]) == (409, "1")
        free = await client.post("/rest/companies", json={}, headers=key("free"))
        assert free.status_code == 201
    assert (await waiting).status_code == 200
    assert (await client.patch(path, json=body, headers=key("k"))).text == (await waiting).text


async def test_the_database_was_cut_off_meanwhile(
    client: httpx.AsyncClient, graphql: GraphQL, connection: Connection
) -> None:
    """What failed for a reason of the server's is done when it comes again."""
    person = await create(graphql, "Person")
    path, body = f"/rest/people/{person}", {"jobTitle": "Engineer"}
    async with connection.transaction():
        await connection.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", person)
        waiting = asyncio.ensure_future(client.patch(path, json=body, headers=key("k")))
        await _waits_for_lock(connection)
        blocked = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        await connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({blocked}) blocked")
        assert (await waiting).status_code == 503
    again = await client.patch(path, json=body, headers=key("k"))
    assert again.status_code == 200 and REPLAYED not in again.headers


async def _waits_for_lock(connection: Connection) -> None:
    for _ in range(500):
        if await connection.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nothing waits for a lock")


async def test_the_client_has_gone_before_the_answer(
    server: Server, client: httpx.AsyncClient, graphql: GraphQL, workspace: Workspace
) -> None:
    """The connection is cut as soon as the request is sent: whether it was done or not, it is done once."""
    where = urlsplit(server.url)
    for n in range(10):
        body = {"name": f"Company {n}"}
        sent = json.dumps(body, separators=(",", ":")).encode()
        head = (
            f"POST /rest/companies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {workspace.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\nIdempotency-Key: cut {n}\r\n\r\n"
        )
        with socket.create_connection((where.hostname or "", where.port or 0)) as cut:
            cut.sendall(head.encode() + sent)
            await asyncio.sleep(n * 0.002)
        headers = {**key(f"cut {n}"), "Content-Type": "application/json"}
        answer = await settled(partial(client.post, "/rest/companies", content=sent, headers=headers))
        assert answer.status_code == 201
        found = await graphql("{ companies { edges { node { id name } } } }")
        named = [edge["node"] for edge in found["data"]["companies"]["edges"] if edge["node"]["name"] == body["name"]]
        assert [one["id"] for one in named] == [answer.json()["data"]["createCompany"]["id"]]


@pytest.mark.parametrize("text", ["", "x" * 256, "tab\there", "é"])
async def test_a_key_that_is_none(client: httpx.AsyncClient, graphql: GraphQL, text: str) -> None:
    headers = [(b"idempotency-key", text.encode("latin-1"))]
    for path, body in (("/rest/companies", {}), ("/graphql", {"query": CREATE})):
        refused = await client.post(path, json=body, headers=headers)
        assert refused.status_code == 400 and "Idempotency-Key" in refused.text
    assert await count(graphql) == 0


async def test_reads_do_not_look_at_it(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    for n in range(2):
        answer = await client.get("/rest/companies", headers=key("k"))
        assert answer.json()["totalCount"] == n and REPLAYED not in answer.headers
        await create(graphql, "Company")
    query = {"query": "{ companies { totalCount } }"}
    answer = await client.post("/graphql", json=query, headers=key("k"))
    assert answer.json()["data"]["companies"]["totalCount"] == 2 and REPLAYED not in answer.headers


async def test_tokens_are_not_kept(client: httpx.AsyncClient, connection: Connection, workspace: Workspace) -> None:
    made = await client.post(
        "/rest/apiKeys", json={"name": "Key", "expiresAt": "2099-01-01T00:00:00Z"}, headers=key("made")
    )
    query = """mutation ($id: String!) {
        generateApiKeyToken(apiKeyId: $id, expiresAt: "2098-01-01T00:00:00Z") { token } }"""
    body = {"query": query, "variables": {"id": made.json()["data"]["createApiKey"]["id"]}}
    answer = await client.post("/graphql", json=body, headers=key("k"))
    assert answer.json()["data"]["generateApiKeyToken"]["token"]
    kept = await connection.fetch("SELECT key FROM repeatable WHERE workspace_id = $1", workspace.id)
    assert [row["key"] for row in kept] == ["made"]


async def test_a_day_later(
    client: httpx.AsyncClient, graphql: GraphQL, connection: Connection, workspace: Workspace
) -> None:
    old = "UPDATE repeatable SET created_at = created_at - interval '25 hours' WHERE workspace_id = $1"
    kept = "SELECT count(*) FROM repeatable WHERE workspace_id = $1"
    for n in range(PRUNED + 5):
        await client.post("/rest/companies", json={}, headers=key(f"k{n}"))
    await connection.execute(old, workspace.id)
    again = await client.post("/rest/companies", json={}, headers=key("k0"))
    assert again.status_code == 201 and REPLAYED not in again.headers
    assert await count(graphql) == PRUNED + 6
    assert await connection.fetchval(kept, workspace.id) == 5, "the new one, and the old ones beyond the batch"
    for outdated in await connection.fetch(OUTDATED, 1000):
        await connection.execute(PRUNE_MORE, *outdated)
    assert await connection.fetchval(kept, workspace.id) == 1


async def test_without_the_header_nothing_is_different(client: httpx.AsyncClient, statements: list[str]) -> None:
    await client.post("/rest/companies", json={"name": "Acme"})
    assert len(statements) == 1 or len(statements) == 2
    assert not [statement for statement in statements if "repeatable" in statement or "advisory" in statement]
