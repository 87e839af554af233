"""The embedded PostgreSQL: made, shared, stopped by its last user, and started again whatever happened to it."""

import asyncio
import os
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.embedded import account, programs
from app.embedded import server as embedded
from app.embedded.account import Account
from app.embedded.data_dir import DataDir, InUse
from app.embedded.server import CannotStart

FAST = {"fsync": "off"}


@pytest.fixture
def data_dir() -> Iterator[DataDir]:
    made = DataDir.temporary("icosa-embedded-")
    yield made
    embedded.remove(made)


def silent(line: str) -> None:
    """Nobody listens."""


def ask(url: str, query: str) -> str:
    async def fetch() -> object:
        connected = await asyncpg.connect(url)
        try:
            return await connected.fetchval(query)
        finally:
            await connected.close()

    return str(asyncio.run(fetch()))


def server(data_dir: DataDir) -> embedded.Embedded:
    return embedded.prepare(data_dir, silent)


def postmaster(data_dir: DataDir) -> int:
    return int((server(data_dir).data / "postmaster.pid").read_text().split()[0])


def test_its_life(data_dir: DataDir) -> None:
    with embedded.serving(data_dir, silent) as url:
        assert ask(url, "SELECT lower('É')") == "é"
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW listen_addresses") == ""
        ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
    assert server(data_dir).socket_folder() is None
    with embedded.serving(data_dir, silent) as url:
        assert ask(url, "SELECT n FROM kept") == "7"


def test_nobody_else_gets_in(data_dir: DataDir) -> None:
    with embedded.serving(data_dir, silent, FAST) as url:
        folder = server(data_dir).socket_folder()
        assert folder is not None
        for path in (folder, server(data_dir).home, server(data_dir).data):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
        rules = ask(url, "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules")
        assert rules == "local peer"
        if os.geteuid() == 0:  # the server's own account may not log in either, unless DATA_DIR is its own
            run = server(data_dir).account.run([server(data_dir).programs / "psql", url, "-c", "SELECT 1"])
            assert run.returncode != 0
            assert "Peer authentication failed" in run.stdout


def test_the_last_user_stops_it(data_dir: DataDir) -> None:
    inside, leave = threading.Event(), threading.Event()

    def command() -> None:
        with embedded.serving(data_dir, silent, FAST):
            inside.set()
            leave.wait(30)

    other = threading.Thread(target=command)
    with embedded.serving(data_dir, silent, FAST) as url:
        process = postmaster(data_dir)
        other.start()
        assert inside.wait(30)
    try:
        assert postmaster(data_dir) == process
        assert ask(url, "SELECT 1") == "1"
    finally:
        leave.set()
        other.join()
    assert server(data_dir).socket_folder() is None


def test_it_starts_after_it_was_killed(data_dir: DataDir) -> None:
    with embedded.serving(data_dir, silent) as url:
        ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(postmaster(data_dir), signal.SIGKILL)
    with embedded.serving(data_dir, silent) as url:
        assert ask(url, "SELECT n FROM kept") == "7"


@pytest.mark.skipif(not Path("/proc/self/comm").exists(), reason="asks /proc who a process is")
def test_it_starts_although_its_process_number_is_taken(data_dir: DataDir) -> None:
    with embedded.serving(data_dir, silent, FAST):
        pass
    lock_file = server(data_dir).data / "postmaster.pid"
    sleeper = server(data_dir).account
    with subprocess.Popen(["sleep", "60"], user=sleeper.uid if sleeper.is_other else None) as other:
        try:
            lock_file.write_text(f"{other.pid}\n{lock_file.parent}\n{int(time.time())}\n5432\n/nowhere\n\n")
            with embedded.serving(data_dir, silent, FAST) as url:
                assert ask(url, "SELECT 1") == "1"
        finally:
            other.kill()


def test_a_long_path_has_its_socket_elsewhere(data_dir: DataDir) -> None:
    deep = DataDir.open(data_dir.path / ("long" * 25))
    try:
        with embedded.serving(deep, silent, FAST) as url:
            folder = server(deep).socket_folder()
            assert folder is not None
            assert deep.path not in folder.parents
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert ask(url, "SELECT 1") == "1"
        assert not folder.exists()
    finally:
        embedded.remove(deep)


def test_a_second_server_is_told(data_dir: DataDir) -> None:
    with data_dir.only_server(), pytest.raises(InUse) as raised, data_dir.only_server():
        pass
    assert str(raised.value) == (
        f"A server (process {os.getpid()}) already runs on {data_dir.path}; stop it, or set DATA_DIR."
    )


def test_a_start_that_fails_says_why(data_dir: DataDir) -> None:
    with (
        pytest.raises(CannotStart, match="contains errors"),
        embedded.serving(data_dir, silent, {"no_such_setting": "1"}),
    ):
        pass


def test_private_files(data_dir: DataDir) -> None:
    data_dir.write(data_dir.token, "a")
    data_dir.write(data_dir.token, "b")
    assert data_dir.token.read_text() == "b\n"
    assert stat.S_IMODE(data_dir.token.stat().st_mode) == 0o600
    assert data_dir.secret() == data_dir.secret()
    assert len(data_dir.secret()) == 64


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another account")
class TestAsRoot:
    def test_where_the_account_cannot_go(self, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = data_dir.path / "closed"
        closed.mkdir(mode=0o700)
        shared = DataDir.temporary("icosa-shared-").path
        shared.chmod(0o755)
        monkeypatch.setattr(programs, "SHARED", shared)
        inner = DataDir.open(closed / "data")
        said: list[str] = []
        try:
            with embedded.serving(inner, said.append, FAST) as url:
                assert ask(url, "SELECT 1") == "1"
            assert server(inner).home.parent == shared
            assert any(str(shared) in line for line in said)
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        finally:
            embedded.remove(inner)
            subprocess.run(["rm", "-rf", str(shared), str(closed)], check=True)

    def test_programs_are_copied_where_they_can_be_read(
        self, data_dir: DataDir, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(programs, "SHARED", data_dir.path / "shared")
        owner = account.for_data(data_dir.path / "postgresql")
        closed = data_dir.path / "closed"
        closed.mkdir(mode=0o700)
        (closed / "true").symlink_to("/bin/true")
        assert not owner.can_run(closed / "true")
        assert owner.can_run(Path("/bin/true"))
        source = programs.find(owner)[0].parents[1]
        target = data_dir.path / "shared" / "copy"
        assert programs._copy(source, target)
        assert not programs._copy(source, target)
        copied = target / programs.WHEEL / programs.INSTALL / "bin" / "postgres"
        assert owner.run([copied, "--version"]).stdout.startswith("postgres (PostgreSQL) 18")
        subprocess.run(["rm", "-rf", str(data_dir.path / "shared"), str(closed)], check=True)

    def test_the_owner_of_the_data_runs_it(self, data_dir: DataDir) -> None:
        data = data_dir.path / "data"
        data.mkdir()
        nobody = account._named("nobody")
        assert nobody is not None
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        assert account.for_data(data) == Account("nobody", nobody.pw_uid, nobody.pw_gid, is_other=True)
        data.rmdir()
