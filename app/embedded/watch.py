"""Keeps the embedded PostgreSQL at work while a server uses it.

It is started again when it dies, its log is kept short, and while its disk is nearly full it only reads: one that runs
out of room for what it writes ahead stops altogether, and does not start before there is some.
"""

import asyncio
import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.embedded.server import CannotStart, Embedded

LOOK_SECONDS = 1.0
LEAST_FREE = 128 * 1024 * 1024  # bytes on the disk, some seconds of the fastest writing
MOST_LOG = 16 * 1024 * 1024  # bytes; as many are kept of what was before

READ_ONLY = "default_transaction_read_only"

log = logging.getLogger(__name__)


@contextmanager
def watched(data_dir: DataDir, url: str, least_free: int = LEAST_FREE) -> Iterator[None]:
    """The server on `data_dir` is watched, by a thread. It has been looked at once at the start."""
    watch = Watch(data_dir, embedded.prepare(data_dir, log.info), url, least_free)
    watch.look()
    thread = threading.Thread(target=watch.keep_looking, daemon=True)
    thread.start()
    try:
        yield
    finally:
        watch.ended.set()
        thread.join()


class Watch:
    """Looks at one server."""

    def __init__(self, data_dir: DataDir, server: Embedded, url: str, least_free: int) -> None:
        self._data_dir = data_dir
        self._server = server
        self._url = url
        self._least_free = least_free
        self._only_reads: bool | None = None  # as long as it is not known
        self.ended = threading.Event()

    def keep_looking(self) -> None:
        while not self.ended.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        """What is wrong with it, it says; it is looked at again."""
        try:
            if embedded.start_again(self._data_dir, self._server):
                log.warning("The embedded PostgreSQL had ended, and was started again.")
            self._shorten_log()
            self._make_room()
        except (CannotStart, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
            log.error("The embedded PostgreSQL: %s", error)

    def _shorten_log(self) -> None:
        """As the server's account, which owns the folder. PostgreSQL goes on at the end of what is there."""
        path = self._server.log
        if path.stat().st_size > MOST_LOG:
            self._server.account.run(["sh", "-c", 'cp "$1" "$1.before" && : > "$1"', "sh", path])

    def _make_room(self) -> None:
        free = shutil.disk_usage(self._server.home).free
        full = free < self._least_free * (2 if self._only_reads else 1)  # it goes to and fro only when much changes
        if full is self._only_reads:
            return
        asyncio.run(_read_only(self._url, full))
        if full:
            log.error("The disk has %d MB left: until there is room again, nothing is written.", free // 1024**2)
        elif self._only_reads:
            log.warning("The disk has room again: writes go on.")
        self._only_reads = full


async def _read_only(url: str, whether: bool) -> None:
    """For all transactions that begin from now on, of all connections."""
    connected = await asyncpg.connect(url, timeout=5, server_settings={READ_ONLY: "off"})
    try:
        change = f"SET {READ_ONLY} = on" if whether else f"RESET {READ_ONLY}"
        await connected.execute(f"ALTER SYSTEM {change}")
        await connected.execute("SELECT pg_reload_conf()")
    finally:
        await connected.close()
