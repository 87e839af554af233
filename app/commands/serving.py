"""The serving process: its socket, the database it starts on, its workers, and what it says at the start."""

import asyncio
import errno
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from multiprocessing.connection import wait

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from app import logs
from app.commands import greeting
from app.commands.open_files import within_open_files
from app.commands.running import begun
from app.database import choose as located
from app.database import connection, distribution
from app.database.pooler import refuse_unfit_pooler
from app.embedded.data_dir import DataDir
from app.embedded.watch import watched
from app.fault import OperatorFault
from app.http.pace import DEFAULT_PACE
from app.http.shared import Shared
from app.http.uvicorn_protocol import options
from app.migrations import migrate
from app.settings import Settings

BACKLOG = 2048
START_SECONDS = 60
STOP_SECONDS = 10  # for requests that are under way

_OTHER_HOST = "HOST is an address of this machine: 127.0.0.1 for itself alone, 0.0.0.0 for all its networks"
_ADVICE = {
    errno.EADDRNOTAVAIL: _OTHER_HOST,
    errno.EACCES: "Ports below 1024 are for root: choose one above, and let a proxy have the other",
}
"""By what the system says of an address. What it says of a taken port names the next one."""

Say = Callable[[str], None]
Greet = Callable[[], None]
Create = Callable[..., ASGIApp]

log = logging.getLogger(__name__)


class CannotListen(OperatorFault):
    """On the address; the message says what to do."""


def serve(settings: Settings, say: Say) -> None:
    """Until a signal ends it. Raises the operator's errors of what it starts."""
    signal.signal(signal.SIGTERM, _interrupt)
    logs.configure(settings.log_level)
    try:
        with _bound(settings) as listener, ExitStack() as stack:
            data_dir = None if settings.database_url else DataDir.open(settings.data_dir)
            if data_dir:
                stack.enter_context(data_dir.only_server())
            loaded = stack.enter_context(_loading()) if settings.workers == 1 else load
            located_settings = stack.enter_context(located.database(settings, say))
            if data_dir:
                stack.enter_context(watched(data_dir, located_settings.database_url or ""))
            first_token = asyncio.run(_prepare(located_settings, data_dir))
            greet = partial(print, greeting.of(located_settings, data_dir, first_token), flush=True)
            application = partial(build, loaded, located_settings, Shared.of(located_settings))
            _run(located_settings, application, listener, greet)
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave the database behind
    except KeyboardInterrupt:
        pass


def build(loaded: Callable[[], Create], settings: Settings, shared: Shared) -> ASGIApp:
    """The application in this process: the only one, or one of several workers, which end with their parent.

    `shared` is what several have in common.
    """
    logs.configure(settings.log_level)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    return loaded()(settings, shared=shared)


def load() -> Create:
    """Imports and builds all that serves, the most of a start. It stays, so no garbage is looked for in it."""
    gc.disable()
    try:
        from app.http.application import create_app
        from schema.api import build as build_api
        from schema.catalog.loading import load as load_catalog

        return partial(create_app, api=build_api(load_catalog()))
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def _loading() -> Iterator[Callable[[], Create]]:
    """Builds in a thread, while PostgreSQL starts. Imports come before: two threads at them may see half a module."""
    gc.disable()
    import_module("app.http.application")
    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(load).result


class Alone(uvicorn.Server):
    """The only server process."""

    def __init__(self, config: uvicorn.Config, greet: Greet) -> None:
        super().__init__(config)
        self.greet = greet

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.greet()


class Workers(Multiprocess):
    """Several server processes on one socket, which this process starts and watches."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], greet: Greet) -> None:
        super().__init__(config, sockets)
        self.greet = greet

    def init_processes(self) -> None:
        super().init_processes()
        if all(worker.wait_until_ready(START_SECONDS, self.should_exit) for worker in self.processes):
            self.greet()
        else:
            log.error("The workers do not start.")
            self.should_exit.set()


def _run(settings: Settings, application: Callable[[], ASGIApp], listener: socket.socket, greet: Greet) -> None:
    config = uvicorn.Config(
        application,
        factory=True,
        **options(within_open_files(settings), DEFAULT_PACE),
        workers=settings.workers,
        log_config=None,
        backlog=BACKLOG,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    try:
        if settings.workers > 1:
            Workers(config, [listener], greet).run()
        else:
            Alone(config, greet).run([listener])
    except KeyboardInterrupt:
        pass


@contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """First of all, so that a taken port is told before a database is started. Nobody listens on it yet."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((settings.host, settings.port))
        except OSError as error:
            advice = _ADVICE.get(error.errno or 0, f"Choose another port: PORT={settings.port % 65535 + 1} make run")
            if isinstance(error, socket.gaierror):
                advice = _OTHER_HOST
            raise CannotListen(
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). {advice}"
            ) from error
        bound.set_inheritable(True)
        yield bound


async def _prepare(settings: Settings, data_dir: DataDir | None) -> str | None:
    """The tables, and in an empty database something to begin with. Gives the first token, if that was made now."""
    assert settings.database_url is not None
    await connection.check_fitness(settings.database_url)
    if data_dir is None:
        await refuse_unfit_pooler(settings.database_url)
    await migrate(settings.database_url)
    connected = await connection.connect(settings.database_url)
    try:
        for line in await distribution.unfit_workers(connected) if data_dir is None else ():
            log.warning(line)
        return await begun(connected, settings, data_dir)
    finally:
        await connected.close()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _end_with(parent: int) -> None:
    wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)
