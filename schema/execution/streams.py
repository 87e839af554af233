"""Operations that have several answers: subscriptions, and live queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationType, get_variable_values
from graphql.execution.values import VariableValues

from schema.catalog.model import Catalog
from schema.context import Answer, Context, GraphQLRequest
from schema.errors import ApiError, BadUserInput, QueryTooComplex
from schema.execution.coercion import Unfit
from schema.execution.documents import Documents, ParsedOperation
from schema.execution.graphql_errors import located, rendered
from schema.execution.live import LIVE, is_live
from schema.execution.pipeline import Pipeline, refuse_cost
from schema.execution.subscriptions import Subscription, new_texts, subscription
from schema.execution.variable_faults import restated
from schema.plan.reader import Reader
from schema.plan.watched import Watched

UNRECORDED = "Events are turned off here (EVENTS=off), so there are no subscriptions and live queries"


@dataclass(frozen=True, slots=True)
class LiveQuery:
    """A query that is to be answered again when what it rests on has changed."""

    watched: Watched


class Streams:
    """Opens the operations of one schema that have several answers."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema, documents: Documents, pipeline: Pipeline) -> None:
        self._catalog, self._schema, self._documents, self._pipeline = catalog, schema, documents, pipeline
        self._texts = new_texts()

    def has_several(self, request: GraphQLRequest, context: Context) -> bool:
        """Whether the operation is one that has several answers. Most documents need not be read for that."""
        if OperationType.SUBSCRIPTION.value not in request.document and LIVE.name not in request.document:
            return False
        operation = self._operation(request, context)
        return operation is not None and (operation.is_subscription or is_live(operation, request.variables))

    def opened(self, request: GraphQLRequest, context: Context) -> Subscription | LiveQuery | Answer | None:
        """An operation that has several answers, or what is wrong with it. Nothing where it has one answer only.

        Nothing, too, for a document with a fault: executing it says so.
        """
        operation = self._operation(request, context)
        if operation is None:
            return None
        if not (operation.is_subscription or is_live(operation, request.variables)):
            return None
        if not context.policy.records_events:
            return _refused(rendered(BadUserInput(UNRECORDED)))
        if operation.is_subscription:
            return self._subscription(operation, request, context)
        try:
            refuse_cost(operation, request, context)
            return LiveQuery(self._pipeline.watched(operation, operation.coerced(request.variables), request, context))
        except (Unfit, QueryTooComplex):
            return None

    def _operation(self, request: GraphQLRequest, context: Context) -> ParsedOperation | None:
        try:
            document = self._documents.get(request.document, context.policy.limits)
        except (GraphQLError, RecursionError, QueryTooComplex):
            return None
        return document.operation(request.operation_name)

    def _subscription(
        self, operation: ParsedOperation, request: GraphQLRequest, context: Context
    ) -> Subscription | Answer:
        try:
            refuse_cost(operation, request, context)
            values = get_variable_values(self._schema, operation.node.variable_definitions or (), request.variables)
            if not isinstance(values, VariableValues):
                errors = restated(self._schema, request.variables, values)
                return _refused(*(located(error, before_execution=False) for error in errors))
            reader = self._reader(operation, values.coerced, request, context)
            return subscription(reader, operation.node, request.last_event, self._texts)
        except GraphQLError as error:
            return _refused(located(error, before_execution=False))
        except ApiError as error:
            return _refused(rendered(error))

    def _reader(
        self, operation: ParsedOperation, variables: Mapping[str, Any], request: GraphQLRequest, context: Context
    ) -> Reader:
        return Reader(
            catalog=self._catalog,
            schema=self._schema,
            fragments=operation.fragments,
            variables=dict(variables),
            policy=context.policy,
            printing=request.printing,
            caller=context.caller,
        )


def _refused(*errors: dict[str, Any]) -> Answer:
    return Answer(None, errors, executed=False)
