"""Runs one GraphQL operation and renders its errors. The only way into the API, for both protocols."""

import logging
from collections.abc import Iterable
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.exceptions import StrawberryGraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from schema.catalog.model import Catalog
from schema.context import Answer, Context, Request
from schema.errors import ApiError, BadUserInput, MethodNotAllowed, ParseFailed, QueryTooComplex, ValidationFailed
from schema.execution.pipeline import Direct
from schema.execution.record_loader import Lookups
from schema.execution.root_field import Running
from schema.types.generate import generate

logger = logging.getLogger("icosa")

_QUERIES = (OperationType.QUERY,)
_ALL = (OperationType.QUERY, OperationType.MUTATION)


class Executor:
    """The API of one catalog. Building it builds the schema, which takes half a second: do it once a process."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.schema: strawberry.Schema = generate(catalog)
        self._direct = Direct(catalog, self.schema._schema)

    async def __call__(self, request: Request, context: Context) -> Answer:
        """Run the operation. Faults become errors of the answer; nothing is raised."""
        direct = self._direct.prepared(request, context)
        if direct is not None:
            data, errors = await direct.run()
            return Answer(data, tuple(_render(error, before_execution=False) for error in errors))
        return await execute(self.schema, request, context)


async def execute(schema: strawberry.Schema, request: Request, context: Context) -> Answer:
    """The general way, through GraphQL execution. Faults become errors of the answer; nothing is raised."""
    try:
        result = await schema.execute(
            request.document,
            variable_values=request.variables,
            operation_name=request.operation_name,
            context_value=Running(context, request.shape, Lookups(context)),
            allowed_operation_types=_QUERIES if request.read_only else _ALL,
        )
    except InvalidOperationTypeError:
        return _refused([rendered(MethodNotAllowed("Mutations need a POST request"))])
    except CannotGetOperationTypeError as error:
        return _refused([rendered(BadUserInput(error.as_http_error_reason()))])
    except RecursionError:
        return _refused([rendered(QueryTooComplex("The document is nested too deeply"))])
    errors = tuple(
        _render(error, before_execution=isinstance(result, PreExecutionError)) for error in result.errors or ()
    )
    if isinstance(result, PreExecutionError):
        return _refused(errors)
    # An error of a field that must not be null leaves no data; one of a variable has no path.
    executed = result.data is not None or not errors or any("path" in error for error in errors)
    return Answer(result.data, errors, executed=executed)


def rendered(error: ApiError) -> dict[str, Any]:
    """An error of the API as GraphQL shows it."""
    return {"message": error.message, "extensions": {"code": error.code.name}}


def _refused(errors: Iterable[dict[str, Any]]) -> Answer:
    return Answer(None, tuple(errors), executed=False)


def _render(error: GraphQLError, *, before_execution: bool) -> dict[str, Any]:
    shown: dict[str, Any] = rendered(_cause(error, before_execution))
    if error.path:
        shown["path"] = list(error.path)
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return shown


def _cause(error: GraphQLError, before_execution: bool) -> ApiError:
    """The error of the API behind an error of GraphQL. What is ours is logged and not shown."""
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    if isinstance(original, QueryTooComplex) or (isinstance(original, ApiError) and not before_execution):
        return original
    if isinstance(original, RecursionError):
        return QueryTooComplex("The document is nested too deeply")
    if before_execution:
        return (ParseFailed if error.message.startswith("Syntax Error") else ValidationFailed)(error.message)
    if original is None or isinstance(original, GraphQLError | StrawberryGraphQLError):
        return BadUserInput(error.message)
    logger.error("Internal error", exc_info=original)
    return ApiError()
