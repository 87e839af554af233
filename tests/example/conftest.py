"""The app, built against a server with a made-up CRM, and windows of a real browser on it.

`make example` installs what this needs and runs it; elsewhere it is skipped.
"""

import importlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bench import serving

HERE = Path(__file__).parent
APP = HERE.parents[1] / "examples" / "pipeline"
PEOPLE = 200
WANTED = "EXAMPLE"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if WANTED not in os.environ and HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="make example runs this"))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Where the app is, as it is built and as one develops it, and a client of the API behind it.

    `reader` is the token of a key that may only read.
    """

    url: str
    developed: str
    token: str
    reader: str
    client: httpx.Client

    def ask(self, query: str, **variables: Any) -> Any:
        answer = self.client.post("/graphql", json={"query": query, "variables": variables}).json()
        assert "errors" not in answer, answer
        return answer["data"]


@dataclass(slots=True)
class Window:
    """A page of the browser, with what it complained of and what it asked others than us for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


Open = Callable[..., Window]


@pytest.fixture(scope="session")
def pipeline() -> Iterator[Pipeline]:
    with serving.postgresql({"fsync": "off"}) as postgresql:
        database = postgresql.new_database("pipeline")
        _icosa(database.url, "demo", "--people", str(PEOPLE))
        reader = _icosa(database.url, "token", "create", "--read-only")
        with serving.serving(database, _free_port()) as server:
            _npm(server.url, database.token, "run", "generate")
            _npm(server.url, database.token, "run", "check")
            _npm(server.url, database.token, "run", "build")
            headers = {"Authorization": f"Bearer {database.token}"}
            with (
                _served(server.url, "preview") as built,
                _served(server.url, "dev") as developed,
                httpx.Client(base_url=server.url, headers=headers) as client,
            ):
                yield Pipeline(built, developed, database.token, reader, client)


@pytest.fixture(scope="session")
def browser(pipeline: Pipeline) -> Iterator[Any]:
    playwright = importlib.import_module("playwright.sync_api")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=shutil.which("chromium"))
        yield launched
        launched.close()


@pytest.fixture
def open_window(pipeline: Pipeline, browser: Any) -> Iterator[Open]:
    """Opens the board in a window of its own, with a token of its own. None may complain in the end."""
    opened: list[Window] = []

    def open_one(token: str | None = None) -> Window:
        page = browser.new_context(viewport={"width": 1360, "height": 850}, locale="en-US").new_page()
        window = Window(page)
        page.on("pageerror", lambda error: window.complaints.append(str(error)))
        page.on("console", lambda line: window.complaints.append(line.text) if line.type == "error" else None)
        page.on("request", lambda asked: None if _is_ours(asked.url, pipeline) else window.strangers.append(asked.url))
        page.goto(f"{pipeline.url}/#token={token or pipeline.token}")
        page.get_by_role("article").first.wait_for()
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.page.context.close()
    assert [(window.complaints, window.strangers) for window in opened] == [([], [])] * len(opened)


def _is_ours(url: str, pipeline: Pipeline) -> bool:
    return url.startswith((f"{pipeline.url}/", "data:"))


@contextmanager
def _served(server: str, how: str) -> Iterator[str]:
    """As `npm run` serves it: `preview` what was built, `dev` what is being changed."""
    port = _free_port()
    command = [str(APP / "node_modules" / ".bin" / "vite"), how, "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "ICOSA_URL": server}
    with subprocess.Popen([*command, "--strictPort"], cwd=APP, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _answering(url: str) -> str:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return url
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def _npm(server: str, token: str, *arguments: str) -> None:
    environment = {**os.environ, "ICOSA_URL": server, "ICOSA_TOKEN": token}
    done = subprocess.run(["npm", *arguments], cwd=APP, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _icosa(url: str, *arguments: str) -> str:
    environment = {**os.environ, "DATABASE_URL": url, "APP_SECRET": serving.SECRET}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port
