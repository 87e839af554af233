"""The part of the description of the API that is about deliveries of webhooks."""

from typing import Any

from rest_shim.deliveries import FILTERS, OPERATIONS, DeliveryOperation
from rest_shim.openapi.parameters import ERROR_STATUSES
from rest_shim.openapi.schemas import MOMENT, reference

Json = dict[str, Any]

TAG = "webhookDeliveries"
STATUSES = ("PENDING", "DELIVERED", "DEAD")

_ID: Json = {"type": "string", "format": "uuid"}
_TEXT: Json = {"type": "string"}
_MOMENT: Json = {"type": "string", "format": "date-time"}
_STATUS: Json = {"type": "string", "enum": list(STATUSES)}
_PAGE = {"limit": "limit", "starting_after": "startingAfter"}  # of those that are one, the names to use
_FILTER_SCHEMAS = {"webhookId": _ID, "status": _STATUS, "recordId": _ID, "eventName": _TEXT, "since": _MOMENT}


def delivery_schemas() -> dict[str, Json]:
    """By name."""
    attempt = {
        "startedAt": _MOMENT,
        "latency": {"type": "integer", "description": "In milliseconds."},
        "status": {"type": ["integer", "null"]},
        "answer": {"type": ["string", "null"]},
        "error": {"type": ["string", "null"]},
        "nextAttemptAt": _or_null(_MOMENT),
    }
    delivery = {
        "id": _ID,
        "webhookId": _ID,
        "eventId": _ID,
        "eventName": _TEXT,
        "recordId": _ID,
        "status": _STATUS,
        "createdAt": _MOMENT,
        "deliveredAt": _or_null(_MOMENT),
        "nextAttemptAt": _or_null(_MOMENT),
        "attempts": {"type": "array", "items": reference("WebhookAttempt")},
    }
    return {"WebhookAttempt": _object(attempt), "WebhookDelivery": _object(delivery)}


def delivery_paths() -> dict[str, Json]:
    return {path: {operation.method.lower(): _entry(path, operation)} for path, operation in OPERATIONS.items()}


def _entry(path: str, operation: DeliveryOperation) -> Json:
    parameters: list[Json] = [{"$ref": "#/components/parameters/idPath"}] if "{id}" in path else []
    for name in operation.parameters:
        if name in FILTERS:
            place: Json = {"name": name, "in": "query", "required": False, "allowEmptyValue": True}
            parameters.append(
                {**place, "description": f"Only those with this {name}.", "schema": _FILTER_SCHEMAS[name]}
            )
        elif name in _PAGE:
            parameters.append({"$ref": f"#/components/parameters/{_PAGE[name]}"})
    without_body = () if operation.takes_body else (413, 415)
    return {
        "tags": [TAG],
        "summary": operation.summary,
        "operationId": operation.operation_id,
        "parameters": parameters,
        **(_BODY if operation.takes_body else {}),
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": _answer(operation)}}},
            **{
                str(status): {"$ref": f"#/components/responses/{status}"}
                for status in ERROR_STATUSES
                if status not in without_body
            },
        },
    }


def _answer(operation: DeliveryOperation) -> Json:
    if operation.method == "GET":
        page = _object({"hasNextPage": {"type": "boolean"}, "endCursor": {"type": ["string", "null"]}})
        found = {"type": "array", "items": reference("WebhookDelivery")}
        return _object({"data": _object({"webhookDeliveries": found}), "pageInfo": page})
    replayed = _object({"count": {"type": "integer"}, "nextSince": _or_null(_MOMENT)})
    made = replayed if operation.takes_body else reference("WebhookDelivery")
    return _object({"data": _object({operation.operation_id: made})})


def _or_null(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


_BODY: Json = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {**_object({"since": _MOMENT}), "additionalProperties": False},
                "example": {"since": MOMENT},
            }
        },
    }
}
