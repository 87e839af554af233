"""The process that delivers: pgqueuer hands it webhooks that have something due, and it sends until nothing is.

Any number of processes may run one. What a killed one had claimed is sent by another when the lease ends.
"""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.models import HealthCheckEvent, Job
from pgqueuer.queries import Queries

from app.database import connection
from app.database.database import DRIVER_ERRORS
from app.events.webhooks import jobs
from app.events.webhooks.housekeeping import keep_house
from app.events.webhooks.line import Line
from app.events.webhooks.network import CheckedNetwork, Resolve, resolve
from app.events.webhooks.rules import Rules
from app.events.webhooks.sending import Sender
from app.sealing import Open, as_stored

CONNECTIONS = 10  # to the database; one of them listens
STATEMENT_MS = 30_000
PICKED = 20  # jobs at a time
POLL = timedelta(seconds=5)  # where no notification comes
PAUSE = 1.0  # seconds, after a fault of the database
QUESTIONS = 3  # to a listener that has not heard any yet, before it is told

log = logging.getLogger(__name__)


async def run_deliveries(
    database_url: str,
    stop: asyncio.Event,
    *,
    allow_private: bool = False,
    rules: Rules = Rules(),  # noqa: B008 - a frozen value
    resolve: Resolve = resolve,
    open_secret: Open = as_stored,
) -> None:
    """Delivers until `stop` is set, and for the time of an exchange after that.

    It waits for a database that is away. `allow_private` sends to addresses that are not public, too.
    `open_secret` makes of a webhook's secret what signs.
    """
    while not stop.is_set():
        try:
            async with AsyncExitStack() as stack:
                pool = await stack.enter_async_context(_pool(database_url))
                network = CheckedNetwork(allow_private=allow_private, resolve=resolve)
                sender = await stack.enter_async_context(Sender.opened(network, rules.timeout))
                await Worker(pool, sender, rules, stop, open_secret).run()
        except Exception as error:  # noqa: BLE001 - whatever it was, deliveries go on
            log.warning("Deliveries begin anew in %g s: %s", PAUSE, "; ".join(_reasons(error)))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)


def _reasons(error: BaseException) -> list[str]:
    if isinstance(error, BaseExceptionGroup):
        return [reason for one in error.exceptions for reason in _reasons(one)]
    return [f"{type(error).__name__} {error}".strip()]


def _pool(url: str) -> "asyncpg.Pool[asyncpg.Record]":
    return asyncpg.create_pool(
        url,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=connection.CONNECT_SECONDS,
        command_timeout=connection.command_seconds(STATEMENT_MS),
        # What a crash of the database loses of the last moment is sent again.
        server_settings={
            **connection.settings(STATEMENT_MS, "icosa deliveries"),
            "synchronous_commit": "off",
            **connection.ALWAYS_INDEXES,
        },
        reset=_keep,
    )


async def _keep(connected: Any) -> None:
    """No statement of ours leaves anything behind on a connection."""


class Manager(QueueManager):
    """A listener that is lost ends it, but not one that was asked before it listened, nor one that never hears a thing.

    The latter is so behind a pooler that passes no notifications on: then webhooks wait until they are looked for.
    """

    has_heard = False  # no field of the dataclass, so without a type

    async def listener_healthy(self, timeout: timedelta = POLL) -> HealthCheckEvent:  # noqa: ASYNC109 - pgqueuer's
        unheard = 0
        while not self.has_heard:
            try:
                answered = await super().listener_healthy(timeout)
                self.has_heard = True
                return answered
            except FailingListenerError:
                unheard += 1
                if unheard == QUESTIONS:
                    log.warning("No notifications arrive: webhooks are looked for every %g s", POLL.total_seconds())
        return await super().listener_healthy(timeout)


@dataclass(frozen=True, slots=True)
class Worker:
    """Runs pgqueuer's jobs until `stop` is set. Raises the driver's errors and pgqueuer's where it cannot go on."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    sender: Sender
    rules: Rules
    stop: asyncio.Event
    open_secret: Open
    lines: dict[UUID, Line] = field(default_factory=dict)

    async def run(self) -> None:
        manager = Manager(Queries.from_asyncpg_pool(self.pool))

        async def handle(job: Job) -> None:
            await self._handle(job, manager.shutdown)

        manager.entrypoint(jobs.ENTRYPOINT)(handle)
        async with asyncio.TaskGroup() as tasks:
            ending = tasks.create_task(self._end(manager))
            housekeeping = tasks.create_task(self._keep_house())
            await manager.run(
                dequeue_timeout=POLL,
                batch_size=PICKED,
                max_concurrent_tasks=self.rules.handlers,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=timedelta(seconds=self.rules.heartbeat),
                log_aggregation_interval=timedelta(0),
            )
            ending.cancel()
            housekeeping.cancel()

    async def _end(self, manager: QueueManager) -> None:
        await self.stop.wait()
        manager.shutdown.set()

    async def _keep_house(self) -> None:
        while True:
            try:
                async with self.pool.acquire() as connected:
                    await keep_house(connected, self.rules)
            except DRIVER_ERRORS as error:
                log.warning("Old deliveries are not removed for now: %s", error)
            await asyncio.sleep(self.rules.housekeeping)

    async def _handle(self, job: Job, ending: asyncio.Event) -> None:
        """Sends what is due for the job's webhook. Where this process does already, it is told to look again.

        `ending` is set when it is to stop, or when pgqueuer has lost its connection: it waits for its jobs then.
        """
        workspace_id, webhook_id = jobs.read(job.payload)
        line = self.lines.get(webhook_id)
        if line is not None:
            line.again.set()
            return
        of = (self.pool, self.sender, self.rules, ending, self.open_secret)
        line = self.lines[webhook_id] = Line(*of, workspace_id, webhook_id)
        try:
            await line.run()
        except DRIVER_ERRORS as error:
            log.warning("A webhook waits for the database: %s", str(error) or type(error).__name__)
            raise RetryRequested(timedelta(seconds=PAUSE)) from error
        finally:
            del self.lines[webhook_id]
        if line.is_over:
            raise RetryRequested(reason="Others come first, here or elsewhere")
