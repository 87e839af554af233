"""New records → one statement that inserts them all, and what they bring along."""

from functools import lru_cache
from uuid import UUID

from schema.catalog import Column, ObjectType
from schema.context import Statement
from schema.plan.nodes import NO_LINKS, Create, Record
from schema.sql import links
from schema.sql.fragments import Scope, identifier
from schema.sql.insertion import NUMBER, input_rows, insertion_ctes
from schema.sql.written import answer, returned

REMEMBERED_TEXTS = 500


def create(workspace_id: UUID, plan: Create, record: Record) -> Statement:
    """One row: how many were created, the answer, and of what is to be connected the first that was not found."""
    if plan.links is not NO_LINKS:
        return _printed(workspace_id, plan, record)
    text = _text(plan.object_type, plan.columns, record)
    counted = (len(plan.rows),) if plan.object_type.position else ()
    return Statement(text, (workspace_id, input_rows(plan), *counted))


def reads_after(plan: Create, record: Record) -> bool:
    """Whether the answer needs a statement of its own: not for what was there before, which nothing new changes."""
    return record.reaches_past and (plan.links is not NO_LINKS or _reaches(record, plan.object_type))


@lru_cache(REMEMBERED_TEXTS)
def _reaches(record: Record, object_type: ObjectType) -> bool:
    return record.reaches(object_type)


@lru_cache(REMEMBERED_TEXTS)
def _text(object_type: ObjectType, columns: tuple[Column, ...], record: Record) -> str:
    """Of records that bring nothing along the text depends on no value."""
    return _printed(UUID(int=0), Create(object_type, columns, rows=(), ids=()), record).text


def _printed(workspace_id: UUID, plan: Create, record: Record) -> Statement:
    scope = Scope(workspace_id)
    by_id = reads_after(plan, record)
    all_found = links.guard(plan.links)
    ctes = links.connected_ctes(scope, plan.links)
    ctes += insertion_ctes(
        scope, plan, "written", all_found, returned(record, identifier(plan.object_type.table), by_id=by_id)
    )
    ctes += links.along_ctes(scope, plan.links, all_found)
    alias = scope.alias()
    missing = f", {links.missing(plan.links)}" if plan.links.lookups else ""
    answered = answer(scope, record, alias, f"input_written.{NUMBER}", by_id=by_id)
    return scope.statement(
        f"WITH {', '.join(ctes)} SELECT count(*), {answered}"
        f"{missing} FROM written {alias} JOIN input_written ON input_written.id = {alias}.id"
    )
