"""Tokens: what is in them, and that their row decides."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
import pytest

from app.auth import tokens
from app.auth.authenticator import REMEMBER_SECONDS, Authenticator
from schema.context import Row, Statement
from schema.errors import Unauthenticated
from tests.conftest import SECRET, GraphQL, Workspace

WORKSPACE, RECORD = uuid4(), uuid4()
SOON = datetime.now(UTC) + timedelta(hours=1)
KEY = tokens.for_api_key(SECRET, WORKSPACE, RECORD, SOON)
MEMBER = tokens.for_member(SECRET, WORKSPACE, RECORD, uuid4(), SOON)
QUERY = {"query": "{ companies { totalCount } }"}


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret, algorithm)


def claims(**changed: Any) -> dict[str, Any]:
    made = {"sub": str(WORKSPACE), "type": "API_KEY", "jti": str(RECORD), "exp": int(SOON.timestamp())}
    return {key: value for key, value in {**made, **changed}.items() if value is not None}


def test_the_claims_of_a_key() -> None:
    assert jwt.decode(KEY, SECRET, ["HS256"]) == claims()


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("x", "No payload"),
        ("invalid-token", "No payload"),
        (signed(claims(sub=None)), "No payload sub"),
        ("a.b.c", "No payload"),
        (signed(claims(), "another secret, as long as it has to be"), "Token invalid."),
        (signed(claims(), SECRET * 2, "HS512"), "Token invalid."),
        (signed(claims(type="LOGIN")), "Token invalid."),
        (signed(claims(jti=None)), "Token invalid."),
        (signed(claims(jti="1")), "Token invalid."),
        (signed(claims(exp=None)), "Token invalid."),
        (signed(claims(type="ACCESS")), "Token invalid."),
        (signed(claims(exp=1)), "Token has expired."),
        (jwt.encode(claims(), "", "none"), "Token invalid."),
    ],
)
def test_a_token_that_says_nothing(token: str, message: str) -> None:
    with pytest.raises(Unauthenticated) as raised:
        tokens.read(token, SECRET)
    assert raised.value.message == message


class Rows:
    """A stand-in for the table: the row that each look-up finds, and how often it was asked."""

    def __init__(self, row: Row | None) -> None:
        self.row = row
        self.asked = 0

    async def __call__(self, statement: Statement) -> Sequence[Row]:
        assert statement.values == (WORKSPACE, RECORD)
        self.asked += 1
        return [] if self.row is None else [self.row]


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC).timestamp()

    def __call__(self) -> float:
        return self.now


LIVE: Row = (None, "Key", SOON.timestamp(), False, None, None)


async def test_a_row_is_asked_for_every_five_seconds() -> None:
    rows, clock = Rows(LIVE), Clock()
    authenticator = Authenticator(SECRET, rows, clock)
    for _ in range(3):
        caller = await authenticator.caller(f"Bearer {KEY}")
    assert (caller.workspace_id, caller.source, caller.name) == (WORKSPACE, "API", "Key")
    assert rows.asked == 1
    clock.now += REMEMBER_SECONDS
    rows.row = (None, "Key", SOON.timestamp(), True, None, None)
    with pytest.raises(Unauthenticated, match="This API Key is revoked"):
        await authenticator.caller(f"Bearer {KEY}")


async def test_a_write_to_a_credential_is_seen_at_once() -> None:
    rows = Rows(LIVE)
    authenticator = Authenticator(SECRET, rows)
    await authenticator.caller(f"Bearer {KEY}")
    rows.row = None
    authenticator.forget()
    with pytest.raises(Unauthenticated, match="This API Key is revoked"):
        await authenticator.caller(f"Bearer {KEY}")


async def test_a_row_read_before_a_write_is_not_remembered_after_it() -> None:
    class Slow(Rows):
        async def __call__(self, statement: Statement) -> Sequence[Row]:
            found = await super().__call__(statement)
            authenticator.forget()  # as another request does meanwhile
            return found

    rows = Slow(LIVE)
    authenticator = Authenticator(SECRET, rows)
    await authenticator.caller(f"Bearer {KEY}")
    await authenticator.caller(f"Bearer {KEY}")
    assert rows.asked == 2


async def test_the_row_expires_a_key_earlier() -> None:
    clock = Clock()
    rows = Rows((None, "Key", clock.now + 2, False, None, None))
    authenticator = Authenticator(SECRET, rows, clock)
    await authenticator.caller(f"Bearer {KEY}")
    clock.now += 2
    with pytest.raises(Unauthenticated, match=r"Token has expired\."):
        await authenticator.caller(f"Bearer {KEY}")


async def test_a_member() -> None:
    rows = Rows((None, "Ada", "Lovelace", False))
    caller = await Authenticator(SECRET, rows).caller(f"bearer  {MEMBER}")
    assert (caller.source, caller.name, caller.workspace_member_id) == ("MANUAL", "Ada Lovelace", RECORD)
    with pytest.raises(Unauthenticated, match="User not found"):
        await Authenticator(SECRET, Rows(None)).caller(f"Bearer {MEMBER}")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", KEY])
async def test_no_token(header: str | None) -> None:
    with pytest.raises(Unauthenticated, match="Missing authentication token"):
        await Authenticator(SECRET, Rows(LIVE)).caller(header)


async def test_over_http(anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    refused = await anonymous.post(f"/graphql?token={workspace.token}", json=QUERY)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.json() == {
        "errors": [{"message": "Missing authentication token", "extensions": {"code": "UNAUTHENTICATED"}}]
    }
    answered = await anonymous.post("/graphql", json=QUERY, headers=workspace.headers)
    assert answered.json() == {"data": {"companies": {"totalCount": 0}}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('"revokedAt" = now()', "This API Key is revoked"),
        ('"deletedAt" = now()', "This API Key is revoked"),
        ("\"expiresAt\" = now() - interval '1 s'", "Token has expired."),
    ],
)
async def test_the_row_decides(
    anonymous: httpx.AsyncClient,
    workspace: Workspace,
    connection: "asyncpg.Connection[asyncpg.Record]",
    change: str,
    message: str,
) -> None:
    await connection.execute(f'UPDATE "apiKey" SET {change} WHERE workspace_id = $1', workspace.id)
    refused = await anonymous.post("/graphql", json=QUERY, headers=workspace.headers)
    assert refused.status_code == 401
    assert refused.json()["errors"][0]["message"] == message


async def test_a_revoked_key_is_refused_at_once(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    keys = await graphql("{ apiKeys { edges { node { id } } } }")
    key = UUID(keys["data"]["apiKeys"]["edges"][0]["node"]["id"])
    mutation = "mutation($id: ID!, $at: DateTime) { updateApiKey(id: $id, data: {revokedAt: $at}) { id } }"
    revoked = await graphql(mutation, id=str(key), at=datetime.now(UTC).isoformat())
    assert revoked["data"]["updateApiKey"]["id"] == str(key)
    refused = await client.post("/graphql", json=QUERY)
    assert refused.status_code == 401
    assert refused.json()["errors"][0]["message"] == "This API Key is revoked"


async def test_what_a_member_creates_names_him(anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    answered = await anonymous.post(
        "/graphql",
        json={"query": 'mutation { createCompany(data: {name: "A"}) { createdBy { source name workspaceMemberId } } }'},
        headers={"Authorization": f"Bearer {workspace.member_token}"},
    )
    assert answered.json()["data"]["createCompany"]["createdBy"] == {
        "source": "MANUAL",
        "name": "Ada Lovelace",
        "workspaceMemberId": str(workspace.member_id),
    }
