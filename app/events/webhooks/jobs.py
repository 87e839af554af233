"""The jobs that pgqueuer carries: one says that a webhook has deliveries that are due, and no more.

Whoever makes a delivery due puts a job for that time into the same transaction, so none is forgotten, whoever dies.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TypeAlias, cast
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

ENTRYPOINT = "webhook"

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

_MARGIN = 0.001
"""Seconds by which a job comes after what it is for, as pgqueuer takes them in milliseconds."""


async def wake(connection: Connection, workspace_id: UUID, webhook_ids: Collection[UUID]) -> None:
    """For what is due now."""
    payloads = [_payload(workspace_id, webhook_id) for webhook_id in webhook_ids]
    await _put(connection, payloads, [None] * len(payloads), [None] * len(payloads))


async def wake_at(connection: Connection, workspace_id: UUID, webhook_id: UUID, moments: Mapping[float, float]) -> None:
    """At moments, in seconds since the epoch, each with how far away it is. A moment has one job at most."""
    payload = _payload(workspace_id, webhook_id)
    keys: list[str | None] = [f"{webhook_id}@{moment:.3f}" for moment in moments]
    after: list[timedelta | None] = [timedelta(seconds=away + _MARGIN) for away in moments.values()]
    await _put(connection, [payload] * len(moments), after, keys)


async def _put(
    connection: Connection, payloads: list[bytes], after: list[timedelta | None], keys: list[str | None]
) -> None:
    if payloads:
        from pgqueuer.queries import Queries  # a sixth of the start of a server that may never need it

        count = len(payloads)
        queries = Queries.from_asyncpg_connection(cast("asyncpg.Connection[asyncpg.Record]", connection))
        given: list[bytes | None] = [*payloads]
        await queries.enqueue([ENTRYPOINT] * count, given, [0] * count, after, keys, on_conflict="skip")


def _payload(workspace_id: UUID, webhook_id: UUID) -> bytes:
    return workspace_id.bytes + webhook_id.bytes


def read(payload: bytes | None) -> tuple[UUID, UUID]:
    """The workspace and the webhook of a job."""
    assert payload is not None and len(payload) == 32, "no job for a webhook"
    return UUID(bytes=payload[:16]), UUID(bytes=payload[16:])
