"""The worker: a process that relays events and serves nothing. Any number of them may run beside any servers."""

import asyncio
import logging
import signal
from collections.abc import Callable

from app import logs
from app.database import choose as located
from app.database import connection
from app.database.pooler import refuse_unfit_pooler
from app.events.work import at_work, relay_of
from app.fault import OperatorFault
from app.migrations import migrate
from app.settings import Settings
from schema.catalog.loading import load

log = logging.getLogger(__name__)


class NothingToDo(OperatorFault):
    """Events are turned off (EVENTS=off), so there is nothing to relay."""


def work(settings: Settings, say: Callable[[str], None]) -> None:
    """Until a signal ends it. Raises the operator's errors of what it starts."""
    if not settings.events:
        raise NothingToDo(NothingToDo.__doc__)
    logs.configure(settings.log_level)
    with located.database(settings, say) as found:
        asyncio.run(_work(found, say, is_embedded=not settings.database_url))


async def _work(settings: Settings, say: Callable[[str], None], *, is_embedded: bool) -> None:
    assert settings.database_url is not None
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await connection.check_fitness(settings.database_url)
    if not is_embedded:
        await refuse_unfit_pooler(settings.database_url)
    await migrate(settings.database_url)
    async with at_work(settings, relay_of(settings, load())):
        say("The worker relays events.")
        await ended.wait()
