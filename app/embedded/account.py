"""The operating-system account that the embedded PostgreSQL runs as. PostgreSQL itself refuses to run as root.

An ordinary user runs it as himself. Root runs it as the owner of a data folder that exists already, otherwise as the
first of CANDIDATES: an account named `icosa`, if the operator made one to keep the data apart, then the account that
PostgreSQL packages make, then those that every system has. No account is ever created.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.fault import OperatorFault

CANDIDATES = ("icosa", "postgres", "daemon", "nobody")


class NoAccount(OperatorFault):
    """No account to run PostgreSQL as; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """`is_other`: not the account of this process, which then is root."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def run(self, command: Sequence[object]) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, from `/`, with output and errors together and no environment but PATH."""
        return subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            cwd="/",
            umask=0o077,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            user=self.uid if self.is_other else None,
            group=self.gid if self.is_other else None,
            extra_groups=[] if self.is_other else None,
        )

    def can_enter(self, folder: Path) -> bool:
        """Asks the system, as the account: permissions of parents and access lists have their say."""
        return not self.is_other or self.run(["test", "-x", folder]).returncode == 0

    def can_run(self, program: Path) -> bool:
        """Whether the program and its libraries load."""
        try:
            return self.run([program, "--version"]).returncode == 0
        except PermissionError:
            return False

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def current() -> pwd.struct_passwd:
    """Raises NoAccount where the user id of this process has no name: PostgreSQL knows its callers by name."""
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError:
        raise NoAccount(
            f"User id {os.geteuid()} has no account on this machine, which the embedded PostgreSQL needs; "
            "add one, or set DATABASE_URL."
        ) from None


def for_data(folder: Path) -> Account:
    """The account for the data in `folder`, which need not exist. Raises NoAccount."""
    me = current()
    if me.pw_uid != 0:
        return Account(me.pw_name, me.pw_uid, me.pw_gid, is_other=False)
    entry = _owner(folder) or next((found for found in map(_named, CANDIDATES) if found), None)
    if entry is None:
        raise NoAccount(
            f"PostgreSQL does not run as root, and none of the accounts {', '.join(CANDIDATES)} exists; "
            "make one, or set DATABASE_URL."
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=True)


def _owner(folder: Path) -> pwd.struct_passwd | None:
    try:
        owner = folder.stat().st_uid
        return pwd.getpwuid(owner) if owner != 0 else None
    except (FileNotFoundError, KeyError):
        return None


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
