"""The arguments of a page of deliveries → what to look for."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schema.errors import BadUserInput
from schema.plan.nodes import FindDeliveries
from schema.plan.paging import DEFAULT_PAGE_SIZE
from schema.values.ids import uuid
from schema.values.messages import shown
from schema.values.text import text


def find_deliveries(
    first: int | None,
    after: str | None,
    filter: Mapping[str, Any],
    largest: int,
    told: tuple[str, ...] | None,
    *,
    with_attempts: bool,
) -> FindDeliveries:
    """`filter` has the fields of the input, those that are given. Raises BadUserInput."""
    if first is not None and first < 0:
        raise BadUserInput("First argument must be non-negative")
    name = filter.get("eventName")
    return FindDeliveries(
        limit=min(DEFAULT_PAGE_SIZE if first is None else first, largest),
        with_attempts=with_attempts,
        after=None if after is None else _decoded(after),
        webhook_id=_id(filter, "webhookId"),
        status=filter.get("status"),
        record_id=_id(filter, "recordId"),
        event_name=None if name is None else text(name, "eventName"),
        since=filter.get("since") or None,
        told=told,
    )


def delivery(own_id: UUID, told: tuple[str, ...] | None = None) -> FindDeliveries:
    """One delivery, with its attempts."""
    return FindDeliveries(limit=1, with_attempts=True, delivery_id=own_id, told=told)


def cursor(own_id: str) -> str:
    """Where a delivery stands. Opaque to clients."""
    return base64.urlsafe_b64encode(json.dumps({"id": own_id}).encode()).decode().rstrip("=")


def _id(filter: Mapping[str, Any], name: str) -> UUID | None:
    value = filter.get(name)
    return value if value is None or isinstance(value, UUID) else uuid(value, name)


def _decoded(encoded: str) -> UUID:
    """A bare id is a cursor, too."""
    try:
        return UUID(encoded)
    except ValueError:
        pass
    try:
        value = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        return UUID(value["id"])
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadUserInput(f"Invalid cursor: {shown(encoded)}") from None
