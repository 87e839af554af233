"""What a root field is planned to, and how its rows become its answer.

A `Reading` and a `Writing` begin with one statement, which can be remembered with placeholders in it; `Steps` decide on
the way what comes next.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from schema.catalog.model import Column, ObjectType
from schema.context import Context, Fetch, Statement
from schema.errors import ApiError, BadUserInput, LostRace, NotFound, PreconditionFailed, RefusedKey
from schema.execution.finished_json import Finished, array, record_or_null
from schema.plan.batch_places import of_element
from schema.plan.granting import refuse_ungranted
from schema.plan.nodes import (
    Batch,
    Change,
    Create,
    Links,
    Listed,
    Merge,
    Plan,
    RecordsById,
    Update,
    Upsert,
    Write,
    Written,
)
from schema.plan.nodes.answers import Row
from schema.plan.nodes.placeholders import OPEN, Values
from schema.sql.statement import statement

R = TypeVar("R")
Work = Callable[[Fetch], Awaitable[R]]
Print = Callable[[Plan], Statement]


class Run:
    """Runs the statements of one request, or of the root field with a response key.

    `values` are what it has for placeholders in its plans.
    """

    __slots__ = ("context", "field", "values")

    def __init__(self, context: Context, values: Values | None = None, field: str = "") -> None:
        self.context = context
        self.values = values or Values({}, context.caller, context.origin)
        self.field = field

    def of(self, field: str) -> "Run":
        return Run(self.context, self.values, field)

    async def transact(self, work: Callable[[Fetch], Awaitable[str | None]]) -> str | None:
        """`work` in one transaction, or what it answered when the same request came before."""
        once = self.context.once
        return await (once.answer(self.field, work) if once else self.context.transact(work))

    def printed(self, plan: Plan) -> Statement:
        """The statement of a plan, whose placeholders stand for its values. Raises Forbidden.

        This is the one door from the plans of requests to statements, so here is asked whether the caller may.
        """
        refuse_ungranted(plan, self.context.policy.grants)
        return statement(self.workspace_id, plan, records_events=self.context.policy.records_events)

    def filled(self, printed: Statement) -> Statement:
        """What was printed, with this request's values. Raises what making them raises."""
        values = self.values
        _, *slots = printed.values
        filled = [slot.value(values) if isinstance(slot, OPEN) else slot for slot in slots]
        return Statement(printed.text, (self.workspace_id, *filled), printed.writes)

    def statement(self, plan: Plan) -> Statement:
        """What is to be run for a plan."""
        return self.filled(self.printed(plan))

    @property
    def workspace_id(self) -> UUID:
        return self.context.caller.workspace_id


class RootPlan(Protocol):
    """What answers a root field."""

    @property
    def first(self) -> Plan | None:
        """The plan whose statement comes first, whatever that answers. Without one it is not known beforehand."""
        ...

    async def answer(self, run: Run, first: Statement | None) -> Finished: ...


@dataclass(frozen=True, slots=True)
class Settled:
    """Known without any statement."""

    value: Finished
    first: None = None

    async def answer(self, run: Run, first: Statement | None) -> Finished:
        return self.value


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """One statement, whose one row becomes the answer."""

    first: Any
    finish: Callable[[R], Finished]

    async def answer(self, run: Run, first: Statement | None) -> Finished:
        assert first is not None
        (row,) = await run.context.read(first)
        return self.finish(self.first.row(row))


@dataclass(frozen=True, slots=True)
class Writing:
    """A change of existing or new records, and what it answers: what the change read, or what a second statement does.

    Where it is about `many` records, none is no fault.
    """

    first: Write
    many: bool

    async def answer(self, run: Run, first: Statement | None) -> Finished:
        assert first is not None

        async def work(fetch: Fetch) -> str | None:
            (row,) = await fetch(first)
            return await _answered(run, fetch, self.first, checked(self.first, self.first.row(row), many=self.many))

        try:
            in_one = self.first.by_id or run.context.once
            text = await (run.transact(work) if in_one else self._alone(run, work))
        except RefusedKey as fault:
            raise placed(fault, self.first.change, run, many=self.many) from None
        run.context.wrote(first.writes)
        return array(text) if self.many else record_or_null(text)

    async def _alone(self, run: Run, work: Work[str | None]) -> str | None:
        """The one statement without a transaction around it, unless it did nothing for others and is tried again."""
        try:
            return await work(run.context.fetch)
        except LostRace:
            return await run.transact(work)


@dataclass(frozen=True, slots=True)
class Steps:
    """Several statements in one transaction, each depending on the ones before. `work` answers the records' texts.

    `create` is what it may create.
    """

    work: Callable[["Step"], Awaitable[str | None]]
    many: bool
    create: Create | None = None
    first: None = None

    async def answer(self, run: Run, first: Statement | None) -> Finished:
        try:
            text = await in_transaction(run, self.work, run.transact)
        except RefusedKey as fault:
            raise placed(fault, self.create, run, many=self.many) from None
        return array(text) if self.many else record_or_null(text)


def checked(write: Write, written: Written, *, many: bool) -> Written:
    """What a change did, unless it did nothing: none is no fault where it is about `many` records.

    New records always come to some. Where they did not, their shard was moved by Citus, or the workspace is gone.
    """
    change = write.change
    if isinstance(change, Create | Update):
        refuse_unconnected(change.links, written)
    if written.count == 0 and isinstance(change, Create):
        raise LostRace
    if not isinstance(change, Create | Upsert | Merge) and written.count > change.target.limit:
        raise BadUserInput(f"Cannot change more than {change.target.limit} records at once")
    if written.count == 0 and not many:
        raise NotFound
    if written.stale:
        raise PreconditionFailed
    return written


async def answered_once(plan: RootPlan, run: Run, first: Statement | None) -> Finished:
    """What a root field that writes is answered. With what it is refused, it is when the request comes again."""
    try:
        return await plan.answer(run, first)
    except ApiError as fault:
        if run.context.once:
            await run.context.once.keep_refusal(run.field, fault)
        raise


async def in_transaction(
    run: Run, work: Callable[["Step"], Awaitable[R]], transact: Callable[[Work[R]], Awaitable[R]] | None = None
) -> R:
    """Does the work in one transaction, and again where that lost; then tells the context what was written."""
    statements: list[Statement] = []

    async def attempt(fetch: Fetch) -> R:
        statements.clear()
        return await work(Step(run, fetch, statements))

    result = await (transact or run.context.transact)(attempt)
    run.context.wrote(dict.fromkeys(found for one in statements for found in one.writes))
    return result


@dataclass(frozen=True, slots=True)
class Step:
    """Runs the statements of one transaction, and notes them."""

    run: Run
    fetch: Fetch
    statements: list[Statement]

    async def rows(self, plan: Any) -> list[Any]:
        """What a plan answers."""
        printed = self.run.statement(plan)
        self.statements.append(printed)
        rows: list[Row] = list(await self.fetch(printed))
        return [plan.row(row) for row in rows]

    async def written(self, write: Write) -> Written:
        (row,) = await self.rows(write)
        written: Written = row
        return written

    async def answered(self, write: Write, written: Written) -> str | None:
        """The texts of what was written, by a statement of their own where the write did not read them."""
        return await _answered(self.run, self.fetch, write, written)


async def _answered(run: Run, fetch: Fetch, write: Write, written: Written) -> str | None:
    """The records as they are now, deleted or not."""
    if not write.by_id:
        text: str | None = written.answer
        return text
    if not written.answer:
        return None
    plan = RecordsById(tuple(written.answer), write.selected)
    (row,) = await fetch(run.statement(plan))
    listed: Listed = plan.row(row)
    return listed.texts


def placed(fault: RefusedKey, change: Change | None, run: Run, *, many: bool) -> BadUserInput:
    """What a key refuses, with the place in the batch and the values as they were given, where that can be said.

    What was given otherwise than it is understood is told both ways.
    """
    match change:
        case Create(object_type=object_type) if fault.object_name == object_type.name:
            return _of_batch(fault, object_type, run.values.of(change.batch), many=many)
        case Update(target=target) if fault.object_name == target.object_type.name:
            written = {column: run.values.of(value) for column, value in change.values}
            columns = _refused(fault, target.object_type)
            pairs = zip(columns, fault.values, strict=True)
            return fault.of([_text(written.get(column), stored) for column, stored in pairs], None)
        case _:
            return fault


def _of_batch(fault: RefusedKey, object_type: ObjectType, batch: Batch, *, many: bool) -> BadUserInput:
    index = batch.place_of([name for name, _ in fault.columns], fault.values)
    if index is None:
        return fault
    stored = dict(zip(batch.columns, batch.values, strict=True))
    pairs = [*zip(_refused(fault, object_type), fault.values, strict=True)]
    given = [_given(batch.given[index], column, text) for column, text in pairs]
    understood = [_text(stored[column][index] if column in stored else None, text) for column, text in pairs]
    return fault.of(given, index if many else None, understood)


def _refused(fault: RefusedKey, object_type: ObjectType) -> list[Column]:
    """The columns of the values that a key refuses, whose keys may be what it compares."""
    columns = [object_type.stored[name] for name, _ in fault.columns]
    return [object_type.fields[column.field].by_part[column.part] for column in columns]


def _text(value: Any, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise


def _given(record: Mapping[str, Any], column: Column, stored: str) -> Any:
    value = record.get(column.field)
    if column.part is not None:
        value = value.get(column.part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else stored


def refuse_unconnected(links: Links, written: Written) -> None:
    """Where a record to connect was not found, nothing was written."""
    if written.missing is None:
        return
    lookup = links.lookups[written.missing]
    key = ", ".join(f"{column.name} = {value}" for column, value in lookup.values)
    fault = BadUserInput(
        f"Expected 1 record to connect to {lookup.relation}, but found 0 for {key}", field=lookup.relation
    )
    raise fault if lookup.index is None else of_element(fault, lookup.index)
