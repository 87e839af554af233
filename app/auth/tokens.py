"""Tokens as text: signed claims in a JWT (HS256). Whether a token still counts, the database row says: see `auth`."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import jwt

from schema.errors import Unauthenticated

ALGORITHM = "HS256"
API_KEY = "API_KEY"
ACCESS = "ACCESS"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: its workspace, and the row of `apiKey` or `workspaceMember` that it speaks for.

    `expires_at` is in seconds since 1970. `nonce` is that of the row, so that what takes the id of a row that is gone
    is not spoken for by its tokens; rows that are older than nonces have none.
    """

    kind: str
    workspace_id: UUID
    record_id: UUID
    expires_at: float
    nonce: UUID | None = None


def for_api_key(secret: str, workspace_id: UUID, key_id: UUID, expires_at: datetime, nonce: UUID | None = None) -> str:
    return _signed(secret, {"sub": str(workspace_id), "type": API_KEY, "jti": str(key_id)}, nonce, expires_at)


def for_member(
    secret: str, workspace_id: UUID, member_id: UUID, user_id: UUID, expires_at: datetime, nonce: UUID | None = None
) -> str:
    named = {"workspaceId": str(workspace_id), "workspaceMemberId": str(member_id)}
    return _signed(secret, {"sub": str(user_id), "type": ACCESS, **named}, nonce, expires_at)


def _signed(secret: str, claims: Mapping[str, str], nonce: UUID | None, expires_at: datetime) -> str:
    given = {} if nonce is None else {"nonce": str(nonce)}
    return jwt.encode({**claims, "exp": int(expires_at.timestamp()), **given}, secret, ALGORITHM)


def read(token: str, secret: str, *previous: str) -> Claims:
    """Raises Unauthenticated, with Twenty's words for what is wrong. Tokens that a previous secret signed count too."""
    for older in previous:
        with suppress(jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
            return _claims(token, older)
    try:
        return _claims(token, secret)
    except jwt.ExpiredSignatureError:
        raise Unauthenticated("Token has expired.") from None
    except jwt.MissingRequiredClaimError as error:
        raise Unauthenticated("No payload sub" if error.claim == "sub" else "Token invalid.") from None
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError, AttributeError):
        raise Unauthenticated("Token invalid." if _has_payload(token) else "No payload") from None


def _claims(token: str, secret: str) -> Claims:
    claims = jwt.decode(token, secret, [ALGORITHM], options={"require": ["exp", "sub"]})
    kind, expires_at = str(claims.get("type")), float(claims["exp"])
    nonce = UUID(claims["nonce"]) if "nonce" in claims else None
    if kind == API_KEY:
        return Claims(kind, UUID(claims["sub"]), UUID(claims["jti"]), expires_at, nonce)
    if kind == ACCESS:
        return Claims(kind, UUID(claims["workspaceId"]), UUID(claims["workspaceMemberId"]), expires_at, nonce)
    raise ValueError(kind)


def _has_payload(token: str) -> bool:
    try:
        jwt.decode_complete(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return False
    return True
