"""The embedded PostgreSQL: made, started, shared and stopped. It knows no table and makes no connection to a database.

`DATA_DIR/postgresql` holds `data` (the cluster), `socket` and `log`. It is a link where root's DATA_DIR is closed to
the account that PostgreSQL runs as. The server listens on a Unix socket in a folder that only its account (and root)
may enter, and lets in root and the owner of DATA_DIR, whom the system itself names to it (`peer`); there is no
password and no TCP.

Every process that uses the server holds a shared lock, and the last one stops it. So a command shares the server that
another process started, neither stops it under the other, and a server left over by a killed process is taken up.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from app.embedded import account, programs
from app.embedded.account import Account
from app.embedded.data_dir import DataDir, try_exclusive
from app.fault import OperatorFault

NAME = "icosa"  # of the role, of the database and of the user map
SOCKET = ".s.PGSQL.5432"
MAX_SOCKET_PATH = 103  # bytes: macOS takes so many, Linux four more
RETRY_SECONDS = 8.0
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")

ELSEWHERE = "Set DATA_DIR to a folder with room, or DATABASE_URL"
TOO_NEW = (b"SET transaction_timeout = 0;\n",)
"""Lines of a dump that PostgreSQL before 17 does not know, and that change nothing."""

Say = Callable[[str], None]


class CannotStart(OperatorFault):
    """The embedded PostgreSQL cannot be made or started; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One embedded server, running or not. `home` is the real folder behind `DATA_DIR/postgresql`."""

    home: Path
    programs: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def socket_folder(self) -> Path | None:
        """Where the server listens, or None when it does not answer."""
        try:
            folder = Path((self.data / "postmaster.pid").read_text().splitlines()[4])
        except (FileNotFoundError, IndexError):
            return None
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(folder / SOCKET))
            except OSError:
                return None
        return folder

    def url(self, folder: Path) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(folder), safe='')}"


@contextmanager
def serving(data_dir: DataDir, say: Say, options: Mapping[str, str] | None = None) -> Iterator[str]:
    """The URL of the server on `data_dir`, started if need be. `options` are PostgreSQL's, for a server started here.

    Raises CannotStart, NoAccount, NoPrograms.
    """
    with data_dir.lock("start.lock"):
        server = prepare(data_dir, say)
        folder = server.socket_folder()
        if folder is None:
            folder = _start(server, data_dir, options or {})
        users = data_dir.lock("users.lock", shared=True)
        descriptor = users.__enter__()
    try:
        yield server.url(folder)
    finally:
        with data_dir.lock("start.lock"):
            if try_exclusive(descriptor):
                _stop(server)
            users.__exit__(None, None, None)


def start_again(data_dir: DataDir, server: Embedded) -> bool:
    """Whether the server was dead, and is started as it was: who uses it knows its folder. Raises CannotStart."""
    with data_dir.lock("start.lock"):
        if server.socket_folder() is not None or _is_running(server):
            return False
        _launch(server)
        return True


def prepare(data_dir: DataDir, say: Say) -> Embedded:
    """The server on `data_dir`, its folders and programs in place. Raises as `serving`."""
    link = data_dir.path / "postgresql"
    if link.is_symlink() and not link.exists():
        raise CannotStart(f"{link} points to {link.readlink()}, which is gone; `make reset` starts over.")
    owner = account.for_data(link)
    try:
        found, copied = programs.find(owner)
        if copied:
            say(f"PostgreSQL's programs were copied to {found}, where the account {owner.name} can read them.")
        if not link.exists():
            _make_home(link, owner, say)
    except OSError as error:
        raise CannotStart(f"The embedded PostgreSQL has no place: {error}. {ELSEWHERE}") from error
    return Embedded(link.resolve(), found, owner)


def remove(data_dir: DataDir) -> None:
    """Stops the server on `data_dir` and deletes the data, the token and the secret. Raises InUse."""
    with data_dir.only_server(), data_dir.lock("start.lock"):
        link = data_dir.path / "postgresql"
        if link.exists():
            server = prepare(data_dir, lambda line: None)
            if server.socket_folder() is not None:
                _stop(server)
            shutil.rmtree(server.home)
        if link.is_symlink():
            link.unlink()
        for name in ("token", "secret", "secret.lock", "users.lock", "start.lock", "server.lock"):
            (data_dir.path / name).unlink(missing_ok=True)
    if not any(data_dir.path.iterdir()):
        data_dir.path.rmdir()


def _make_home(link: Path, owner: Account, say: Say) -> None:
    if owner.can_enter(link.parent):
        link.mkdir(mode=0o700)
        owner.own(link)
        return
    programs.make_shared()
    home = Path(tempfile.mkdtemp(prefix="data-", dir=programs.SHARED))
    owner.own(home)
    link.symlink_to(home)
    say(f"The database is kept in {home}, since the account {owner.name} cannot enter {link.parent}.")


def _start(server: Embedded, data_dir: DataDir, options: Mapping[str, str]) -> Path:
    if not (server.data / "PG_VERSION").exists():
        _initialise(server)
    folder = _make_socket_folder(server)
    _write(server, "icosa.conf", _configuration({"unix_socket_directories": str(folder), **options}))
    _write(server, "pg_hba.conf", f"local all all peer map={NAME}\n")
    _write(server, "pg_ident.conf", "".join(f'{NAME} "{user}" {NAME}\n' for user in _users(server, data_dir)))
    _launch(server)
    return folder


def _launch(server: Embedded) -> None:
    left_over = _forget_dead_process(server)
    deadline = time.monotonic() + RETRY_SECONDS
    while not _pg_ctl(server, "start", "-l", str(server.log), "-t", "300"):
        # The processes of a killed server take a moment to end, and until then hold its lock file.
        if not left_over or time.monotonic() > deadline:
            raise CannotStart(f"PostgreSQL does not start: {_reason(_text(server.log))} (see {server.log})")
        time.sleep(0.2)


def _stop(server: Embedded) -> None:
    folder = server.socket_folder()
    _pg_ctl(server, "stop", "-m", "fast", "-t", "60")
    if folder is not None and server.home not in folder.parents:
        shutil.rmtree(folder, ignore_errors=True)


def _pg_ctl(server: Embedded, action: str, *arguments: str) -> bool:
    command = [server.programs / "pg_ctl", action, "-D", server.data, "-w", "-s", *arguments]
    return server.account.run(command).returncode == 0


def _initialise(server: Embedded) -> None:
    """Makes the cluster beside its place and moves it there when it is whole."""
    new = server.home / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    auth = ("--auth-local=peer", "--auth-host=reject")
    made = server.account.run([server.programs / "initdb", "-D", new, "-U", NAME, *LOCALE, *auth])
    if made.returncode != 0:
        raise CannotStart(f"PostgreSQL's initdb failed in {server.home}: {_reason(made.stdout)}. {ELSEWHERE}")
    single = f'printf "CREATE DATABASE {NAME};\\n" | "$1" --single -D "$2" postgres'
    created = server.account.run(["sh", "-c", single, "sh", server.programs / "postgres", new])
    if created.returncode != 0:
        raise CannotStart(f"PostgreSQL cannot make a database in {server.home}: {_reason(created.stdout)}. {ELSEWHERE}")
    server.account.run(["sh", "-c", 'echo "include_if_exists = \'icosa.conf\'" >> "$1"', "sh", new / "postgresql.conf"])
    new.rename(server.data)


def _configuration(options: Mapping[str, str]) -> str:
    settings = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        # What clients are told is no news here, and what they ask is nobody's business.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
        **options,
    }
    return "".join("{} = '{}'\n".format(name, value.replace("'", "''")) for name, value in settings.items())


def _write(server: Embedded, name: str, text: str) -> None:
    """Writes as the server's account: root follows no link that stands in another account's folder."""
    written = server.account.run(["sh", "-c", 'printf %s "$1" > "$2"', "sh", text, server.data / name])
    if written.returncode != 0:
        raise CannotStart(f"{server.data / name} cannot be written: {written.stdout.strip()}")


def _make_socket_folder(server: Embedded) -> Path:
    folder = server.home / "socket"
    if len(os.fsencode(folder / SOCKET)) > MAX_SOCKET_PATH:
        folder = Path(tempfile.mkdtemp(prefix="icosa-"))
        server.account.own(folder)
    elif not folder.exists():
        folder.mkdir(mode=0o700)
        server.account.own(folder)
    return folder


def _users(server: Embedded, data_dir: DataDir) -> set[str]:
    """Whom the server lets in: root, the user who starts it, and the owner of DATA_DIR."""
    users = {pwd.getpwuid(0).pw_name, account.current().pw_name}
    return users | {server.account.name} if server.account.uid == data_dir.owner else users


def _forget_dead_process(server: Embedded) -> bool:
    """Whether a lock file was left. One whose process is dead or another program would stop the start: drop it."""
    process = _process(server)
    if process is None:
        return _lock_file(server).exists()
    if _is_postgres(process) is False:
        _lock_file(server).unlink()
    return True


def _is_running(server: Embedded) -> bool:
    process = _process(server)
    return process is not None and _is_postgres(process) is True


def _lock_file(server: Embedded) -> Path:
    return server.data / "postmaster.pid"


def _process(server: Embedded) -> int | None:
    """The process that the lock file names, alive or not."""
    try:
        return int(_lock_file(server).read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _is_postgres(process: int) -> bool | None:
    """Nothing is known of one that is gone, which PostgreSQL sees for itself, or on a system without /proc."""
    try:
        name, state = Path(f"/proc/{process}/stat").read_text().partition("(")[2].rsplit(")", 1)
    except OSError:
        return None
    return name == "postgres" and state.split()[0] != "Z"  # a zombie is left where nobody waits for orphans


def _text(log: Path) -> str:
    try:
        return log.read_text(errors="replace")
    except OSError:
        return ""


def _reason(printed: str) -> str:
    """The line of what a program of PostgreSQL printed last that says why it gave up."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()][-20:]
    telling = [line[max(line.find("FATAL"), 0) :] for line in lines if "FATAL" in line or "could not" in line]
    return (telling or lines or ["no reason given"])[-1]


def dump(server: Embedded, url: str, to: IO[bytes]) -> int:
    """Writes all that is in the database as SQL that PostgreSQL 15 and later take; gives pg_dump's exit status."""
    command = [str(server.programs / "pg_dump"), "--no-owner", "--no-privileges", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        to.writelines(line for line in process.stdout if line not in TOO_NEW)
    to.flush()
    return process.returncode


def open_shell(server: Embedded, url: str, command: str | None = None) -> int:
    """psql in the terminal, or just for one command; gives its exit status."""
    just = [] if command is None else ["--no-psqlrc", "--command", command]
    return subprocess.run([server.programs / "psql", *just, url]).returncode
