"""Tokens of API keys and members: who gets one, how long it is good, and what ends it at once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
import pytest_asyncio

from schema.values.dates import iso
from tests.conftest import SECRET, GraphQL, Workspace
from tests.records import NOWHERE, create, data, error, only

NOW = datetime.now(UTC).replace(microsecond=0)
TOMORROW, NEXT_WEEK = NOW + timedelta(days=1), NOW + timedelta(days=7)

GENERATE = """
mutation GenerateApiKeyToken($apiKeyId: String!, $expiresAt: String!) {
  generateApiKeyToken(apiKeyId: $apiKeyId, expiresAt: $expiresAt) { token }
}
"""
REVOKE = "mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { id revokedAt } }"
PROBE = {"query": "{ currentWorkspace { id displayName } }"}


async def new_key(graphql: GraphQL, expires_at: datetime = NEXT_WEEK, **given: Any) -> str:
    return await create(graphql, "ApiKey", name="Key", expiresAt=iso(expires_at), **given)


async def token_of(graphql: GraphQL, key: str, expires_at: datetime = NEXT_WEEK) -> str:
    return str((await only(graphql, GENERATE, apiKeyId=key, expiresAt=iso(expires_at)))["token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def refusal(anonymous: httpx.AsyncClient, token: str) -> str:
    """The message with which a token is refused, alike on every path."""
    messages = set()
    for path in ("/graphql", "/metadata"):
        response = await anonymous.post(path, json=PROBE, headers=bearer(token))
        assert response.status_code == 401
        (found,) = response.json()["errors"]
        assert found["extensions"]["code"] == "UNAUTHENTICATED"
        messages.add(found["message"])
    response = await anonymous.get("/rest/companies", headers=bearer(token))
    assert response.status_code == 401
    (message,) = messages
    return str(message)


async def is_good(anonymous: httpx.AsyncClient, token: str) -> bool:
    response = await anonymous.post("/graphql", json=PROBE, headers=bearer(token))
    return response.status_code == 200 and "errors" not in response.json()


@pytest_asyncio.fixture
async def member_graphql(anonymous: httpx.AsyncClient, workspace: Workspace) -> AsyncIterator[GraphQL]:
    async def ask(query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        return (await anonymous.post("/graphql", json=body, headers=bearer(workspace.member_token))).json()

    yield ask


# Minting


async def test_a_token_of_a_new_key(graphql: GraphQL, anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    key = await new_key(graphql)
    token = await token_of(graphql, key)
    claims = jwt.decode(token, SECRET, ["HS256"])
    assert UUID(claims.pop("nonce"))
    assert claims == {
        "sub": str(workspace.id),
        "type": "API_KEY",
        "jti": key,
        "exp": int(NEXT_WEEK.timestamp()),
    }
    response = await anonymous.post("/graphql", json=PROBE, headers=bearer(token))
    assert response.json() == {"data": {"currentWorkspace": {"id": str(workspace.id), "displayName": "Test"}}}


@pytest.mark.parametrize(("key_end", "asked"), [(NEXT_WEEK, TOMORROW), (TOMORROW, NEXT_WEEK)])
async def test_the_earlier_end_counts(graphql: GraphQL, key_end: datetime, asked: datetime) -> None:
    token = await token_of(graphql, await new_key(graphql, key_end), asked)
    assert jwt.decode(token, SECRET, ["HS256"])["exp"] == int(TOMORROW.timestamp())


async def test_on_both_paths_and_at_the_cost_of_one_statement(
    client: httpx.AsyncClient, graphql: GraphQL, statements: list[str]
) -> None:
    key = await new_key(graphql)
    for path in ("/graphql", "/metadata"):
        statements.clear()
        body = {"query": GENERATE, "variables": {"apiKeyId": key.upper(), "expiresAt": "2999-01-01"}}
        answer = (await client.post(path, json=body)).json()
        assert jwt.decode(answer["data"]["generateApiKeyToken"]["token"], SECRET, ["HS256"])["jti"] == key
        assert len(statements) == 1


async def test_a_member_may_mint_and_revoke(
    member_graphql: GraphQL, graphql: GraphQL, anonymous: httpx.AsyncClient, workspace: Workspace
) -> None:
    """Members and keys may do the same: everything in their workspace."""
    assert (await only(member_graphql, PROBE["query"]))["id"] == str(workspace.id)
    key = await new_key(member_graphql)
    token = await token_of(member_graphql, key)
    assert await is_good(anonymous, token)
    assert (await only(member_graphql, REVOKE, input={"id": key}))["id"] == key
    assert await refusal(anonymous, token) == "This API Key is revoked"
    assert await token_of(member_graphql, await new_key(graphql))


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"revokedAt": iso(NOW)}, "The API key {id} is revoked"),
        ({"revokedAt": iso(NEXT_WEEK)}, "The API key {id} is revoked"),
        ({"expires_at": NOW - timedelta(seconds=1)}, "The API key {id} has expired"),
    ],
)
async def test_no_token_of_a_key_that_ended(graphql: GraphQL, key: Any, message: str) -> None:
    own_id = await new_key(graphql, **key)
    expected = ("BAD_USER_INPUT", message.format(id=own_id))
    assert await error(graphql, GENERATE, apiKeyId=own_id, expiresAt=iso(TOMORROW)) == expected


async def test_no_token_of_a_key_that_is_not_there(graphql: GraphQL, other_graphql: GraphQL) -> None:
    foreign = await new_key(other_graphql)
    deleted, destroyed = await new_key(graphql), await new_key(graphql)
    await data(graphql, "mutation ($id: ID!) { deleteApiKey(id: $id) { id } }", id=deleted)
    await data(graphql, "mutation ($id: ID!) { destroyApiKey(id: $id) { id } }", id=destroyed)
    company = await create(graphql, "Company", name="No key")
    for own_id in (NOWHERE, foreign, deleted, destroyed, company):
        expected = ("NOT_FOUND", f"There is no API key {own_id}")
        assert await error(graphql, GENERATE, apiKeyId=own_id, expiresAt=iso(TOMORROW)) == expected
        assert await error(graphql, REVOKE, input={"id": own_id}) == expected
    assert await token_of(other_graphql, foreign)


@pytest.mark.parametrize(
    ("expires_at", "message"),
    [
        ("2025-01-01T00:00:00+02:00", "expiresAt must be in the future"),
        ("1970-01-01", "expiresAt must be in the future"),
        ("", 'Invalid date-time for field "expiresAt": ""'),
        ("tomorrow", 'Invalid date-time for field "expiresAt": "tomorrow"'),
        ("infinity", 'Invalid date-time for field "expiresAt": "infinity"'),
        ("4102444800000", 'Invalid date-time for field "expiresAt": "4102444800000"'),
        ("2999-02-30", 'Invalid date-time for field "expiresAt": "2999-02-30"'),
        ("10000-01-01", 'Invalid date-time for field "expiresAt": "10000-01-01"'),
    ],
)
async def test_a_bad_end(graphql: GraphQL, statements: list[str], expires_at: str, message: str) -> None:
    assert await error(graphql, GENERATE, apiKeyId=NOWHERE, expiresAt=expires_at) == ("BAD_USER_INPUT", message)
    assert statements == []


@pytest.mark.parametrize("path", ["/graphql", "/metadata"])
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_an_error_of_a_field_that_is_never_null_leaves_data_null(
    client: httpx.AsyncClient, path: str, accept: str
) -> None:
    body = {"query": GENERATE, "variables": {"apiKeyId": NOWHERE, "expiresAt": "1970-01-01"}}
    response = await client.post(path, json=body, headers={"Accept": accept})
    answer = response.json()
    assert response.status_code == 200
    assert answer["data"] is None and answer["errors"][0]["path"] == ["generateApiKeyToken"]
    response = await client.post(path, json={**body, "variables": {}}, headers={"Accept": accept})
    assert "data" not in response.json()  # nothing was executed


async def test_a_bad_id(graphql: GraphQL) -> None:
    expected = ("BAD_USER_INPUT", 'Value "x" is not a valid UUID')
    assert await error(graphql, GENERATE, apiKeyId="x", expiresAt=iso(TOMORROW)) == expected
    assert await error(graphql, REVOKE, input={"id": "x"}) == expected
    code, message = await error(graphql, GENERATE, apiKeyId=None, expiresAt=iso(TOMORROW))
    assert code == "BAD_USER_INPUT" and "apiKeyId" in message


async def test_no_token_without_a_token(anonymous: httpx.AsyncClient) -> None:
    for path in ("/graphql", "/metadata"):
        body = {"query": GENERATE, "variables": {"apiKeyId": NOWHERE, "expiresAt": iso(TOMORROW)}}
        assert (await anonymous.post(path, json=body)).status_code == 401


async def test_not_by_get(client: httpx.AsyncClient) -> None:
    query = f'mutation {{ generateApiKeyToken(apiKeyId: "{NOWHERE}", expiresAt: "2999-01-01") {{ token }} }}'
    for path in ("/graphql", "/metadata"):
        assert (await client.get(path, params={"query": query})).status_code == 405


# The end of a key


async def test_a_revoked_key_is_refused_at_once(graphql: GraphQL, anonymous: httpx.AsyncClient) -> None:
    key = await new_key(graphql)
    token = await token_of(graphql, key)
    assert await is_good(anonymous, token)
    revoked = await only(graphql, REVOKE, input={"id": key})
    assert revoked["id"] == key and NOW <= datetime.fromisoformat(revoked["revokedAt"]) <= datetime.now(UTC)
    assert await refusal(anonymous, token) == "This API Key is revoked"
    query = "query ($id: ID) { apiKey(filter: {id: {eq: $id}}) { revokedAt } }"
    assert await only(graphql, query, id=key) == {"revokedAt": revoked["revokedAt"]}
    assert await only(graphql, REVOKE, input={"id": key}) == revoked  # once revoked, always since then


async def test_a_key_revokes_itself(anonymous: httpx.AsyncClient, graphql: GraphQL) -> None:
    token = await token_of(graphql, key := await new_key(graphql))
    query = f'mutation {{ revokeApiKey(input: {{id: "{key.upper()}"}}) {{ __typename id }} }}'
    answer = (await anonymous.post("/metadata", json={"query": query}, headers=bearer(token))).json()
    assert answer == {"data": {"revokeApiKey": {"__typename": "RevokedApiKey", "id": key}}}
    assert await refusal(anonymous, token) == "This API Key is revoked"


ENDS = {
    "deleted": ("mutation ($id: ID!) { deleteApiKey(id: $id) { id } }", "This API Key is revoked"),
    "deleted with others": (
        "mutation ($id: ID!) { deleteApiKeys(filter: {id: {in: [$id]}}) { id } }",
        "This API Key is revoked",
    ),
    "destroyed": ("mutation ($id: ID!) { destroyApiKey(id: $id) { id } }", "This API Key is revoked"),
    "expired": (
        'mutation ($id: ID!) { updateApiKey(id: $id, data: {expiresAt: "2020-01-01"}) { id } }',
        "Token has expired.",
    ),
}


@pytest.mark.parametrize(("mutation", "message"), ENDS.values(), ids=ENDS)
async def test_a_key_that_ends(graphql: GraphQL, anonymous: httpx.AsyncClient, mutation: str, message: str) -> None:
    key = await new_key(graphql)
    token = await token_of(graphql, key)
    assert await is_good(anonymous, token)
    await data(graphql, mutation, id=key)
    assert await refusal(anonymous, token) == message


async def test_a_restored_key_counts_again(graphql: GraphQL, anonymous: httpx.AsyncClient) -> None:
    key = await new_key(graphql)
    token = await token_of(graphql, key)
    await data(graphql, "mutation ($id: ID!) { deleteApiKey(id: $id) { id } }", id=key)
    assert await refusal(anonymous, token) == "This API Key is revoked"
    await data(graphql, "mutation ($id: ID!) { restoreApiKey(id: $id) { id } }", id=key)
    assert await is_good(anonymous, token)


# The end of a member


MEMBER_ENDS = {
    "deleted": "mutation ($id: ID!) { deleteWorkspaceMember(id: $id) { id } }",
    "deleted with others": "mutation ($id: ID!) { deleteWorkspaceMembers(filter: {id: {eq: $id}}) { id } }",
    "destroyed": "mutation ($id: ID!) { destroyWorkspaceMember(id: $id) { id } }",
    "destroyed with others": "mutation ($id: ID!) { destroyWorkspaceMembers(filter: {id: {eq: $id}}) { id } }",
}


@pytest.mark.parametrize("mutation", MEMBER_ENDS.values(), ids=MEMBER_ENDS)
async def test_a_member_that_is_gone(
    graphql: GraphQL, anonymous: httpx.AsyncClient, workspace: Workspace, mutation: str
) -> None:
    assert await is_good(anonymous, workspace.member_token)
    await data(graphql, mutation, id=str(workspace.member_id))
    assert await refusal(anonymous, workspace.member_token) == "User not found"


async def test_a_member_that_comes_back(graphql: GraphQL, anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    own_id = str(workspace.member_id)
    await data(graphql, MEMBER_ENDS["deleted"], id=own_id)
    assert await refusal(anonymous, workspace.member_token) == "User not found"
    await data(graphql, "mutation ($id: ID!) { restoreWorkspaceMember(id: $id) { id } }", id=own_id)
    assert await is_good(anonymous, workspace.member_token)


async def test_another_workspace_ends_nothing_here(
    graphql: GraphQL, other_graphql: GraphQL, anonymous: httpx.AsyncClient, workspace: Workspace
) -> None:
    code, _ = await error(other_graphql, MEMBER_ENDS["destroyed"], id=str(workspace.member_id))
    assert code == "NOT_FOUND"
    assert await is_good(anonymous, workspace.member_token)
    key = UUID(jwt.decode(workspace.token, SECRET, ["HS256"])["jti"])
    assert (await error(other_graphql, REVOKE, input={"id": str(key)}))[0] == "NOT_FOUND"
    assert await is_good(anonymous, workspace.token)
