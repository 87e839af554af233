"""Errors as GraphQL shows them. What is ours is logged and not shown."""

import logging
from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryGraphQLError

from schema.errors import ApiError, BadUserInput, ParseFailed, QueryTooComplex, ValidationFailed

logger = logging.getLogger("icosa")


def rendered(error: ApiError) -> dict[str, Any]:
    """An error of the API as GraphQL shows it."""
    return {"message": error.message, "extensions": {"code": error.code.name, **error.place}}


def located(error: GraphQLError, *, before_execution: bool) -> dict[str, Any]:
    """An error of GraphQL's, with its place in the document and in the answer."""
    shown: dict[str, Any] = rendered(_cause(error, before_execution))
    if error.path:
        shown["path"] = list(error.path)
    if error.locations:
        shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return shown


def _cause(error: GraphQLError, before_execution: bool) -> ApiError:
    """The error of the API behind an error of GraphQL."""
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    if isinstance(original, QueryTooComplex) or (isinstance(original, ApiError) and not before_execution):
        return original
    if isinstance(original, RecursionError):
        return QueryTooComplex("The document is nested too deeply")
    if before_execution:
        return (ParseFailed if isinstance(error, GraphQLSyntaxError) else ValidationFailed)(error.message)
    if original is None or isinstance(original, GraphQLError | StrawberryGraphQLError):
        place = error.extensions or {}
        return BadUserInput(error.message, index=place.get("index"), field=place.get("field"))
    logger.error("Internal error", exc_info=original)
    return ApiError()
