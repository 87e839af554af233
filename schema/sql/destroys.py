"""A destroy → one statement: one CTE for each table that loses rows, one for each whose references are cleared."""

from collections.abc import Iterable

from schema.catalog.model import Relation
from schema.context import Statement
from schema.plan.nodes import Affected, Destroy, Write
from schema.sql.changes import ROW, TARGET, Changes, all_ids, answer, answer_order, cte
from schema.sql.fragments import Scope
from schema.sql.rows import every_row, source

ANSWERED = "answered"


def destroy(scope: Scope, plan: Destroy, write: Write) -> Statement:
    """The records are answered as they were: what reads them stands before what removes them.

    PostgreSQL does all of it at one moment. Citus does one after the other, so the children go first, too.
    """
    changes = Changes(scope)
    few = changes.target(plan.target, remove=True)
    root = plan.target.object_type
    for affected in plan.destroyed:
        if affected.object_type is root:
            changes.select(_doomed(root.table), f"SELECT id FROM {TARGET} WHERE {few}", "MATERIALIZED")
        else:
            refers = " OR ".join(map(_refers_to_doomed, affected.references))
            doomed = _doomed(affected.object_type.table)
            changes.lock_to_remove(doomed, every_row(affected.object_type), f"({refers})")
    loses_rows = {affected.object_type.name for affected in plan.destroyed}
    alias = scope.alias()
    answered = answer(scope, write.selected, alias, answer_order(scope, plan.target, alias), by_id=False)
    gone = source(scope, alias, every_row(root), f"{alias}.id = ANY({_doomed_ids(root.table)})")
    outputs = f"(SELECT count(*) FROM {TARGET}), {answered}{changes.stale()}"
    changes.select(ANSWERED, f"SELECT {outputs} {gone}", "MATERIALIZED")
    for affected in plan.cleared:
        _clear(changes, affected, affected.object_type.name in loses_rows)
    for affected in _children_first(plan.destroyed):
        name = affected.object_type.table
        changes.delete(cte("destroyed", name), affected.object_type, _doomed_ids(name))
    return changes.statement(f"* FROM {ANSWERED}")


def _children_first(destroyed: Iterable[Affected]) -> list[Affected]:
    """Each before those that it refers to, as far as they are not in a circle."""
    left, found = list(destroyed), []
    while left:
        free = [one for one in left if not any(_refers(other, one) for other in left if other is not one)]
        found.append(free[0] if free else left[0])
        left.remove(found[-1])
    return found


def _refers(child: Affected, parent: Affected) -> bool:
    return any(relation.target == parent.object_type.name for relation in child.object_type.to_one)


def _doomed(table: str) -> str:
    return cte("doomed", table)


def _doomed_ids(table: str) -> str:
    return all_ids(_doomed(table))


def _refers_to_doomed(relation: Relation) -> str:
    return f"{relation.key.read(ROW)} = ANY({_doomed_ids(relation.target_type.table)})"


def _clear(changes: Changes, affected: Affected, loses_rows: bool) -> None:
    """References to what goes become null, in the rows that stay."""
    object_type = affected.object_type
    refers = " OR ".join(map(_refers_to_doomed, affected.references))
    staying = [f"{ROW}.id NOT IN (SELECT id FROM {_doomed(object_type.table)})"] if loses_rows else []
    locked = changes.lock(cte("locked", object_type.table), every_row(object_type), f"({refers})", *staying)
    values = {
        relation.key: f"CASE WHEN {_refers_to_doomed(relation)} THEN NULL ELSE {relation.key.read(ROW)} END"
        for relation in affected.references
    }
    changes.update(cte("cleared", object_type.table), object_type, values, locked, differs="")
