"""Secrets at rest: what the database has of them is sealed with a key that is made of APP_SECRET.

A sealed text is `sealed:1:<key id>:<base64>`: AES-256-GCM over the text, bound to its workspace, with a nonce that is a
keyed hash of both. So the same secret of a workspace is the same sealed text, by which writes tell whether it changes,
and no nonce is used for two texts. Texts that are not sealed, from before there was this, are read as they are.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import Settings

PREFIX = "sealed:1:"
NONCE_BYTES = 12

Open = Callable[[UUID, str], str]
"""A secret of a workspace as it is stored → as it was given."""


def as_stored(workspace_id: UUID, stored: str) -> str:
    """Where no secret is sealed."""
    return stored


class Unreadable(Exception):
    """A secret cannot be read: APP_SECRET has changed, and APP_SECRET_PREVIOUS does not name the one before."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class _Seal:
    """One key."""

    def __init__(self, secret: str) -> None:
        self.name = _derived(secret, b"icosa: name of the key", 4).hex()
        self._cipher = AESGCM(_derived(secret, b"icosa: secrets at rest", 32))
        self._nonces = _derived(secret, b"icosa: nonces of secrets at rest", 32)

    def seal(self, workspace_id: UUID, text: str) -> str:
        said = text.encode()
        nonce = hmac.digest(self._nonces, workspace_id.bytes + said, hashlib.sha256)[:NONCE_BYTES]
        sealed = nonce + self._cipher.encrypt(nonce, said, workspace_id.bytes)
        return f"{PREFIX}{self.name}:{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, workspace_id: UUID, encoded: str) -> str:
        try:
            sealed = base64.urlsafe_b64decode(encoded)
            text = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], workspace_id.bytes)
        except (InvalidTag, binascii.Error, ValueError):
            raise Unreadable from None
        return text.decode()


class Vault:
    """Seals with the secret of now, and opens what that or one before it has sealed."""

    def __init__(self, secret: str, previous: Sequence[str] = ()) -> None:
        self._now = _Seal(secret)
        self._by_name = {one.name: one for one in (*map(_Seal, previous), self._now)}

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.secret, settings.previous_secrets)

    @property
    def prefix(self) -> str:
        """What begins the texts that are sealed with the secret of now."""
        return f"{PREFIX}{self._now.name}:"

    def seal(self, workspace_id: UUID, text: str) -> str:
        """The empty text is no secret, and stays."""
        return self._now.seal(workspace_id, text) if text else ""

    def open(self, workspace_id: UUID, stored: str) -> str:
        """Raises Unreadable."""
        if not stored.startswith(PREFIX):
            return stored
        name, _, encoded = stored.removeprefix(PREFIX).partition(":")
        found = self._by_name.get(name)
        if found is None:
            raise Unreadable
        return found.open(workspace_id, encoded)

    def renewed(self, workspace_id: UUID, stored: str) -> str:
        """The same secret, sealed with the secret of now. Raises Unreadable."""
        return self.seal(workspace_id, self.open(workspace_id, stored))


def _derived(secret: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, None, purpose).derive(secret.encode())
