"""The pipeline: from an operation whose root fields are all operations of objects to its statements and back.

GraphQL execution would find out on every request what is known beforehand: that each root field is one resolver, whose
finished value goes into the response as it is. Here

1. `documents` gives the operation of a text, parsed and validated once; texts that differ in what is written into them
   as literals share one, in which `literals` has put variables;
2. `templates` gives its plans, made with placeholders, and their statements, with this request's values in them; where
   a plan depends on the values themselves, it is made with these;
3. the statements run, and their rows become the response.

All else, and every fault of a document or of its variables, goes through GraphQL execution in `execute`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLError, GraphQLSchema, located_error

from schema.catalog.model import Catalog
from schema.catalog.operations import RootField, Verb, root_fields
from schema.context import AT_ONCE, Context, GraphQLRequest, Limits
from schema.errors import ApiError, QueryTooComplex
from schema.execution.coercion import Unfit
from schema.execution.documents import Documents, ParsedOperation
from schema.execution.finished_json import Finished
from schema.execution.literals import Lifted, Literals
from schema.execution.parsing import refuse_tokens
from schema.execution.queries import find_one_of, found
from schema.execution.record_loader import RecordLoader
from schema.execution.root_field import call
from schema.execution.root_plans import Run, answered_once
from schema.execution.templates import PlannedField, Templates
from schema.execution.verbs import planned
from schema.plan.reader import Reader
from schema.plan.watched import EVERYTHING, Watched, watched

OF_SCHEMA = ("__schema", "__type", "__typename")


class AnsweredField(NamedTuple):
    """A root field by its response key, and what answers it."""

    key: str
    nodes: list[FieldNode]
    answer: Callable[[], Awaitable[Finished]]


@dataclass(slots=True)
class PreparedRequest:
    """A request that is ready to run."""

    fields: Sequence[AnsweredField]
    serially: bool
    lifted: Lifted | None = None

    async def run(self) -> tuple[dict[str, Any], list[GraphQLError]]:
        """Queries run side by side, mutations one after another."""
        errors: list[GraphQLError] = []
        if self.serially or len(self.fields) == 1:
            values = [await _value(one, errors) for one in self.fields]
        else:
            values = await asyncio.gather(*[_value(one, errors) for one in self.fields])
        if self.lifted:
            errors = self.lifted.located(errors)
        return {one.key: value for one, value in zip(self.fields, values, strict=True)}, errors


async def _value(one: AnsweredField, errors: list[GraphQLError]) -> Any:
    try:
        return (await one.answer()).value
    except Exception as error:  # noqa: BLE001 - as in GraphQL execution, every fault of a field is an error of it
        errors.append(located_error(error, one.nodes, [one.key]))
        return None


class Pipeline:
    """Prepares the requests of one schema."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema, documents: Documents) -> None:
        self._catalog = catalog
        self._schema = schema
        self.documents = documents
        self._root_fields = {field.name: field for field in root_fields(catalog)}
        self.literals = Literals(schema)
        self.templates = Templates(self.planned)

    def prepared(self, request: GraphQLRequest, context: Context) -> PreparedRequest | None:
        """The request, where it can go this way."""
        lifted = None if self.documents.knows(request.document) else self.literals.lifted(request)
        prepared = self._prepared(lifted.request, context) if lifted else None
        return replace(prepared, lifted=lifted) if prepared else self._prepared(request, context)

    def _prepared(self, request: GraphQLRequest, context: Context) -> PreparedRequest | None:
        try:
            document = self.documents.get(
                request.document, None if request.printing.plain_lists else context.policy.limits
            )
            operation = document.operation(request.operation_name)
        except (GraphQLError, RecursionError, QueryTooComplex):
            return None
        if operation is None or operation.is_subscription or (operation.is_mutation and request.read_only):
            return None
        template = self.templates.fields(operation, request, context)
        if template is None:
            return self._with_values(operation, request, context)
        fields, run = template
        if len(fields) > AT_ONCE:
            run.context = context.in_turns()
        if operation.is_mutation and context.once:
            answers = [partial(answered_once, one.plan, run.of(one.key), first) for one, first in fields]
        else:
            answers = [partial(one.plan.answer, run, first) for one, first in fields]
        answered = [AnsweredField(one.key, one.nodes, do) for (one, _), do in zip(fields, answers, strict=True)]
        return PreparedRequest(answered, operation.is_mutation)

    def _with_values(
        self, operation: ParsedOperation, request: GraphQLRequest, context: Context
    ) -> PreparedRequest | None:
        """The request, each root field of which is planned with its own values when its turn comes."""
        try:
            refuse_cost(operation, request, context)
            variables = operation.coerced(request.variables)
            reader = self._reader(operation, request, variables, context.caller, context)
            selected = self._selected(operation, reader)
        except (Unfit, GraphQLError, RecursionError, QueryTooComplex):
            return None  # GraphQL execution says what is wrong
        if selected is None:
            return None
        run = Run(context.in_turns() if len(selected) > AT_ONCE else context)
        loader = RecordLoader(run) if _looks_up_several(selected) else None
        fields = [
            AnsweredField(key, nodes, partial(answer, field, reader, nodes, run, loader))
            for key, field, nodes in selected
        ]
        return PreparedRequest(fields, operation.is_mutation)

    def planned(
        self,
        operation: ParsedOperation,
        request: GraphQLRequest,
        variables: Mapping[str, Any],
        caller: Any,
        context: Context,
    ) -> Sequence[PlannedField] | None:
        """The root fields, planned and printed; nothing where they are not all operations of objects."""
        refuse_cost(operation, request, context)
        reader = self._reader(operation, request, dict(variables), caller, context)
        selected = self._selected(operation, reader)
        if selected is None or _looks_up_several(selected):
            return None  # several look-ups are one statement together
        run, fields = Run(context), []
        for key, field, nodes in selected:
            plan = planned(call(field, reader, nodes))
            first = None if plan.first is None else run.printed(plan.first)
            fields.append(PlannedField(key, field, nodes, plan, first))
        return fields

    def watched(
        self, operation: ParsedOperation, variables: dict[str, Any], request: GraphQLRequest, context: Context
    ) -> Watched:
        """What the answer of a query rests on. `variables` are coerced."""
        try:
            reader = self._reader(operation, request, variables, context.caller, context)
            plans = [
                planned(call(self._root_fields[nodes[0].name.value], reader, nodes)).first
                for nodes in reader.selected(operation.node.selection_set, "Query").values()
                if nodes[0].name.value not in OF_SCHEMA
            ]
        except (KeyError, ApiError, GraphQLError, RecursionError):
            return EVERYTHING  # a root field that is no operation of an object, or one with a fault
        return watched(plan for plan in plans if plan is not None)

    def _selected(
        self, operation: ParsedOperation, reader: Reader
    ) -> list[tuple[str, RootField, list[FieldNode]]] | None:
        """The root fields by response key, with the nodes that select them, if each is an operation of an object."""
        type_name = "Mutation" if operation.is_mutation else "Query"
        selected = []
        for key, nodes in reader.selected(operation.node.selection_set, type_name).items():
            known = self._root_fields.get(nodes[0].name.value)
            if known is None:
                return None
            selected.append((key, known, nodes))
        return selected

    def _reader(
        self,
        operation: ParsedOperation,
        request: GraphQLRequest,
        variables: dict[str, Any],
        caller: Any,
        context: Context,
    ) -> Reader:
        most = (
            operation.costs.largest_page(request.variables, context.policy.limits)
            if request.printing.plain_lists
            else None
        )
        return Reader(
            catalog=self._catalog,
            schema=self._schema,
            fragments=operation.fragments,
            variables=variables,
            policy=context.policy,
            printing=request.printing,
            caller=caller,
            largest_page=most,
        )


def limits(request: GraphQLRequest, context: Context) -> Limits | None:
    """Those of a document: of one that we wrote ourselves, none."""
    return None if request.printing.plain_lists else context.policy.limits


def refuse_cost(operation: ParsedOperation, request: GraphQLRequest, context: Context) -> None:
    """Raises QueryTooComplex."""
    within = limits(request, context)
    if within is not None:
        refuse_tokens(operation.costs.tokens, within)
        operation.costs.of(request.variables, within.max_page_size).refuse(within)


async def answer(
    field: RootField, reader: Reader, nodes: list[FieldNode], run: Run, loader: RecordLoader | None
) -> Finished:
    """A root field, planned with its own values; single records through the loader, where there is one."""
    called = call(field, reader, nodes)
    if loader is not None and field.operation.verb is Verb.FIND_ONE:
        return found(await loader.find(find_one_of(called)))
    plan = planned(called)
    first = None if plan.first is None else run.statement(plan.first)
    if field.operation.is_mutation:
        return await answered_once(plan, run.of(called.key), first)
    return await plan.answer(run, first)


def _looks_up_several(selected: Sequence[tuple[str, RootField, Any]]) -> bool:
    return [field.operation.verb for _, field, _ in selected].count(Verb.FIND_ONE) > 1
