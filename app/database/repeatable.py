"""Requests with an Idempotency-Key, in the database: claimed while they run, and answered the same for a day.

A request is claimed by a lock of the transaction on the workspace, the caller and the key, so that nothing is left of
it when the server dies. What a root field is answered is kept in the write's own transaction: either both are there
when the client asks again, or neither is. It was made for the scopes of then, and is told to who has these still.
"""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from app.database.database import Database
from schema.context import EVERYTHING, Fetch, Grants, Statement
from schema.errors import ApiError, Conflict, Forbidden, IdempotencyKeyReused, LostRace, Repeated

T = TypeVar("T")

KEPT = "interval '24 hours'"
PRUNED = 20  # of its workspace, by each request that is kept, which adds one a root field
PASSING = (401, Forbidden().code.status, Conflict().code.status, 429)
"""The refusals that may be others when the request comes again."""

_OWN = "workspace_id = $1 AND caller_id = $2 AND key = $3"
CLAIM = "SELECT pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', $1::uuid, $2::uuid, $3::text), 17))"
FIND = (
    "SELECT field = $4, fingerprint, answer, fault, scopes FROM repeatable"
    f" WHERE {_OWN} AND created_at > now() - {KEPT} ORDER BY field = $4 DESC LIMIT 1"
)
KEEP = (
    "INSERT INTO repeatable AS kept (workspace_id, caller_id, key, field, fingerprint, answer, fault, scopes)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (workspace_id, caller_id, key, field) DO UPDATE"
    " SET fingerprint = excluded.fingerprint, answer = excluded.answer, fault = excluded.fault,"
    " scopes = excluded.scopes, created_at = excluded.created_at"
    f" WHERE excluded.created_at - kept.created_at >= {KEPT} RETURNING true"
)
_KEY = "caller_id, key, field"
_PRUNE = (
    f"DELETE FROM repeatable WHERE workspace_id = $1 AND ({_KEY}) IN (SELECT {_KEY} FROM repeatable"
    f" WHERE workspace_id = $1 AND created_at <= now() - {KEPT} ORDER BY created_at LIMIT {{}} FOR UPDATE SKIP LOCKED)"
)
PRUNE = _PRUNE.format(PRUNED)
PRUNE_MORE = _PRUNE.format("$2")
OUTDATED = (
    f"SELECT workspace_id, count(*) FROM (SELECT workspace_id FROM repeatable WHERE created_at <= now() - {KEPT}"
    " ORDER BY created_at LIMIT $1) old GROUP BY workspace_id"
)
"""The workspaces of the oldest answers, with how many to prune of each."""
NARROWED = "This API key lacks some of the scopes that it had when the request was done: its answer is not told again"


class StillRunning(Conflict):
    """A request with this Idempotency-Key is still running. Try again."""


@dataclass(slots=True)
class Repeatable:
    """One request. Implements `schema.context.Once`.

    `fingerprint` tells what was asked. `done` and `repeated` count its root fields, and `refusal` is why none more is
    looked at: what comes after one that could not be done is not done either.
    """

    database: Database
    workspace_id: UUID
    caller_id: UUID
    key: str
    fingerprint: bytes
    grants: Grants = EVERYTHING
    done: int = 0
    repeated: int = 0
    refusal: ApiError | None = None

    async def answer(self, field: str, work: Callable[[Fetch], Awaitable[str | None]]) -> str | None:
        async def attempt(fetch: Fetch) -> tuple[bool, str | None]:
            kept = await self._kept(fetch, field)
            if kept is not None:
                return True, kept[0]
            text = await work(fetch)
            await self._keep(fetch, field, text, None)
            return False, text

        was_kept, text = await self._claimed(attempt)
        self.repeated += was_kept
        self.done += not was_kept
        return text

    async def earlier(self, field: str) -> tuple[str | None] | None:
        """What the field was answered before, in a tuple; nothing where it was not. Raises as `answer` does."""
        kept = await self._claimed(lambda fetch: self._kept(fetch, field))
        self.repeated += kept is not None
        return kept

    async def keep_refusal(self, field: str, fault: ApiError) -> None:
        if isinstance(fault, Repeated) or fault is self.refusal:
            return
        self.done += 1
        if not 400 <= fault.code.status < 500 or fault.code.status in PASSING:
            return
        told = json.dumps({"code": fault.code.name, "message": fault.message, "place": fault.place})

        async def keep(fetch: Fetch) -> None:
            await self._claim(fetch)
            if await self._kept(fetch, field) is None:
                await self._keep(fetch, field, None, told)

        # Where the same request has come again since the rollback, that keeps what it is told.
        with suppress(StillRunning, IdempotencyKeyReused, Repeated, Forbidden):
            await self.database.transact(keep, self.workspace_id)

    async def _claimed(self, attempt: Callable[[Fetch], Awaitable[T]]) -> T:
        """What is attempted in a transaction that has claimed the request."""
        if self.refusal:
            raise self.refusal

        async def work(fetch: Fetch) -> T:
            await self._claim(fetch)
            return await attempt(fetch)

        try:
            return await self.database.transact(work, self.workspace_id)
        except (StillRunning, IdempotencyKeyReused) as fault:
            self.refusal = fault
            raise
        except Repeated:
            self.repeated += 1
            raise

    async def _claim(self, fetch: Fetch) -> None:
        """By a statement of its own, so that the next one sees what was kept before. Raises StillRunning."""
        ((is_claimed,),) = await fetch(self._statement(CLAIM))
        if not is_claimed:
            raise StillRunning

    async def _kept(self, fetch: Fetch, field: str) -> tuple[str | None] | None:
        """What the field was answered, in a tuple. Raises IdempotencyKeyReused, Forbidden and Repeated."""
        for is_same_field, fingerprint, answer, fault, scopes in await fetch(self._statement(FIND, field)):
            if fingerprint != self.fingerprint:
                raise IdempotencyKeyReused
            if is_same_field and not self.grants.cover(Grants.of(scopes)):
                raise Forbidden(NARROWED)
            if is_same_field and fault is not None:
                raise Repeated(**json.loads(fault))
            if is_same_field:
                return (answer,)
        return None

    async def _keep(self, fetch: Fetch, field: str, answer: str | None, fault: str | None) -> None:
        scopes = None if self.grants.scopes is None else sorted(self.grants.scopes)
        if not await fetch(self._statement(KEEP, field, self.fingerprint, answer, fault, scopes)):
            raise LostRace
        await fetch(Statement(PRUNE, (self.workspace_id,)))

    def _statement(self, text: str, *values: Any) -> Statement:
        return Statement(text, (self.workspace_id, self.caller_id, self.key, *values))
