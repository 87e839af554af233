"""The query root fields → their plans. Each is one statement."""

from functools import partial

from schema.errors import BadUserInput, NotFound
from schema.execution.finished_json import Finished, array, fragment
from schema.execution.root_field import RootFieldCall
from schema.execution.root_plans import Reading, RootPlan, Settled
from schema.plan.duplicates import find_duplicates as plan_duplicates
from schema.plan.filters import rows
from schema.plan.grouping import group_by as plan_groups
from schema.plan.nodes import TRUE, FindEach, FindMany, FindOne, Listed
from schema.plan.selection import connection


def find_many(call: RootFieldCall) -> RootPlan:
    reader = call.reader
    plan = FindMany(connection(reader, call.object_type, call.arguments, call.connection_keys(), reader.largest_page))
    keys = tuple(key.key for key in plan.connection.keys)
    return Reading(plan, partial(_keyed, keys)) if keys else Settled(Finished({}))


def _keyed(keys: tuple[str, ...], texts: tuple[str, ...]) -> Finished:
    return Finished({key: fragment(text) for key, text in zip(keys, texts, strict=True)})


def find_one(call: RootFieldCall) -> RootPlan:
    return Reading(FindEach((find_one_of(call),)), _first)


def find_one_of(call: RootFieldCall) -> FindOne:
    """What a single record is found by."""
    wanted = rows(call.object_type, call.arguments.get("filter"))
    if wanted.where == TRUE:
        raise BadUserInput("Missing filter argument")
    return FindOne(wanted, call.selected())


def _first(texts: tuple[str | None, ...]) -> Finished:
    return found(texts[0])


def found(text: str | None) -> Finished:
    """A single record. Raises NotFound."""
    if text is None:
        raise NotFound
    return Finished(fragment(text))


def find_duplicates(call: RootFieldCall) -> RootPlan:
    plan = plan_duplicates(call.reader, call.object_type, call.arguments, call.connection_keys())
    return Settled(array(None)) if plan is None else Reading(plan, _listed)


def group_by(call: RootFieldCall) -> RootPlan:
    return Reading(plan_groups(call.reader, call.object_type, call.arguments, call.nodes), _listed)


def _listed(listed: Listed) -> Finished:
    return array(listed.texts)
