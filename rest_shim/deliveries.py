"""Deliveries of webhooks, as rows: a page of them, and the requests that send something once more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_shim import query
from rest_shim.json_body import ABSENT
from schema.errors import BadUserInput
from schema.values.messages import did_you_mean, shown

Json = dict[str, Any]
Read = Callable[[Mapping[str, str], Any], Json]

_ATTEMPT = "attempts { startedAt latency status answer error nextAttemptAt }"
_DELIVERY = "{ id webhookId eventId eventName recordId status createdAt deliveredAt nextAttemptAt " + _ATTEMPT + " }"
FILTERS = ("webhookId", "status", "recordId", "eventName", "since")
PARAMETERS = (*FILTERS, *query.PAGE_ARGUMENTS, *query.PAGE_ARGUMENTS.values())
REPLAY = "since"


@dataclass(frozen=True, slots=True)
class DeliveryOperation:
    """One request. `variables` makes those of its document from the query parameters and the body.

    `summary` and `operation_id` are for the description of the API. With an id in its path, that is the variable `id`.
    """

    summary: str
    operation_id: str
    method: str
    document: str
    parameters: tuple[str, ...] = ()
    takes_body: bool = False
    variables: Read = lambda texts, body: {}


def _page(texts: Mapping[str, str], body: Any) -> Json:
    return {"filter": {name: texts[name] for name in FILTERS if name in texts}, **query.page_arguments(texts)}


def _since(texts: Mapping[str, str], body: Any) -> Json:
    if body is ABSENT or not isinstance(body, dict):
        raise BadUserInput('Body must be an object, e.g. {"since":"2025-04-14T00:00:00.000Z"}')
    for name in body:
        if name != REPLAY:
            raise BadUserInput(f"Unknown field '{shown(name)}'.{did_you_mean(name, [REPLAY])}")
    if not isinstance(body.get(REPLAY), str):
        raise BadUserInput("'since' must be a date-time")
    return {REPLAY: body[REPLAY]}


# By path, in the order in which they are tried.
OPERATIONS: Mapping[str, DeliveryOperation] = {
    "/webhookDeliveries": DeliveryOperation(
        "Find Many webhookDeliveries",
        "findManyWebhookDeliveries",
        "GET",
        "query ($first: Int, $after: String, $filter: WebhookDeliveryFilterInput) {"
        " webhookDeliveries(first: $first, after: $after, filter: $filter) {"
        f" edges {{ node {_DELIVERY} }} pageInfo {{ hasNextPage endCursor }} }} }}",
        PARAMETERS,
        variables=_page,
    ),
    "/webhookDeliveries/{id}/redeliver": DeliveryOperation(
        "Redeliver to a webhook",
        "redeliverWebhook",
        "POST",
        f"mutation ($id: ID!) {{ redeliverWebhook(deliveryId: $id) {_DELIVERY} }}",
    ),
    "/webhooks/{id}/test": DeliveryOperation(
        "Test a webhook",
        "testWebhook",
        "POST",
        f"mutation ($id: ID!) {{ testWebhook(id: $id) {_DELIVERY} }}",
    ),
    "/webhooks/{id}/replay": DeliveryOperation(
        "Replay events to a webhook",
        "replayWebhook",
        "POST",
        "mutation ($id: ID!, $since: DateTime!) { replayWebhook(id: $id, since: $since) { count nextSince } }",
        takes_body=True,
        variables=_since,
    ),
}


def body(data: Mapping[str, Any]) -> Json:
    """The answer of a request: as everywhere, records under `data`, and what is to say of a page beside it."""
    ((name, value),) = data.items()
    if "edges" not in value:
        return {"data": {name: value}}
    return {"data": {name: [edge["node"] for edge in value["edges"]]}, "pageInfo": value["pageInfo"]}
