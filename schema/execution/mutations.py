"""The resolvers of the mutation root fields: plan, print, run.

Each is one transaction of the write and, where the selection reaches past the written rows' own columns, one read.
"""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from schema.catalog.operations import Verb
from schema.context import Fetch, Row, Statement
from schema.errors import BadUserInput, LostRace, NotFound
from schema.execution.finished_json import Finished
from schema.execution.root_field import Call, finished
from schema.plan.matching import Matches, matched, refuse_masked
from schema.plan.merging import merge as plan_merge
from schema.plan.nodes import NO_LINKS, Merge, Record, RecordsById, Target, Upsert
from schema.sql import destroys, inserts, merges, reads, updates, upserts


async def create(call: Call) -> Finished:
    data = call.arguments.get("data")
    if data is None:
        raise BadUserInput("Payload data is required")
    records = data if call.many else [data]
    if not records:
        return finished(call, None)
    if call.arguments.get("upsert"):
        return await _upsert(call, call.writer.upsert(call.object_type, records))
    return await _write(call, inserts.create, call.writer.create(call.object_type, records), reads=inserts.reads_after)


async def _upsert(call: Call, plan: Upsert) -> Finished:
    """Look the records up, write, and read: a record that another writer inserted meanwhile starts it over."""
    selected = call.record()

    async def work(fetch: Fetch) -> str | None:
        matches: Matches = {}
        if any(value is not None for key in plan.keys for value in key.values):
            matches = matched(plan, await fetch(upserts.look_up(call.workspace_id, plan)))
        refuse_masked(plan, matches)
        (row,) = await fetch(upserts.write(call.workspace_id, plan, matches, selected))
        if row[0] != len(plan.create.ids):
            raise LostRace
        return await _read(call, fetch, tuple(row[1]), selected) if selected.reaches_past else cast("str", row[1])

    text = await call.context.transact(work)
    call.context.wrote(call.object_type)
    return finished(call, text)


async def update(call: Call) -> Finished:
    data = call.arguments.get("data")
    if data is None:
        raise BadUserInput("Payload data is required")
    record_id = None if call.many else call.record_id()
    target = _target(call, deleted=False)
    return await _write(call, updates.update, call.writer.update(target, data, record_id), target)


async def delete(call: Call) -> Finished:
    target = _target(call, deleted=None)
    return await _write(call, updates.soft_delete, call.writer.soft_delete(target), target)


async def restore(call: Call) -> Finished:
    target = _target(call, deleted=True if call.many else None)
    return await _write(call, updates.restore, call.writer.restore(target), target)


async def destroy(call: Call) -> Finished:
    target = _target(call, deleted=None)
    statement = destroys.destroy(call.workspace_id, call.writer.destroy(target), call.record())
    (row,) = await call.context.fetch(statement)
    call.context.wrote(call.object_type)
    return finished(call, _written(call, row, target))


async def merge(call: Call) -> Finished:
    plan = plan_merge(call.catalog, call.object_type, call.arguments)
    selected = call.record()

    async def work(fetch: Fetch) -> str | None:
        if plan.fresh_id:
            (row,) = await fetch(merges.preview(call.workspace_id, plan, selected))
            _refuse_missing(row[0], plan)
            return cast("str", row[1])
        ((count,),) = await fetch(merges.delete_losers(call.workspace_id, plan))
        _refuse_missing(count, plan)
        (row,) = await fetch(merges.fill_winner(call.workspace_id, plan, selected))
        return await _read(call, fetch, (plan.winner,), selected) if selected.reaches_past else cast("str", row[1])

    text = await call.context.transact(work)
    call.context.wrote(call.object_type)
    return finished(call, text)


def _refuse_missing(count: int, plan: Merge) -> None:
    if count != len(plan.ids):
        raise NotFound("One or more records not found")


def _target(call: Call, *, deleted: bool | None) -> Target:
    if not call.many:
        return call.writer.one(call.object_type, call.record_id(), deleted=deleted)
    filter = call.arguments.get("filter")
    if call.field.operation.verb in (Verb.UPDATE, Verb.DELETE):
        return call.writer.visible(call.object_type, filter)
    return call.writer.many(call.object_type, filter, deleted=deleted)


async def _write(
    call: Call,
    print_statement: Callable[[UUID, Any, Record], Statement],
    plan: Any,
    target: Target | None = None,
    *,
    reads: Callable[[Any, Record], bool] = lambda _, record: record.reaches_past,
) -> Finished:
    """Make a change and answer the records, which a statement of its own `reads` where the first cannot."""
    selected = call.record()
    reads_after = reads(plan, selected)
    statement = print_statement(call.workspace_id, plan, selected)

    async def work(fetch: Fetch) -> str | None:
        (row,) = await fetch(statement)
        _refuse_unconnected(plan, row)
        answer = _written(call, row, target)
        if not reads_after:
            return cast("str | None", answer)
        ids = plan.ids if target is None else tuple(answer or ())
        return await _read(call, fetch, ids, selected) if ids else None

    text = await (call.context.transact(work) if reads_after else work(call.context.fetch))
    call.context.wrote(call.object_type)
    for created in getattr(plan, "links", NO_LINKS).created:
        call.context.wrote(created.object_type)
    return finished(call, text)


def _refuse_unconnected(plan: Any, row: Row) -> None:
    """Where a record to connect was not found, nothing was written."""
    if len(row) > 2 and row[2] is not None:
        lookup = plan.links.lookups[row[2]]
        key = ", ".join(f"{column.name} = {value}" for column, value in lookup.values)
        raise BadUserInput(f"Expected 1 record to connect to {lookup.relation}, but found 0 for {key}")


async def _read(call: Call, fetch: Fetch, ids: tuple[UUID, ...], selected: Record) -> str | None:
    """The records as they are now, deleted or not."""
    (row,) = await fetch(reads.records_by_id(call.workspace_id, RecordsById(ids, selected)))
    return cast("str | None", row[0])


def _written(call: Call, row: Row, target: Target | None) -> Any:
    """What a write answered, after checking how many rows it was about."""
    count, answer = row[:2]
    if target is not None and count > target.limit:
        raise BadUserInput(f"Cannot change more than {target.limit} records at once")
    if count == 0 and not call.many:
        raise NotFound
    return answer
