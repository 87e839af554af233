"""Pages and records → one SELECT each."""

from schema.context import Statement
from schema.plan.nodes import FindEach, FindMany, FindOne, RecordsById
from schema.sql.fragments import WORKSPACE, Scope, concatenated
from schema.sql.records import PagePrinter, record_json
from schema.sql.rows import every_row, source, table, where


def find_many(scope: Scope, plan: FindMany) -> Statement:
    """One row: the JSON text of each key of the connection, in order."""
    page = PagePrinter(scope, plan.connection)
    outputs = [concatenated(page.json(key)) for key in plan.connection.keys]
    # Every statement has the workspace as its first parameter, even one that reads nothing.
    unused = "" if page.needs_rows else f" WHERE {WORKSPACE}::uuid IS NOT NULL"
    return scope.statement(page.select(", ".join(outputs)) + unused)


def find_each(scope: Scope, plan: FindEach) -> Statement:
    """One row: for each look-up the JSON text of its record, or NULL."""
    return scope.statement("SELECT " + ", ".join(_first(scope, one) for one in plan.each))


def _first(scope: Scope, one: FindOne) -> str:
    alias = scope.alias()
    json = concatenated(record_json(scope, alias, one.record))
    return f"(SELECT {json} {source(scope, alias, one.rows)} ORDER BY {alias}.id LIMIT 1)"


def records_by_id(scope: Scope, plan: RecordsById) -> Statement:
    """One row with the JSON texts of the records, separated by commas, in the order of the ids."""
    alias, object_type = scope.alias(), plan.record.object_type
    ids = scope.bind_keys(list(plan.ids), "uuid[]")
    json = concatenated(record_json(scope, alias, plan.record))
    return scope.statement(
        f"SELECT string_agg({json}, ',' ORDER BY listed.n)"
        f" FROM unnest({ids}) WITH ORDINALITY AS listed(id, n)"
        f" JOIN {table(object_type, alias)} ON {alias}.id = listed.id"
        f" WHERE {where(scope, alias, every_row(object_type))}"
    )
