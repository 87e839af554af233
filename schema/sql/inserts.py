"""New records → one statement that inserts them all, and what they bring along."""

from uuid import UUID

from schema.context import Statement
from schema.plan.nodes import Create, Record
from schema.sql import links
from schema.sql.fragments import Scope, identifier
from schema.sql.insertion import NUMBER, insertion_ctes
from schema.sql.written import answer, returned


def create(workspace_id: UUID, plan: Create, record: Record) -> Statement:
    scope = Scope(workspace_id)
    all_found = links.guard(plan.links)
    ctes = links.connected_ctes(scope, plan.links)
    ctes += insertion_ctes(scope, plan, "written", all_found, returned(record, identifier(plan.object_type.table)))
    ctes += links.along_ctes(scope, plan.links, all_found)
    alias = scope.alias()
    missing = f", {links.missing(plan.links)}" if plan.links.lookups else ""
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT count(*), {answer(scope, record, alias, f'input_written.{NUMBER}')}"
        f"{missing} FROM written {alias} JOIN input_written ON input_written.id = {alias}.id"
    )
