"""Every error a client can see: one table of codes, one base class, small subclasses.

GraphQL renders an error as ``{"message", "extensions": {"code"}}``, REST as ``{"statusCode", "error", "messages"}``;
both read the row of this table that the error's class names. This module must not know either protocol.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table: the GraphQL code, the HTTP status and the name that REST shows in ``error``."""

    name: str
    status: int
    rest_name: str


CODES: dict[str, Code] = {
    code.name: code
    for code in (
        Code("GRAPHQL_PARSE_FAILED", 400, "BadRequestException"),
        Code("GRAPHQL_VALIDATION_FAILED", 400, "BadRequestException"),
        Code("BAD_USER_INPUT", 400, "BadRequestException"),
        Code("QUERY_TOO_COMPLEX", 400, "BadRequestException"),
        Code("UNAUTHENTICATED", 401, "UNAUTHENTICATED"),
        Code("FORBIDDEN", 403, "ForbiddenException"),
        Code("NOT_FOUND", 404, "NotFoundException"),
        Code("METHOD_NOT_ALLOWED", 405, "MethodNotAllowedException"),
        Code("REQUEST_TIMEOUT", 408, "RequestTimeoutException"),
        Code("CONFLICT", 409, "ConflictException"),
        Code("GONE", 410, "GoneException"),
        Code("PRECONDITION_FAILED", 412, "PreconditionFailedException"),
        Code("PAYLOAD_TOO_LARGE", 413, "PayloadTooLargeException"),
        Code("URI_TOO_LONG", 414, "UriTooLongException"),
        Code("UNSUPPORTED_MEDIA_TYPE", 415, "UnsupportedMediaTypeException"),
        Code("IDEMPOTENCY_KEY_REUSED", 422, "UnprocessableEntityException"),
        Code("HEADERS_TOO_LARGE", 431, "RequestHeaderFieldsTooLargeException"),
        Code("TOO_MANY_REQUESTS", 429, "TooManyRequestsException"),
        Code("TIMEOUT", 503, "ServiceUnavailableException"),
        Code("SERVICE_UNAVAILABLE", 503, "ServiceUnavailableException"),
        Code("INTERNAL_SERVER_ERROR", 500, "InternalServerErrorException"),
    )
}


class ApiError(Exception):
    """Internal server error"""

    code_name: ClassVar[str] = "INTERNAL_SERVER_ERROR"

    def __init__(self, message: str | None = None, *, index: int | None = None, field: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.index, self.field = index, field
        super().__init__(self.message)

    @property
    def place(self) -> dict[str, Any]:
        """Where it was found, as far as that is known: the element of a batch, and the path of a field."""
        return {name: value for name, value in (("index", self.index), ("field", self.field)) if value is not None}

    @property
    def code(self) -> Code:
        return CODES[self.code_name]


class ParseFailed(ApiError):
    """The document is not GraphQL."""

    code_name = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(ApiError):
    """The document does not fit the schema."""

    code_name = "GRAPHQL_VALIDATION_FAILED"


class BadUserInput(ApiError):
    """The input is not valid."""

    code_name = "BAD_USER_INPUT"


class RefusedKey(BadUserInput):
    """Values of the client that a key of the database refuses: `columns` of an object, and what `reason` says of them.

    `values` are the texts that the database has for them.
    """

    def __init__(
        self, object_name: str, columns: Sequence[tuple[str, str]], values: Sequence[str], reason: "KeyReason"
    ) -> None:
        self.object_name, self.columns, self.values, self.reason = object_name, columns, values, reason
        super().__init__(self._message("", values), field=self.path)

    @property
    def path(self) -> str:
        return ", ".join(path for _, path in self.columns)

    def of(self, given: Sequence[Any], index: int | None, understood: Sequence[Any] = ()) -> BadUserInput:
        """The same with the values as they were given, of an element of a batch where there is one."""
        place = "" if index is None else f"[{index}]."
        also = f", understood as {_shown(understood)}" if understood and [*understood] != [*given] else ""
        return BadUserInput(self._message(place, given) + also, index=index, field=self.path)

    def _message(self, place: str, values: Sequence[Any]) -> str:
        reason = self.reason.value if len(self.columns) == 1 else self.reason.several
        return f"{place}{self.path}: {_shown(values)} {reason}"


def _shown(values: Sequence[Any]) -> str:
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)


class KeyReason(Enum):
    """Why a key refuses values."""

    TAKEN = "is already used"
    MISSING = "is the id of no record"

    @property
    def several(self) -> str:
        return "are already used together"


class QueryTooComplex(ApiError):
    """The query is too complex."""

    code_name = "QUERY_TOO_COMPLEX"


class Unauthenticated(ApiError):
    """Missing authentication token"""

    code_name = "UNAUTHENTICATED"


class Forbidden(ApiError):
    """This token may not do that."""

    code_name = "FORBIDDEN"


class NotFound(ApiError):
    """Record not found"""

    code_name = "NOT_FOUND"


class MethodNotAllowed(ApiError):
    """Method not allowed"""

    code_name = "METHOD_NOT_ALLOWED"


class RequestTimeout(ApiError):
    """The client takes too long."""

    code_name = "REQUEST_TIMEOUT"


class Conflict(ApiError):
    """The write lost against a concurrent one. Try again."""

    code_name = "CONFLICT"


class LostRace(Conflict):
    """The write lost against concurrent ones too often. Try again."""


class Gone(ApiError):
    """What came after the cursor is not kept any more."""

    code_name = "GONE"

    def __init__(self, message: str, *, after: str) -> None:
        self.after = after
        super().__init__(message)

    @property
    def place(self) -> dict[str, Any]:
        """The cursor to start anew after."""
        return {"after": self.after}


class PreconditionFailed(ApiError):
    """The record was changed meanwhile. Read it again."""

    code_name = "PRECONDITION_FAILED"


class PayloadTooLarge(ApiError):
    """The request body is too large."""

    code_name = "PAYLOAD_TOO_LARGE"


class UriTooLong(ApiError):
    """The URL is too long."""

    code_name = "URI_TOO_LONG"


class UnsupportedMediaType(ApiError):
    """The content type is not supported."""

    code_name = "UNSUPPORTED_MEDIA_TYPE"


class IdempotencyKeyReused(ApiError):
    """The Idempotency-Key was used for another request."""

    code_name = "IDEMPOTENCY_KEY_REUSED"


class Repeated(ApiError):
    """What the same request was refused with before."""

    def __init__(self, code: str, message: str, place: dict[str, Any]) -> None:
        self._code, self._place = CODES[code], place
        super().__init__(message)

    @property
    def code(self) -> Code:
        return self._code

    @property
    def place(self) -> dict[str, Any]:
        return self._place


class TooManyRequests(ApiError):
    """Too many requests at once."""

    code_name = "TOO_MANY_REQUESTS"


class HeadersTooLarge(ApiError):
    """The header lines are too large."""

    code_name = "HEADERS_TOO_LARGE"


class Timeout(ApiError):
    """The statement took longer than its time limit."""

    code_name = "TIMEOUT"


class ServiceUnavailable(ApiError):
    """The database is not available."""

    code_name = "SERVICE_UNAVAILABLE"
