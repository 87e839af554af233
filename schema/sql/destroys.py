"""A destroy → one statement: one CTE for each table that loses rows, one for each whose references are cleared."""

from uuid import UUID

from schema.catalog.model import Relation
from schema.context import Statement
from schema.plan.nodes import Affected, Destroy, Record
from schema.sql.fragments import Scope, column, concatenated, identifier, in_workspace
from schema.sql.records import record_json
from schema.sql.written import answer_order, cte, target_rows


def destroy(workspace_id: UUID, plan: Destroy, record: Record) -> Statement:
    """The records are answered as they were: a SELECT beside the write sees the tables as they were before."""
    scope = Scope(workspace_id)
    ctes, limit = target_rows(scope, plan.target)
    for affected in plan.destroyed:
        ctes.append(_doomed(affected, plan, limit))
    doomed = {affected.object_type.name for affected in plan.destroyed}
    for affected in plan.cleared:
        ctes.append(_cleared(affected, affected.object_type.name in doomed))
    for affected in plan.destroyed:
        name = affected.object_type.table
        ctes.append(
            f"{cte('destroyed', name)} AS (DELETE FROM {identifier(name)} t"
            f" WHERE {in_workspace('t')} AND t.id = ANY({_doomed_ids(name)}) RETURNING t.id)"
        )
    root = plan.target.object_type.table
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, record))
    order = answer_order(scope, plan.target, alias)
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT (SELECT count(*) FROM target), string_agg({json}, ',' ORDER BY {order})"
        f" FROM {identifier(root)} {alias} WHERE {in_workspace(alias)} AND {alias}.id = ANY({_doomed_ids(root)})"
    )


def _doomed_ids(table: str) -> str:
    """The ids of the rows that go. As an array, they are looked up by each index on a reference."""
    return f"ARRAY(SELECT id FROM {cte('doomed', table)})"


def _doomed(affected: Affected, plan: Destroy, limit: str) -> str:
    name = affected.object_type.table
    if affected.object_type is plan.target.object_type:
        rows = f"SELECT id FROM target WHERE (SELECT count(*) FROM target) <= {limit}"
    else:
        references = " OR ".join(_refers_to_doomed(relation) for relation in affected.references)
        rows = (
            f"SELECT t.id FROM {identifier(name)} t WHERE {in_workspace('t')} AND ({references})"
            " ORDER BY t.id FOR UPDATE"
        )
    return f"{cte('doomed', name)} AS MATERIALIZED ({rows})"


def _refers_to_doomed(relation: Relation) -> str:
    return f"{column('t', relation.foreign_key)} = ANY({_doomed_ids(relation.target)})"


def _cleared(affected: Affected, loses_rows: bool) -> str:
    name = affected.object_type.table
    values = [
        f"{identifier(r.foreign_key)} = CASE WHEN {_refers_to_doomed(r)} THEN NULL"
        f" ELSE {column('t', r.foreign_key)} END"
        for r in affected.references
    ]
    values.append('"updatedAt" = now()')
    staying = f" AND t.id <> ALL({_doomed_ids(name)})" if loses_rows else ""
    return (
        f"{cte('cleared', name)} AS (UPDATE {identifier(name)} t SET {', '.join(values)}"
        f" WHERE {in_workspace('t')} AND ({' OR '.join(map(_refers_to_doomed, affected.references))}){staying}"
        " RETURNING t.id)"
    )
