"""Holds every operation of every test: its remembered statements are those that planning it with its own values gives.

Documents with literals in them share their text from the first time on.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace

from schema.context import Context, GraphQLRequest, Statement
from schema.execution.documents import ParsedOperation
from schema.execution.literals import Literals
from schema.execution.root_plans import Run
from schema.execution.templates import Alike, PlannedField, Templates


class CheckedTemplates(Templates):
    """Remembers each shape at once, and compares."""

    def _admitted(self, key: Hashable) -> Alike | None:
        self._seen.again(key)
        return super()._admitted(key)

    def fields(
        self, operation: ParsedOperation, request: GraphQLRequest, context: Context
    ) -> tuple[Sequence[tuple[PlannedField, Statement | None]], Run] | None:
        found = super().fields(operation, request, context)
        if found is not None:
            planned = self._plan(operation, request, operation.coerced(request.variables), context.caller, context)
            assert planned is not None
            filled = [(one, found[1].filled(one.first) if one.first else None) for one in planned]
            assert [comparable(*one) for one in found[0]] == [comparable(*one) for one in filled]
        return found


def comparable(planned: PlannedField, first: Statement | None) -> tuple[str, Statement | None]:
    """The key and the statement. What a write generates anew each time, ids and moments, is left out."""
    if first is not None and first.writes:
        first = replace(first, values=tuple(type(value) for value in first.values))
    return planned.key, first


class EagerLiterals(Literals):
    """Takes every document for one that was seen with other literals."""

    def _document(self, key: tuple[str, ...], text: str) -> str | None:
        self._seen.again(key)
        return super()._document(key, text)
