"""The part of the description of the API that is about what the server sends: one webhook for each object and event."""

from typing import Any

from rest_shim.openapi.schemas import reference
from schema.catalog.model import Catalog, ObjectType
from schema.declare import names

Json = dict[str, Any]

ACTIONS = ("created", "updated", "deleted", "restored", "destroyed")
_ID: Json = {"type": "string", "format": "uuid"}
_HEADERS = {
    "X-Twenty-Webhook-Timestamp": "When it was sent, in milliseconds since 1970.",
    "X-Twenty-Webhook-Signature": "HMAC-SHA256 of `timestamp:body`, keyed by the webhook's secret, in hexadecimal.",
    "X-Twenty-Webhook-Nonce": "A value that is used once.",
}


def webhooks(catalog: Catalog) -> dict[str, Json]:
    """By event: `person.created`."""
    return {
        f"{object_type.name}.{action}": {"post": _post(object_type, action)}
        for object_type in catalog.objects.values()
        for action in ACTIONS
    }


def _post(object_type: ObjectType, action: str) -> Json:
    return {
        "tags": [object_type.plural],
        "summary": f"{object_type.name} {action}",
        "operationId": f"webhook{object_type.type_name}{names.capital(action)}",
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
            for name, text in _HEADERS.items()
        ],
        "requestBody": {
            "content": {"application/json": {"schema": _payload(object_type, f"{object_type.name}.{action}", action)}}
        },
        "responses": {"200": {"description": "Any status from 200 to 299 says that it has arrived."}},
    }


def _payload(object_type: ObjectType, event: str, action: str) -> Json:
    properties: Json = {
        "targetUrl": {"type": "string"},
        "eventName": {"type": "string", "enum": [event]},
        "objectMetadata": {
            "type": "object",
            "properties": {"id": _ID, "nameSingular": {"type": "string", "enum": [object_type.name]}},
        },
        "workspaceId": _ID,
        "webhookId": _ID,
        "eventDate": {"type": "string", "format": "date-time"},
        "record": reference(f"{object_type.type_name}ForResponse"),
    }
    required = list(properties)
    if action == "updated":
        properties["updatedFields"] = {"type": "array", "items": {"type": "string"}}
    return {"type": "object", "properties": properties, "required": required}
