"""The resolvers of the root fields: one for each verb, all of one shape."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

import strawberry
from graphql import FieldNode

from schema.catalog.model import Catalog
from schema.catalog.operations import RootField, Verb
from schema.context import Context
from schema.execution import mutations, queries
from schema.execution.finished_json import Finished
from schema.execution.record_loader import Lookups
from schema.execution.root_field import Call, Read, Selections
from schema.plan.reader import Reader


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
        return await answer(field, str(raw.path.key), reader, running.context, raw.field_nodes, running.lookups)

    return resolve


async def answer(
    field: RootField,
    key: str,
    reader: Reader,
    context: Context,
    nodes: list[FieldNode],
    lookups: Lookups,
    selections: Selections | None = None,
) -> Finished:
    """The value of the root field `key`, whose selections are `nodes`. `selections` remembers what they plan to."""
    arguments = _arguments(field, reader, nodes)
    return await _ANSWERS[field.operation.verb](
        Call(field, key, reader, context, nodes, arguments, selections, lookups)
    )


def read(
    field: RootField, key: str, reader: Reader, context: Context, nodes: list[FieldNode], lookups: Lookups
) -> Read | None:
    """A query root field, planned and printed, where its verb allows for that before it runs."""
    print_read = _READS.get(field.operation.verb)
    if print_read is None:
        return None
    return print_read(Call(field, key, reader, context, nodes, _arguments(field, reader, nodes), None, lookups))


def _arguments(field: RootField, reader: Reader, nodes: list[FieldNode]) -> Mapping[str, Any]:
    return reader.arguments("Mutation" if field.operation.is_mutation else "Query", nodes[0])


_ANSWERS: Mapping[Verb, Callable[[Call], Awaitable[Finished]]] = {
    Verb.FIND_MANY: queries.find_many,
    Verb.FIND_ONE: queries.find_one,
    Verb.FIND_DUPLICATES: queries.find_duplicates,
    Verb.GROUP_BY: queries.group_by,
    Verb.CREATE: mutations.create,
    Verb.UPDATE: mutations.update,
    Verb.DELETE: mutations.delete,
    Verb.RESTORE: mutations.restore,
    Verb.DESTROY: mutations.destroy,
    Verb.MERGE: mutations.merge,
}

_READS: Mapping[Verb, Callable[[Call], Read | None]] = {
    Verb.FIND_MANY: queries.page,
    Verb.FIND_ONE: queries.record,
}
