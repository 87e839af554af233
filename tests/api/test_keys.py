"""What a key may do with keys, and a member with members: on every path of a write, whoever else writes meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
import pytest
import pytest_asyncio

from app.commands import provision
from schema.catalog.model import Catalog
from schema.values.dates import iso
from schema.values.refusals import Refusal
from tests.conftest import SECRET, GraphQL, Workspace
from tests.records import create, data, error, only

NOW = datetime.now(UTC).replace(microsecond=0)
TOMORROW, NEXT_WEEK, LATER = NOW + timedelta(days=1), NOW + timedelta(days=7), NOW + timedelta(days=20_000)
GENERATE = "mutation ($id: String!, $end: String!) { generateApiKeyToken(apiKeyId: $id, expiresAt: $end) { token } }"
UPDATE = "mutation ($id: ID, $d: ApiKeyUpdateInput) { updateApiKey(id: $id, data: $d) { id expiresAt scopes } }"

REVOKE = "mutation ($id: ID!) { revokeApiKey(input: {id: $id}) { id revokedAt } }"
PROBE = {"query": "{ currentWorkspace { id } }"}

As = Callable[[str], GraphQL]
Json = dict[str, Any]
Write = Callable[[GraphQL, str, Json], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Bob:
    id: str
    token: str


@pytest.fixture
def acting(anonymous: httpx.AsyncClient) -> As:
    """The API as the holder of a token has it."""

    def of(token: str) -> GraphQL:
        async def ask(query: str, **variables: Any) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            response = await anonymous.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
            return response.json()

        return ask

    return of


async def new_key(graphql: GraphQL, expires_at: datetime = NEXT_WEEK, **given: Any) -> str:
    return await create(graphql, "ApiKey", name="Key", expiresAt=iso(expires_at), **given)


async def token_of(graphql: GraphQL, key: str, end: datetime = LATER) -> str:
    return str((await only(graphql, GENERATE, id=key, end=iso(end)))["token"])


async def row(connection: "asyncpg.Connection[asyncpg.Record]", key: str) -> "asyncpg.Record | None":
    return await connection.fetchrow('SELECT * FROM "apiKey" WHERE id = $1', UUID(key))


async def _create(graphql: GraphQL, key: str, given: Json) -> Any:
    made = {"name": "Key", "expiresAt": iso(TOMORROW), **given}
    return await graphql("mutation ($d: ApiKeyCreateInput!) { createApiKey(data: $d) { id } }", d=made)


async def _create_many(graphql: GraphQL, key: str, given: Json) -> Any:
    least = {"name": "Fine", "expiresAt": iso(NOW), "scopes": []}
    made = [least, {"name": "Key", "expiresAt": iso(TOMORROW), **given}]
    return await graphql("mutation ($d: [ApiKeyCreateInput!]) { createApiKeys(data: $d) { id } }", d=made)


async def _insert_by_upsert(graphql: GraphQL, key: str, given: Json) -> Any:
    made = [{"id": str(uuid4()), "name": "Key", "expiresAt": iso(TOMORROW), **given}]
    return await graphql("mutation ($d: [ApiKeyCreateInput!]) { createApiKeys(data: $d, upsert: true) { id } }", d=made)


async def _update(graphql: GraphQL, key: str, given: Json) -> Any:
    return await graphql(UPDATE, id=key, d=given)


async def _update_many(graphql: GraphQL, key: str, given: Json) -> Any:
    many = "mutation ($f: ApiKeyFilterInput, $d: ApiKeyUpdateInput) { updateApiKeys(filter: $f, data: $d) { id } }"
    return await graphql(many, f={"id": {"in": [key]}}, d=given)


async def _update_by_upsert(graphql: GraphQL, key: str, given: Json) -> Any:
    made = {"id": key, "name": "Key", "expiresAt": iso(TOMORROW), **given}
    return await graphql("mutation ($d: ApiKeyCreateInput!) { createApiKey(data: $d, upsert: true) { id } }", d=made)


CREATES: dict[str, Write] = {"create": _create, "create many": _create_many, "upsert": _insert_by_upsert}
UPDATES: dict[str, Write] = {"update": _update, "update many": _update_many, "upsert of one": _update_by_upsert}
PATHS = {**CREATES, **UPDATES}
each_path = pytest.mark.parametrize("write", PATHS.values(), ids=PATHS)
each_update = pytest.mark.parametrize("write", UPDATES.values(), ids=UPDATES)


def refused(answer: Any, refusal: Refusal) -> bool:
    (found,) = answer["errors"]
    return (found["extensions"]["code"], found["message"]) == ("FORBIDDEN", refusal.value)


# How long


@each_path
async def test_no_key_gives_a_life_beyond_its_own_end(graphql: GraphQL, acting: As, write: Write) -> None:
    weak = acting(await token_of(graphql, await new_key(graphql, NEXT_WEEK)))
    key = await new_key(graphql, TOMORROW)
    assert refused(await write(weak, key, {"expiresAt": iso(NEXT_WEEK + timedelta(seconds=1))}), Refusal.LONGER)
    assert "errors" not in await write(weak, key, {"expiresAt": iso(NEXT_WEEK)})
    assert "errors" not in await write(graphql, key, {"expiresAt": iso(LATER)})


async def test_the_end_of_the_token_counts_too(graphql: GraphQL, acting: As) -> None:
    key = await new_key(graphql)
    short = acting(await token_of(graphql, key, TOMORROW))
    assert refused(await _create(short, key, {"expiresAt": iso(NEXT_WEEK)}), Refusal.LONGER)
    assert "errors" not in await acting(await token_of(short, key, NEXT_WEEK))("{ apiKeys { totalCount } }")
    minted = jwt.decode(await token_of(short, key, NEXT_WEEK), SECRET, ["HS256"])
    assert minted["exp"] == int(TOMORROW.timestamp())


async def test_a_key_cannot_lengthen_itself_but_shorten(graphql: GraphQL, acting: As) -> None:
    key = await new_key(graphql)
    own = acting(await token_of(graphql, key))
    assert refused(await own(UPDATE, id=key, d={"expiresAt": iso(LATER)}), Refusal.LONGER)
    assert (await only(own, UPDATE, id=key, d={"expiresAt": iso(TOMORROW)}))["expiresAt"] == iso(TOMORROW)
    assert refused(await own(UPDATE, id=key, d={"expiresAt": iso(NEXT_WEEK)}), Refusal.LONGER)
    assert (await only(own, UPDATE, id=key, d={"name": "Renamed", "expiresAt": iso(TOMORROW)}))["id"] == key


async def test_a_shortened_key_cannot_undo_it_while_it_waits(
    graphql: GraphQL, acting: As, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Its own row as it is locked counts, not as the statement found it."""
    key = await new_key(graphql)
    own = acting(await token_of(graphql, key))
    async with connection.transaction():
        await connection.execute('UPDATE "apiKey" SET "expiresAt" = $2 WHERE id = $1', UUID(key), TOMORROW)
        waiting = asyncio.ensure_future(own(UPDATE, id=key, d={"expiresAt": iso(NEXT_WEEK - timedelta(hours=1))}))
        await until_waiting(connection)
    assert refused(await waiting, Refusal.LONGER)
    found = await row(connection, key)
    assert found and found["expiresAt"] == TOMORROW


async def test_rest_and_merge_and_restore(
    graphql: GraphQL, acting: As, anonymous: httpx.AsyncClient, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    token = await token_of(graphql, await new_key(graphql))
    headers = {"Authorization": f"Bearer {token}"}
    body = {"name": "Key", "expiresAt": iso(LATER)}
    for method, path, given in (("POST", "/rest/apiKeys", body), ("POST", "/rest/batch/apiKeys", [body])):
        answer = await anonymous.request(method, path, json=given, headers=headers)
        assert (answer.status_code, answer.json()["messages"]) == (403, [Refusal.LONGER.value])
    long = await new_key(graphql, LATER)
    await data(graphql, "mutation ($id: ID) { deleteApiKey(id: $id) { id } }", id=long)
    restored = await acting(token)("mutation ($id: ID) { restoreApiKey(id: $id) { id } }", id=long)
    assert refused(restored, Refusal.LONGER)
    found = await row(connection, long)
    assert found and found["deletedAt"] is not None
    ids = [await new_key(graphql, TOMORROW, scopes=["people:read"]), await new_key(graphql, LATER)]
    merge = "mutation ($ids: [UUID!]!) { mergeApiKeys(ids: $ids, conflictPriorityIndex: 0) { expiresAt scopes } }"
    weak = acting(await token_of(graphql, await new_key(graphql, scopes=["apiKeys:*", "people:read"])))
    assert refused(await weak(merge, ids=ids), Refusal.STRONGER)  # the other is stronger than it


# How much


@each_path
async def test_no_key_makes_one_that_may_do_more(graphql: GraphQL, acting: As, write: Write) -> None:
    scopes = ["apiKeys:*", "people:read", "*:create"]
    weak = acting(await token_of(graphql, await new_key(graphql, scopes=scopes)))
    key = await new_key(graphql, TOMORROW, scopes=["notes:create"])
    for more in (
        None,
        ["people:update"],
        ["companies:read"],
        ["people:*"],
        ["*:read"],
        ["*:*"],
        [*scopes, "notes:read"],
    ):
        assert refused(await write(weak, key, {"scopes": more}), Refusal.STRONGER), more
    for less in ([], ["people:read"], ["notes:create", "people:read"], ["*:create"], scopes):
        assert "errors" not in await write(weak, key, {"scopes": less}), less


async def test_a_key_neither_changes_nor_ends_nor_speaks_for_a_stronger_one(
    graphql: GraphQL, acting: As, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    weak = acting(await token_of(graphql, await new_key(graphql, scopes=["apiKeys:*"])))
    strong = await new_key(graphql)
    for mutation in (
        'updateApiKey(id: $id, data: {name: "Mine"}) { id }',
        'updateApiKey(id: $id, data: {scopes: ["apiKeys:read"]}) { id }',
        "deleteApiKey(id: $id) { id }",
        "destroyApiKey(id: $id) { id }",
        "destroyApiKeys(filter: {id: {in: [$id]}}) { id }",
    ):
        assert refused(await weak(f"mutation ($id: ID!) {{ {mutation} }}", id=strong), Refusal.STRONGER)
    found = await row(connection, strong)
    assert found and found["name"] == "Key" and found["deletedAt"] is None
    assert refused(await weak(GENERATE, id=strong, end=iso(TOMORROW)), Refusal.STRONGER)
    like = await new_key(graphql, scopes=["apiKeys:read"])
    assert await token_of(weak, like)


async def test_a_key_keeps_or_lessens_its_own_rights(graphql: GraphQL, acting: As) -> None:
    key = await new_key(graphql, scopes=["apiKeys:*", "people:read"])
    own = acting(await token_of(graphql, key))
    assert (await only(own, UPDATE, id=key, d={"scopes": ["apiKeys:*"]}))["scopes"] == ["apiKeys:*"]
    for more in (["apiKeys:*", "people:read"], None):
        assert refused(await own(UPDATE, id=key, d={"scopes": more}), Refusal.STRONGER)


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        (["people"], '[0]": "people" is not like people:read, people:*, *:read or *:*'),
        (["*:*", "persons:read"], '[1]": "persons:read" has the unknown object "persons".'),
        (["person:read"], '[0]": "person:read" has the unknown object "person".'),
        (["people:reed"], '[0]": "people:reed" has the unknown action "reed". Did you mean \'read\'?'),
        ([""], '[0]": "" is not like people:read, people:*, *:read or *:*'),
        (["*:read"] * 501, '": there are 501 scopes; the limit is 500'),
    ],
)
async def test_scopes_name_what_there_is(graphql: GraphQL, scopes: list[str], message: str) -> None:
    made = {"name": "Key", "expiresAt": iso(TOMORROW), "scopes": scopes}
    query = "mutation ($d: ApiKeyCreateInput!) { createApiKey(data: $d) { id } }"
    code, found = await error(graphql, query, d=made)
    assert code == "BAD_USER_INPUT" and found.startswith(f'Invalid value for field "scopes{message}')


# The end


@each_update
async def test_what_is_revoked_stays_so(graphql: GraphQL, acting: As, workspace: Workspace, write: Write) -> None:
    """Whoever asks: `revokedAt` is neither cleared nor set later."""
    key = await new_key(graphql, revokedAt=iso(NOW))
    for caller in (graphql, acting(workspace.member_token)):
        for later in (None, iso(TOMORROW)):
            assert refused(await write(caller, key, {"revokedAt": later}), Refusal.REVOKED)
        assert "errors" not in await write(caller, key, {"revokedAt": iso(NOW), "name": "Written back"})
    assert "errors" not in await write(graphql, key, {"revokedAt": iso(NOW - timedelta(days=1))})


@pytest.mark.parametrize(
    "restore",
    [
        "mutation ($id: ID!) { restoreApiKey(id: $id) { id } }",
        "mutation ($id: ID!) { restoreApiKeys(filter: {id: {in: [$id]}}) { id } }",
        """mutation ($id: ID!) {
            createApiKey(upsert: true, data: {id: $id, expiresAt: "2099-01-01", deletedAt: null}) { id }
        }""",
    ],
)
async def test_what_is_revoked_is_not_restored(graphql: GraphQL, restore: str) -> None:
    key = await new_key(graphql, revokedAt=iso(NOW))
    await data(graphql, "mutation ($id: ID!) { deleteApiKey(id: $id) { id } }", id=key)
    assert refused(await graphql(restore, id=key), Refusal.REVOKED)


async def test_a_key_that_was_revoked_meanwhile_is_not_brought_back(
    graphql: GraphQL, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    key = await new_key(graphql)
    async with connection.transaction():
        await connection.execute('UPDATE "apiKey" SET "revokedAt" = $2 WHERE id = $1', UUID(key), NOW)
        waiting = asyncio.ensure_future(graphql(UPDATE, id=key, d={"revokedAt": iso(LATER), "name": "Still here"}))
        revoking = asyncio.ensure_future(graphql(REVOKE, id=key))
        await until_waiting(connection, 2)
    assert refused(await waiting, Refusal.REVOKED)
    assert (await revoking)["data"]["revokeApiKey"] == {"id": key, "revokedAt": iso(NOW)}


async def test_a_key_that_ended_writes_no_keys(
    graphql: GraphQL, acting: As, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Though this process remembers for some seconds that it was good."""
    key = await new_key(graphql)
    own = acting(await token_of(graphql, key))
    assert await new_key(own)
    await connection.execute('UPDATE "apiKey" SET "revokedAt" = now() WHERE id = $1', UUID(key))
    answer = await _create(own, key, {})
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_who_takes_the_id_of_a_destroyed_key_is_not_spoken_for_by_its_tokens(
    graphql: GraphQL, acting: As, anonymous: httpx.AsyncClient
) -> None:
    key = await new_key(graphql)
    old = await token_of(graphql, key)
    await data(graphql, "mutation ($id: ID!) { destroyApiKey(id: $id) { id } }", id=key)
    await new_key(graphql, LATER, id=key)
    answer = await anonymous.post("/graphql", json=PROBE, headers={"Authorization": f"Bearer {old}"})
    assert (answer.status_code, answer.json()["errors"][0]["message"]) == (401, "This API Key is revoked")
    assert "errors" not in await acting(await token_of(graphql, key))(PROBE["query"])


async def test_rows_that_are_older_than_nonces_keep_their_tokens(
    graphql: GraphQL, acting: As, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    key = await new_key(graphql)
    await connection.execute('UPDATE "apiKey" SET nonce = NULL WHERE id = $1', UUID(key))
    old = await token_of(graphql, key)
    assert "nonce" not in jwt.decode(old, SECRET, ["HS256"])
    assert "errors" not in await acting(old)(PROBE["query"])
    await data(graphql, "mutation ($id: ID!) { destroyApiKey(id: $id) { id } }", id=key)
    await new_key(graphql, LATER, id=key)
    assert "errors" in await acting(old)(PROBE["query"])


# Members


@pytest_asyncio.fixture
async def bob(connection: "asyncpg.Connection[asyncpg.Record]", catalog: Catalog, workspace: Workspace) -> Bob:
    """A member who is no admin."""
    person = provision.Person("Bob", "", "bob@example.com")
    own = await provision.create_member(connection, catalog, workspace.id, person, is_admin=False)
    return Bob(str(own), await provision.create_member_token(connection, SECRET, workspace.id, str(own), 1))


async def test_a_member_manages_his_own_keys_alone(
    graphql: GraphQL, acting: As, bob: Bob, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    as_bob, other = acting(bob.token), await new_key(graphql)
    assert await create(as_bob, "Company", name="Anything else")
    for write in UPDATES.values():
        assert refused(await write(as_bob, other, {"name": "Taken"}), Refusal.OTHERS)
    for verb in ("delete", "destroy"):
        gone = f"mutation ($id: ID!) {{ {verb}ApiKey(id: $id) {{ id }} }}"
        assert refused(await as_bob(gone, id=other), Refusal.OTHERS)
    assert refused(await as_bob(GENERATE, id=other, end=iso(TOMORROW)), Refusal.OTHERS)
    assert refused(await as_bob(REVOKE, id=other), Refusal.OTHERS)

    key = await new_key(as_bob, LATER)
    by_key = acting(await token_of(as_bob, key))
    assert (await only(as_bob, UPDATE, id=key, d={"name": "Mine"}))["id"] == key
    assert refused(await by_key(UPDATE, id=other, d={"name": "Taken"}), Refusal.OTHERS)
    grandchild = await new_key(by_key)  # a key that he made is no way round
    assert refused(await acting(await token_of(by_key, grandchild))(REVOKE, id=other), Refusal.OTHERS)
    assert (await only(graphql, REVOKE, id=grandchild))["id"] == grandchild


async def test_a_member_manages_himself_alone(graphql: GraphQL, acting: As, bob: Bob, workspace: Workspace) -> None:
    as_bob, ada = acting(bob.token), str(workspace.member_id)
    update = 'mutation ($id: ID) { updateWorkspaceMember(id: $id, data: {locale: "de"}) { locale } }'
    assert await only(as_bob, update, id=bob.id) == {"locale": "de"}
    made = "mutation ($d: TaskCreateInput!) { createTask(data: $d) { id } }"
    merge = "mutation ($ids: [UUID!]!) { mergeWorkspaceMembers(ids: $ids, conflictPriorityIndex: 0) { id } }"
    for asked in (
        as_bob(update, id=ada),
        as_bob("mutation ($id: ID!) { deleteWorkspaceMember(id: $id) { id } }", id=ada),
        as_bob("mutation ($id: ID!) { destroyWorkspaceMember(id: $id) { id } }", id=ada),
        as_bob('mutation { updateWorkspaceMembers(filter: {locale: {neq: "xx"}}, data: {locale: "fr"}) { id } }'),
        as_bob(made, d={"title": "x", "assignee": {"create": {"userId": str(uuid4())}}}),
        as_bob(merge, ids=[bob.id, ada]),
    ):
        assert refused(await asked, Refusal.OTHERS)
    assert await only(acting(workspace.member_token), update, id=bob.id) == {"locale": "de"}  # Ada is the first


async def until_waiting(connection: "asyncpg.Connection[asyncpg.Record]", several: int = 1) -> None:
    """Until that many statements wait for a lock."""
    waiting = (
        "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN"
        " (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    async with asyncio.timeout(30):
        while await connection.fetchval(waiting) < several:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
