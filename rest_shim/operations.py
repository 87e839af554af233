"""What REST can do with the records of an object, as rows: routes, documents and the API description all read them.

A row names the GraphQL operation that it is; this module must not know how either protocol is read or answered.
"""

from dataclasses import dataclass
from enum import Enum

from schema.operations import OPERATIONS as GRAPHQL_OPERATIONS
from schema.operations import Operation, Verb


class Body(Enum):
    """What a request's body must be."""

    NONE = "nothing"
    OBJECT = "an object"
    ARRAY = "an array"


@dataclass(frozen=True, slots=True)
class RestOperation:
    """One method on one path, below the place where the routes are mounted.

    `parameters` are the query parameters that it knows, and `status` is that of a success.
    """

    method: str
    path: str
    graphql: Operation
    parameters: tuple[str, ...] = ("depth",)
    body: Body = Body.NONE
    status: int = 200


ONE = "/{plural}/{id}"
MANY = "/{plural}"
BATCH = "/batch/{plural}"


def _graphql(verb: Verb, *, many: bool) -> Operation:
    return next(operation for operation in GRAPHQL_OPERATIONS if (operation.verb, operation.many) == (verb, many))


# The order of paths is that in which they are tried.
OPERATIONS: tuple[RestOperation, ...] = (
    RestOperation("POST", BATCH, _graphql(Verb.CREATE, many=True), body=Body.ARRAY, status=201),
    RestOperation(
        "GET",
        MANY,
        _graphql(Verb.FIND_MANY, many=True),
        ("depth", "limit", "starting_after", "ending_before"),
    ),
    RestOperation("POST", MANY, _graphql(Verb.CREATE, many=False), body=Body.OBJECT, status=201),
    RestOperation("GET", ONE, _graphql(Verb.FIND_ONE, many=False)),
)
