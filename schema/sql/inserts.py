"""New records → one statement that inserts them all, and what they bring along."""

from functools import lru_cache
from uuid import UUID

from schema.catalog.model import Column, ObjectType
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
    shared = tuple([column for column, _ in plan.shared])
    text = _text(plan.object_type, plan.columns, plan.ascending, shared, plan.places is not None, record)
    counted = (len(plan.ids),) if plan.object_type.position else ()
    return Statement(text, (workspace_id, input_rows(plan), *counted, *[value for _, value in plan.shared]))


def reads_after(plan: Create, record: Record) -> bool:
    """Whether the answer needs a statement of its own: not for what was there before, which nothing new changes."""
    return record.reaches_past and (plan.links is not NO_LINKS or _reaches(record, plan.object_type))


@lru_cache(REMEMBERED_TEXTS)
def _reaches(record: Record, object_type: ObjectType) -> bool:
    return record.reaches(object_type)


@lru_cache(REMEMBERED_TEXTS)
def _text(
    object_type: ObjectType,
    columns: tuple[Column, ...],
    ascending: bool,
    shared: tuple[Column, ...],
    placed: bool,
    record: Record,
) -> str:
    """Of records that bring nothing along the text depends on no value."""
    plan = Create(
        object_type,
        columns,
        values=((),) * len(columns),
        ids=(),
        ascending=ascending,
        shared=tuple((column, None) for column in shared),
        places=() if placed else None,
    )
    return _printed(UUID(int=0), plan, record).text


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
    order, joined = f"input_written.{NUMBER}", f" JOIN input_written ON input_written.id = {alias}.id"
    if plan.ascending:
        order, joined = f"{alias}.id", ""
    answered = answer(scope, record, alias, order, by_id=by_id)
    return scope.statement(f"WITH {', '.join(ctes)} SELECT count(*), {answered}{missing} FROM written {alias}{joined}")
