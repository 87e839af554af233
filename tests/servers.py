"""PostgreSQL servers and PgBouncers of a test's own: primaries, standbys and poolers, as they are run on machines.

They trust whoever connects from this machine, and end with the block that they are made in.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.embedded import account as accounts
from app.embedded import programs
from app.embedded.account import Account
from app.embedded.server import LOCALE

USER = DATABASE = "icosa"
HOST = "127.0.0.1"
START_SECONDS = 30.0
HASTE = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "wal_level": "replica"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One PostgreSQL server on a port of its own."""

    folder: Path
    programs: Path
    account: Account
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@{HOST}:{self.port}/{DATABASE}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self, **options: str) -> None:
        given = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": "", **HASTE, **options}
        line = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in given.items())
        self.run("pg_ctl", "start", "-D", self.data, "-l", self.folder / "log", "-w", "-s", "-o", line)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-w", "-s")

    def promote(self) -> None:
        self.run("pg_ctl", "promote", "-D", self.data, "-w", "-s")

    def is_running(self) -> bool:
        return self.account.run([self.programs / "pg_ctl", "status", "-D", self.data]).returncode == 0

    def run(self, program: str, *arguments: object) -> None:
        done = self.account.run([self.programs / program, *arguments])
        log = self.folder / "log"
        assert done.returncode == 0, done.stdout + (log.read_text()[-2000:] if log.exists() else "")

    def tell(self, query: str, database: str = "postgres") -> None:
        self.run("psql", "-h", HOST, "-p", self.port, "-U", USER, "-d", database, "-q", "-c", query)


@contextmanager
def cluster(**options: str) -> Iterator[Cluster]:
    """A primary with an empty database."""
    with _folder() as made:
        made.run("initdb", "-D", made.data, "-U", USER, "--auth=trust", *LOCALE)
        made.start(**options)
        try:
            made.tell(f"CREATE DATABASE {DATABASE}")
            yield made
        finally:
            if made.is_running():
                made.stop("immediate")


@contextmanager
def standby(of: Cluster, **options: str) -> Iterator[Cluster]:
    """One that follows a primary, whether it is there or not."""
    with _folder() as made:
        source = f"host={HOST} port={of.port} user={USER}"
        made.run("pg_basebackup", "-d", source, "-D", made.data, "--write-recovery-conf", "--checkpoint=fast")
        made.start(**options)
        try:
            yield made
        finally:
            if made.is_running():
                made.stop("immediate")


@contextmanager
def pooler(before: Cluster, program: str, mode: str, options: Mapping[str, str]) -> Iterator[str]:
    """PgBouncer before a server, for any database; gives its URL."""
    with _folder() as made:
        given = {
            "listen_addr": HOST,
            "listen_port": str(made.port),
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": mode,
            "default_pool_size": "40",
            "max_client_conn": "1000",
            **options,
        }
        lines = [
            f"* = host={HOST} port={before.port} user={USER}",
            "[pgbouncer]",
            *(f"{k} = {v}" for k, v in given.items()),
        ]
        file = made.folder / "pgbouncer.ini"
        file.write_text("\n".join(["[databases]", *lines, ""]))
        made.account.own(file)
        user = made.account.uid if made.account.is_other else None
        with subprocess.Popen([program, "-q", str(file)], user=user, cwd="/", stderr=subprocess.DEVNULL) as process:
            try:
                _await(made.port, process)
                yield f"postgresql://{USER}@{HOST}:{made.port}/{DATABASE}"
            finally:
                process.terminate()


@contextmanager
def _folder() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="icosa-servers-"))
    account = accounts.for_data(folder)
    account.own(folder)
    found, _ = programs.find(account)
    try:
        yield Cluster(folder, found, account, _free_port())
    finally:
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline, "PgBouncer does not start"
            time.sleep(0.05)
