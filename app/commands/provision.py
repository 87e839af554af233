"""Workspaces, their first member and their tokens, as the command line and the first start make them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from app.auth import tokens
from app.fault import OperatorFault
from schema.catalog.model import Catalog
from schema.context import Caller, Policy
from schema.errors import BadUserInput
from schema.plan.nodes import Create, Liveness, RecordSelection, Update
from schema.plan.nodes.placeholders import Values
from schema.plan.writes import Writer, answered
from schema.sql.statement import statement
from schema.values.ids import new_id
from schema.values.scopes import ANY, Right, check, scope

FIRST_TOKEN_DAYS = 365
API_KEY, MEMBER = "apiKey", "workspaceMember"

_NONCE = 'SELECT nonce FROM "apiKey" WHERE workspace_id = $1 AND id = $2'
_LOCK = f"SELECT pg_advisory_xact_lock({0x1C05A})"  # until the transaction ends
_REVOKED = 'SELECT "revokedAt" FROM "apiKey" WHERE workspace_id = $1 AND id = $2 AND "deletedAt" IS NULL'
_SET_ADMIN = 'UPDATE "workspaceMember" SET is_admin = $3 WHERE workspace_id = $1 AND id = $2'

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class NotThere(OperatorFault):
    """The workspace or member that a command names does not exist, or it names none and there are several."""


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str = ""
    email: str = ""


class BadScopes(OperatorFault):
    """The objects or actions that a key is to be limited to are none."""


def scopes(objects: str, actions: str, *, read_only: bool) -> list[str] | None:
    """The scopes that options name, in lists with commas; none, where they limit nothing. Raises BadScopes."""
    if not (objects or actions or read_only):
        return None
    if read_only and actions:
        raise BadScopes("--read-only and --actions say the same in two ways: give one of them.")
    from schema.catalog.loading import load, model_of

    rights = [Right.READ.value] if read_only else _listed(actions) or [ANY]
    found = [scope(plural, right) for plural in _listed(objects) or [ANY] for right in rights]
    try:
        check(found, "scopes", model_of(load().objects))
    except BadUserInput as error:
        raise BadScopes(error.message) from None
    return found


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


async def create_workspace(connection: Connection, catalog: Catalog, name: str, first_member: Person) -> UUID:
    """A workspace with one member, who is an admin."""
    workspace_id = new_id()
    async with connection.transaction():
        await connection.execute("INSERT INTO workspace (id, display_name) VALUES ($1, $2)", workspace_id, name)
        await _create_member(connection, catalog, workspace_id, first_member, is_admin=True)
    return workspace_id


async def create_member(
    connection: Connection, catalog: Catalog, workspace_id: UUID, person: Person, *, is_admin: bool
) -> UUID:
    """One more member of a workspace."""
    async with connection.transaction():
        return await _create_member(connection, catalog, workspace_id, person, is_admin=is_admin)


async def begin(connection: Connection, secret: str) -> str | None:
    """In an empty database, a workspace with a member and a key, whose token it gives. To be done in a transaction.

    Servers that start at the same time make one.
    """
    await connection.execute(_LOCK)
    if await connection.fetchval("SELECT true FROM workspace LIMIT 1"):
        return None
    from schema.catalog.loading import load

    catalog = load()
    workspace = await create_workspace(connection, catalog, "Icosa", Person("Admin"))
    return await create_key_token(connection, catalog, secret, workspace, "First key", FIRST_TOKEN_DAYS)


async def find_workspace(connection: Connection, workspace_id: UUID | None) -> UUID:
    """The named workspace, or the only one. Raises NotThere."""
    if workspace_id is not None:
        if await connection.fetchval("SELECT true FROM workspace WHERE id = $1", workspace_id):
            return workspace_id
        raise NotThere(f"There is no workspace {workspace_id}.")
    rows = await connection.fetch("SELECT id, display_name FROM workspace ORDER BY created_at, id LIMIT 20")
    if not rows:
        raise NotThere("There is no workspace yet: icosa workspace create NAME")
    if len(rows) > 1:
        names = "".join(f"\n  {row[0]}  {row[1]}" for row in rows)
        raise NotThere(f"There are several workspaces; name one with --workspace:{names}")
    found: UUID = rows[0][0]
    return found


async def create_key_token(
    connection: Connection,
    catalog: Catalog,
    secret: str,
    workspace_id: UUID,
    name: str,
    days: int,
    scopes: list[str] | None = None,
) -> str:
    """A new API key, and its token. Raises BadUserInput where scopes name what there is not."""
    key_id, expires_at = new_id(), _after(days)
    key = {"id": str(key_id), "name": name, "expiresAt": expires_at.isoformat(), "scopes": scopes}
    await _create(connection, catalog, workspace_id, API_KEY, key)
    nonce = await connection.fetchval(_NONCE, workspace_id, key_id)
    return tokens.for_api_key(secret, workspace_id, key_id, expires_at, nonce)


async def revoke_key(connection: Connection, catalog: Catalog, workspace_id: UUID, key_id: UUID) -> None:
    """From now on, where it is not revoked already. Raises NotThere."""
    row = await connection.fetchrow(_REVOKED, workspace_id, key_id)
    if row is None:
        raise NotThere(f"The workspace {workspace_id} has no API key {key_id}.")
    if row[0] is None:
        writer = Writer(catalog, _system(workspace_id), Policy())
        target = writer.one(catalog.objects[API_KEY], key_id, Liveness.LIVE)
        await _write(connection, workspace_id, writer.update(target, {"revokedAt": datetime.now(UTC)}, key_id))


async def create_member_token(connection: Connection, secret: str, workspace_id: UUID, member: str, days: int) -> str:
    """For a member named by id or by e-mail address. Raises NotThere."""
    row = await connection.fetchrow(
        'SELECT id, "userId", nonce FROM "workspaceMember" WHERE workspace_id = $1 AND "deletedAt" IS NULL '
        "AND (id::text = lower($2) OR \"userEmail\" = lower($2)) AND $2 <> ''",
        *(workspace_id, member.strip()),
    )
    if row is None:
        raise NotThere(f"The workspace {workspace_id} has no member {member}.")
    return tokens.for_member(secret, workspace_id, row[0], row[1], _after(days), row[2])


async def _create_member(
    connection: Connection, catalog: Catalog, workspace_id: UUID, person: Person, *, is_admin: bool
) -> UUID:
    own_id = new_id()
    member = {
        "id": str(own_id),
        "name": {"firstName": person.first_name, "lastName": person.last_name},
        "userEmail": person.email,
        "userId": str(new_id()),
    }
    await _create(connection, catalog, workspace_id, MEMBER, member)
    await connection.execute(_SET_ADMIN, workspace_id, own_id, is_admin)
    return own_id


async def _create(
    connection: Connection, catalog: Catalog, workspace_id: UUID, name: str, data: Mapping[str, Any]
) -> None:
    """A record, written as the API writes it, by the system."""
    writer = Writer(catalog, _system(workspace_id), Policy())
    await _write(connection, workspace_id, writer.create(catalog.objects[name], [data]))


async def _write(connection: Connection, workspace_id: UUID, change: Create | Update) -> None:
    object_type = change.object_type if isinstance(change, Create) else change.target.object_type
    printed = statement(workspace_id, answered(change, RecordSelection(object_type, ())))
    await connection.fetch(printed.text, *map(Values({}, _system(workspace_id), str).of, printed.values))


def _system(workspace_id: UUID) -> Caller:
    return Caller(workspace_id, "SYSTEM", "System")


def _after(days: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
