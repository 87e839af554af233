"""What a webhook may be told to do: which events it wants, where they go, and the secret that signs them."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from schema.values.actions import ACTIONS
from schema.values.messages import as_json, did_you_mean, invalid
from schema.values.model import Model

ANY = "*"
SHORTEST_SECRET = 16
SECRET_PREFIX = "whsec_"
"""Begins a secret whose key is the base64 after it, as Standard Webhooks writes them."""


def operations(patterns: Iterable[str], field: str, model: Model) -> None:
    """Refuses what is not an object and an action, or `*` for any, with a dot between them."""
    for pattern in patterns:
        object_name, dot, action = pattern.partition(".")
        if not dot:
            raise invalid(field, f"{as_json(pattern)} is not like person.created, person.*, *.created or *.*")
        for part, known, what in ((object_name, model.fields, "object"), (action, ACTIONS, "action")):
            if part != ANY and part not in known:
                hint = did_you_mean(part, known)
                raise invalid(field, f"{as_json(pattern)} has the unknown {what} {as_json(part)}.{hint}")


def fields(names: Iterable[str], field: str, model: Model) -> None:
    """Refuses the name of a field that no object has."""
    known = {name: None for own in model.fields.values() for name in own}
    for name in names:
        if name not in known:
            raise invalid(field, f"no object has a field {as_json(name)}.{did_you_mean(name, known)}")


def target_url(url: str, field: str, model: Model) -> None:
    """Refuses what no event can be sent to. No URL is the empty text."""
    if url and (fault := _fault_of(url)):
        raise invalid(field, f"{as_json(url)} {fault}")


def _fault_of(url: str) -> str | None:
    if not url.isprintable() or " " in url or "\\" in url:
        return "holds a character that no URL may hold"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"is not a URL: {error}"
    if parts.scheme not in ("http", "https"):
        return "must begin with http:// or https://"
    if not host:
        return "has no host"
    if "@" in parts.netloc:
        return "must not hold a user or a password"
    return None


def secret(value: str, field: str, model: Model) -> None:
    """Refuses a secret that is short, or of Standard Webhooks' form without a key in it. None is the empty text."""
    if value and len(value) < SHORTEST_SECRET:
        raise invalid(field, f"a secret has {SHORTEST_SECRET} characters or more")
    if value.startswith(SECRET_PREFIX) and not _decoded(value):
        raise invalid(field, f"what follows {SECRET_PREFIX} must be a key in base64")


def signing_key(value: str) -> bytes:
    """The key of Standard Webhooks' signature that a secret stands for."""
    decoded = _decoded(value) if value.startswith(SECRET_PREFIX) else None
    return decoded or value.encode()


def _decoded(value: str) -> bytes | None:
    key: Any = value.removeprefix(SECRET_PREFIX)
    try:
        return base64.b64decode(key + "=" * (-len(key) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
