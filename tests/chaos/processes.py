"""What is killed: PostgreSQL, servers and workers, each started again at once; frozen, and short of disk."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.embedded.watch import watched
from tests.bench.serving import Database, prepared

SECRET = "a secret for benchmarks, long enough to sign with"  # of the token that `prepared` makes
PORTS = (5741, 5742)
WORKERS = 2
PAUSE = (0.5, 3.0)  # seconds between two harms
FROZEN = (1.0, 5.0)
FULL = (1.0, 3.0)
MORE_THAN_THERE_IS = 2**62


def _silent(line: str) -> None:
    pass


@dataclass
class House:
    """All processes of an installation. `killed` counts by kind."""

    data_dir: DataDir
    database: Database
    killed: dict[str, int] = field(default_factory=dict)
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in PORTS]

    def start(self) -> None:
        for port in PORTS:
            self._start(f"server {port}")
        for number in range(WORKERS):
            self._start(f"worker {number}")

    def stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(30)

    async def torment(self, enough: asyncio.Event) -> None:
        """Harms one after another until it is enough."""
        while not enough.is_set():
            await asyncio.sleep(random.uniform(*PAUSE))
            victim = random.choice([*self._harms, *self._running])
            kind = victim.split()[0]
            self.killed[kind] = self.killed.get(kind, 0) + 1
            if victim in self._harms:
                await asyncio.to_thread(self._harms[victim])
                continue
            os.kill(self._running[victim].pid, signal.SIGKILL)
            self._running[victim].wait()
            self._start(victim)

    @property
    def _harms(self) -> Mapping[str, Callable[[], None]]:
        """What is done to PostgreSQL, by the word under which it is counted."""
        return {"postgresql": self._kill_postgresql, "frozen": self._freeze, "full": self._fill}

    def _start(self, name: str) -> None:
        kind, number = name.split()
        environment = {
            **os.environ,
            "DATABASE_URL": self.database.url,
            "APP_SECRET": SECRET,
            "LOG_LEVEL": "error",
            "WEBHOOK_ALLOW_PRIVATE": "true",
        }
        if kind == "server":
            environment["PORT"] = number
        command = [sys.executable, "-m", "app", "serve" if kind == "server" else "worker"]
        self._running[name] = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)

    def _kill_postgresql(self) -> None:
        os.kill(self._postmaster(), signal.SIGKILL)
        with embedded.serving(self.data_dir, _silent):  # starts it again, and leaves it to whoever holds it too
            pass

    def _freeze(self) -> None:
        """One of the processes that work for clients stands still for a while."""
        working = _backends(self._postmaster())
        if working:
            frozen = random.choice(working)
            with suppress(ProcessLookupError):
                os.kill(frozen, signal.SIGSTOP)
                time.sleep(random.uniform(*FROZEN))
                os.kill(frozen, signal.SIGCONT)

    def _fill(self) -> None:
        """The disk is nearly full for a while, by the measure of the server's own watch."""
        with watched(self.data_dir, self.database.url, least_free=MORE_THAN_THERE_IS):
            time.sleep(random.uniform(*FULL))
        with watched(self.data_dir, self.database.url, least_free=0):
            pass

    def _postmaster(self) -> int:
        return int((embedded.prepare(self.data_dir, _silent).data / "postmaster.pid").read_text().split()[0])


def _backends(postmaster: int) -> list[int]:
    """The processes of PostgreSQL that work for a client."""
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    titles = {int(child): Path(f"/proc/{child}/cmdline") for child in children}
    return [child for child, title in titles.items() if title.exists() and b"postgres: icosa" in title.read_bytes()]


@contextmanager
def house() -> Iterator[House]:
    """A migrated database with a workspace, on a PostgreSQL whose commits are durable."""
    data_dir = DataDir.temporary("icosa-chaos-")
    try:
        with embedded.serving(data_dir, _silent) as url:
            made = House(data_dir, prepared(url, embedded.prepare(data_dir, _silent).programs))
            try:
                yield made
            finally:
                made.stop()
    finally:
        embedded.remove(data_dir)
