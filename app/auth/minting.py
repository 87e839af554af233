"""A token for an API key, made for who calls: never one that lives longer or may do more than he."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.auth import tokens
from schema.context import Caller, Fetch, Grants, Row, Statement
from schema.errors import BadUserInput, Forbidden, NotFound
from schema.values.refusals import Refusal

ROW = """
SELECT "revokedAt" IS NOT NULL, "expiresAt", nonce, owner_id, scopes
FROM "apiKey" WHERE workspace_id = $1 AND id = $2 AND "deletedAt" IS NULL
"""


@dataclass(frozen=True, slots=True)
class Mint:
    """Signs with the secret what the row of a key allows."""

    secret: str
    fetch: Fetch

    async def token(self, caller: Caller, key_id: UUID, expires_at: datetime) -> str:
        """Good until the earliest of `expires_at`, the key's own end and the caller's, where that is a key.

        Raises BadUserInput, Forbidden and NotFound.
        """
        now = datetime.now(UTC)
        if expires_at <= now:
            raise BadUserInput("expiresAt must be in the future")
        rows = await self.fetch(Statement(ROW, (caller.workspace_id, key_id)))
        if not rows:
            raise NotFound(f"There is no API key {key_id}")
        is_revoked, own_end, nonce, *_ = rows[0]
        if is_revoked:
            raise BadUserInput(f"The API key {key_id} is revoked")
        if own_end <= now:
            raise BadUserInput(f"The API key {key_id} has expired")
        _refuse(caller, rows[0])
        end = min(filter(None, (expires_at, own_end, caller.ends_at)))
        return tokens.for_api_key(self.secret, caller.workspace_id, key_id, end, nonce)


def _refuse(caller: Caller, row: Row) -> None:
    *_, owner_id, scopes = row
    if caller.owner_id is not None and owner_id != caller.owner_id:
        raise Forbidden(Refusal.OTHERS.value)
    if not caller.grants.cover(Grants.of(scopes)):
        raise Forbidden(Refusal.STRONGER.value)
