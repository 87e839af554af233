"""Which requests may read from a replica, and that each caller sees what he has written.

A write answers the position of the primary's log after it, `X-Read-After`. A read with that header is answered by what
has replayed the log so far. And where the header is left out, the processes of a server know the positions themselves.
"""

import hashlib
from collections.abc import MutableSequence
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawArray

from starlette.requests import Request
from starlette.responses import Response

from app.database.database import Database
from app.http.dispatch import Endpoint
from app.http.event_stream import EventStream
from rest_shim.parameter_names import preferences
from schema.context import Caller
from schema.errors import ApiError, BadUserInput

HEADER = "X-Read-After"
APPLIED = "Preference-Applied"
REPLICA, PRIMARY = "read=replica", "read=primary"
SLOTS = 4096
_SCOPE = "icosa.reads"


UNKNOWN = 1 << 62
"""The position of a write of which none could be told: no replica is that far."""


class Positions:
    """How far callers have written, in `slots` that several share: one may have to wait for what another wrote."""

    def __init__(self, slots: MutableSequence[int]) -> None:
        self._slots = slots

    @classmethod
    def shared(cls) -> "Positions":
        """Some that can be handed to processes as they are started."""
        return cls(RawArray("Q", SLOTS))

    @classmethod
    def own(cls) -> "Positions":
        return cls([0] * SLOTS)

    def of(self, caller: Caller) -> int:
        return self._slots[self._slot(caller)]

    def note(self, caller: Caller, position: int) -> None:
        slot = self._slot(caller)
        before = self._slots[slot]
        self._slots[slot] = position if before == UNKNOWN else max(before, position)

    def _slot(self, caller: Caller) -> int:
        who = caller.api_key_id or caller.workspace_member_id or caller.workspace_id
        return int.from_bytes(hashlib.blake2b(who.bytes, digest_size=4).digest(), "big") % len(self._slots)


@dataclass(slots=True)
class Reads:
    """How one request may read: where there is an `after`, from a replica that has replayed the log so far."""

    caller: Caller
    after: int | None
    has_written: bool = False
    was_of_replica: bool = False


@dataclass(frozen=True, slots=True)
class ReadAfter:
    """`all_reads` may be of a replica, unless they say otherwise; else those only that say so."""

    database: Database
    positions: Positions
    all_reads: bool

    def reads(self, request: Request, caller: Caller) -> Reads:
        """Raises BadUserInput for a position that is none."""
        given = request.headers.get(HEADER)
        told = 0 if given is None else position(given)
        asked = preferences(request.headers.getlist("prefer")) if "prefer" in request.headers else ()
        may_be_old = REPLICA in asked or (self.all_reads and PRIMARY not in asked)
        after = max(told, self.positions.of(caller)) if may_be_old else None
        reads = request.scope[_SCOPE] = Reads(caller, after)
        return reads

    def telling(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, whose answers tell where a write is, and whether a read was of a replica."""

        async def respond(request: Request) -> Response | EventStream:
            is_told = False
            try:
                response = await endpoint(request)
                if isinstance(response, Response):
                    await self._tell(request.scope.get(_SCOPE), response)
                is_told = True
                return response
            finally:
                if not is_told:  # its client has hung up, say, after the write
                    self._keep_from_replicas(request.scope.get(_SCOPE))

        return respond

    def _keep_from_replicas(self, reads: Reads | None) -> None:
        if reads and reads.has_written:
            self.positions.note(reads.caller, UNKNOWN)

    async def _tell(self, reads: Reads | None, response: Response) -> None:
        if reads is None:
            return
        if reads.has_written:
            now = await self.noted(reads.caller)
            if now != UNKNOWN:
                response.headers[HEADER] = text(now)
        elif reads.was_of_replica:
            response.headers[APPLIED] = REPLICA

    async def noted(self, caller: Caller) -> int:
        """How far the primary is after a write of the caller, whose reads wait for it from now on."""
        try:
            now = await self.database.position(caller.workspace_id)
        except ApiError:
            now = UNKNOWN
        self.positions.note(caller, now)
        return now


def position(text: str) -> int:
    """Raises BadUserInput."""
    high, slash, low = text.strip().partition("/")
    try:
        if slash and len(high) <= 8 and len(low) <= 8:
            return (int(high, 16) << 32) + int(low, 16)
    except ValueError:
        pass
    raise BadUserInput(f"{HEADER} must be what a write has answered, such as 0/16B3748")


def text(position: int) -> str:
    """As PostgreSQL writes positions."""
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
