"""How the pages' programs are built from npm: what is pinned, and what happens where they cannot be built."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
NPM = Path("app/http/pages/npm")
LOCK = ROOT / NPM / "package-lock.json"
PACKAGES = json.loads(LOCK.read_text())["packages"]
needs_npm = pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """With the sources alone, so that nothing is built there yet."""
    shutil.copytree(ROOT / NPM, tmp_path / NPM, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def build(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(NPM / "build.py"), *arguments],
        cwd=checkout,
        env={**os.environ, "npm_config_cache": str(checkout / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_package_is_pinned_by_its_digest() -> None:
    pinned = {path: package for path, package in PACKAGES.items() if path}
    assert len(pinned) > 100
    assert [path for path, package in pinned.items() if not package["integrity"].startswith("sha512-")] == []


def test_direct_dependencies_have_one_version() -> None:
    dependencies = json.loads((ROOT / NPM / "package.json").read_text())["dependencies"]
    assert [version for version in dependencies.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert {name: PACKAGES[f"node_modules/{name}"]["version"] for name in dependencies} == dependencies


def test_no_registry_is_named() -> None:
    assert [path for path, package in PACKAGES.items() if "resolved" in package] == []
    text = "".join(path.read_text() for path in (ROOT / NPM).iterdir() if path.is_file())
    assert not re.search(r"registry\.[a-z]+\.|npmjs|/npm/", text)


def test_each_package_may_be_shipped() -> None:
    licenses = {package["license"] for path, package in PACKAGES.items() if path}
    allowed = r"\(?(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|Python-2\.0|PSF-2\.0|MPL-2\.0 OR Apache-2\.0)\)?"
    assert [name for name in licenses if not re.fullmatch(allowed, name)] == []


def test_without_node_a_start_says_so_and_goes_on(checkout: Path) -> None:
    done = build(checkout, "--once", PATH="/nowhere")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Node 20 or later is not installed.") and done.stdout.count("\n") == 1
    assert "make assets" in done.stdout


@needs_npm
def test_a_registry_that_cannot_be_reached_keeps_no_start_from_going_on(checkout: Path) -> None:
    """One that does not answer is given up after 5 seconds, and is not asked again by the next start."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        registry = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        done = build(checkout, "--once", npm_config_registry=registry)
        assert (done.returncode, done.stderr) == (0, "")
        building, told = done.stdout.splitlines()
        assert building.startswith("Building the pages") and "make assets" in told
        silent.setblocking(False)
        while True:
            try:
                silent.accept()[0].close()
            except BlockingIOError:
                break
        again = build(checkout, "--once", npm_config_registry=registry)
        assert (again.returncode, again.stdout.count("\n")) == (0, 1)
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert not (checkout / NPM.parent / "built").exists()


@needs_npm
def test_who_asks_for_the_files_is_told_that_there_are_none(checkout: Path) -> None:
    done = build(checkout, npm_config_registry="http://127.0.0.1:9/", npm_config_fetch_retries="0")
    assert done.returncode == 1
    assert "could not be built" in done.stdout and "Traceback" not in done.stderr
    assert not (checkout / NPM.parent / "built").exists()
