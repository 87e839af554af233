"""One event of a workspace's log, as everything that is made of the log sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from schema.context import Caller, RecordEvent

CHANNEL = "icosa_events"
"""The relay notifies it once a batch with `{workspace_id} {last number}`, when the events can be read."""

COLUMNS = (
    "workspace_id, number, id, object, action, record_id, record::text, before::text, updated_fields, origin::text,"
    " happened_at"
)
"""Of the table `event`, in the order in which `Event.of` takes them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who changed the record, as `createdBy` would say it, with which key, and in which request."""

    source: str
    name: str
    workspace_member_id: str | None
    api_key_id: str | None
    request_id: str | None

    @classmethod
    def of(cls, caller: Caller, request_id: str | None) -> "Origin":
        return cls(caller.source, caller.name, _text(caller.workspace_member_id), _text(caller.api_key_id), request_id)

    @property
    def text(self) -> str:
        """As JSON."""
        said = {"source": self.source, "name": self.name, "workspaceMemberId": self.workspace_member_id}
        return orjson.dumps({**said, "apiKeyId": self.api_key_id, "requestId": self.request_id}).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(RecordEvent):
    """With its workspace, and who made it happen."""

    workspace_id: UUID
    origin: Origin

    @property
    def name(self) -> str:
        """Like `person.created`."""
        return f"{self.object_name}.{self.action}"

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Event":
        """Of a row with `COLUMNS`."""
        workspace_id, number, own_id, object_name, action, record_id, record, before, fields, origin, happened_at = row
        said = orjson.loads(origin)
        return cls(
            workspace_id=workspace_id,
            number=number,
            id=own_id,
            object_name=object_name,
            action=action,
            record_id=record_id,
            record=record,
            before=before,
            updated_fields=None if fields is None else tuple(fields),
            origin=Origin(*map(said.get, ("source", "name", "workspaceMemberId", "apiKeyId", "requestId"))),
            happened_at=happened_at,
        )


def _text(own_id: UUID | None) -> str | None:
    return None if own_id is None else str(own_id)
