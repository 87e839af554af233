"""One root field as it was called: what resolvers work on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from graphql import FieldNode

from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operations import RootField
from schema.context import Context, Limits, Row, Shape, Statement
from schema.errors import BadUserInput
from schema.execution.finished_json import Finished
from schema.execution.record_loader import Lookups
from schema.plan.nodes import ConnectionKey, Record
from schema.plan.operands import record_id
from schema.plan.reader import Reader
from schema.plan.selection import connection_keys, record
from schema.plan.writes import Writer

T = TypeVar("T")
Selections = dict[tuple[str, Limits, Shape], Any]
"""What root fields select, planned, by response key. One for each operation that no variable varies."""


@dataclass(frozen=True, slots=True)
class Running:
    """What an operation carries through execution: the process, and how to print."""

    context: Context
    shape: Shape
    lookups: Lookups


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
    lookups: Lookups

    @property
    def catalog(self) -> Catalog:
        return self.reader.catalog

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
        return Writer(self.catalog, self.context.caller, self.context.limits)

    def record(self) -> Record:
        return self.remembered(lambda: record(self.reader, self.object_type, self.nodes))

    def connection_keys(self) -> tuple[ConnectionKey, ...]:
        return self.remembered(lambda: connection_keys(self.reader, self.object_type, self.nodes))

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


@dataclass(frozen=True, slots=True)
class Read:
    """A query root field that is planned and printed: its statement, and what to make of the one row it answers."""

    statement: Statement
    finish: Callable[[Row], Finished]

    async def answer(self, context: Context) -> Finished:
        (row,) = await context.fetch(self.statement)
        return self.finish(row)


def fragment(text: str) -> orjson.Fragment:
    return orjson.Fragment(text)


def finished(call: Call, text: str | None) -> Finished:
    """Records as one JSON text: an array of those in the text, or for one record itself."""
    if call.many:
        return Finished(fragment(f"[{text or ''}]"))
    return Finished(None if text is None else fragment(text))
