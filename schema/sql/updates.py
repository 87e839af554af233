"""Changes to existing records → one statement each."""

from collections.abc import Sequence
from uuid import UUID

from schema.catalog.model import Column, Relation
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import Connected, Record, Restore, SoftDelete, Target, Update
from schema.sql import links
from schema.sql.fragments import Scope, column, identifier, in_workspace, is_live
from schema.sql.insertion import NUMBER, connected, place
from schema.sql.written import answer, answer_order, cte, json_text, returned, target_rows


def update(workspace_id: UUID, plan: Update, record: Record) -> Statement:
    scope = Scope(workspace_id)
    object_type = plan.target.object_type
    ctes, limit = target_rows(scope, plan.target)
    source = "target"
    values = ['"updatedAt" = now()']
    values += [f"{identifier(c.name)} = {_value(scope, c, v)}" for c, v in plan.values]
    ctes += links.connected_ctes(scope, plan.links)
    all_found = links.guard(plan.links)
    if plan.place and object_type.position:
        source = f"(SELECT id, row_number() OVER (ORDER BY id) - 1 AS {NUMBER} FROM target) AS target"
        computed = place(object_type, plan.place, f"target.{NUMBER}", "(SELECT count(*) FROM target)")
        values.append(f"{identifier(object_type.position.name)} = {computed}")
    along = list(links.along_ctes(scope, plan.links, f"{all_found} AND EXISTS (SELECT FROM target)"))
    missing = f", {links.missing(plan.links)}" if plan.links.lookups else ""
    return _written(scope, plan.target, record, ctes, f"{limit} AND {all_found}", values, source, along, missing)


def soft_delete(workspace_id: UUID, plan: SoftDelete, record: Record) -> Statement:
    """Rows that are deleted already stay as they are, and so does what was deleted before."""
    scope = Scope(workspace_id)
    ctes, limit = target_rows(scope, plan.target, '"deletedAt"')
    values = [
        '"deletedAt" = coalesce(t."deletedAt", now())',
        '"updatedAt" = CASE WHEN t."deletedAt" IS NULL THEN now() ELSE t."updatedAt" END',
    ]
    along = [
        f"{cte('along', relation.target)} AS (UPDATE {identifier(relation.target)} t"
        ' SET "deletedAt" = now(), "updatedAt" = now() FROM target JOIN written ON written.id = target.id'
        f" WHERE {in_workspace('t')} AND {column('t', relation.foreign_key)} = target.id"
        f' AND target."deletedAt" IS NULL AND {is_live("t")})'
        for relation in plan.along
    ]
    return _written(scope, plan.target, record, ctes, limit, values, "target", along)


def restore(workspace_id: UUID, plan: Restore, record: Record) -> Statement:
    """What was deleted along with a record carries its timestamp, and is restored with it. Live rows stay."""
    scope = Scope(workspace_id)
    ctes, limit = target_rows(scope, plan.target, '"deletedAt"')
    values = [
        '"deletedAt" = NULL',
        '"updatedAt" = CASE WHEN t."deletedAt" IS NULL THEN t."updatedAt" ELSE now() END',
    ]
    along = [_restored_along(relation) for relation in plan.along]
    return _written(scope, plan.target, record, ctes, limit, values, "target", along)


def _restored_along(relation: Relation) -> str:
    return (
        f"{cte('along', relation.target)} AS (UPDATE {identifier(relation.target)} t"
        ' SET "deletedAt" = NULL, "updatedAt" = now()'
        " FROM target JOIN written ON written.id = target.id"
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
    outputs: str = "",
) -> Statement:
    """An UPDATE of the target's rows and the answer from what it wrote."""
    ctes = [
        *ctes,
        f"written AS (UPDATE {identifier(target.object_type.table)} t SET {', '.join(values)} FROM {source}"
        f" WHERE {in_workspace('t')} AND t.id = target.id AND (SELECT count(*) FROM target) <= {limit}"
        f" RETURNING {returned(record, 't', by_id=record.reaches_past)})",
        *along,
    ]
    alias = scope.alias()
    answered = answer(scope, record, alias, answer_order(scope, target, alias), by_id=record.reaches_past)
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT (SELECT count(*) FROM target), {answered}{outputs} FROM written {alias}"
    )


def _value(scope: Scope, column: Column, value: object) -> str:
    """JSON travels as text; a key that is looked up comes from the look-up."""
    if isinstance(value, Connected):
        return connected(str(int(value.lookup)))
    is_json = column.kind is kinds.RAW_JSON and value is not None
    return scope.bind(json_text(value) if is_json else value, column.sql_type)
