"""The short way: from an operation whose root fields are all operations of objects to its statements and back.

GraphQL execution would find out on every request what is known beforehand: that each root field is one resolver, whose
finished value goes into the response as it is. Here

1. `documents` gives the operation of a text, parsed and validated once; texts that differ in what is written into them
   as literals share one, in which `literals` has put variables;
2. `templates` gives the statements of a query that is like one before, with this request's values in them; else the
   variables are coerced and the function that the resolvers call, `resolve.answer`, plans and prints;
3. the statements run, and their rows become the response.

All else, and every fault of a document or of its variables, goes the general way through `schema.execute`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from graphql import GraphQLError, GraphQLSchema, located_error

from schema.catalog.model import Catalog
from schema.catalog.operations import Verb
from schema.context import Context, Request
from schema.execution.coercion import Unfit
from schema.execution.documents import Documents, Operation, RootCall
from schema.execution.finished_json import Finished
from schema.execution.literals import Lifted, Literals
from schema.execution.record_loader import Lookups
from schema.execution.resolvers import answer, read
from schema.execution.root_field import Read
from schema.execution.templates import Templates
from schema.plan.reader import Reader


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that is ready to run: the root fields, each with what answers it."""

    calls: Sequence[tuple[RootCall, Callable[[], Awaitable[Finished]]]]
    serially: bool
    lifted: Lifted | None = None

    async def run(self) -> tuple[dict[str, Any], list[GraphQLError]]:
        """Queries run side by side, mutations one after another."""
        errors: list[GraphQLError] = []
        if self.serially or len(self.calls) == 1:
            values = [await _value(call, run, errors) for call, run in self.calls]
        else:
            values = await asyncio.gather(*[_value(call, run, errors) for call, run in self.calls])
        if self.lifted:
            errors = [self.lifted.located(error) for error in errors]
        return {call.key: value for (call, _), value in zip(self.calls, values, strict=True)}, errors


async def _value(call: RootCall, run: Callable[[], Awaitable[Finished]], errors: list[GraphQLError]) -> Any:
    try:
        return (await run()).value
    except Exception as error:  # noqa: BLE001 - as in GraphQL execution, every fault of a field is an error of it
        errors.append(located_error(error, call.nodes, [call.key]))
        return None


class Direct:
    """Prepares requests of one schema."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema) -> None:
        self._catalog = catalog
        self._schema = schema
        self._documents = Documents(catalog, schema)
        self._literals = Literals(schema)
        self._templates = Templates(self._planned)

    def prepared(self, request: Request, context: Context) -> Prepared | None:
        """The request, where it can go the short way."""
        lifted = None if self._documents.knows(request.document) else self._literals.lifted(request)
        prepared = self._prepared(lifted.request, context) if lifted else None
        return replace(prepared, lifted=lifted) if prepared else self._prepared(request, context)

    def _prepared(self, request: Request, context: Context) -> Prepared | None:
        operation = self._documents.operation(request.document, request.operation_name)
        if operation is None or (operation.is_mutation and request.read_only):
            return None
        if not operation.is_mutation:
            reads = self._templates.reads(operation, request, context)
            if reads is not None:
                return Prepared([(call, partial(found.answer, context)) for call, found in reads], serially=False)
        return self._planning(operation, request, context)

    def _planning(self, operation: Operation, request: Request, context: Context) -> Prepared | None:
        """The request, planned with its own values when it runs."""
        try:
            reader = self._reader(operation, request, operation.coerced(request.variables), context)
            calls = self._documents.calls(operation, reader)
        except (Unfit, GraphQLError, RecursionError):
            return None  # GraphQL execution says what is wrong
        if calls is None:
            return None
        lookups = Lookups(context)
        selections = None if operation.varies else operation.selections

        def run(call: RootCall) -> Awaitable[Finished]:
            return answer(call.field, call.key, reader, context, call.nodes, lookups, selections)

        return Prepared([(call, partial(run, call)) for call in calls], operation.is_mutation)

    def _planned(
        self, operation: Operation, request: Request, variables: Mapping[str, Any], context: Context
    ) -> Sequence[tuple[RootCall, Read]] | None:
        """The root fields of a query, printed, where each is one statement of its own."""
        reader = self._reader(operation, request, dict(variables), context)
        calls = self._documents.calls(operation, reader)
        if calls is None or [call.field.operation.verb for call in calls].count(Verb.FIND_ONE) > 1:
            return None  # several look-ups are one statement together
        lookups = Lookups(context)
        found = [(call, read(call.field, call.key, reader, context, call.nodes, lookups)) for call in calls]
        return [(call, one) for call, one in found if one] if all(one for _, one in found) else None

    def _reader(self, operation: Operation, request: Request, variables: dict[str, Any], context: Context) -> Reader:
        return Reader(self._catalog, self._schema, operation.fragments, variables, context.limits, request.shape)
