"""What an operator can set right is one line that says what to do, and exit status 2, without a traceback."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from app.database.connection import UnfitDatabase, refuse_unfit
from app.embedded.data_dir import DataDir, Unusable
from app.migrations import newest
from tests.app.commands.test_main import free_port, run
from tests.conftest import at

SECRET = "s" * 32
NOBODY = 65534


def told(stopped: "subprocess.CompletedProcess[str]") -> str:
    assert (stopped.returncode, stopped.stdout) == (2, ""), stopped.stderr
    [line] = stopped.stderr.splitlines()
    return line.removeprefix("icosa: ")


@pytest.mark.parametrize("command", [["serve"], ["token", "list"], ["migrate"], ["psql"]])
@pytest.mark.parametrize("below", ["", "/x"])
def test_a_data_dir_that_is_a_file(tmp_path: Path, command: list[str], below: str) -> None:
    (tmp_path / "file").touch()
    line = told(run(DataDir(tmp_path), *command, DATA_DIR=f"{tmp_path}/file{below}", PORT=free_port()))
    assert line.startswith(f"DATA_DIR={tmp_path}/file{below} cannot be used")
    assert line.endswith("set DATA_DIR to a folder that you may write to")


@pytest.fixture
def empty_database(postgres: str) -> str:
    """Without tables. It goes with the server."""
    name = f"icosa_empty_{uuid4().hex[:8]}"
    asyncio.run(prepare(postgres, f"CREATE DATABASE {name} TEMPLATE template0"))
    return at(postgres, name)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write anywhere, and so becomes another for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_data_dir_that_may_not_be_written(tmp_path: Path) -> None:
    mine = DataDir.open(tmp_path / "mine")
    mine.secret()
    mine.path.chmod(0o555)
    for path in (mine.path, *mine.path.iterdir()):
        path.chmod(0o555)
    tmp_path.chmod(0o555)
    with as_nobody():
        with pytest.raises(Unusable, match="Permission denied"):
            DataDir.open(tmp_path / "new")
        for ask in (mine.secret, lambda: mine.write(mine.token, "x"), lambda: mine.only_server().__enter__()):
            with pytest.raises(Unusable, match="Permission denied"):
                ask()


def test_a_full_disk() -> None:
    """`/dev/full` stands for one: whatever is written to it does not fit."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    made = DataDir.temporary("icosa-full-")
    (made.path / "server.lock").symlink_to("/dev/full")
    with pytest.raises(Unusable), made.only_server():
        pass
    (made.path / "server.lock").unlink()
    made.path.rmdir()


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_not_here(tmp_path: Path, host: str) -> None:
    port = free_port()
    line = told(run(DataDir(tmp_path), "serve", HOST=host, PORT=port))
    assert line.startswith(f"Cannot listen on {host}:{port} (")
    assert line.endswith("HOST is an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for all its networks")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://me:secret@127.0.0.1:1/x", "127.0.0.1:1"),
        ("postgresql://me:secret@nowhere.invalid/x", "nowhere.invalid"),
    ],
)
@pytest.mark.parametrize("command", [["serve"], ["token", "list"], ["migrate"]])
def test_a_database_that_is_away(tmp_path: Path, command: list[str], url: str, place: str) -> None:
    line = told(run(DataDir(tmp_path), *command, DATABASE_URL=url, APP_SECRET=SECRET, PORT=free_port()))
    assert line.startswith(f"The database at {place} does not answer: ")
    assert "secret" not in line


async def prepare(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def migrated(tmp_path: Path, url: str) -> str:
    return told(run(DataDir(tmp_path), "migrate", DATABASE_URL=url, APP_SECRET=SECRET))


def test_a_role_that_may_make_no_tables(tmp_path: Path, empty_database: str) -> None:
    weak = f"weak_{uuid4().hex[:8]}"
    asyncio.run(prepare(empty_database, f"CREATE ROLE {weak}"))
    try:
        line = migrated(tmp_path, f"{empty_database}{'&' if '?' in empty_database else '?'}role={weak}")
    finally:
        asyncio.run(prepare(empty_database, f"DROP ROLE {weak}"))
    assert "permission denied for schema public" in line
    assert "let it own the database" in line


def test_the_database_of_another_program(tmp_path: Path, empty_database: str) -> None:
    asyncio.run(prepare(empty_database, "CREATE TABLE company (id int)"))
    line = migrated(tmp_path, empty_database)
    assert 'relation "company" already exists' in line
    assert "give Icosa a database of its own" in line


def test_the_database_of_a_newer_version(tmp_path: Path, empty_database: str) -> None:
    version = "CREATE TABLE alembic_version AS SELECT '9999' AS version_num"
    asyncio.run(prepare(empty_database, version))
    for command in (["migrate"], ["serve"]):
        line = told(run(DataDir(tmp_path), *command, DATABASE_URL=empty_database, APP_SECRET=SECRET, PORT=free_port()))
        assert line.startswith(
            f"The database is at revision 9999, and this version of Icosa knows those until {newest()}"
        )


def test_what_a_database_must_be() -> None:
    refuse_unfit((150000, "15.0", True))
    with pytest.raises(UnfitDatabase, match="PostgreSQL 15 or later is needed"):
        refuse_unfit((140009, "14.9", True))
    with pytest.raises(UnfitDatabase, match="CREATE DATABASE icosa TEMPLATE template0"):
        refuse_unfit((180000, "18.0", False))
