"""The header `Idempotency-Key`: which requests may come again, and what is told of that."""

import hashlib
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.database.database import Database
from app.database.repeatable import Repeatable, StillRunning
from app.http.dispatch import IDEMPOTENCY_KEY, REPEATS, Endpoint
from app.http.event_stream import EventStream
from app.http.replies import refused
from rest_shim.rest_api import Earlier
from schema.context import Answer, Caller
from schema.errors import BadUserInput, Repeated
from schema.execution.finished_json import array, record_or_null

HEADER = IDEMPOTENCY_KEY.decode()
REPLAYED = "Idempotency-Replayed"
RETRY_SECONDS = "1"
LONGEST = 255  # characters
READING = ("GET", "HEAD")

_SCOPE = "icosa.repeatable"


async def repeatable(request: Request, caller: Caller, database: Database) -> Repeatable | None:
    """The request, if it has the header and can write. Raises BadUserInput, and what reading its body raises."""
    if REPEATS not in request.scope or request.method in READING:
        return None
    found = Repeatable(
        database,
        caller.workspace_id,
        caller.api_key_id or caller.workspace_member_id or UUID(int=0),
        _key(request.headers.getlist(HEADER)),
        await _fingerprint(request),
        caller.grants,
    )
    request.scope[_SCOPE] = found
    return found


def _key(lines: list[str]) -> str:
    key, *others = lines
    if others or not 1 <= len(key) <= LONGEST or not (key.isascii() and key.isprintable()):
        raise BadUserInput(f"Idempotency-Key must be one text of 1 to {LONGEST} printable ASCII characters")
    return key


async def _fingerprint(request: Request) -> bytes:
    """The same for requests that ask for the same: method, path, query and body."""
    parts = request.method.encode(), request.scope["path"].encode(), request.scope["query_string"]
    return hashlib.sha256(b"\0".join((*parts, await request.body()))).digest()


def earlier(found: Repeatable | None) -> Earlier | None:
    """How REST asks what a request was answered before."""
    if found is None:
        return None

    async def ask(field: str, many: bool) -> Answer | None:
        try:
            kept = await found.earlier(field)
        except Repeated as fault:
            return refused(fault)
        if kept is None:
            return None
        return Answer({field: (array(kept[0]) if many else record_or_null(kept[0])).value})

    return ask


def telling_of_repeats(endpoint: Endpoint) -> Endpoint:
    """The endpoint, whose answers tell what came of the header."""

    async def respond(request: Request) -> Response | EventStream:
        response = await endpoint(request)
        if REPEATS in request.scope and isinstance(response, Response):
            found: Repeatable | None = request.scope.get(_SCOPE)
            if found is not None:
                _tell(found, response)
        return response

    return respond


def _tell(found: Repeatable, response: Response) -> None:
    """A request of which nothing was done has the status of what was in its way, in GraphQL too."""
    if found.repeated and not found.done and not found.refusal:
        response.headers[REPLAYED] = "true"
    if isinstance(found.refusal, StillRunning):
        response.headers["Retry-After"] = RETRY_SECONDS
    if found.refusal and not found.done and not found.repeated:
        response.status_code = found.refusal.code.status
