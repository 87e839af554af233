"""Changes to existing records → one statement each."""

from schema.catalog.model import Column, Relation
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import Connected, Liveness, Restore, Rows, SoftDelete, Target, Update, Write
from schema.plan.nodes.placeholders import deferred
from schema.sql import links
from schema.sql.batches import NUMBER, json_text
from schema.sql.changes import (
    ROW,
    TARGET,
    UPDATED_NOW,
    WRITTEN,
    Action,
    Changes,
    answer,
    answer_order,
    cte,
    returned,
)
from schema.sql.fragments import Scope
from schema.sql.inserts import created_along, in_order_of_keys, input_rows, insert
from schema.sql.positions import place
from schema.sql.rows import both

DELETED_AT = '"deletedAt"'
MOMENT = "now() AS moment"


def update(scope: Scope, plan: Update, write: Write) -> Statement:
    changes = Changes(scope)
    object_type = plan.target.object_type
    few = changes.target(plan.target)
    links.look_up(changes, plan.links)
    values = [UPDATED_NOW, *(column.assign(_value(scope, column, value)) for column, value in plan.values)]
    found = links.all_found(plan.links)
    rows = TARGET
    if plan.place and object_type.position:
        rows = f"(SELECT id, row_number() OVER (ORDER BY id) - 1 AS {NUMBER} FROM {TARGET}) AS {TARGET}"
        count = f"(SELECT count(*) FROM {TARGET})"
        values.append(object_type.position.assign(place(scope, object_type, plan.place, f"{TARGET}.{NUMBER}", count)))
    along = both(found, f"EXISTS (SELECT FROM {TARGET})")
    for name, created in in_order_of_keys(created_along(plan.links)):
        insert(changes, created, name, input_rows(changes, created, name), along)
    _write(changes, plan.target, write, values, (few, found), rows=rows)
    links.attach(changes, plan.links, along)
    return _end(changes, plan.target, write, links.missing(plan.links))


def soft_delete(scope: Scope, plan: SoftDelete, write: Write) -> Statement:
    """Rows that are deleted already stay as they are, and so does what was deleted before."""
    changes = Changes(scope)
    few = changes.target(plan.target, DELETED_AT, MOMENT)
    values = [
        f"{DELETED_AT} = coalesce({ROW}.{DELETED_AT}, {TARGET}.moment)",
        f'"updatedAt" = CASE WHEN {ROW}.{DELETED_AT} IS NULL THEN {TARGET}.moment ELSE {ROW}."updatedAt" END',
    ]
    _write(changes, plan.target, write, values, (few,), action=Action.DELETE)
    for relation in plan.along:
        gone = f"{TARGET}.{DELETED_AT} IS NULL"
        marks = [f"{DELETED_AT} = now()", UPDATED_NOW]
        _along(changes, relation, Liveness.LIVE, gone, marks, Action.DELETE)
    return _end(changes, plan.target, write)


def restore(scope: Scope, plan: Restore, write: Write) -> Statement:
    """What was deleted along with a record carries its timestamp, and is restored with it. Live rows stay."""
    changes = Changes(scope)
    few = changes.target(plan.target, DELETED_AT, MOMENT)
    values = [
        f"{DELETED_AT} = NULL",
        f'"updatedAt" = CASE WHEN {ROW}.{DELETED_AT} IS NULL THEN {ROW}."updatedAt" ELSE {TARGET}.moment END',
    ]
    _write(changes, plan.target, write, values, (few,), action=Action.RESTORE)
    for relation in plan.along:
        together = f"{ROW}.{DELETED_AT} = {TARGET}.{DELETED_AT}"
        marks = [f"{DELETED_AT} = NULL", UPDATED_NOW]
        _along(changes, relation, Liveness.ANY, together, marks, Action.RESTORE)
    return _end(changes, plan.target, write)


def _along(
    changes: Changes, relation: Relation, liveness: Liveness, condition: str, values: list[str], action: Action
) -> None:
    """The rows that refer to what was written are changed with it."""
    object_type = relation.target_type
    locked = changes.lock(
        cte("locked_along", object_type.table),
        Rows(object_type, liveness=liveness),
        f"{relation.key.read(ROW)} = {TARGET}.id",
        condition,
        joined=f", {TARGET} JOIN {WRITTEN} ON {WRITTEN}.id = {TARGET}.id",
    )
    changes.update(cte("along", object_type.table), object_type, values, locked, action=action)


def _write(
    changes: Changes,
    target: Target,
    write: Write,
    values: list[str],
    conditions: tuple[str, ...],
    action: Action = Action.UPDATE,
    rows: str = TARGET,
) -> None:
    """The UPDATE of the target's rows."""
    own = returned(write.selected, ROW, by_id=write.by_id)
    changes.update(WRITTEN, target.object_type, values, TARGET, *conditions, action=action, rows=rows, returned=own)


def _end(changes: Changes, target: Target, write: Write, outputs: str = "") -> Statement:
    """The answer from what was written."""
    scope = changes.scope
    alias = scope.alias()
    answered = answer(scope, write.selected, alias, answer_order(scope, target, alias), by_id=write.by_id)
    return changes.statement(f"(SELECT count(*) FROM {TARGET}), {answered}{outputs} FROM {WRITTEN} {alias}")


def _value(scope: Scope, column: Column, value: object) -> str:
    """JSON travels as text; a key that is looked up comes from the look-up."""
    if isinstance(value, Connected):
        return links.found_by(str(int(value.lookup)))
    if column.kind is kinds.RAW_JSON:
        value = deferred(value, _json_or_null)
    return scope.bind(value, column.sql_type)


def _json_or_null(value: object) -> str | None:
    return None if value is None else json_text(value)
