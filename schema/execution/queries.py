"""The resolvers of the query root fields: plan, print, run. Each is one statement."""

from functools import partial

from schema.context import Row
from schema.errors import BadUserInput, NotFound
from schema.execution.finished_json import Finished
from schema.execution.root_field import Call, Read, finished, fragment
from schema.plan.duplicates import find_duplicates as plan_duplicates
from schema.plan.filters import condition, mentions_deleted
from schema.plan.grouping import group_by as plan_groups
from schema.plan.nodes import TRUE, FindOne
from schema.plan.selection import connection
from schema.sql import duplicates, grouping, reads


async def find_many(call: Call) -> Finished:
    read = page(call)
    return Finished({}) if read is None else await read.answer(call.context)


def page(call: Call) -> Read | None:
    """Nothing where nothing is asked for."""
    plan = connection(call.reader, call.object_type, call.arguments, call.connection_keys())
    if not plan.keys:
        return None
    return Read(reads.find_many(call.workspace_id, plan), partial(_keyed, tuple(key.key for key in plan.keys)))


def _keyed(keys: tuple[str, ...], row: Row) -> Finished:
    return Finished({key: fragment(text) for key, text in zip(keys, row, strict=True)})


async def find_one(call: Call) -> Finished:
    return _found((await call.lookups.find(_lookup(call)),))


def record(call: Call) -> Read:
    """As `find_one`, by a statement of its own."""
    return Read(reads.find_one(call.workspace_id, [_lookup(call)]), _found)


def _lookup(call: Call) -> FindOne:
    filter = call.arguments.get("filter")
    where = condition(call.catalog, call.object_type, filter)
    if where == TRUE:
        raise BadUserInput("Missing filter argument")
    return FindOne(call.object_type, where, not mentions_deleted(filter), call.record())


def _found(row: Row) -> Finished:
    if row[0] is None:
        raise NotFound
    return Finished(fragment(row[0]))


async def find_duplicates(call: Call) -> Finished:
    plan = plan_duplicates(call.reader, call.object_type, call.arguments, call.connection_keys())
    if plan is None:
        return finished(call, None)
    (row,) = await call.context.fetch(duplicates.find_duplicates(call.workspace_id, plan))
    return finished(call, row[0])


async def group_by(call: Call) -> Finished:
    plan = plan_groups(call.reader, call.object_type, call.arguments, call.nodes)
    (row,) = await call.context.fetch(grouping.group_by(call.workspace_id, plan))
    return finished(call, row[0])
