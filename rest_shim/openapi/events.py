"""The part of the description of the API that is about the log: `/events`."""

from typing import Any

from rest_shim import feed
from rest_shim.openapi.parameters import DEFAULT_LIMIT, ERROR_STATUSES
from rest_shim.openapi.relations import or_null
from rest_shim.openapi.schemas import MOMENT, reference
from schema.values.actions import ACTIONS

Json = dict[str, Any]

GONE = 410

_ID: Json = {"type": "string", "format": "uuid"}
_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_RECORD: Json = {"type": "object", "additionalProperties": True, "description": "Values by the names of fields."}

_DESCRIPTIONS: dict[str, tuple[str, Json]] = {
    "starting_after": ("The number of an event: what comes after it.", _TEXT),
    "limit": ("How many events at most.", {"type": "integer", "minimum": 0, "default": DEFAULT_LIMIT}),
    "object": ("The object of the record, such as `person`.", _TEXT),
    "action": ("What happened to it.", {"type": "string", "enum": list(ACTIONS)}),
    "recordId": ("The record.", _ID),
    "since": ("The moment from which on.", {"type": "string", "format": "date-time"}),
}


def event_schemas() -> dict[str, Json]:
    """By name; the names must not be those of objects."""
    actor = {
        "source": _TEXT_OR_NULL,
        "name": _TEXT_OR_NULL,
        "workspaceMemberId": {"type": ["string", "null"], "format": "uuid"},
        "apiKeyId": {"type": ["string", "null"], "format": "uuid"},
    }
    event = {
        "number": {"type": "integer", "format": "int64"},
        "id": _ID,
        "name": {"type": "string", "examples": ["person.updated"]},
        "object": _TEXT,
        "action": {"type": "string", "enum": list(ACTIONS)},
        "recordId": _ID,
        "eventDate": {"type": "string", "format": "date-time", "examples": [MOMENT]},
        "record": reference("EventRecord"),
        "before": or_null(reference("EventRecord")),
        "updatedFields": {"type": ["array", "null"], "items": _TEXT},
        "diff": or_null(reference("EventRecord")),
        "actor": reference("EventActor"),
        "requestId": _TEXT_OR_NULL,
    }
    page = {"hasNextPage": {"type": "boolean"}, "endCursor": _TEXT_OR_NULL}
    return {
        "Event": _object(event),
        "EventRecord": _RECORD,
        "EventActor": _object(actor),
        "EventPageInfo": _object(page),
    }


def event_paths() -> dict[str, Json]:
    answer = {
        "data": _object({"events": {"type": "array", "items": reference("Event")}}),
        "pageInfo": reference("EventPageInfo"),
    }
    errors = [status for status in ERROR_STATUSES if status not in (404, 409, 413, 415)]
    parameters = [
        {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
        for name, (description, schema) in _DESCRIPTIONS.items()
    ]
    get = {
        "tags": ["events"],
        "summary": "Find Many events",
        "operationId": "findManyEvents",
        "parameters": parameters,
        "responses": {
            "200": {"description": "Found.", "content": {"application/json": {"schema": _object(answer)}}},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in (*errors, GONE)},
        },
    }
    return {feed.PATH: {"get": get}}


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
