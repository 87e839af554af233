"""The folder of the embedded default: its private files and its locks. It knows nothing of PostgreSQL.

Files are readable by the folder's owner alone. Root may run commands on another user's folder, so what is made in it
belongs to the folder's owner.
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.fault import OperatorFault


class Unusable(OperatorFault):
    """The folder cannot be made, read or written; the message says why."""


class InUse(OperatorFault):
    """Another server runs on this folder; the message names its process."""


@dataclass(frozen=True, slots=True)
class DataDir:
    """`path` is absolute and exists."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> "DataDir":
        """Makes the folder where it is missing: private, but as root one that the database's account may pass through.

        Raises Unusable, as all that reads or writes in it.
        """
        absolute = Path(os.path.abspath(path))
        with _told_of(absolute):
            if not absolute.is_dir():
                absolute.mkdir(parents=True)
                absolute.chmod(_mode())
            return cls(absolute.resolve())

    @classmethod
    def temporary(cls, prefix: str) -> "DataDir":
        """For tests and for writing migrations; its maker removes it."""
        path = Path(tempfile.mkdtemp(prefix=prefix))
        path.chmod(_mode())
        return cls(path.resolve())

    @property
    def token(self) -> Path:
        """Holds the token of the first start."""
        return self.path / "token"

    @property
    def owner(self) -> int:
        return self.path.stat().st_uid

    def secret(self) -> str:
        """The key that signs tokens; made at the first call."""
        path = self.path / "secret"
        with self.lock("secret.lock"), _told_of(self.path):
            if not path.exists():
                self.write(path, secrets.token_hex(32))
            return path.read_text().strip()

    def write(self, path: Path, text: str) -> None:
        """Replaces a private file at once, so that nobody reads half of it."""
        new = path.with_suffix(".new")
        with _told_of(self.path):
            new.unlink(missing_ok=True)
            with os.fdopen(self._open(new, os.O_WRONLY | os.O_EXCL), "w") as file:
                file.write(text + "\n")
            new.replace(path)

    @contextmanager
    def lock(self, name: str, *, shared: bool = False) -> Iterator[int]:
        """Waits for a lock that ends with this process at the latest, even when it is killed. Gives its descriptor."""
        descriptor = self._open(self.path / name, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def only_server(self) -> Iterator[None]:
        """Held by the one server of this folder. Raises InUse when there is one."""
        descriptor = self._open(self.path / "server.lock", os.O_RDWR)
        try:
            if not try_exclusive(descriptor):
                process = os.read(descriptor, 20).decode().strip() or "unknown"
                raise InUse(f"A server (process {process}) already runs on {self.path}; stop it, or set DATA_DIR.")
            with _told_of(self.path):
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"{os.getpid()}\n".encode())
            yield
        finally:
            os.close(descriptor)

    def _open(self, path: Path, flags: int) -> int:
        with _told_of(self.path):
            descriptor = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            if os.geteuid() == 0:
                os.fchown(descriptor, self.owner, -1)
            return descriptor


@contextmanager
def _told_of(folder: Path) -> Iterator[None]:
    """Raises Unusable where the system refuses what is done in it."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename and Path(error.filename) != folder else ""
        advice = "set DATA_DIR to a folder that you may write to"
        raise Unusable(f"DATA_DIR={folder} cannot be used ({where}{error.strerror}): {advice}") from error


def _mode() -> int:
    return 0o711 if os.geteuid() == 0 else 0o700


def try_exclusive(descriptor: int) -> bool:
    """Takes the lock of an open file for this process alone, if nobody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
