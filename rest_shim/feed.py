"""`GET /events`: the log of the workspace, as the GraphQL field `events` has it, with its arguments as parameters."""

from collections.abc import Mapping
from typing import Any

from rest_shim.query import PAGE_ARGUMENTS, page_arguments
from schema.context import GraphQLRequest, Printing

PATH = "/events"
FILTERS = ("object", "action", "recordId", "since")
PARAMETERS = (*PAGE_ARGUMENTS, *FILTERS, *PAGE_ARGUMENTS.values())
FIELDS = (
    *("number", "id", "name", "object", "action", "recordId", "eventDate", "record", "before", "updatedFields", "diff"),
    *("actor { source name workspaceMemberId apiKeyId }", "requestId"),
)
DOCUMENT = (
    "query Events($after: String, $first: Int, $filter: EventFilterInput)"
    " { events(after: $after, first: $first, filter: $filter)"
    f" {{ edges {{ node {{ {' '.join(FIELDS)} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
)


def request(given: Mapping[str, str]) -> GraphQLRequest:
    """The operation. Raises BadUserInput."""
    wanted = {name: given[name] for name in FILTERS if name in given}
    variables: dict[str, Any] = {"filter": wanted, **page_arguments(given)}
    return GraphQLRequest(DOCUMENT, variables, read_only=True, printing=Printing(plain_lists=True))
