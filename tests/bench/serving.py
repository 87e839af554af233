"""What all benchmarks share: a PostgreSQL of their own, databases on it with a workspace, and servers over them.

PostgreSQL is the embedded one as `make run` starts it, so commits are durable.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir

HERE = Path(__file__).parent
PORT = 5699
SECRET = "a secret for benchmarks, long enough to sign with"


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database with one workspace. `programs` is the folder of psql and pgbench."""

    url: str
    programs: Path
    workspace: str
    token: str

    def another_workspace(self, name: str) -> "Database":
        """The same database, as the key of another workspace sees it."""
        workspace = _icosa(self.url, "workspace", "create", name)
        token = _icosa(self.url, "token", "create", "--workspace", workspace)
        return replace(self, workspace=workspace, token=token)

    def query(self, sql: str) -> str:
        return psql(self.programs, self.url, "-c", sql)

    def load(self, file: str, **variables: object) -> None:
        """Runs an SQL file of this folder; it knows the workspace as a psql variable."""
        given = {"workspace": self.workspace, **variables}
        assigned = [part for name, value in given.items() for part in ("-v", f"{name}={value}")]
        psql(self.programs, self.url, *assigned, "-f", str(HERE / file))


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A running server. `url` names its first database."""

    url: str
    programs: Path
    data: Path

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def new_database(self, name: str) -> Database:
        psql(self.programs, self.url, "-c", f"CREATE DATABASE {name}")
        return prepared(at(self.url, name), self.programs)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server of ours: its process, which is the parent of its workers, and its port."""

    database: Database
    process: int
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def postgresql(options: Mapping[str, str] | None = None) -> Iterator[PostgreSQL]:
    """An embedded PostgreSQL for the benchmark alone, deleted at its end. `options` are PostgreSQL's settings."""
    data_dir = DataDir.temporary("icosa-bench-")
    try:
        with embedded.serving(data_dir, print, options) as url:
            running = embedded.prepare(data_dir, print)
            yield PostgreSQL(url, running.programs, running.data)
    finally:
        embedded.remove(data_dir)


def prepared(url: str, programs: Path) -> Database:
    """An empty database, made ready."""
    _icosa(url, "migrate")
    return Database(url, programs, _icosa(url, "workspace", "create", "Bench"), _icosa(url, "token", "create"))


@contextmanager
def serving(database: Database, port: int = PORT, workers: int = 1) -> Iterator[Server]:
    environment = _environment(database.url, PORT=str(port), WORKERS=str(workers))
    command = [sys.executable, "-m", "app", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_up(process, port)
            yield Server(database, process.pid, port)
        finally:
            process.terminate()


def psql(programs: Path, url: str, *arguments: str) -> str:
    command = [str(programs / "psql"), url, "-qAtX", "-v", "ON_ERROR_STOP=1", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def at(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _icosa(url: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, env=_environment(url), check=True, capture_output=True, text=True).stdout.strip()


def _environment(url: str, **more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "APP_SECRET": SECRET, "LOG_LEVEL": "warning", **more}


def _wait_until_up(process: "subprocess.Popen[bytes]", port: int) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the server did not start")
