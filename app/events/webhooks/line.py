"""The deliveries of one webhook in one process: as many in flight as may be, and the next as soon as some are done."""

import asyncio
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from app.events.webhooks import jobs
from app.events.webhooks.claiming import NOTHING, Claim, Claimed, claim
from app.events.webhooks.content import body
from app.events.webhooks.recording import Tried, record
from app.events.webhooks.rules import Rules
from app.events.webhooks.secrets import remember
from app.events.webhooks.sending import Outcome, Sender
from app.events.webhooks.signing import headers
from app.sealing import Open, Unreadable

COMPANY_SECONDS = 0.005  # for which the first that is done waits for others: they are recorded together
Sending = asyncio.Task[Tried]


@dataclass(slots=True)
class Line:
    """Runs until nothing is due, or its turn is over, or `stop` is set; then what was in flight is recorded.

    `again` is set when something may have become due. Raises the driver's errors; what was in flight is sent again
    then, when the lease ends.
    """

    pool: "asyncpg.Pool[asyncpg.Record]"
    sender: Sender
    rules: Rules
    stop: asyncio.Event
    open_secret: Open
    workspace_id: UUID
    webhook_id: UUID
    again: asyncio.Event = field(default_factory=asyncio.Event)
    lease: UUID = field(default_factory=uuid4)
    lease_end: float = 0.0
    begun: float = field(default_factory=time.monotonic)

    @property
    def is_over(self) -> bool:
        """Whether it ends though something may be due."""
        return self.stop.is_set() or time.monotonic() - self.begun > self.rules.turn

    async def run(self) -> None:
        sending: set[Sending] = set()
        try:
            done: set[Sending] = set()
            while True:
                self.again.clear()
                claimed = await self._step([task.result() for task in done])
                sending -= done
                sending |= {asyncio.create_task(self._tried(claimed, one)) for one in claimed.deliveries}
                if claimed.parked:
                    self.again.set()  # behind those there may be others
                if sending:
                    done = await self._first_done(sending, listens=not claimed.is_full)
                elif self.again.is_set() and not self.is_over:
                    done = set()
                else:
                    return
        finally:
            for task in sending:
                task.cancel()

    async def _step(self, tried: Sequence[Tried]) -> Claim:
        """Records what came of some, and claims others, in one transaction."""
        key = (self.workspace_id, self.webhook_id)
        async with self.pool.acquire() as connected, connected.transaction():
            now = await remember(connected, self.workspace_id, [self.webhook_id], self.rules.rotation)
            if tried:
                await record(connected, *key, self.lease, tried, now, self.rules)
            if self.is_over:
                return NOTHING
            claimed = await claim(connected, *key, self.lease, now, self.rules)
            if claimed.deliveries and claimed.lease_end != self.lease_end:
                await jobs.wake_at(connected, *key, {claimed.lease_end: claimed.lease_end - now.seconds})
        self.lease_end = claimed.lease_end
        return claimed

    async def _first_done(self, sending: Collection[Sending], *, listens: bool) -> set[Sending]:
        """Those that are done, a moment after the first one is.

        None, where it `listens` and something may have become due before.
        """
        waiting: set[asyncio.Task[object]] = {*sending}
        told = asyncio.create_task(self.again.wait()) if listens else None
        if told:
            waiting.add(told)
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(COMPANY_SECONDS)
        if told:
            told.cancel()
            with suppress(asyncio.CancelledError):
                await told
        return {task for task in sending if task.done()}

    async def _tried(self, claimed: Claim, one: Claimed) -> Tried:
        sent = body(claimed.url, one.event_name, self.workspace_id, self.webhook_id, one.content)
        try:
            keys = [self.open_secret(self.workspace_id, secret) for secret in claimed.secrets]
        except Unreadable as fault:  # what cannot be signed is not sent
            return Tried(one, Outcome(datetime.now(UTC), 0, error=str(fault)))
        signed = headers(str(one.event_id), sent, keys, time.time())
        return Tried(one, await self.sender.post(claimed.url, sent, signed))
