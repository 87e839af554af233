"""Statements that are remembered: an operation is planned and printed once for all requests that are alike.

Requests are alike when they differ in nothing but the leaves of their variables, and no plan depends on those. A shape
is remembered when it comes a second time, so that filters that never come again do not push out the others.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from schema.bounded_memory import BoundedMemory, SeenBefore
from schema.context import Context, Request, Statement
from schema.errors import ApiError
from schema.execution.coercion import Unfit
from schema.execution.documents import Operation, RootCall
from schema.execution.root_field import Read
from schema.plan.nodes.placeholders import Questions, Unsettled, opened, paths, resolved, shape

REMEMBERED = 1000  # shapes
REMEMBERED_ANSWERS = 16  # of each shape: page sizes and orders, mostly
LARGEST_REMEMBERED = 1000  # parts of a shape
LONGEST_REMEMBERED = 100_000  # characters of SQL in one template
MOST_REMEMBERED = 20_000_000  # characters of SQL in all

ABSENT = object()

Plan = Callable[[Operation, Request, Mapping[str, Any], Context], "Sequence[tuple[RootCall, Read]] | None"]
"""The root fields of an operation with the variables' coerced values, or nothing where one is not just a statement."""


@dataclass(frozen=True, slots=True)
class Template:
    """The root fields of an operation; in their statements, placeholders may stand for values."""

    reads: tuple[tuple[RootCall, Read], ...]

    def filled(self, context: Context, variables: Mapping[str, Any]) -> list[tuple[RootCall, Read]]:
        """Ready to run for a caller. Raises Unfit and the errors of the API."""
        if self is UNFIT:
            raise Unfit
        workspace_id = context.caller.workspace_id
        return [(call, _filled(read, workspace_id, variables)) for call, read in self.reads]


def _filled(read: Read, workspace_id: Any, variables: Mapping[str, Any]) -> Read:
    _, *values = read.statement.values
    filled = (workspace_id, *[resolved(value, variables) for value in values])
    return Read(Statement(read.statement.text, filled), read.finish)


UNFIT = Template(())
"""Stands for a shape whose plan needs every value."""


class Alike:
    """The requests of one shape: what plans asked of their values, and a template by the answers."""

    def __init__(self) -> None:
        self.questions: Questions = {}
        self.templates: BoundedMemory[Hashable, Template] = BoundedMemory(REMEMBERED_ANSWERS)

    def answers(self, variables: Mapping[str, Any]) -> Hashable:
        return tuple([question(leaf.value(variables)) for (_, question), leaf in self.questions.items()])


class Templates:
    """The templates of one schema. `plan` makes what they are made of."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._seen = SeenBefore(REMEMBERED)
        self._forget()

    def _forget(self) -> None:
        self._shapes: BoundedMemory[Hashable, Alike] = BoundedMemory(REMEMBERED)
        self._characters = 0

    def reads(self, operation: Operation, request: Request, context: Context) -> list[tuple[RootCall, Read]] | None:
        """The root fields of a query, ready to run, where it is like one that was planned before.

        Nothing where it is not, or has a fault: then planning it with its own values tells.
        """
        variables = request.variables
        try:
            given = [shape(variables[v.name]) if v.name in variables else ABSENT for v in operation.variables]
            key = (operation.number, request.shape, context.limits, *given)
            alike = self._shapes.get(key)
            if alike is None:
                alike = self._admitted(key)
            if alike is None:
                return None
            template = alike.templates.get(alike.answers(variables)) or self._made(alike, operation, request, context)
            return template.filled(context, variables)
        except (Unsettled, Unfit, ApiError, GraphQLError, RecursionError):
            return None

    def _admitted(self, key: Hashable) -> Alike | None:
        if not self._seen.again(key):
            return None
        if _parts(key) > LARGEST_REMEMBERED:
            return None
        alike = Alike()
        self._shapes.put(key, alike)
        return alike

    def _made(self, alike: Alike, operation: Operation, request: Request, context: Context) -> Template:
        asked: Questions = {}
        variables = operation.coerced(opened(request.variables, asked))
        try:
            reads = self._plan(operation, request, variables, context)
        except Unsettled:
            reads = None
        if reads and paths(variables) - {path for path, _ in asked} - paths([r.statement.values for _, r in reads]):
            reads = None  # nothing would check the values that planning passed over
        length = sum(len(read.statement.text) for _, read in reads or ())
        template = Template(tuple(reads)) if reads and length <= LONGEST_REMEMBERED else UNFIT
        self._characters += length
        if self._characters > MOST_REMEMBERED:
            self._forget()
        if not asked.keys() <= alike.questions.keys():
            alike.questions |= asked
            alike.templates = BoundedMemory(REMEMBERED_ANSWERS)
        alike.templates.put(alike.answers(request.variables), template)
        return template


def _parts(key: Hashable) -> int:
    return sum(map(_parts, key)) + 1 if isinstance(key, tuple) else 1
