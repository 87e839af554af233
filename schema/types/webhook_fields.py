"""The root fields about deliveries of webhooks: a page of them, and what can be asked for once more.

A page is one statement. What sends is asked through the context, since it is no part of the API.
"""

# ruff: noqa: N815 - fields have their API names

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry

from schema.catalog.model import Catalog
from schema.declare.traits import Guard
from schema.errors import BadUserInput, NotFound
from schema.execution.resolvers import Info, reader_of
from schema.plan.deliveries import cursor, delivery, find_deliveries
from schema.plan.nodes import FindDeliveries
from schema.types import scalars
from schema.values.dates import iso
from schema.values.ids import uuid
from schema.values.scopes import Right

_TO_ATTEMPTS = (
    ("WebhookDeliveryConnection", "edges"),
    ("WebhookDeliveryEdge", "node"),
    ("WebhookDelivery", "attempts"),
)


@strawberry.enum(description="Whether a delivery waits or is tried again, arrived, or is not tried any more.")
class WebhookDeliveryStatus(Enum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


@strawberry.type(description="One time that a delivery was tried. `latency` is in milliseconds.")
class WebhookAttempt:
    startedAt: scalars.DateTime
    latency: int
    status: int | None = strawberry.field(description="Of the answer.")
    answer: str | None = strawberry.field(description="Its first 1024 bytes.")
    error: str | None = strawberry.field(description="Why it failed.")
    nextAttemptAt: scalars.DateTime | None


@strawberry.type(description="An event that a webhook is told of.")
class WebhookDelivery:
    id: scalars.UUID
    webhookId: scalars.UUID
    eventId: scalars.UUID
    eventName: str
    recordId: scalars.UUID
    status: WebhookDeliveryStatus
    createdAt: scalars.DateTime
    deliveredAt: scalars.DateTime | None
    nextAttemptAt: scalars.DateTime | None
    attempts: list[WebhookAttempt]


@strawberry.type
class WebhookDeliveryEdge:
    cursor: scalars.Cursor
    node: WebhookDelivery


@strawberry.type
class WebhookDeliveryPageInfo:
    hasNextPage: bool
    endCursor: scalars.ConnectionCursor | None


@strawberry.type(description="The newest first.")
class WebhookDeliveryConnection:
    edges: list[WebhookDeliveryEdge]
    pageInfo: WebhookDeliveryPageInfo


@strawberry.type(description="How many deliveries a replay made, and where it is to go on, if it left events out.")
class WebhookReplay:
    count: int
    nextSince: scalars.DateTime | None


@strawberry.input(description="All that is given must hold.")
class WebhookDeliveryFilterInput:
    webhookId: strawberry.ID | None = strawberry.UNSET
    status: WebhookDeliveryStatus | None = strawberry.UNSET
    recordId: strawberry.ID | None = strawberry.UNSET
    eventName: str | None = strawberry.UNSET
    since: scalars.DateTime | None = strawberry.UNSET

    def given(self) -> Mapping[str, Any]:
        status = self.status.value if self.status else None
        found = {"webhookId": self.webhookId, "status": status, "recordId": self.recordId}
        found |= {"eventName": self.eventName, "since": self.since}
        return {name: value for name, value in found.items() if value not in (None, strawberry.UNSET)}


def webhook_queries(catalog: Catalog) -> dict[str, Any]:
    """Strawberry fields by name."""

    async def deliveries(
        info: Info,
        after: str | None = strawberry.UNSET,
        first: int | None = strawberry.UNSET,
        filter: WebhookDeliveryFilterInput | None = strawberry.UNSET,
    ) -> WebhookDeliveryConnection:
        _refuse(catalog, info, Right.READ)
        plan = find_deliveries(
            first if isinstance(first, int) else None,
            after if isinstance(after, str) else None,
            filter.given() if filter else {},
            info.context.context.policy.limits.max_page_size,
            info.context.context.caller.told,
            with_attempts=_selects_attempts(catalog, info),
        )
        found = await _found(info, plan)
        edges = [
            WebhookDeliveryEdge(cursor=scalars.Cursor(cursor(str(one.id))), node=one) for one in found[: plan.limit]
        ]
        end = scalars.ConnectionCursor(edges[-1].cursor) if edges else None
        more = len(found) > plan.limit
        return WebhookDeliveryConnection(edges=edges, pageInfo=WebhookDeliveryPageInfo(hasNextPage=more, endCursor=end))

    return {"webhookDeliveries": strawberry.field(deliveries, name="webhookDeliveries")}


WebhookId = Annotated[strawberry.ID, strawberry.argument(name="id")]


def webhook_mutations(catalog: Catalog) -> dict[str, Any]:
    """Strawberry fields by name. Who may change a webhook may have it told of something once more."""

    async def redeliver(
        info: Info, delivery_id: Annotated[strawberry.ID, strawberry.argument(name="deliveryId")]
    ) -> WebhookDelivery:
        _refuse(catalog, info, Right.UPDATE)
        own_id, context = _id(delivery_id, "deliveryId"), info.context.context
        if context.caller.told is not None:  # the webhook may have wanted more when this was made
            await _one(info, own_id, context.caller.told)
        return await _one(info, await context.deliveries.redeliver(own_id))

    async def replay(info: Info, webhook_id: WebhookId, since: scalars.DateTime) -> WebhookReplay:
        _refuse(catalog, info, Right.UPDATE)
        given: Any = since
        if not isinstance(given, datetime):
            raise BadUserInput("since must be a date-time")
        replayed = await info.context.context.deliveries.replay(_id(webhook_id, "id"), given)
        following = None if replayed.next_since is None else scalars.DateTime(iso(replayed.next_since))
        return WebhookReplay(count=replayed.count, nextSince=following)

    async def test(info: Info, webhook_id: WebhookId) -> WebhookDelivery:
        _refuse(catalog, info, Right.UPDATE)
        return await _one(info, await info.context.context.deliveries.test(_id(webhook_id, "id")))

    named: dict[str, Any] = {"redeliverWebhook": redeliver, "replayWebhook": replay, "testWebhook": test}
    return {name: strawberry.field(resolver, name=name) for name, resolver in named.items()}


def _refuse(catalog: Catalog, info: Info, right: Right) -> None:
    """Raises Forbidden, unless the caller has the right on webhooks."""
    listeners = (found for found in catalog.objects.values() if found.traits.guard is Guard.LISTENERS)
    info.context.context.policy.grants.refuse((found, right) for found in listeners)


async def _one(info: Info, own_id: UUID, told: tuple[str, ...] | None = None) -> WebhookDelivery:
    found = await _found(info, delivery(own_id, told))
    if not found:
        raise NotFound(f"There is no delivery {own_id}")
    return found[0]


async def _found(info: Info, plan: FindDeliveries) -> list[WebhookDelivery]:
    run = info.context.run
    return [_delivery(orjson.loads(plan.row(row))) for row in await run.context.read(run.printed(plan))]


def _delivery(found: dict[str, Any]) -> WebhookDelivery:
    attempts = [WebhookAttempt(**one) for one in found.pop("attempts", ())]
    return WebhookDelivery(**{**found, "status": WebhookDeliveryStatus(found["status"])}, attempts=attempts)


def _selects_attempts(catalog: Catalog, info: Info) -> bool:
    reader, nodes = reader_of(catalog, info)
    for type_name, name in _TO_ATTEMPTS:
        below = reader.subfields(nodes, type_name).values()
        nodes = [node for same in below for node in same if node.name.value == name]
    return bool(nodes)


def _id(value: Any, name: str) -> UUID:
    """A client may have declared its variable as a UUID."""
    return value if isinstance(value, UUID) else uuid(str(value), name)
