"""The command line as its users have it: real processes, signals, and an embedded database of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import jwt
import pytest

from app.commands import greeting
from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.settings import Settings
from tests.conftest import at

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "app"]


@pytest.fixture
def data_dir() -> Iterator[DataDir]:
    made = DataDir.temporary("icosa-main-")
    yield made
    embedded.remove(made)


def environment(data_dir: DataDir, **more: object) -> dict[str, str]:
    ours = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return {**inherited, "DATA_DIR": str(data_dir.path), **{name: str(value) for name, value in more.items()}}


def run(data_dir: DataDir, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment(data_dir, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(data_dir: DataDir, port: int, **more: object) -> Iterator["subprocess.Popen[str]"]:
    """A server that answers; it is killed at the end, if it still runs."""
    process = subprocess.Popen(
        [*COMMAND, "serve"],
        cwd=ROOT,
        env=environment(data_dir, PORT=port, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 90
        while not answers(port):
            assert process.poll() is None, process.stdout and process.stdout.read()
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.1)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def until_gone(port: int) -> None:
    deadline = time.monotonic() + 30
    while answers(port):
        assert time.monotonic() < deadline, "a worker outlives its parent"
        time.sleep(0.1)


def is_running(data_dir: DataDir) -> bool:
    return embedded.prepare(data_dir, lambda line: None).socket_folder() is not None


def test_the_first_start_and_ctrl_c(data_dir: DataDir) -> None:
    port = free_port()
    with serving(data_dir, port) as process:
        token = data_dir.token.read_text().strip()
        assert data_dir.token.stat().st_mode & 0o777 == 0o600

        second = run(data_dir, "serve", PORT=free_port())
        assert (second.returncode, second.stderr) == (
            2,
            f"icosa: A server (process {process.pid}) already runs on {data_dir.path}; stop it, or set DATA_DIR.\n",
        )
        taken = run(data_dir, "serve", PORT=port)
        assert taken.returncode == 2
        assert f"PORT={port + 1} make run" in taken.stderr

        started = time.monotonic()
        created = run(data_dir, "token", "create", "--name", "Another")
        assert time.monotonic() - started < 5  # it takes a second; the rest is for a busy machine
        another = created.stdout.strip()
        assert jwt.decode(another, options={"verify_signature": False})["type"] == "API_KEY"
        answer = httpx.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": "{ apiKeys { edges { node { name } } } }"},
            headers={"Authorization": f"Bearer {another}"},
        )
        names = [edge["node"]["name"] for edge in answer.json()["data"]["apiKeys"]["edges"]]
        assert sorted(names) == ["Another", "First key"]

        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert not is_running(data_dir)
    pages = [f"{name:<10} http://127.0.0.1:{port}{path}#token={token}\n" for name, path in greeting.PAGES.items()]
    assert "".join(pages) in printed
    end = datetime.now(UTC) + timedelta(days=365)
    assert f"(good until {end:%Y-%m-%d}, kept in {data_dir.token}; a new one: " in printed
    assert "icosa token create)\n" in printed
    assert "Traceback" not in printed
    curl = re.search(r"^Try +(curl .*)$", printed, re.MULTILINE)
    assert curl
    with serving(data_dir, port) as process:
        pasted = subprocess.run(curl[1], shell=True, capture_output=True, check=True, timeout=30)
        assert json.loads(pasted.stdout)["data"]["workspaceMembers"]["edges"][0]["node"]["name"]["firstName"] == "Admin"
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert not is_running(data_dir)


def test_the_first_start_on_a_database_of_ones_own(data_dir: DataDir, new_database: Callable[[], str]) -> None:
    """It makes what the embedded one does, and shows the token once."""
    port, own = free_port(), {"DATABASE_URL": new_database(), "APP_SECRET": "s" * 32}
    printed = []
    for _ in range(2):
        with serving(data_dir, port, **own) as process:
            process.send_signal(signal.SIGINT)
            printed.append(process.communicate(timeout=30)[0])
    first, second = printed
    assert "shown this once; a new one: " in first
    token = re.search(r"^Token +(\S+)$", first, re.MULTILINE)
    assert token
    claims = jwt.decode(token[1], "s" * 32, ["HS256"])
    assert run(data_dir, "token", "list", **own).stdout.count(claims["jti"]) == 1
    assert "Token " not in second and "A token: " in second


def test_a_token_of_another_secret_is_not_called_good(data_dir: DataDir) -> None:
    port = free_port()
    for secret, good in (("a" * 32, True), ("b" * 32, False)):
        with serving(data_dir, port, APP_SECRET=secret) as process:
            process.send_signal(signal.SIGINT)
            printed, _ = process.communicate(timeout=30)
        assert ("(good until " in printed) is good
        assert ("(good no more: it has ended, or was made with another APP_SECRET, kept in " in printed) is not good
        assert (f"icosa token create > {data_dir.token})\n" in printed) is not good


def test_an_empty_token_is_none(data_dir: DataDir) -> None:
    """As a command leaves it that wrote into its file, and failed."""
    port = free_port()
    for _ in range(2):
        with serving(data_dir, port) as process:
            process.send_signal(signal.SIGINT)
            printed, _ = process.communicate(timeout=30)
        data_dir.token.write_text("")
    assert f"A token: {greeting.command()} token create > {data_dir.token}\n" in printed
    assert "Bearer" not in printed and "#token" not in printed


def test_workers_and_kill_9(data_dir: DataDir) -> None:
    port = free_port()
    with serving(data_dir, port, WORKERS=2) as process:
        process.kill()
        process.wait()
        until_gone(port)
    assert is_running(data_dir)
    with serving(data_dir, port, WORKERS=2, EVENTS="off") as process:
        process.terminate()
        printed, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Events     are off (EVENTS=off): writes are not recorded" in printed
    assert not is_running(data_dir)


def test_a_worker_beside_a_server(data_dir: DataDir) -> None:
    assert run(data_dir, "worker", EVENTS="off").stderr == (
        "icosa: Events are turned off (EVENTS=off), so there is nothing to relay.\n"
    )
    with serving(data_dir, free_port(), RELAY="off") as process:
        worker = subprocess.Popen(
            [*COMMAND, "worker"], cwd=ROOT, env=environment(data_dir), stderr=subprocess.PIPE, text=True
        )
        assert worker.stderr
        assert worker.stderr.readline() == "The worker relays events.\n"
        worker.send_signal(signal.SIGINT)
        _, told = worker.communicate(timeout=30)
        assert (worker.returncode, told) == (0, "")
        process.terminate()
        printed, _ = process.communicate(timeout=30)
    assert "Events     are off" not in printed
    assert not is_running(data_dir)


def test_commands_without_a_server(data_dir: DataDir) -> None:
    assert run(data_dir, "token", "create").stderr == (
        "icosa: There is no workspace yet: icosa workspace create NAME\n"
    )
    assert run(data_dir, "migrate").returncode == 0
    made = run(data_dir, "workspace", "create", "Acme", "--first-name", "Ada", "--email", "Ada@acme.example")
    workspace = made.stdout.strip()
    token = run(data_dir, "token", "create", "--member", "ada@acme.example").stdout.strip()
    claims = jwt.decode(token, data_dir.secret(), ["HS256"])
    assert (claims["type"], claims["workspaceId"]) == ("ACCESS", workspace)
    key = run(data_dir, "token", "create", "--objects", "people,companies", "--actions", "read, create").stdout.strip()
    assert jwt.decode(key, data_dir.secret(), ["HS256"])["sub"] == workspace
    for options, message in (
        (("--objects", "person"), 'Invalid value for field "scopes[0]": "person:*" has the unknown object "person".'),
        (("--read-only", "--actions", "read"), "--read-only and --actions say the same in two ways: give one of them."),
    ):
        refused = run(data_dir, "token", "create", *options)
        assert (refused.returncode, refused.stderr) == (2, f"icosa: {message}\n")
    assert UUID(run(data_dir, "member", "create", "Bob", "--workspace", workspace, "--admin").stdout.strip())
    assert run(data_dir, "token", "create", "--member", "x").stderr == (
        f"icosa: The workspace {workspace} has no member x.\n"
    )
    run(data_dir, "workspace", "create", "Other")
    rotated = run(data_dir, "secret", "rotate", APP_SECRET_PREVIOUS="one from before and of the right length")
    assert (rotated.returncode, rotated.stderr) == (0, "")
    assert {"webhook.secret: 0", "connectedAccount.accessToken: 0"} <= {*rotated.stdout.splitlines()}
    several = run(data_dir, "token", "create")
    assert (several.returncode, several.stdout) == (2, "")
    assert workspace in several.stderr
    assert run(data_dir, "token", "create", "--workspace", workspace).returncode == 0
    dumped = run(data_dir, "dump")
    assert (dumped.returncode, dumped.stderr) == (0, "")
    assert "CREATE TABLE public.person (" in dumped.stdout
    assert workspace in dumped.stdout
    assert "transaction_timeout" not in dumped.stdout
    assert not is_running(data_dir)
    assert run(data_dir, "reset", "--yes").returncode == 0
    assert list(data_dir.path.parent.glob(data_dir.path.name)) == []
    data_dir.path.mkdir()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"PORT": "x"}, "icosa: PORT 'x': input should be a valid integer"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "icosa: APP_SECRET is required with DATABASE_URL"),
        (
            {"DATABASE_URL": "postgresql://me@127.0.0.1:1/x", "APP_SECRET": "s" * 32},
            "icosa: The database at 127.0.0.1:1 does not answer: ",
        ),
    ],
)
def test_a_bad_setting_stops_the_start(data_dir: DataDir, settings: dict[str, str], message: str) -> None:
    stopped = run(data_dir, "serve", **{"PORT": free_port(), **settings})
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1)
    assert stopped.stderr.startswith(message)


def test_a_database_that_is_not_there(data_dir: DataDir, postgres: str) -> None:
    """Its server answers."""
    own = {"DATABASE_URL": at(postgres, "missing"), "APP_SECRET": "s" * 32}
    stopped = run(data_dir, "serve", PORT=free_port(), **own)
    assert (stopped.returncode, stopped.stderr.count("\n")) == (2, 1)
    assert 'refuses the connection: database "missing" does not exist' in stopped.stderr


def test_the_schema(data_dir: DataDir) -> None:
    printed = run(data_dir, "schema").stdout
    assert printed == (ROOT / "schema" / "schema.graphql").read_text()
