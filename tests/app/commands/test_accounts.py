"""The commands for workspaces, members and tokens, and those for the embedded database, as real processes."""

import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from tests.app.commands.test_main import COMMAND, environment, run


@pytest.fixture(scope="module")
def data_dir() -> Iterator[DataDir]:
    """Of a server that goes on running, so that no command has to start it."""
    made = DataDir.temporary("icosa-accounts-")
    with embedded.serving(made, lambda line: None, {"fsync": "off"}):
        assert run(made, "workspace", "create", "Acme", "--first-name", "Ada", "--email", "ada@acme.example").stdout
        yield made
    embedded.remove(made)


def rows(printed: str) -> list[list[str]]:
    """The cells of a table, whose columns are two blanks apart, without its head."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in printed.splitlines()[1:]]


def test_keys_are_listed_and_revoked(data_dir: DataDir) -> None:
    for arguments in (
        ["--name", "Sync", "--objects", "people,companies", "--read-only"],
        ["--name", "All", "--days", "3"],
    ):
        assert run(data_dir, "token", "create", *arguments).returncode == 0
    first, second = rows(run(data_dir, "token", "list").stdout)
    assert (first[1:3], second[1:3]) == (["Sync", "people:read,companies:read"], ["All", "everything"])
    assert first[4].startswith("good until 20")
    for _ in range(2):
        revoked = run(data_dir, "token", "revoke", first[0])
        assert (revoked.returncode, revoked.stdout) == (0, f"{first[0]} is revoked.\n")
    states = [row[4].split()[0] for row in rows(run(data_dir, "token", "list").stdout)]
    assert states == ["revoked", "good"]


def test_workspaces_and_members_are_listed(data_dir: DataDir) -> None:
    ((workspace, name, _),) = rows(run(data_dir, "workspace", "list").stdout)
    assert name == "Acme"
    assert run(data_dir, "member", "create", "Bob", "Ray", "--email", "bob@acme.example").returncode == 0
    members = rows(run(data_dir, "member", "list", "--workspace", workspace).stdout)
    assert [member[1:3] for member in members] == [["Ada", "ada@acme.example"], ["Bob Ray", "bob@acme.example"]]
    assert [member[3:4] == ["admin"] for member in members] == [True, False]


def test_who_is_not_there(data_dir: DataDir) -> None:
    nowhere = "01234567-89ab-7def-8123-456789abcdef"
    refused = run(data_dir, "token", "revoke", nowhere)
    assert refused.returncode == 2
    assert refused.stderr.endswith(f"has no API key {nowhere}.\n")


def test_one_command_of_psql(data_dir: DataDir) -> None:
    assert "42" in run(data_dir, "psql", "-c", "SELECT 40 + 2").stdout
    assert run(data_dir, "psql", "-c", "SELEC").returncode == 1


def test_a_reset_asks(data_dir: DataDir) -> None:
    asked = subprocess.run(
        [*COMMAND, "reset"], env=environment(data_dir), input="n\n", capture_output=True, text=True, check=False
    )
    assert asked.returncode == 1
    assert asked.stdout.startswith(f"Delete all that is in {data_dir.path}? [y/N]")
    assert (data_dir.path / "postgresql").exists()


def test_the_version(data_dir: DataDir) -> None:
    assert run(data_dir, "--version").stdout == f"icosa {version('icosa')}\n"


def test_settings_in_a_file(data_dir: DataDir, tmp_path: Path) -> None:
    """The environment comes first. What looks like a setting and is none is told."""
    (tmp_path / ".env").write_text("PORT=no\nLOG_LEVEL=loud\nMAX_TOKEN=1\nCOLOUR=red\n")
    told = subprocess.run(
        [*COMMAND, "migrate"],
        env=environment(data_dir, PORT=3000, WORKER=2),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert told.stderr.splitlines() == [
        "icosa: COLOUR in .env is no setting",
        "icosa: MAX_TOKEN is no setting; did you mean MAX_TOKENS?",
        "icosa: WORKER is no setting; did you mean WORKERS?",
        "icosa: LOG_LEVEL 'loud': input should be 'debug', 'info', 'warning' or 'error'",
    ]
