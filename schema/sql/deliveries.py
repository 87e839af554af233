"""Deliveries of webhooks → one SELECT, by the order in which they were made."""

from schema.context import Statement
from schema.plan.nodes import FindDeliveries
from schema.sql.fragments import WORKSPACE, Scope, literal

_MOMENT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

_FIELDS = {
    "id": "d.id",
    "webhookId": "d.webhook_id",
    "eventId": "d.event_id",
    "eventName": "d.event_name",
    "recordId": "d.record_id",
    "status": "d.status",
    "createdAt": _MOMENT.format("d.created_at"),
    "deliveredAt": _MOMENT.format("d.delivered_at"),
    "nextAttemptAt": f"CASE WHEN d.lease IS NULL THEN {_MOMENT.format('d.due_at')} END",
}
_ATTEMPT = {
    "startedAt": _MOMENT.format("a.started_at"),
    "latency": "a.latency",
    "status": "a.status",
    "answer": "a.answer",
    "error": "a.error",
    "nextAttemptAt": _MOMENT.format("a.next_attempt_at"),
}


def find_deliveries(scope: Scope, plan: FindDeliveries) -> Statement:
    """A row for each: its JSON text."""
    conditions = [f"d.workspace_id = {WORKSPACE}"]
    for column, value, sql_type in (
        ("id", plan.delivery_id, "uuid"),
        ("webhook_id", plan.webhook_id, "uuid"),
        ("record_id", plan.record_id, "uuid"),
        ("event_name", plan.event_name, "text"),
    ):
        if value is not None:
            conditions.append(f"d.{column} = {scope.bind(value, sql_type)}")
    if plan.status is not None:
        conditions.append(f"d.status = {literal(plan.status)}")  # so that a partial index is seen to fit
    if plan.since is not None:
        conditions.append(f"d.created_at >= {scope.bind(plan.since, 'timestamptz')}")
    if plan.told is not None:
        names = scope.bind(list(plan.told), "text[]")
        conditions.append(f"split_part(d.event_name, '.', 1) = ANY({names})")
    if plan.after is not None:
        place = f"SELECT place FROM webhook_delivery WHERE workspace_id = {WORKSPACE}"
        conditions.append(f"d.place < ({place} AND id = {scope.bind(plan.after, 'uuid')})")
    fields = {**_FIELDS, "attempts": _attempts()} if plan.with_attempts else _FIELDS
    return scope.statement(
        f"SELECT {_object(fields)}::text FROM webhook_delivery d WHERE {' AND '.join(conditions)}"
        f" ORDER BY d.place DESC LIMIT {int(plan.limit) + 1}"
    )


def _attempts() -> str:
    found = (
        f"SELECT json_agg({_object(_ATTEMPT)} ORDER BY a.number) FROM webhook_attempt a"
        f" WHERE a.workspace_id = {WORKSPACE} AND a.delivery_place = d.place"
    )
    return f"coalesce(({found}), '[]')"


def _object(fields: dict[str, str]) -> str:
    pairs = ", ".join(f"'{name}', {value}" for name, value in fields.items())
    return f"json_build_object({pairs})"
