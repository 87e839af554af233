"""The headers of a delivery: Twenty's, and those of Standard Webhooks beside them. Signed are the bytes that are sent.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

from schema.values.webhooks import signing_key


def headers(event_id: str, body: bytes, keys: Sequence[str], now: float) -> Mapping[str, str]:
    """`keys` are the webhook's secret and, while it is being rotated, the one before; none signs nothing.

    `now` is in seconds since the epoch.
    """
    said = {"webhook-id": event_id, "webhook-timestamp": str(int(now))}
    if not keys:
        return said
    milliseconds = str(int(now * 1000))
    return {
        **said,
        "webhook-signature": " ".join(_standard(said, body, key) for key in keys),
        "X-Twenty-Webhook-Timestamp": milliseconds,
        "X-Twenty-Webhook-Signature": _hmac(keys[0].encode(), milliseconds.encode() + b":" + body).hex(),
        "X-Twenty-Webhook-Nonce": secrets.token_hex(16),
    }


def _standard(said: Mapping[str, str], body: bytes, key: str) -> str:
    signed = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(_hmac(signing_key(key), signed)).decode()


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)
