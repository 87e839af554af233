"""Workspaces, members and API keys as tables for the command line: the first row names the columns."""

from datetime import UTC, datetime
from uuid import UUID

from app.commands.provision import Connection

Table = list[tuple[str, ...]]

_WORKSPACES = "SELECT id, display_name, created_at FROM workspace ORDER BY created_at, id"
_MEMBERS = """
SELECT id, concat_ws(' ', nullif("nameFirstName", ''), nullif("nameLastName", '')), "userEmail", is_admin, "createdAt"
FROM "workspaceMember" WHERE workspace_id = $1 AND "deletedAt" IS NULL ORDER BY "createdAt", id
"""
_KEYS = """
SELECT id, name, scopes, "createdAt", "expiresAt", "revokedAt"
FROM "apiKey" WHERE workspace_id = $1 AND "deletedAt" IS NULL ORDER BY "createdAt", id
"""


async def workspaces(connection: Connection) -> Table:
    rows = await connection.fetch(_WORKSPACES)
    return [("id", "name", "created"), *((str(own), name, _day(made)) for own, name, made in rows)]


async def members(connection: Connection, workspace_id: UUID) -> Table:
    rows = await connection.fetch(_MEMBERS, workspace_id)
    found = [(str(own), name, email, "admin" if admin else "", _day(made)) for own, name, email, admin, made in rows]
    return [("id", "name", "e-mail", "role", "created"), *found]


async def keys(connection: Connection, workspace_id: UUID) -> Table:
    now = datetime.now(UTC)
    rows = await connection.fetch(_KEYS, workspace_id)
    found = [
        (str(own), name, "everything" if scopes is None else ",".join(scopes), _day(made), _state(ends, revoked, now))
        for own, name, scopes, made, ends, revoked in rows
    ]
    return [("id", "name", "scopes", "created", "state"), *found]


def _state(ends: datetime, revoked: datetime | None, now: datetime) -> str:
    if revoked and revoked <= now:
        return f"revoked {_day(revoked)}"
    return f"{'ended' if ends <= now else 'good until'} {_day(ends)}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
