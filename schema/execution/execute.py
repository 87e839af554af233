"""Runs one GraphQL operation and renders its errors. The only way into the API, for both protocols."""

import asyncio
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from schema.catalog.model import Catalog
from schema.context import Answer, Context, GraphQLRequest
from schema.errors import BadUserInput, MethodNotAllowed, QueryTooComplex
from schema.execution.description import Described, key_of
from schema.execution.documents import Documents
from schema.execution.graphql_errors import located, rendered
from schema.execution.pipeline import Pipeline, limits, refuse_cost
from schema.execution.resolvers import running
from schema.execution.variable_faults import restated
from schema.values.markup.conversions import AT_ONCE, Conversions, asked, conversions, weight
from schema.values.rich_text import converted

NEEDS_STREAM = (
    "A subscription needs a stream: a WebSocket that speaks graphql-transport-ws, or Accept: text/event-stream"
)

_QUERIES = (OperationType.QUERY,)
_ALL = (OperationType.QUERY, OperationType.MUTATION)


class Executor:
    """Runs the operations of one schema."""

    def __init__(self, schema: strawberry.Schema, documents: Documents) -> None:
        self.schema = schema
        self.documents = documents
        self._described = Described()

    async def __call__(self, request: GraphQLRequest, context: Context) -> Answer:
        """Through GraphQL execution. Faults become errors of the answer; nothing is raised."""
        answer = await self._answered(request, context)
        return replace(answer, cost=self.cost(request, context)) if request.tells_cost else answer

    def cost(self, request: GraphQLRequest, context: Context) -> Mapping[str, int] | None:
        """Of an operation that was executed or could have been."""
        try:
            document = self.documents.get(request.document, limits(request, context))
            operation = document.operation(request.operation_name)
            most = context.policy.limits.max_page_size
            return operation.costs.of(request.variables, most).told if operation else None
        except (GraphQLError, RecursionError, QueryTooComplex):
            return None

    async def _answered(self, request: GraphQLRequest, context: Context) -> Answer:
        try:
            document = self.documents.get(request.document, limits(request, context))
            operation = document.operation(request.operation_name)
            if operation is not None:
                refuse_cost(operation, request, context)
                if operation.is_subscription:
                    return _refused([rendered(BadUserInput(NEEDS_STREAM))])
            key = key_of(request, operation.node if operation else None)
            known = key and self._described.get(key)
            if known:
                return Answer(known)
            result = await self.schema.execute(
                request.document,
                variable_values=request.variables,
                operation_name=request.operation_name,
                context_value=running(context, request.printing),
                allowed_operation_types=_QUERIES if request.read_only else _ALL,
            )
        except GraphQLError as error:
            return _refused([located(error, before_execution=True)])
        except QueryTooComplex as error:
            return _refused([rendered(error)])
        except InvalidOperationTypeError:
            return _refused([rendered(MethodNotAllowed("Mutations need a POST request"))])
        except CannotGetOperationTypeError as error:
            return _refused([rendered(BadUserInput(error.as_http_error_reason()))])
        except RecursionError:
            return _refused([rendered(QueryTooComplex("The document is nested too deeply"))])
        before = isinstance(result, PreExecutionError)
        faults = restated(graphql_schema(self.schema), request.variables, result.errors or ())
        errors = tuple(located(error, before_execution=before) for error in faults)
        if before:
            return _refused(errors)
        # An error of a field that must not be null leaves no data; one of a variable has no path.
        executed = result.data is not None or not errors or any("path" in error for error in errors)
        data = self._described.put(key, result.data) if key and result.data and not errors else result.data
        return Answer(data, errors, executed=executed)


class PipelineExecutor(Executor):
    """Runs the operations of a catalog's objects by the pipeline, and all others through GraphQL execution."""

    def __init__(self, catalog: Catalog, schema: strawberry.Schema, documents: Documents) -> None:
        super().__init__(schema, documents)
        self.pipeline = Pipeline(catalog, graphql_schema(schema), documents)
        self._converting = ThreadPoolExecutor(1, thread_name_prefix="convert")

    async def __call__(self, request: GraphQLRequest, context: Context) -> Answer:
        if "mutation" in request.document and not request.read_only:
            await self._convert(request)
        prepared = self.pipeline.prepared(request, context)
        if prepared is None:
            return await super().__call__(request, context)
        data, errors = await prepared.run()
        shown = tuple(located(error, before_execution=False) for error in errors)
        answer = Answer(data, shown)
        return replace(answer, cost=self.cost(request, context)) if request.tells_cost else answer

    async def _convert(self, request: GraphQLRequest) -> None:
        """Where much rich text is to be stored, another thread converts it, one request after another."""
        texts = asked(request.variables)
        if texts and sum(map(weight, texts)) > AT_ONCE:
            loop = asyncio.get_running_loop()
            conversions.set(await loop.run_in_executor(self._converting, converted, texts))
        elif len(request.document) > AT_ONCE:
            conversions.set(Conversions())


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema as graphql-core has it, which Strawberry keeps to itself."""
    found: GraphQLSchema = schema._schema
    return found


def _refused(errors: Iterable[dict[str, Any]]) -> Answer:
    return Answer(None, tuple(errors), executed=False)
