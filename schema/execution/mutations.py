"""The mutation root fields → their plans.

Each is one transaction of the write and, where the selection reaches past the written rows' own columns, one read. An
upsert looks its records up first, and a merge makes the losers go first.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from schema.catalog.operations import UNCHANGED
from schema.errors import BadUserInput, LostRace, NotFound
from schema.execution.finished_json import array
from schema.execution.root_field import RootFieldCall
from schema.execution.root_plans import RootPlan, Settled, Step, Steps, Writing, checked, refuse_unconnected
from schema.plan.aliases import unaliased
from schema.plan.merging import merge as plan_merge
from schema.plan.nodes import (
    Change,
    DeleteLosers,
    FindMatches,
    FindMerged,
    Liveness,
    LockMerged,
    LockParts,
    Merge,
    PreviewMerge,
    Target,
)
from schema.plan.nodes.answers import Merging
from schema.plan.nodes.placeholders import Unsettled, decided, is_open
from schema.plan.parts import Lacking, completed, dependent
from schema.plan.uniting import united
from schema.plan.upserting import matched
from schema.plan.upserting import upsert as plan_upsert
from schema.plan.writes import answered
from schema.values.ids import new_id


def create(call: RootFieldCall) -> RootPlan:
    data = _data(call)
    records = data if call.many else [data]
    if call.many and not decided(records, bool):
        return Settled(array(None))
    if call.arguments.get("upsert"):
        return _upsert(call, records)
    return _writing(call, call.writer.create(call.object_type, records, many=call.many))


def update(call: RootFieldCall) -> RootPlan:
    data = _data(call)
    partial = decided(data, Lacking(call.object_type, call.many)) if dependent(call.object_type) else ()
    if call.many:
        target, own_id = call.writer.many(call.object_type, call.arguments.get("filter")), None
    else:
        own_id = call.record_id()
        target = call.writer.one(call.object_type, own_id, Liveness.LIVE, call.arguments.get(UNCHANGED))
    if partial:
        return _update_parts(call, target, unaliased(call.object_type, data), partial)
    return _writing(call, call.writer.update(target, data, own_id))


def _update_parts(call: RootFieldCall, target: Target, data: Any, names: Iterable[str]) -> RootPlan:
    """What data gives is understood with what the record has, which is locked before it is written."""
    _refuse_placeholders(call)
    fields = tuple(call.object_type.fields[name] for name in names)
    selected = call.selected()

    async def work(step: Step) -> str | None:
        found = await step.rows(LockParts(target, fields))
        whole = completed(fields, data, orjson.loads(found[0])) if found else data
        write = answered(call.writer.update(target, whole, call.record_id()), selected)
        return await step.answered(write, checked(write, await step.written(write), many=False))

    return Steps(work, many=False)


def delete(call: RootFieldCall) -> RootPlan:
    return _writing(call, call.writer.soft_delete(_target(call)))


def restore(call: RootFieldCall) -> RootPlan:
    return _writing(call, call.writer.restore(_target(call, Liveness.DELETED)))


def destroy(call: RootFieldCall) -> RootPlan:
    return _writing(call, call.writer.destroy(_target(call, Liveness.ANY)))


def merge(call: RootFieldCall) -> RootPlan:
    _refuse_placeholders(call)
    plan = plan_merge(call.reader.catalog, call.object_type, call.arguments)
    selected = call.selected()

    async def preview(step: Step) -> str | None:
        (found,) = await step.rows(FindMerged(plan))
        (previewed,) = await step.rows(PreviewMerge(_united(plan, found), selected, new_id()))
        text: str | None = previewed.answer
        return text

    async def work(step: Step) -> str | None:
        if len(await step.rows(LockMerged(plan))) != len(plan.ids):
            raise _not_all_found()
        (found,) = await step.rows(DeleteLosers(plan))
        write = answered(_united(plan, found), selected)
        return await step.answered(write, await step.written(write))

    return Steps(preview if call.arguments.get("dryRun") else work, many=False)


def _upsert(call: RootFieldCall, records: Any) -> RootPlan:
    """Look the records up, write, and read: a record that another writer inserted meanwhile starts it over."""
    _refuse_placeholders(call)
    plan = plan_upsert(call.writer, call.object_type, records, many=call.many)
    selected = call.selected()

    async def work(step: Step) -> str | None:
        found = await step.rows(FindMatches(plan)) if any(key.is_given for key in plan.keys) else []
        write = answered(matched(plan, found), selected)
        written = await step.written(write)
        refuse_unconnected(plan.create.links, written)
        if written.count != len(plan.create.batch):
            raise LostRace
        return await step.answered(write, written)

    return Steps(work, call.many, plan.create)


def _refuse_placeholders(call: RootFieldCall) -> None:
    """What a later step does depends on the values themselves."""
    if is_open(call.reader.caller):
        raise Unsettled(call.field.name)


def _data(call: RootFieldCall) -> Any:
    data = call.arguments.get("data")
    if data is None:
        raise BadUserInput("Payload data is required")
    return data


def _target(call: RootFieldCall, of_many: Liveness | None = None) -> Target:
    """The rows that a change is about: one by its id, deleted or not, or those that a filter matches."""
    if call.many:
        return call.writer.many(call.object_type, call.arguments.get("filter"), of_many)
    return call.writer.one(call.object_type, call.record_id(), Liveness.ANY, call.arguments.get(UNCHANGED))


def _writing(call: RootFieldCall, change: Change) -> RootPlan:
    return Writing(answered(change, call.selected()), call.many)


def _united(plan: Merge, found: Merging) -> Merge:
    """The merge with the lists that its records come to. Raises NotFound unless all of them are there."""
    if found.count != len(plan.ids):
        raise _not_all_found()
    return united(plan, orjson.loads(found.records or "[]"))


def _not_all_found() -> NotFound:
    return NotFound("One or more records not found")
