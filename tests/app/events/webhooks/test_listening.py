"""That the worker's listener counts as failed only when it does not listen, not when it was asked too early."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from pgqueuer.core import listeners
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.queries import Queries

from app.events.webhooks.worker import Manager
from tests.app.events.webhooks.hooks import Hooks

SOON = timedelta(seconds=1)


async def listen(manager: Manager) -> None:
    await listeners.initialize_notice_event_listener(
        manager.queries.driver,
        manager.channel,
        listeners.default_event_router(
            notice_event_queue=listeners.PGNoticeEventListener(),
            canceled=manager.job_context,
            pending_health_check=manager.pending_health_check,
        ),
    )


async def test_a_listener_that_comes_after_the_first_question(hooks: Hooks) -> None:
    async with asyncpg.create_pool(hooks.url, min_size=1, max_size=3) as pool:
        manager = Manager(Queries.from_asyncpg_pool(pool))
        asked = asyncio.create_task(manager.listener_healthy(SOON))
        await asyncio.sleep(0.3)  # the question is sent by now
        assert not asked.done()
        await listen(manager)
        assert await asked
        pool.terminate()  # it has the connection that listens


async def test_a_listener_that_is_lost(hooks: Hooks) -> None:
    async with asyncpg.create_pool(hooks.url, min_size=1, max_size=3) as pool:
        manager = Manager(Queries.from_asyncpg_pool(pool))
        await listen(manager)
        assert await manager.listener_healthy(SOON)
        async with pool.acquire() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            )
        with pytest.raises(FailingListenerError):
            await manager.listener_healthy(timedelta(seconds=0.3))
        pool.terminate()


async def test_a_listener_that_never_hears_a_thing(hooks: Hooks, caplog: pytest.LogCaptureFixture) -> None:
    """It is asked on and on, and told once."""
    async with asyncpg.create_pool(hooks.url, min_size=1, max_size=3) as pool:
        manager = Manager(Queries.from_asyncpg_pool(pool))
        asked = asyncio.create_task(manager.listener_healthy(timedelta(seconds=0.05)))
        await asyncio.sleep(0.6)
        assert not asked.done()
        asked.cancel()
    assert [record.message for record in caplog.records] == [
        "No notifications arrive: webhooks are looked for every 5 s"
    ]
