"""What is killed: PostgreSQL, servers and workers, each started again at once."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from tests.bench.serving import Database, prepared

SECRET = "a secret for benchmarks, long enough to sign with"  # of the token that `prepared` makes
PORTS = (5741, 5742)
WORKERS = 2
PAUSE = (0.5, 3.0)  # seconds between two kills


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
        """Kills one after another until it is enough."""
        while not enough.is_set():
            await asyncio.sleep(random.uniform(*PAUSE))
            victim = random.choice(["postgresql", *self._running])
            kind = victim.split()[0]
            self.killed[kind] = self.killed.get(kind, 0) + 1
            if victim == "postgresql":
                await asyncio.to_thread(self._kill_postgresql)
                continue
            os.kill(self._running[victim].pid, signal.SIGKILL)
            self._running[victim].wait()
            self._start(victim)

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
        running = embedded.prepare(self.data_dir, _silent)
        pid_file = Path(running.data / "postmaster.pid")
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
        with embedded.serving(self.data_dir, _silent):  # starts it again, and leaves it to whoever holds it too
            pass


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
