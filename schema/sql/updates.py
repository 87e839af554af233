"""Changes to existing records → one statement each."""

from collections.abc import Iterable

from schema.catalog.model import Column, Field, Relation
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import Connected, Liveness, LockParts, Restore, Rows, SoftDelete, Target, Update, Write
from schema.plan.nodes.placeholders import deferred
from schema.sql import links
from schema.sql.batches import NUMBER, json_text
from schema.sql.changes import (
    ROW,
    TARGET,
    WRITTEN,
    Changes,
    answer,
    answer_order,
    cte,
    moment,
    written_or_unchanged,
)
from schema.sql.fragments import Scope
from schema.sql.inserts import created_along, in_order_of_keys, input_rows, insert
from schema.sql.outbox import DELETED_AT
from schema.sql.positions import place
from schema.sql.rows import both
from schema.values.actions import Action


def update(scope: Scope, plan: Update, write: Write) -> Statement:
    changes = Changes(scope)
    object_type = plan.target.object_type
    few = changes.target(plan.target)
    links.look_up(changes, plan.links)
    values = {column: _value(scope, column, value) for column, value in plan.values}
    found = links.all_found(plan.links)
    rows, differs = "", None
    if plan.place and object_type.position:
        rows = f"(SELECT *, row_number() OVER (ORDER BY id) - 1 AS {NUMBER} FROM {TARGET}) AS {TARGET}"
        count, differs = f"(SELECT count(*) FROM {TARGET})", ""
        values[object_type.position] = place(scope, object_type, plan.place, f"{TARGET}.{NUMBER}", count)
    along = both(found, f"EXISTS (SELECT FROM {TARGET})", changes.fresh)
    for name, created in in_order_of_keys(created_along(plan.links)):
        insert(changes, created, name, input_rows(changes, created, name), along)
    changes.update(WRITTEN, object_type, values, TARGET, few, found, rows=rows, differs=differs)
    links.attach(changes, plan.links, along)
    return _end(changes, plan.target, write, links.missing(plan.links))


def lock_parts(scope: Scope, plan: LockParts) -> Statement:
    """A row for each of the target's: the parts of its fields that are understood together."""
    changes = Changes(scope)
    changes.target(plan.target)
    return changes.statement(f"{held(plan.fields, TARGET)} FROM {TARGET}")


def held(fields: Iterable[Field], alias: str) -> str:
    """The JSON text of what the parts that are understood together are in a row, by column."""
    entries = [f"'{column.name}', {column.read(alias)}" for field in fields for column in field.keyed]
    return f"jsonb_build_object({', '.join(entries)})::text"


def soft_delete(scope: Scope, plan: SoftDelete, write: Write) -> Statement:
    """Rows that are deleted already stay as they are, and so does what was deleted before."""
    changes = Changes(scope)
    object_type = plan.target.object_type
    few, live = changes.target(plan.target), f'{TARGET}."{DELETED_AT}" IS NULL'
    now = {object_type.columns[DELETED_AT]: moment(TARGET)}
    changes.update(WRITTEN, object_type, now, TARGET, few, action=Action.DELETE, differs=live)
    for relation in plan.along:
        _along(changes, relation, Liveness.LIVE, "", moment(TARGET), Action.DELETE)
    return _end(changes, plan.target, write)


def restore(scope: Scope, plan: Restore, write: Write) -> Statement:
    """What was deleted along with a record carries its timestamp, and is restored with it. Live rows stay."""
    changes = Changes(scope)
    object_type = plan.target.object_type
    few, deleted = changes.target(plan.target), f'{TARGET}."{DELETED_AT}" IS NOT NULL'
    nothing = {object_type.columns[DELETED_AT]: "NULL"}
    changes.update(WRITTEN, object_type, nothing, TARGET, few, action=Action.RESTORE, differs=deleted)
    for relation in plan.along:
        together = f'{ROW}."{DELETED_AT}" = {TARGET}."{DELETED_AT}"'
        _along(changes, relation, Liveness.ANY, together, "NULL", Action.RESTORE)
    return _end(changes, plan.target, write)


def _along(
    changes: Changes, relation: Relation, liveness: Liveness, condition: str, deleted_at: str, action: Action
) -> None:
    """The rows that refer to what was written are deleted at the same moment, or restored."""
    object_type = relation.target_type
    locked = changes.lock(
        cte("locked_along", object_type.table),
        Rows(object_type, liveness=liveness),
        f"{relation.key.read(ROW)} = {TARGET}.id",
        condition,
        joined=f", {TARGET} JOIN {WRITTEN} ON {WRITTEN}.id = {TARGET}.id",
    )
    values = {object_type.columns[DELETED_AT]: deleted_at}
    changes.update(cte("along", object_type.table), object_type, values, locked, action=action, differs="")


def _end(changes: Changes, target: Target, write: Write, outputs: str = "") -> Statement:
    """The answer from what was written, or is as it should be."""
    scope = changes.scope
    alias = scope.alias()
    answered = answer(scope, write.selected, alias, answer_order(scope, target, alias), by_id=write.by_id)
    rows = written_or_unchanged(target.object_type)
    return changes.statement(f"(SELECT count(*) FROM {TARGET}), {answered}{changes.stale(outputs)} FROM {rows} {alias}")


def _value(scope: Scope, column: Column, value: object) -> str:
    """JSON travels as text; a key that is looked up comes from the look-up."""
    if isinstance(value, Connected):
        return links.found_by(str(int(value.lookup)))
    if column.kind is kinds.RAW_JSON:
        value = deferred(value, _json_or_null)
    return scope.bind(value, column.sql_type)


def _json_or_null(value: object) -> str | None:
    return None if value is None else json_text(value)
