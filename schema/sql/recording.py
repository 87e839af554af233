"""Rows of the outbox, all of one object → the statement that puts them into the log, and into the audit trail.

A row of the outbox is the record as it is stored. Made a row of its table again, it is printed by the one printer, so
that an event says of a record exactly what the API answers.
"""

from schema.catalog.model import Catalog, Column, Field, ObjectType
from schema.context import Statement
from schema.plan.nodes import Constant, Group, RecordEvents, RecordKey, RecordSelection, Value
from schema.sql.events import MEMBER_ID, diff, member_of, new_id, stable_id
from schema.sql.fragments import WORKSPACE, Scope, concatenated, identifier, literal
from schema.sql.records import record_json

RECORD, BEFORE = "t1", "t2"
UPDATED_AT = "updatedAt"


def record_events(scope: Scope, plan: RecordEvents) -> Statement:
    """The events, in the order of their numbers."""
    object_type = plan.object_type
    places, numbers = (scope.bind(values, "bigint[]") for values in (plan.places, plan.numbers))
    moment = f"{scope.bind(plan.recorded_at, 'text')}::timestamptz"
    ctes = [
        f"numbered AS MATERIALIZED (SELECT * FROM unnest({places}, {numbers}) AS numbered (place, number))",
        f"printed AS MATERIALIZED ({_printed(scope, object_type)})",
        f"logged AS ({_logged(object_type, moment)} RETURNING {plan.columns})",
    ]
    trail = plan.catalog.audit_trail
    if trail and object_type.traits.audited and object_type is not trail:
        ctes += _audit(plan.catalog, trail, object_type, moment)
    return scope.statement(f"WITH {', '.join(ctes)} SELECT * FROM logged ORDER BY number")


def whole_record(object_type: ObjectType) -> RecordSelection:
    """All fields of a record, without its relations."""
    return RecordSelection(object_type, tuple(_key(field) for field in object_type.fields.values()))


def _key(field: Field) -> RecordKey:
    if field.composite is None:
        return Value(field.name, field.column)
    parts: list[Value | Constant] = [Value(part or "", column) for part, column in field.by_part.items()]
    return Group(field.name, tuple(parts))


def _printed(scope: Scope, object_type: ObjectType) -> str:
    """The records, as JSON texts. A row that has no image before it is all nulls there, and not printed."""
    record, before = (concatenated(record_json(scope, alias, whole_record(object_type))) for alias in (RECORD, BEFORE))
    fields = ", ".join(
        f"CASE WHEN {_differs(field)} THEN {literal(field.name)} END"
        for field in object_type.fields.values()
        if field.name != UPDATED_AT  # it says nothing that the moment of the event does not
    )
    row = f"NULL::{identifier(object_type.table)}"
    return (
        f"SELECT numbered.number, changed.action, changed.record_id, changed.origin, changed.happened_at,"
        f" {record} AS record,"
        f" CASE WHEN changed.before IS NOT NULL AND changed.after IS NOT NULL THEN {before} END AS before,"
        f" CASE WHEN changed.action = 'updated' THEN array_remove(ARRAY[{fields}], NULL) END AS updated_fields"
        f" FROM numbered JOIN event_outbox changed"
        f" ON changed.workspace_id = {WORKSPACE} AND changed.place = numbered.place"
        f" CROSS JOIN LATERAL json_populate_record({row}, coalesce(changed.after, changed.before)) {RECORD}"
        f" CROSS JOIN LATERAL json_populate_record({row}, changed.before) {BEFORE}"
    )


def _differs(field: Field) -> str:
    return " OR ".join(_column_differs(column) for column in field.columns)


def _column_differs(column: Column) -> str:
    """Of a secret there is only the mask, so what is changed of it was noted beside it."""
    if column.secret:
        return f"{literal(column.name)} = ANY(changed.secrets_changed)"
    return f"{column.read(RECORD)} IS DISTINCT FROM {column.read(BEFORE)}"


def _logged(object_type: ObjectType, moment: str) -> str:
    return (
        f"INSERT INTO event AS new (workspace_id, number, day, object, action, record_id, record, before,"
        f" updated_fields, origin, happened_at, recorded_at) SELECT anchor.id, number,"
        f" ({moment} AT TIME ZONE 'UTC')::date, {literal(object_type.name)}, action, record_id, record::json,"
        f" CASE WHEN action = 'updated' THEN before::json END, updated_fields, origin, happened_at, {moment}"
        f" FROM workspace anchor, printed WHERE anchor.id = {WORKSPACE} ORDER BY number"
    )


def _audit(catalog: Catalog, trail: ObjectType, object_type: ObjectType, moment: str) -> list[str]:
    """A row for each event, without the member where that one is gone."""
    member = trail.columns[MEMBER_ID]
    members = next(relation.target_type for relation in trail.to_one if relation.key is member)
    properties = {
        "updated": f"'{{\"diff\":' || {diff('before::json', 'record::json', 'updated_fields')} || '}}'",
        "created": "'{\"after\":' || record || '}'",
        "destroyed": "'{\"before\":' || record || '}'",
    }
    cases = " ".join(f"WHEN action = '{action}' THEN {json}" for action, json in properties.items())
    both = "'{\"before\":' || before || ',\"after\":' || record || '}'"
    values = {
        "id": new_id(moment, "number"),
        "name": f"{literal(object_type.name + '.')} || action",
        "properties": f"(CASE {cases} ELSE {both} END)::jsonb",
        "objectName": literal(object_type.name),
        "objectMetadataId": stable_id(object_type),
        "recordId": "record_id",
        MEMBER_ID: "members.id",
    }
    by = member_of("printed.origin")
    return [
        f"members AS MATERIALIZED (SELECT t3.id FROM {identifier(members.table)} t3 WHERE t3.workspace_id = {WORKSPACE}"
        f" AND t3.id = ANY(ARRAY(SELECT {by} FROM printed)) ORDER BY t3.id FOR KEY SHARE)",
        f"audited AS (INSERT INTO {identifier(trail.table)} AS new"
        f" (workspace_id, {', '.join(map(identifier, values))}) SELECT anchor.id, {', '.join(values.values())}"
        f" FROM workspace anchor, printed LEFT JOIN members ON members.id = {by} WHERE anchor.id = {WORKSPACE}"
        f" ORDER BY number RETURNING new.id)",
    ]
