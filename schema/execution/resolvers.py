"""Strawberry's resolvers of the root fields, for documents that go through GraphQL execution."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import strawberry

from schema.catalog.model import Catalog
from schema.catalog.operations import RootField
from schema.context import Context, Printing
from schema.execution.finished_json import Finished
from schema.execution.pipeline import answer
from schema.execution.record_loader import RecordLoader
from schema.execution.root_plans import Run
from schema.plan.reader import Reader


@dataclass(frozen=True, slots=True)
class Running:
    """What an operation carries through execution: the process, and how to print."""

    run: Run
    printing: Printing
    loader: RecordLoader

    @property
    def context(self) -> Context:
        return self.run.context


def running(context: Context, printing: Printing) -> Running:
    run = Run(context.in_turns())
    return Running(run, printing, RecordLoader(run))


Info = strawberry.Info[Running, None]


def reader_of(catalog: Catalog, info: Info) -> tuple[Reader, list[Any]]:
    """The request as a resolver sees it, and the nodes of its field."""
    raw, context = info._raw_info, info.context.context
    reader = Reader(
        catalog=catalog,
        schema=raw.schema,
        fragments=raw.fragments,
        variables=cast("dict[str, Any]", raw.variable_values),  # Strawberry hands on the plain values
        policy=context.policy,
        printing=info.context.printing,
        caller=context.caller,
    )
    return reader, raw.field_nodes


def resolver(catalog: Catalog, field: RootField) -> Callable[..., Awaitable[Finished]]:
    """The Strawberry resolver of a root field."""

    async def resolve(info: Info, **_arguments: Any) -> Finished:
        reader, nodes = reader_of(catalog, info)
        return await answer(field, reader, nodes, info.context.run, info.context.loader)

    return resolve
