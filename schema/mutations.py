"""The resolvers of the mutation root fields: plan, print, run.

Each is one transaction of the write and, where the selection reaches past the written rows' own columns, one read.
"""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from schema.call import Call, finished
from schema.context import Fetch, Row, Statement
from schema.errors import BadUserInput, NotFound
from schema.operations import Verb
from schema.passthrough import Finished
from schema.plan.nodes import Record, RecordsById, Target
from schema.sql import reads, writes


async def create(call: Call) -> Finished:
    data = call.arguments.get("data")
    if call.arguments.get("upsert"):
        raise BadUserInput("upsert is not available yet")
    if data is None:
        raise BadUserInput("Payload data is required")
    plan = call.writer.create(call.object_type, data if call.many else [data])
    if not plan.rows:
        return finished(call, None)
    return await _write(call, writes.create, plan)


async def update(call: Call) -> Finished:
    data = call.arguments.get("data")
    if data is None:
        raise BadUserInput("Payload data is required")
    record_id = None if call.many else call.record_id()
    target = _target(call, deleted=False)
    return await _write(call, writes.update, call.writer.update(target, data, record_id), target)


async def delete(call: Call) -> Finished:
    target = _target(call, deleted=False)
    return await _write(call, writes.soft_delete, call.writer.soft_delete(target), target, unchanged=True)


async def restore(call: Call) -> Finished:
    target = _target(call, deleted=True)
    return await _write(call, writes.restore, call.writer.restore(target), target, unchanged=True)


async def destroy(call: Call) -> Finished:
    target = _target(call, deleted=None)
    statement = writes.destroy(call.workspace_id, call.writer.destroy(target), call.record())
    (row,) = await call.context.fetch(statement)
    call.context.wrote(call.object_type)
    return finished(call, _written(call, row, target))


def _target(call: Call, *, deleted: bool | None) -> Target:
    if not call.many:
        return call.writer.one(call.object_type, call.record_id(), deleted=deleted)
    filter = call.arguments.get("filter")
    if call.field.operation.verb is Verb.UPDATE:
        return call.writer.visible(call.object_type, filter)
    return call.writer.many(call.object_type, filter, deleted=deleted)


async def _write(
    call: Call,
    print_statement: Callable[[UUID, Any, Record], Statement],
    plan: Any,
    target: Target | None = None,
    *,
    unchanged: bool = False,
) -> Finished:
    """Make a change and answer the records. With `unchanged`, one record that is already so is answered as it is."""
    selected = call.record()
    statement = print_statement(call.workspace_id, plan, selected)
    unchanged = unchanged and not call.many

    async def work(fetch: Fetch) -> str | None:
        (row,) = await fetch(statement)
        if unchanged and row[0] == 0:
            return await _read(call, fetch, (call.record_id(),), selected)
        answer = _written(call, row, target)
        if not selected.reaches_past:
            return cast("str | None", answer)
        ids = plan.ids if target is None else tuple(answer or ())
        return await _read(call, fetch, ids, selected) if ids else None

    text = await (call.context.transact(work) if selected.reaches_past or unchanged else work(call.context.fetch))
    call.context.wrote(call.object_type)
    return finished(call, text)


async def _read(call: Call, fetch: Fetch, ids: tuple[UUID, ...], selected: Record) -> str | None:
    """The records as they are now, deleted or not."""
    (row,) = await fetch(reads.records_by_id(call.workspace_id, RecordsById(ids, selected)))
    if row[0] is None and not call.many:
        raise NotFound
    return cast("str | None", row[0])


def _written(call: Call, row: Row, target: Target | None) -> Any:
    """What a write answered, after checking how many rows it was about."""
    count, answer = row
    if target is not None and count > target.limit:
        raise BadUserInput(f"Cannot change more than {target.limit} records at once")
    if count == 0 and not call.many:
        raise NotFound
    return answer
