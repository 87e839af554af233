"""JSON that PostgreSQL finished goes through GraphQL execution as it is: nested values are not completed again."""

from dataclasses import dataclass
from typing import Any

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
