"""The programs of others that `make` installed in one folder, and how they are run beside a server."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import serving

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True, slots=True)
class Toolbox:
    """`folder` is a Python environment with `node_modules` beside it; what is generated goes into `out` in it.

    A program finds the server's address and a token in its environment, as `ICOSA_URL` and `ICOSA_TOKEN`.
    """

    folder: Path
    url: str
    database: serving.Database

    @property
    def token(self) -> str:
        return self.database.token

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def run(self, *command: str) -> None:
        """Runs a program of the folder in `out`. Raises CalledProcessError, whose output says what it said."""
        programs = (self.folder / "bin", self.folder / "node_modules" / ".bin")
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
            "PYTHONPATH": str(self.out),
            "ICOSA_URL": self.url,
            "ICOSA_TOKEN": self.token,
            "ICOSA_AUTHORIZATION": f"Bearer {self.token}",
        }
        program = shutil.which(command[0], path=environment["PATH"])
        if program is None:
            raise SystemExit(f"{command[0]} is not installed")
        subprocess.run(
            [program, *command[1:]],
            check=True,
            cwd=self.out,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def python(self, program: str) -> None:
        self.run("python", str(PROGRAMS / program))

    def node(self, program: str) -> None:
        """Runs a copy, since Node looks for packages where the program is."""
        shutil.copy(PROGRAMS / program, self.out)
        self.run("node", program)

    def copy(self, *names: str) -> None:
        for name in names:
            shutil.copy(PROGRAMS / name, self.out)


@contextmanager
def beside_a_server(folder: Path) -> Iterator[Toolbox]:
    """A new server on an empty embedded PostgreSQL, and an empty `out`."""
    folder = folder.absolute()
    shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").mkdir()
    with serving.postgresql() as postgresql:
        database = postgresql.new_database("clients")
        with serving.serving(database, _free_port()) as server:
            yield Toolbox(folder, server.url, database)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port
