"""Who is calling: the bearer token's row decides, and is asked for again after five seconds at the latest."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.auth import tokens
from app.auth.minting import Mint
from app.auth.tokens import Claims
from app.sealing import Vault
from schema.catalog.model import ObjectType
from schema.context import Caller, Fetch, Grants, Row, Statement
from schema.errors import Unauthenticated

REMEMBER_SECONDS = 5.0
REMEMBER_TOKENS = 10_000

API_KEY_ROW = """
SELECT nonce, name, extract(epoch FROM "expiresAt")::float8, "revokedAt" IS NOT NULL, owner_id, scopes
FROM "apiKey" WHERE workspace_id = $1 AND id = $2 AND "deletedAt" IS NULL
"""
KEY_ROWS = """
SELECT key.workspace_id, key.id, key.nonce, extract(epoch FROM key."expiresAt")::float8, key."revokedAt" IS NOT NULL,
    key.scopes
FROM unnest($1::uuid[], $2::uuid[]) AS asked (workspace_id, id)
JOIN "apiKey" AS key ON key.workspace_id = asked.workspace_id AND key.id = asked.id
WHERE key."deletedAt" IS NULL
"""
MEMBER_ROWS = """
SELECT member.workspace_id, member.id, member.nonce
FROM unnest($1::uuid[], $2::uuid[]) AS asked (workspace_id, id)
JOIN "workspaceMember" AS member ON member.workspace_id = asked.workspace_id AND member.id = asked.id
WHERE member."deletedAt" IS NULL
"""
MEMBER_ROW = """
SELECT nonce, "nameFirstName", "nameLastName", is_admin FROM "workspaceMember"
WHERE workspace_id = $1 AND id = $2 AND "deletedAt" IS NULL
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What a stream rests on for as long as it lasts: what the token says, and what it may do."""

    claims: Claims
    grants: Grants


@dataclass(frozen=True, slots=True)
class Remembered:
    caller: Caller
    until: float


class Authenticator:
    """Callers by token. What is remembered is forgotten at once when this process writes to a credential."""

    def __init__(
        self,
        secret: str,
        fetch: Fetch,
        clock: Callable[[], float] = time.time,
        objects: Collection[ObjectType] = (),
        previous: Sequence[str] = (),
    ) -> None:
        self.mint = Mint(secret, fetch)
        self._fetch = fetch
        self._clock = clock
        self._objects = objects
        self._secrets = (secret, *previous)
        self._seal = Vault(secret, previous).seal
        self._remembered: dict[str, Remembered] = {}
        self._age = 0  # counts the times that everything was forgotten
        self.forgotten: Callable[[], None] = lambda: None  # told of that

    async def caller(self, authorization: str | None) -> Caller:
        """The caller that an Authorization header names. Raises Unauthenticated."""
        token = _token(authorization)
        now = self._clock()
        remembered = self._remembered.get(token)
        if remembered and now < remembered.until:
            return remembered.caller
        age = self._age
        claims = tokens.read(token, *self._secrets)
        caller, expires_at = await self._look_up(claims, now)
        if age == self._age:  # else the row may have changed since it was read
            self._remember(token, Remembered(caller, min(now + REMEMBER_SECONDS, claims.expires_at, expires_at)))
        return caller

    def knows(self, authorization: str | None) -> bool:
        """Whether the token was good when it came last, however long ago that is."""
        return _token(authorization) in self._remembered

    async def held(self, authorization: str | None) -> tuple[Caller, Held]:
        """The caller, and what to ask `ended` of while he stays. Raises Unauthenticated."""
        caller = await self.caller(authorization)
        return caller, Held(tokens.read(_token(authorization), *self._secrets), caller.grants)

    async def ended(self, held: Collection[Held]) -> Mapping[Held, Unauthenticated]:
        """Those that count no longer, each with what is wrong, as the database has it now. Raises ApiError."""
        keys = [one for one in held if one.claims.kind == tokens.API_KEY]
        members = [one for one in held if one.claims.kind != tokens.API_KEY]
        faults = [*await self._faults(KEY_ROWS, keys), *await self._faults(MEMBER_ROWS, members)]
        return {one: fault for one, fault in faults if fault}

    async def _faults(self, text: str, held: Sequence[Held]) -> list[tuple[Held, Unauthenticated | None]]:
        if not held:
            return []
        asked = ([one.claims.workspace_id for one in held], [one.claims.record_id for one in held])
        rows = {(row[0], row[1]): row for row in await self._fetch(Statement(text, asked))}
        return [(one, self._fault(one, rows.get((one.claims.workspace_id, one.claims.record_id)))) for one in held]

    def _fault(self, held: Held, row: Row | None) -> Unauthenticated | None:
        now, claims, is_key = self._clock(), held.claims, held.claims.kind == tokens.API_KEY
        if row is None or row[2] != claims.nonce or (is_key and row[4]):
            return Unauthenticated("This API Key is revoked" if is_key else "User not found")
        if claims.expires_at <= now or (is_key and row[3] <= now):
            return Unauthenticated("Token has expired.")
        if is_key and Grants.of(row[5]) != held.grants:
            return Unauthenticated("The scopes of this API Key have changed")
        return None

    def forget(self) -> None:
        self._remembered.clear()
        self._age += 1
        self.forgotten()

    def _remember(self, token: str, remembered: Remembered) -> None:
        if len(self._remembered) >= REMEMBER_TOKENS:
            self._remembered.clear()
        self._remembered[token] = remembered

    async def _look_up(self, claims: Claims, now: float) -> tuple[Caller, float]:
        if claims.kind == tokens.API_KEY:
            return await self._api_key(claims, now)
        return await self._member(claims)

    async def _api_key(self, claims: Claims, now: float) -> tuple[Caller, float]:
        row = await self._row(API_KEY_ROW, claims)
        if row is None or row[3]:
            raise Unauthenticated("This API Key is revoked")
        _, name, expires_at, _, owner_id, scopes = row
        if expires_at <= now:
            raise Unauthenticated("Token has expired.")
        grants = Grants.of(scopes)
        caller = Caller(
            *(claims.workspace_id, "API", name),
            api_key_id=claims.record_id,
            owner_id=owner_id,
            ends_at=datetime.fromtimestamp(min(expires_at, claims.expires_at), UTC),
            grants=grants,
            told=grants.told(self._objects),
            seal=self._seal,
        )
        return caller, expires_at

    async def _member(self, claims: Claims) -> tuple[Caller, float]:
        row = await self._row(MEMBER_ROW, claims)
        if row is None:
            raise Unauthenticated("User not found")
        _, first_name, last_name, is_admin = row
        caller = Caller(
            *(claims.workspace_id, "MANUAL", f"{first_name} {last_name}".strip(), claims.record_id),
            owner_id=None if is_admin else claims.record_id,
            seal=self._seal,
        )
        return caller, claims.expires_at

    async def _row(self, text: str, claims: Claims) -> Row | None:
        """Nothing for a row that took the id of the one that the token speaks for."""
        rows = await self._fetch(Statement(text, (claims.workspace_id, claims.record_id)))
        return rows[0] if rows and rows[0][0] == claims.nonce else None


def _token(authorization: str | None) -> str:
    """Raises Unauthenticated."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    token = token.strip()
    if scheme.lower() == "bearer" and token:
        return token
    if authorization:
        raise Unauthenticated("Missing authentication token: the Authorization header must be 'Bearer TOKEN'")
    raise Unauthenticated
