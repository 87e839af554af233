"""JSON that PostgreSQL finished: it goes through GraphQL execution as it is, and is not completed value by value."""

from dataclasses import dataclass
from typing import Any

import orjson
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


@dataclass(frozen=True, slots=True)
class Finished:
    """The value of a root field as it goes into the response: `orjson.Fragment`s, alone or in a dict or list."""

    value: Any


class PassThrough(StrawberryGraphQLCoreExecutionContext):
    """Completes a `Finished` value by taking it as it is."""

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if isinstance(result, Finished):
            return result.value
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


def fragment(text: str) -> orjson.Fragment:
    return orjson.Fragment(text)


def record_or_null(text: str | None) -> Finished:
    """The JSON text of one record."""
    return Finished(None if text is None else fragment(text))


def array(texts: str | None) -> Finished:
    """JSON texts, separated by commas."""
    return Finished(fragment(f"[{texts or ''}]"))
