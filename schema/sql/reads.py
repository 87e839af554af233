"""The statements of the queries."""

from collections.abc import Sequence
from uuid import UUID

from schema.context import Statement
from schema.plan.nodes import Connection, FindOne, RecordsById
from schema.sql.fragments import WORKSPACE, Scope, column, concatenated, identifier, in_workspace, is_live
from schema.sql.predicates import predicate
from schema.sql.records import Page, record_json


def find_many(workspace_id: UUID, connection: Connection) -> Statement:
    """One row: the JSON text of each key of the connection, in order."""
    scope = Scope(workspace_id)
    page = Page(scope, connection)
    outputs = [concatenated(page.json(key)) for key in connection.keys]
    # Every statement has the workspace as its first parameter, even one that reads nothing.
    where = "" if page.needs_rows else f" WHERE {WORKSPACE}::uuid IS NOT NULL"
    return scope.statement(page.select(", ".join(outputs)) + where)


def find_one(workspace_id: UUID, plans: Sequence[FindOne]) -> Statement:
    """One row: for each plan the JSON text of its record, or NULL."""
    scope = Scope(workspace_id)
    return scope.statement("SELECT " + ", ".join(_first(scope, plan) for plan in plans))


def _first(scope: Scope, plan: FindOne) -> str:
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, plan.record))
    conditions = [in_workspace(alias), predicate(scope, alias, plan.where)]
    if plan.live_only:
        conditions.append(is_live(alias))
    return (
        f"(SELECT {json} FROM {identifier(plan.object_type.table)} {alias}"
        f" WHERE {' AND '.join(conditions)} ORDER BY {column(alias, 'id')} LIMIT 1)"
    )


def records_by_id(workspace_id: UUID, plan: RecordsById) -> Statement:
    """One row with the JSON texts of the records, separated by commas, in the order of the ids."""
    scope = Scope(workspace_id)
    alias = scope.alias()
    ids = scope.bind_keys(list(plan.ids), "uuid[]")
    json = concatenated(record_json(scope, alias, plan.record))
    return scope.statement(
        f"SELECT string_agg({json}, ',' ORDER BY listed.n)"
        f" FROM unnest({ids}) WITH ORDINALITY AS listed(id, n)"
        f" JOIN {identifier(plan.record.object_type.table)} {alias} ON {column(alias, 'id')} = listed.id"
        f" WHERE {in_workspace(alias)}"
    )
