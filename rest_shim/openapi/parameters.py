"""The parameters of requests and the answers other than records, as the description of the API has them."""

from collections.abc import Mapping
from typing import Any

from rest_shim.filters import COMPARATORS
from rest_shim.openapi.schemas import ID
from rest_shim.ordering import DIRECTIONS
from rest_shim.query import GROUP_BY_EXAMPLE
from rest_shim.selection import DEFAULT_DEPTH, DEPTHS
from schema.errors import CODES

Json = dict[str, Any]

DEFAULT_LIMIT = 60  # the size of a GraphQL page


def _query(name: str, description: str, schema: Json, example: Any = None) -> Json:
    """An example is what the reference page sends unless the reader changes it: it must do no harm to the answer."""
    shown = {} if example is None else {"example": example}
    empty = {"allowEmptyValue": True} if "minLength" not in schema else {}
    place = {"name": name, "in": "query", "required": False, **empty}
    return {**place, "description": description, "schema": schema, **shown}


def _header(name: str, description: str) -> Json:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


_FLAG: Json = {"type": "boolean", "default": False}
_TEXT: Json = {"type": "string"}

# By component name; the query parameter's name is in it.
PARAMETERS: Mapping[str, Json] = {
    "idPath": {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The id of the record.",
        "schema": {"type": "string", "format": "uuid"},
        "example": ID,
    },
    "filter": _query(
        "filter",
        "Conditions `field[comparator]:value`, joined by commas or in `and(…)`, `or(…)`, `not(…)`; parts of composite"
        " fields as `name.firstName`. In a URL `+` is written `%2B`, `%` is `%25`. Text may stand in"
        " quotation marks, where a backslash escapes them. Comparators: "
        f'{", ".join(COMPARATORS)}. For example `and(id[in]:["{ID}"],createdAt[lt]:"2030-01-01")`.',
        _TEXT,
    ),
    "orderBy": _query(
        "order_by",
        f"Fields with a direction, `field_1,field_2[DescNullsLast]`. Directions: {', '.join(DIRECTIONS)}.",
        _TEXT,
        "createdAt[DescNullsLast]",
    ),
    "limit": _query(
        "limit",
        "How many records at most. More than the server allows counts as what it allows.",
        {"type": "integer", "minimum": 0, "default": DEFAULT_LIMIT},
    ),
    "offset": _query("offset", "How many records to skip.", {"type": "integer", "minimum": 0, "default": 0}),
    "startingAfter": _query("starting_after", "A cursor or an id: what comes after it.", _TEXT),
    "endingBefore": _query("ending_before", "A cursor or an id: what comes before it.", _TEXT),
    "depth": _query(
        "depth",
        "How many levels of relations are answered.",
        {"type": "integer", "enum": list(DEPTHS), "default": DEFAULT_DEPTH},
    ),
    "fields": _query(
        "fields",
        "Just these fields and relations, separated by commas; of relations with dots. The id always comes. For example"
        " `id,createdAt`.",
        {"type": "string", "minLength": 1},
    ),
    "upsert": _query("upsert", "Whether a record that matches by id or a unique field is updated instead.", _FLAG),
    "softDelete": _query("soft_delete", "Whether the record is only marked as deleted and can be restored.", _FLAG),
    "groupBy": {
        **_query(
            "group_by",
            "What to group by: a JSON array of fields, of dates with a `granularity`.",
            {"type": "string", "minLength": 1},
            GROUP_BY_EXAMPLE,
        ),
        "required": True,
    },
    "aggregate": _query("aggregate", "What to count or compute of each group: a JSON array.", _TEXT, '["totalCount"]'),
    "orderByForRecords": _query("order_by_for_records", "The order of the records of a group, as `order_by`.", _TEXT),
    "idempotencyKey": _header(
        "Idempotency-Key",
        "1 to 255 printable characters that this request alone has: sent again with it, it is not done again for a day"
        " but answered the same, with the header `Idempotency-Replayed: true`.",
    ),
    "ifNoneMatch": _header("If-None-Match", "ETags of answers that the client has: 304 where it is one of them."),
    "ifMatch": _header("If-Match", "The ETag of the record as it was read: refused with 412 if it was changed since."),
    "viewId": _query("view_id", "A view whose filter applies.", _TEXT),
    "includeRecordsSample": _query("include_records_sample", "Whether records of each group are answered.", _FLAG),
    "omitNullValues": _query("omit_null_values", "Whether records without a value are left out.", _FLAG),
}
BY_NAME: Mapping[str, str] = {
    parameter["name"]: component for component, parameter in PARAMETERS.items() if parameter["in"] == "query"
}

PAGE_INFO: Json = {
    "type": "object",
    "properties": {
        "hasNextPage": {"type": "boolean"},
        "hasPreviousPage": {"type": "boolean"},
        "startCursor": {"type": ["string", "null"]},
        "endCursor": {"type": ["string", "null"]},
    },
    "required": ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"],
}
ERROR: Json = {
    "type": "object",
    "properties": {
        "statusCode": {"type": "integer"},
        "error": {"type": "string"},
        "messages": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    },
    "required": ["statusCode", "error", "messages"],
}
_ERRORS = {
    400: "The request has a fault; the message says which.",
    401: "There is no token, or it is not good any more.",
    403: "The token may not do this; the message names the scope that it lacks.",
    404: "There is no such record.",
    409: "The write lost against a concurrent one, or one with its `Idempotency-Key` is still running.",
    413: "The body is too large.",
    415: "The body is not JSON in UTF-8.",
    429: "Too many requests; `Retry-After` says when the next may come.",
    503: "The database is away, or took too long.",
}
ERROR_STATUSES = tuple(_ERRORS)
_RARE_ERRORS = {
    410: "The events after the cursor are not kept any more.",
    412: "The record was changed since what `If-Match` names.",
    422: "The `Idempotency-Key` was used for another request.",
}


def error_responses() -> dict[str, Json]:
    """A component for each status of an error, with an example."""
    return {
        str(status): {
            "description": description,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/Error"},
                    "example": {"statusCode": status, "error": _rest_name(status), "messages": [description]},
                }
            },
        }
        for status, description in {**_ERRORS, **_RARE_ERRORS}.items()
    }


def _rest_name(status: int) -> str:
    return next(code.rest_name for code in CODES.values() if code.status == status)
