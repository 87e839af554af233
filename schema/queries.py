"""The resolvers of the query root fields: plan, print, run. Each is one statement."""

from schema.call import Call, finished, fragment
from schema.errors import BadUserInput, NotFound
from schema.passthrough import Finished
from schema.plan.duplicates import find_duplicates as plan_duplicates
from schema.plan.filters import condition, mentions_deleted
from schema.plan.grouping import group_by as plan_groups
from schema.plan.nodes import TRUE, FindOne
from schema.plan.selection import connection
from schema.sql import duplicates, grouping, reads


async def find_many(call: Call) -> Finished:
    plan = connection(call.reader, call.object_type, call.arguments, call.connection_keys())
    if not plan.keys:
        return Finished({})
    (row,) = await call.context.fetch(reads.find_many(call.workspace_id, plan))
    return Finished({key.key: fragment(text) for key, text in zip(plan.keys, row, strict=True)})


async def find_one(call: Call) -> Finished:
    filter = call.arguments.get("filter")
    where = condition(call.catalog, call.object_type, filter)
    if where == TRUE:
        raise BadUserInput("Missing filter argument")
    plan = FindOne(call.object_type, where, not mentions_deleted(filter), call.record())
    text = await call.lookups.find(plan)
    if text is None:
        raise NotFound
    return Finished(fragment(text))


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
