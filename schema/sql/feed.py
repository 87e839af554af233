"""A page of the log → one SELECT. PostgreSQL makes the JSON; of the differences only what is asked for."""

from collections.abc import Mapping
from typing import Any

from schema.context import Statement
from schema.plan.nodes import Constant, EventActor, EventCursor, EventEdge, EventField, EventNode, ReadEvents
from schema.sql.events import diff
from schema.sql.fragments import WORKSPACE, Json, Scope, Sql, concatenated, json_object, json_string
from schema.sql.projection import iso

EVENT = "t1"
NO_NUMBER = "9223372036854775807"  # of an event: the largest bigint


def read_events(scope: Scope, plan: ReadEvents) -> Statement:
    """One row: the end of the log, whether the page begins before what is kept, and the page."""
    last = f"coalesce((SELECT log.last_number FROM event_log log WHERE log.workspace_id = {WORKSPACE}), 0)"
    gone, oldest = "FALSE", "NULL::bigint"
    if plan.after is not None:
        after = _given(scope, plan.after, "bigint")
        kept = f"EXISTS (SELECT FROM event kept WHERE kept.workspace_id = {WORKSPACE} AND kept.number = {after} + 1)"
        gone = f"({after} < {last} AND NOT {kept})"
        oldest = (
            f"CASE WHEN {gone} THEN (SELECT kept.number FROM event kept WHERE kept.workspace_id = {WORKSPACE}"
            f" ORDER BY kept.number LIMIT 1) END"
        )
    numbered = f"SELECT found.*, row_number() OVER (ORDER BY found.number) AS place FROM ({_page(scope, plan)}) found"
    on_page = f"FILTER (WHERE {EVENT}.place <= {int(plan.size)})"
    edges = [
        f"'[' || coalesce(string_agg({_edge(edge, plan)}, ',' ORDER BY {EVENT}.place) {on_page}, '') || ']'"
        for edge in plan.edges
    ]
    return scope.statement(
        f"SELECT {last}, {gone}, {oldest}, count(*) > {int(plan.size)}, max({EVENT}.number) {on_page},"
        f" ARRAY[{', '.join(edges)}]::text[] FROM ({numbered}) {EVENT}"
    )


def _page(scope: Scope, plan: ReadEvents) -> str:
    """The events of the page, and one more where there is one.

    Those of an object are read by its index: PostgreSQL, which expects many of each object, would rather walk along
    the numbers, past all others. So the object is no constant in the order.
    """
    conditions, starts, order = [f"e.workspace_id = {WORKSPACE}"], [], "e.number"
    if plan.after is not None:
        starts.append(_given(scope, plan.after, "bigint"))
    if plan.since is not None:
        moment = _given(scope, plan.since, "timestamptz")
        starts.append(_before(moment))
        conditions += [f"e.day >= ({moment} AT TIME ZONE 'UTC')::date", f"e.happened_at >= {moment}"]
    start = f"greatest({', '.join(starts)})" if starts else "0"
    if plan.object_type is not None and plan.record_id is None:
        name = _given(scope, plan.object_type.name, "text")
        conditions += [f"(e.object, e.number) > ({name}, {start})", f"e.object <= {name}"]
        order = "e.object, e.number"
    else:
        conditions.append(f"e.number > {start}")
        if plan.object_type is not None:
            conditions.append(f"e.object = {_given(scope, plan.object_type.name, 'text')}")
        elif plan.of_some:
            names = [found.name for found in plan.objects]
            conditions.append(f"e.object = ANY({_given(scope, names, 'text[]')}::text[])")
    if plan.action is not None:
        conditions.append(f"e.action = {_given(scope, plan.action, 'text')}")
    if plan.record_id is not None:
        conditions.append(f"e.record_id = {_given(scope, plan.record_id, 'uuid')}")
    return f"SELECT e.* FROM event e WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {int(plan.size) + 1}"


def _given(scope: Scope, value: Any, sql_type: str) -> str:
    """A value that PostgreSQL does not see when it plans.

    Else it would plan each page anew, for all days of the log, which takes ten times as long as reading the page.
    """
    return f"(SELECT {scope.bind(value, sql_type)})"


def _before(moment: str) -> str:
    """The number before the first event that was recorded since a moment: with the moments, numbers rise.

    What happened since then was recorded since then, too.
    """
    first = (
        f"SELECT s.number FROM event s WHERE s.workspace_id = {WORKSPACE} AND s.recorded_at >= {moment}"
        f" AND s.day >= ({moment} AT TIME ZONE 'UTC')::date ORDER BY s.recorded_at, s.number LIMIT 1"
    )
    return f"coalesce(({first}) - 1, {NO_NUMBER})"


def _edge(edge: EventEdge, plan: ReadEvents) -> str:
    if plan.plain:
        node = next(key for key in edge if isinstance(key, EventNode))
        return concatenated(_node(node))
    return concatenated(json_object((key.key, _edge_value(key)) for key in edge))


def _edge_value(key: EventNode | EventCursor | Constant) -> Json:
    match key:
        case EventNode():
            return _node(key)
        case EventCursor():
            return ('"', Sql(f"{EVENT}.number::text"), '"')
        case Constant(_, value):
            return json_string(value)


def _node(node: EventNode) -> Json:
    return json_object((key.key, _value(key)) for key in node.keys)


def _value(key: EventField | EventActor | Constant) -> Json:
    match key:
        case EventField(_, name):
            return FIELDS[name]
        case EventActor(_, keys):
            return json_object((inner.key, _value(inner)) for inner in keys)
        case Constant(_, value):
            return json_string(value)


def _quoted(expression: str) -> Json:
    return ('"', Sql(expression), '"')


def _or_null(expression: str) -> Json:
    return (Sql(f"coalesce(({expression})::text, 'null')"),)


_DIFF = diff(f"{EVENT}.before", f"{EVENT}.record", f"{EVENT}.updated_fields")

FIELDS: Mapping[str, Json] = {
    "number": (Sql(f"{EVENT}.number::text"),),
    "cursor": _quoted(f"{EVENT}.number::text"),
    "id": _quoted(f"{EVENT}.id::text"),
    "name": _quoted(f"{EVENT}.object || '.' || {EVENT}.action"),
    "object": _quoted(f"{EVENT}.object"),
    "action": _quoted(f"{EVENT}.action"),
    "recordId": _quoted(f"{EVENT}.record_id::text"),
    "record": (Sql(f"{EVENT}.record::text"),),
    "before": _or_null(f"{EVENT}.before"),
    "updatedFields": _or_null(f"to_json({EVENT}.updated_fields)"),
    "diff": _or_null(f"CASE WHEN {EVENT}.updated_fields IS NOT NULL THEN {_DIFF} END"),
    "requestId": _or_null(f"{EVENT}.origin -> 'requestId'"),
    "eventDate": _quoted(iso(f"{EVENT}.happened_at")),
    # of the actor
    **{name: _or_null(f"{EVENT}.origin -> '{name}'") for name in ("source", "workspaceMemberId", "apiKeyId")},
    "actorName": _or_null(f"{EVENT}.origin -> 'name'"),
}
"""The fields of an event and of its actor, whose name is not that of the event."""
