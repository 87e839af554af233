"""The embedded PostgreSQL under watch: killed, with a long log, and on a disk that is nearly full."""

import os
import signal
import time
from collections.abc import Iterator

import asyncpg
import pytest

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.embedded.watch import MOST_LOG, watched
from tests.app.embedded.test_server import ask, silent

TABLE = "CREATE TABLE IF NOT EXISTS kept (n int)"


@pytest.fixture(scope="module")
def data_dir() -> Iterator[DataDir]:
    made = DataDir.temporary("icosa-watch-")
    yield made
    embedded.remove(made)


@pytest.fixture
def url(data_dir: DataDir) -> Iterator[str]:
    with embedded.serving(data_dir, silent, {"fsync": "off"}) as url:
        yield url


def eventually(url: str, query: str) -> object:
    """The answer, once the server gives one."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return ask(url, query)
        except (OSError, asyncpg.PostgresError):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_it_is_started_again(data_dir: DataDir, url: str) -> None:
    """Under the address that its users know, with all that was committed."""
    ask(url, TABLE)
    ask(url, "INSERT INTO kept VALUES (1)")
    with watched(data_dir, url):
        lock_file = embedded.prepare(data_dir, silent).data / "postmaster.pid"
        for _ in range(2):
            killed = int(lock_file.read_text().split()[0])
            os.kill(killed, signal.SIGKILL)
            assert eventually(url, "SELECT count(*) FROM kept") == "1"
            assert int(lock_file.read_text().split()[0]) != killed


def test_it_only_reads_while_the_disk_is_nearly_full(data_dir: DataDir, url: str) -> None:
    ask(url, TABLE)
    before = ask(url, "SELECT count(*) FROM kept")
    with watched(data_dir, url, least_free=2**62):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            ask(url, "INSERT INTO kept VALUES (2)")
        assert ask(url, "SELECT count(*) FROM kept") == before
    with watched(data_dir, url, least_free=0):
        ask(url, "INSERT INTO kept VALUES (2)")
    assert ask(url, "SHOW default_transaction_read_only") == "off"


def test_its_log_is_kept_short_and_tells_no_statement(data_dir: DataDir, url: str) -> None:
    log = embedded.prepare(data_dir, silent).log
    for query in ("SELECT 'a secret'::uuid", "SELEC 'a secret'", 'SELECT 1/0 AS "a secret"'):
        with pytest.raises(asyncpg.PostgresError):
            ask(url, query)
    assert "secret" not in log.read_text()
    with log.open("a") as file:
        file.write("x" * MOST_LOG + "\n")
    with watched(data_dir, url):
        pass
    assert log.stat().st_size < 1000
    assert log.with_name("log.before").stat().st_size > MOST_LOG
