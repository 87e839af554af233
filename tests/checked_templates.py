"""Holds every query of every test: its remembered statement is the one that planning it with its own values gives.

Documents with literals in them share their text from the first time on.
"""

from collections.abc import Hashable

from schema.context import Context, Request
from schema.execution.documents import Operation, RootCall
from schema.execution.literals import Literals
from schema.execution.root_field import Read
from schema.execution.templates import Alike, Templates


class CheckedTemplates(Templates):
    """Remembers each shape at once, and compares."""

    def _admitted(self, key: Hashable) -> Alike | None:
        self._seen.again(key)
        return super()._admitted(key)

    def reads(self, operation: Operation, request: Request, context: Context) -> list[tuple[RootCall, Read]] | None:
        found = super().reads(operation, request, context)
        if found is not None:
            planned = self._plan(operation, request, operation.coerced(request.variables), context)
            assert planned is not None
            assert [(call.key, read.statement) for call, read in found] == [
                (call.key, read.statement) for call, read in planned
            ]
        return found


class EagerLiterals(Literals):
    """Takes every document for one that was seen with other literals."""

    def _document(self, key: tuple[str, ...], text: str) -> str | None:
        self._seen.again(key)
        return super()._document(key, text)
