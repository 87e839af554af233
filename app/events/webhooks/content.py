"""The body of a delivery: Twenty's, with `before` and `eventId` after its own keys.

What depends on the webhook is put around the rest when it is sent, so that a changed address counts for what waits.
"""

import json
from collections.abc import Mapping
from uuid import UUID

import orjson

from app.events.event import Event
from schema.declare.stable_ids import object_id
from schema.values.dates import iso

Secrets = Mapping[str, frozenset[str]]
"""The secret fields of each object that has some."""


def content(event: Event, secrets: Secrets) -> str:
    """What every webhook is told of an event, as JSON. Secrets are left out, masked as they are."""
    hidden = secrets.get(event.object_name, frozenset())
    parts = {
        "eventDate": json.dumps(iso(event.happened_at)),
        "record": _without(event.record, hidden),
    }
    if event.updated_fields is not None:
        parts["updatedFields"] = orjson.dumps(event.updated_fields).decode()
    if event.before is not None:
        parts["before"] = _without(event.before, hidden)
    parts["eventId"] = json.dumps(str(event.id))
    return "{" + ",".join(f'"{key}":{text}' for key, text in parts.items()) + "}"


def body(url: str, event_name: str, workspace_id: UUID, webhook_id: UUID, content: str) -> bytes:
    """The bytes that are signed and sent."""
    object_name = event_name.partition(".")[0]
    head = {
        "targetUrl": url,
        "eventName": event_name,
        "objectMetadata": {"id": object_id(object_name), "nameSingular": object_name},
        "workspaceId": workspace_id,
        "webhookId": webhook_id,
    }
    return orjson.dumps(head)[:-1] + b"," + content[1:].encode()


def _without(record: str, hidden: frozenset[str]) -> str:
    if not hidden:
        return record
    kept = {key: value for key, value in json.loads(record).items() if key not in hidden}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
