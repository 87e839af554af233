"""The resolvers of the root fields: plan, print, run.

A query root field is one statement. A mutation root field is one transaction of the write and, where the selection
reaches past the written rows' own columns, one read.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
import strawberry
from graphql import FieldNode

from schema.catalog import Catalog, ObjectType
from schema.context import Context, Fetch, Limits, Row, Shape, Statement
from schema.errors import BadUserInput, NotFound
from schema.operations import RootField, Verb
from schema.passthrough import Finished
from schema.plan.filters import condition, mentions_deleted
from schema.plan.nodes import TRUE, FindOne, Record, RecordsById, Target
from schema.plan.operands import record_id
from schema.plan.reader import Reader
from schema.plan.selection import connection, connection_keys, record
from schema.plan.writes import Writer
from schema.sql import reads, writes

T = TypeVar("T")
Selections = dict[tuple[str, Limits, Shape], Any]
"""What root fields select, planned, by response key. One for each operation that no variable varies."""


@dataclass(frozen=True, slots=True)
class Running:
    """What an operation carries through execution: the process, and how to print."""

    context: Context
    shape: Shape


@dataclass(frozen=True, slots=True)
class Call:
    """One root field as it was called."""

    field: RootField
    key: str
    reader: Reader
    context: Context
    nodes: list[FieldNode]
    arguments: Mapping[str, Any]
    selections: Selections | None

    @property
    def object_type(self) -> ObjectType:
        return self.field.object_type

    @property
    def many(self) -> bool:
        return self.field.operation.many

    @property
    def workspace_id(self) -> UUID:
        return self.context.caller.workspace_id

    @property
    def writer(self) -> Writer:
        return Writer(self.reader.catalog, self.context.caller, self.context.limits)

    def record(self) -> Record:
        return self.remembered(lambda: record(self.reader, self.object_type, self.nodes))

    def remembered(self, plan: Callable[[], T]) -> T:
        """What is selected below the field, planned once for all requests where no variable is in it."""
        if self.selections is None:
            return plan()
        key = (self.key, self.reader.limits, self.reader.shape)
        if key not in self.selections:
            self.selections[key] = plan()
        return cast("T", self.selections[key])

    def record_id(self) -> UUID:
        if self.arguments.get("id") is None:
            raise BadUserInput("Missing id")
        return record_id(self.arguments["id"])


def resolver(catalog: Catalog, field: RootField) -> Callable[..., Awaitable[Finished]]:
    """The Strawberry resolver of a root field."""

    async def resolve(info: strawberry.Info, **_arguments: Any) -> Finished:
        raw, running = info._raw_info, info.context
        reader = Reader(
            catalog=catalog,
            schema=raw.schema,
            fragments=raw.fragments,
            variables=cast("dict[str, Any]", raw.variable_values),  # Strawberry hands on the plain values
            limits=running.context.limits,
            shape=running.shape,
        )
        return await answer(field, str(raw.path.key), reader, running.context, raw.field_nodes)

    return resolve


async def answer(
    field: RootField,
    key: str,
    reader: Reader,
    context: Context,
    nodes: list[FieldNode],
    selections: Selections | None = None,
) -> Finished:
    """The value of the root field `key`, whose selections are `nodes`. `selections` remembers what they plan to."""
    arguments = reader.arguments("Mutation" if field.operation.is_mutation else "Query", nodes[0])
    return await _ANSWERS[field.operation.verb](Call(field, key, reader, context, nodes, arguments, selections))


# Queries


async def _find_many(call: Call) -> Finished:
    selected = call.remembered(lambda: connection_keys(call.reader, call.object_type, call.nodes))
    plan = connection(call.reader, call.object_type, call.arguments, selected)
    if not plan.keys:
        return Finished({})
    (row,) = await call.context.fetch(reads.find_many(call.workspace_id, plan))
    return Finished({key.key: _fragment(text) for key, text in zip(plan.keys, row, strict=True)})


async def _find_one(call: Call) -> Finished:
    filter = call.arguments.get("filter")
    where = condition(call.object_type, filter)
    if where == TRUE:
        raise BadUserInput("Missing filter argument")
    plan = FindOne(call.object_type, where, not mentions_deleted(filter), call.record())
    rows = await call.context.fetch(reads.find_one(call.workspace_id, plan))
    if not rows:
        raise NotFound
    return Finished(_fragment(rows[0][0]))


async def _find_duplicates(call: Call) -> Finished:
    raise BadUserInput(f"{call.field.name} is not available yet")


# Mutations


async def _create(call: Call) -> Finished:
    data = call.arguments.get("data")
    if call.arguments.get("upsert"):
        raise BadUserInput("upsert is not available yet")
    if data is None:
        raise BadUserInput("Payload data is required")
    plan = call.writer.create(call.object_type, data if call.many else [data])
    if not plan.rows:
        return _finished(call, None)
    return await _write(call, writes.create, plan)


async def _update(call: Call) -> Finished:
    data = call.arguments.get("data")
    if data is None:
        raise BadUserInput("Payload data is required")
    record_id = None if call.many else call.record_id()
    target = _target(call, deleted=False)
    return await _write(call, writes.update, call.writer.update(target, data, record_id), target)


async def _delete(call: Call) -> Finished:
    target = _target(call, deleted=False)
    return await _write(call, writes.soft_delete, call.writer.soft_delete(target), target, unchanged=True)


async def _restore(call: Call) -> Finished:
    target = _target(call, deleted=True)
    return await _write(call, writes.restore, call.writer.restore(target), target, unchanged=True)


async def _destroy(call: Call) -> Finished:
    target = _target(call, deleted=None)
    statement = writes.destroy(call.workspace_id, call.writer.destroy(target), call.record())
    (row,) = await call.context.fetch(statement)
    call.context.wrote(call.object_type)
    return _finished(call, _written(call, row, target))


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
    return _finished(call, text)


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


def _finished(call: Call, text: str | None) -> Finished:
    """The records as one JSON text: an array, or for one record itself."""
    if call.many:
        return Finished(_fragment(f"[{text or ''}]"))
    return Finished(None if text is None else _fragment(text))


def _fragment(text: str) -> orjson.Fragment:
    return orjson.Fragment(text)


_ANSWERS: Mapping[Verb, Callable[[Call], Awaitable[Finished]]] = {
    Verb.FIND_MANY: _find_many,
    Verb.FIND_ONE: _find_one,
    Verb.FIND_DUPLICATES: _find_duplicates,
    Verb.CREATE: _create,
    Verb.UPDATE: _update,
    Verb.DELETE: _delete,
    Verb.RESTORE: _restore,
    Verb.DESTROY: _destroy,
}
