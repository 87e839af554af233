"""Operations that are planned with placeholders: one plan and its statements for all requests that are alike.

Requests are alike when they differ in nothing but the leaves of their variables and in their records, and no plan
depends on those. What is so planned is remembered when it comes a second time, so that requests that never come again
do not push out the others.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from schema.bounded_memory import BoundedMemory, SeenBefore
from schema.catalog.operations import RootField
from schema.context import Context, GraphQLRequest, Statement
from schema.errors import ApiError
from schema.execution.coercion import Unfit
from schema.execution.documents import ParsedOperation
from schema.execution.root_plans import RootPlan, Run, Steps
from schema.plan.nodes.placeholders import (
    Ask,
    Questions,
    Unsettled,
    Values,
    caller_placeholder,
    paths,
    shape,
)

REMEMBERED_ANSWERS = 16  # of each shape: page sizes and orders, mostly
LARGEST_REMEMBERED = 1000  # parts of a shape
LONGEST_REMEMBERED = 100_000  # characters of SQL in one template
MOST_REMEMBERED = 20_000_000  # characters of SQL in all
LIGHTEST = 20_000  # characters that a shape counts for at least, so that there are 1,000 at most

ABSENT = object()
WHOLE = object()


@dataclass(frozen=True, slots=True)
class PlannedField:
    """A root field by its response key: its plan, and the statement that begins it where that is known beforehand."""

    key: str
    field: RootField
    nodes: list[Any]
    plan: RootPlan
    first: Statement | None


Fields = Sequence[PlannedField]
Plan = Callable[[ParsedOperation, GraphQLRequest, Mapping[str, Any], Any, Context], Fields | None]
"""The root fields of an operation, with its variables' coerced values and its caller, which may be placeholders.

Nothing where they are not all statements of their own.
"""


class Alike:
    """The requests of one shape: what plans asked of their values, and a template by the answers.

    In the statements of a template, placeholders stand for values. No template where a plan needs every value.
    """

    def __init__(self) -> None:
        self.questions: dict[tuple[Hashable, Ask], Any] = {}
        self.templates: BoundedMemory[Hashable, Fields] = BoundedMemory(REMEMBERED_ANSWERS)

    def answers(self, values: Values) -> Hashable:
        return tuple([question(values.of(value)) for (_, question), value in self.questions.items()])

    def keep(self, asked: Questions, values: Values, template: Fields) -> None:
        if not asked.keys() <= self.questions.keys():
            self.questions |= asked
            self.templates = BoundedMemory(REMEMBERED_ANSWERS)
        self.templates.put(self.answers(values), template)

    @property
    def weight(self) -> int:
        return max(LIGHTEST, sum(_length(template) for template in self.templates.values()))


UNFIT: Fields = ()
"""Stands for what cannot be planned with placeholders."""


class Templates:
    """The templates of one schema. `plan` makes what they are made of."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._seen = SeenBefore(MOST_REMEMBERED // LIGHTEST)
        self.shapes: BoundedMemory[Hashable, Alike] = BoundedMemory(MOST_REMEMBERED)

    def fields(
        self, operation: ParsedOperation, request: GraphQLRequest, context: Context
    ) -> tuple[Sequence[tuple[PlannedField, Statement | None]], Run] | None:
        """The root fields, each with the statement that begins it, filled with the request's values.

        Nothing where they cannot be planned without these, or have a fault; planning them with these will tell.
        """
        values = Values(request.variables, context.caller, context.origin)
        try:
            key = _key(operation, request, context)
            alike = self.shapes.get(key)
            template = alike.templates.get(alike.answers(values)) if alike else None
            if template is None:
                template = self._made(key, alike or self._admitted(key), operation, request, context, values)
            if template is UNFIT:
                return None
            run = Run(context, values)
            return [(one, run.filled(one.first) if one.first else None) for one in template], run
        except (Unsettled, Unfit, ApiError, GraphQLError, RecursionError):
            return None

    def _admitted(self, key: Hashable) -> Alike | None:
        """Where the shape is to be remembered from now on."""
        return Alike() if self._seen.again(key) and _parts(key) <= LARGEST_REMEMBERED else None

    def _made(
        self,
        key: Hashable,
        alike: Alike | None,
        operation: ParsedOperation,
        request: GraphQLRequest,
        context: Context,
        values: Values,
    ) -> Fields:
        asked = Questions(values)
        template = self._planned(operation, request, context, asked)
        asked.example = None
        if alike is not None:
            kept = template if _length(template) <= LONGEST_REMEMBERED else UNFIT
            alike.keep(asked, values, kept)
            self.shapes.put(key, alike, alike.weight)
        return template

    def _planned(
        self, operation: ParsedOperation, request: GraphQLRequest, context: Context, asked: Questions
    ) -> Fields:
        variables = operation.opened(request.variables, asked)
        caller = caller_placeholder(asked)
        try:
            fields = self._plan(operation, request, variables, caller, context)
        except Unsettled:
            return UNFIT
        if fields is None or any(isinstance(one.plan, Steps) for one in fields):
            return UNFIT
        used = paths([one.first.values for one in fields if one.first])
        if paths(variables) - paths([*asked.values()]) - used:
            return UNFIT  # nothing would check the values that planning passed over
        return fields


def _key(operation: ParsedOperation, request: GraphQLRequest, context: Context) -> Hashable:
    """What requests have in common that are alike."""
    given = request.variables
    shapes = [
        ABSENT if v.name not in given else WHOLE if v.is_whole(given[v.name]) else shape(given[v.name])
        for v in operation.variables
    ]
    return (operation.number, request.printing, context.policy, *shapes)


def _length(template: Fields) -> int:
    return sum(len(one.first.text) for one in template if one.first)


def _parts(key: Hashable) -> int:
    return sum(map(_parts, key)) + 1 if isinstance(key, tuple) else 1
