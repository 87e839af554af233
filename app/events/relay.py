"""The relay: takes what writes left in the outbox into the log of each workspace, batch by batch.

Any number of relays may run, in any number of processes: one at a time is at a workspace, whose row of `event_log` it
has locked. A process that wrote wakes its own relay, and every relay looks by itself twice a second; writes notify
nobody, since PostgreSQL commits one after another those that do.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from app.database import connection as databases
from app.database.database import DRIVER_ERRORS
from app.database.distribution import is_distributed
from app.database.pool import Connection
from app.events.batch import Batches, Outcome, Unfit

NAME = "icosa relay"  # of its connections
BATCH = 500  # events of one transaction at most
POLL_SECONDS = 0.5
PACE_SECONDS = 0.008  # from one look to the next: what comes meanwhile is one batch
BUSY_SECONDS = 0.02  # until a workspace is tried again that another relay was at
AWAY_SECONDS = 1.0  # until a database that is away is tried again
STOP_SECONDS = 5.0  # for the batch that is under way

CROWD = 3  # statements that requests run at once
SHARES = ((10.0, 1 / 16), (60.0, 1 / 4))
"""Writes come first: beside a crowd of requests, the relay takes this share of the time as long as it has not been
behind for so many seconds, and after that all that it needs."""
LONGEST_REST = 1.0  # seconds

STATEMENT_TIMEOUT_MS = 30_000
TIMEOUTS = {"lock_timeout": "5000", "idle_in_transaction_session_timeout": "30000"}
SETTINGS = {**TIMEOUTS, **databases.ALWAYS_INDEXES}

MOST_WORKSPACES = 1000  # of one look
WAITING = f"""
WITH RECURSIVE waiting AS (
  (SELECT workspace_id FROM event_outbox ORDER BY workspace_id LIMIT 1)
  UNION ALL
  SELECT (
    SELECT later.workspace_id FROM event_outbox later
    WHERE later.workspace_id > waiting.workspace_id ORDER BY later.workspace_id LIMIT 1
  ) FROM waiting WHERE waiting.workspace_id IS NOT NULL
)
SELECT workspace_id FROM waiting WHERE workspace_id IS NOT NULL LIMIT {MOST_WORKSPACES}
"""
"""The workspaces with rows in the outbox: one look into its index for each."""

WAITING_APART = f"SELECT DISTINCT workspace_id FROM event_outbox LIMIT {MOST_WORKSPACES}"
"""The same for Citus, which looks into many small outboxes at once, and knows no recursion."""

REFUSED_SECONDS = 60.0
MOST_REFUSED = 10  # of a workspace; with more it rests, since not the events are at fault

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Trouble:
    """A workspace some of whose rows cannot be relayed: how many to try at once, which to leave where they are."""

    size: int
    refused: list[int] = field(default_factory=list)
    until: float = 0.0

    @property
    def rests(self) -> bool:
        return len(self.refused) >= MOST_REFUSED and time.monotonic() < self.until


class Relay:
    """One relay, with a connection of its own. Whoever makes it runs it, and may wake it from the same event loop.

    A batch has `most` events at most. `load` says how many statements this process runs for requests at the moment.
    """

    def __init__(self, url: str, batches: Batches, most: int = BATCH, load: Callable[[], int] = lambda: 0) -> None:
        self._url = url
        self._batches = batches
        self._most = most
        self._load = load
        self._caught_up = time.monotonic()
        self._awake = asyncio.Event()
        self._stopping = False
        self._troubles: dict[UUID, Trouble] = {}
        self._waiting = WAITING

    def wake(self) -> None:
        """Told after each committed write. It costs nothing to tell it often."""
        self._awake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It runs meanwhile. At the end it finishes the batch that it is at."""
        task = asyncio.create_task(self.run(), name=NAME)
        try:
            yield
        finally:
            self.stop()
            await asyncio.wait([task], timeout=STOP_SECONDS)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Until it is stopped; while the database is away, it waits."""
        is_away = False
        while not self._stopping:
            try:
                connected = await databases.open_connection(self._url, STATEMENT_TIMEOUT_MS, NAME, SETTINGS)
                if is_away:
                    log.warning("The relay goes on")
                is_away = False
                self._waiting = WAITING_APART if await is_distributed(connected) else WAITING
                await self._serve(connected)
            except DRIVER_ERRORS as error:
                if not is_away:
                    log.warning("The relay waits for the database: %s", error or type(error).__name__)
                is_away = True
                if not self._stopping:
                    self._awake.clear()
                    await self._pause(AWAY_SECONDS)

    async def _serve(self, connected: Connection) -> None:
        """Looks, relays what there is, and waits."""
        try:
            while not self._stopping:
                started = time.monotonic()
                self._awake.clear()
                is_busy = await self.look(connected)
                await self._pause(BUSY_SECONDS if is_busy else POLL_SECONDS)
                await asyncio.sleep(max(0.0, started + PACE_SECONDS - time.monotonic()))
        finally:
            connected.terminate()

    async def look(self, connected: Connection) -> bool:
        """Relays all that waits, a batch of each workspace in turn; answers whether another relay was at some."""
        left = [row[0] for row in await connected.fetch(self._waiting)]
        busy = False
        while left and not self._stopping:
            outcomes = {workspace_id: await self._relay_in_turn(connected, workspace_id) for workspace_id in left}
            busy = busy or Outcome.BUSY in outcomes.values()
            left = [workspace_id for workspace_id, outcome in outcomes.items() if outcome is Outcome.MORE]
        if not left:
            self._caught_up = time.monotonic()
        return busy

    async def _relay_in_turn(self, connected: Connection, workspace_id: UUID) -> Outcome:
        """And then leaves time to requests, where there is a crowd of them."""
        began = time.monotonic()
        outcome = await self._relay(connected, workspace_id)
        if outcome is not Outcome.BUSY and self._load() >= CROWD:
            now = time.monotonic()
            share = next((share for seconds, share in SHARES if now - self._caught_up < seconds), 1.0)
            await asyncio.sleep(min((now - began) * (1 / share - 1), LONGEST_REST))
        return outcome

    async def _relay(self, connected: Connection, workspace_id: UUID) -> Outcome:
        """A batch, or what can be relayed of it, found by halving: a row that cannot must not hold up the rest."""
        trouble = self._troubles.get(workspace_id) or Trouble(self._most)
        if trouble.rests:
            return Outcome.ALL
        if trouble.refused and time.monotonic() >= trouble.until:
            trouble = self._troubles[workspace_id] = Trouble(self._most)
        try:
            outcome = await self._batches.relay(connected, workspace_id, trouble.size, trouble.refused)
        except Unfit as fault:
            self._note(workspace_id, trouble, fault)
            return Outcome.MORE
        except asyncpg.PostgresError as error:
            if connected.is_closed():
                raise
            log.warning("The relay could not go on in workspace %s, and tries again: %s", workspace_id, error)
            return Outcome.ALL
        trouble.size = min(self._most, trouble.size * 2)
        if trouble.size == self._most and not trouble.refused:
            self._troubles.pop(workspace_id, None)
        return outcome

    def _note(self, workspace_id: UUID, trouble: Trouble, fault: Unfit) -> None:
        self._troubles[workspace_id] = trouble
        if len(fault.places) > 1:
            trouble.size = len(fault.places) // 2
            return
        trouble.refused.append(fault.places[0])
        trouble.until = time.monotonic() + REFUSED_SECONDS
        log.error(
            "The event at place %s of the outbox cannot be relayed. It stays there, and is tried again in %d s, while"
            " others of the workspace %s go on",
            *(fault.places[0], REFUSED_SECONDS, workspace_id),
            exc_info=fault.__cause__,
        )

    async def _pause(self, seconds: float) -> None:
        """Until it is woken, or the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._awake.wait()
        except TimeoutError:
            pass
