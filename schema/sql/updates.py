"""Changes to existing records → one statement each."""

from collections.abc import Sequence
from uuid import UUID

from schema.catalog import Relation
from schema.context import Statement
from schema.plan.nodes import Record, Restore, SoftDelete, Target, Update
from schema.sql.fragments import Scope, column, identifier, in_workspace, is_live
from schema.sql.inserts import NUMBER, PLACE, bounds, position
from schema.sql.written import answer, answer_order, cte, json_text, returned, target_rows


def update(workspace_id: UUID, plan: Update, record: Record) -> Statement:
    scope = Scope(workspace_id)
    object_type = plan.target.object_type
    ctes, limit = target_rows(scope, plan.target)
    source = "target"
    values = ['"updatedAt" = now()']
    values += [f"{identifier(c.name)} = {scope.bind(bound(c.kind.name, v), c.sql_type)}" for c, v in plan.values]
    if plan.place and object_type.position:
        name = object_type.position.name
        ctes.append(bounds(object_type))
        source = (
            f"(SELECT id, row_number() OVER (ORDER BY id) - 1 AS {NUMBER}, '{plan.place}' AS {PLACE}, NULL::float8"
            f" AS {identifier(name)} FROM target) AS target, bounds"
        )
        values.append(f"{identifier(name)} = {position(name, 'target', '(SELECT count(*) FROM target)')}")
    return _written(scope, plan.target, record, ctes, limit, values, source)


def soft_delete(workspace_id: UUID, plan: SoftDelete, record: Record) -> Statement:
    scope = Scope(workspace_id)
    ctes, limit = target_rows(scope, plan.target)
    values = ['"deletedAt" = now()', '"updatedAt" = now()']
    along = [
        f"{cte('along', relation.target)} AS (UPDATE {identifier(relation.target)} t SET {', '.join(values)}"
        " FROM written"
        f" WHERE {in_workspace('t')} AND {column('t', relation.foreign_key)} = written.id AND {is_live('t')})"
        for relation in plan.along
    ]
    return _written(scope, plan.target, record, ctes, limit, values, "target", along)


def restore(workspace_id: UUID, plan: Restore, record: Record) -> Statement:
    """What was deleted along with the record carries its timestamp, and is restored with it."""
    scope = Scope(workspace_id)
    ctes, limit = target_rows(scope, plan.target, '"deletedAt"')
    values = ['"deletedAt" = NULL', '"updatedAt" = now()']
    along = [_restored_along(relation, values) for relation in plan.along]
    return _written(scope, plan.target, record, ctes, limit, values, "target", along)


def _restored_along(relation: Relation, values: Sequence[str]) -> str:
    return (
        f"{cte('along', relation.target)} AS (UPDATE {identifier(relation.target)} t SET {', '.join(values)}"
        f" FROM target JOIN written ON written.id = target.id"
        f" WHERE {in_workspace('t')} AND {column('t', relation.foreign_key)} = target.id"
        f' AND {column("t", "deletedAt")} = target."deletedAt")'
    )


def _written(
    scope: Scope,
    target: Target,
    record: Record,
    ctes: list[str],
    limit: str,
    values: Sequence[str],
    source: str,
    along: Sequence[str] = (),
) -> Statement:
    """An UPDATE of the target's rows and the answer from what it wrote."""
    ctes = [
        *ctes,
        f"written AS (UPDATE {identifier(target.object_type.table)} t SET {', '.join(values)} FROM {source}"
        f" WHERE {in_workspace('t')} AND t.id = target.id AND (SELECT count(*) FROM target) <= {limit}"
        f" RETURNING {returned(record, 't')})",
        *along,
    ]
    alias = scope.alias()
    answered = answer(scope, record, alias, answer_order(scope, target, alias))
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT (SELECT count(*) FROM target), {answered} FROM written {alias}"
    )


def bound(kind: str, value: object) -> object:
    """JSON travels as text."""
    return json_text(value) if kind == "RAW_JSON" and value is not None else value
