"""What all tests share: one PostgreSQL a session, one database and one real HTTP server a test worker, workspaces.

The database is a clone of a template that is migrated once. PostgreSQL is embedded, unless TEST_DATABASE_URL names a
server (and a role that may create databases), or TEST_CITUS_URL a cluster.
"""

import asyncio
import os
import resource
import signal
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
import uvicorn
from pydantic import SecretStr

from app.auth import authenticator as auth
from app.commands import provision
from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.http.application import create_app
from app.http.pace import DEFAULT_PACE, Pace
from app.http.uvicorn_protocol import options
from app.migrations import migrate
from app.sealing import Vault
from app.settings import Settings
from schema.api import Api, build
from schema.catalog.loading import load
from schema.catalog.model import Catalog
from schema.execution.execute import graphql_schema
from tests import cluster
from tests.checked_templates import CheckedTemplates, EagerLiterals
from tests.engine_rules import violations
from tests.watched import engine_rules_hold, note, watched_connections

RUN, DATA, URL = "ICOSA_TEST_RUN", "ICOSA_TEST_DATA", "TEST_DATABASE_URL"
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SECRET = "a secret for tests, long enough to sign with"
FILES = 20_000
TEMPLATE_LOCK = 0x7E57
CUT_OFF = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"
VAULT = Vault(SECRET)
ADA = provision.Person("Ada", "Lovelace")
NOT_COUNTED = (auth.API_KEY_ROW, auth.MEMBER_ROW, auth.KEY_ROWS, auth.MEMBER_ROWS)
__all__ = ("engine_rules_hold", "watched_connections")  # fixtures of all tests


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script: programs would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)  # a server and its hundreds of clients are in one process
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if hard == resource.RLIM_INFINITY else min(FILES, hard), hard))
    if not hasattr(config, "workerinput"):  # the process that starts the workers, or the only one
        os.environ[RUN] = uuid4().hex[:8]
        if cluster.is_used():
            os.environ[URL] = os.environ[cluster.CLUSTER]
        if URL not in os.environ:
            os.environ[DATA] = str(DataDir.temporary("icosa-test-").path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items if cluster.is_used() else ():
        if item.path.name in cluster.OF_ONE_POSTGRESQL:
            item.add_marker(pytest.mark.skip(reason="this is about one PostgreSQL"))


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    if URL in os.environ:
        asyncio.run(_drop(os.environ[URL], _template()))
    else:
        embedded.remove(DataDir(Path(os.environ[DATA])))


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace of its own, with one member and a token of an API key."""

    id: UUID
    member_id: UUID
    token: str
    member_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server in this process, in a thread. `statements` holds the SQL that it ran for requests."""

    url: str
    database_url: str
    statements: list[str]
    stop: Callable[[], None] = lambda: None
    """As SIGTERM does; ends when the server has."""


NewWorkspace = Callable[[], Awaitable[Workspace]]
GraphQL = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server; the URL's database is not for tests."""
    if URL in os.environ:
        yield os.environ[URL]
        return
    with embedded.serving(DataDir(Path(os.environ[DATA])), lambda line: None, UNSAFE) as url:
        yield url


@pytest.fixture(scope="session")
def new_database(postgres: str) -> Callable[[], str]:
    """Makes one more migrated and empty database; gives its URL. They go with the server."""

    def make() -> str:
        name = f"icosa_{os.environ[RUN]}_{uuid4().hex[:8]}"
        asyncio.run(_distributed(postgres, name) if cluster.is_used() else _clone(postgres, name))
        return at(postgres, name)

    return make


@pytest.fixture(scope="session")
def database_url(postgres: str, new_database: Callable[[], str]) -> Iterator[str]:
    """The database of this test worker, migrated."""
    url = new_database()
    yield url
    drop = cluster.drop if cluster.is_used() else _drop
    asyncio.run(drop(postgres, urlsplit(url).path[1:]))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def api(catalog: Catalog) -> Api:
    """All operations of the tests go by remembered statements, each of which is compared with a planned one.

    Literals in their documents become variables the first time.
    """
    made = build(catalog)
    pipeline = made.execute.pipeline
    pipeline.templates = CheckedTemplates(pipeline.planned)
    pipeline.literals = EagerLiterals(graphql_schema(made.schema))
    return made


@pytest.fixture(scope="session")
def settings(database_url: str) -> Settings:
    """Without a relay, which would add audit rows to the workspaces of all tests: those of events run their own."""
    return Settings(database_url=database_url, app_secret=SecretStr(SECRET), relay=False)


@pytest.fixture(scope="session")
def server(settings: Settings, api: Api) -> Iterator[Server]:
    with run_server(settings, api) as running:
        yield running


@contextmanager
def run_server(settings: Settings, api: Api, pace: Pace = DEFAULT_PACE, stop_seconds: int = 10) -> Iterator[Server]:
    """A server with settings of its own."""
    statements: list[str] = []

    def observe(statement: str) -> None:
        if statement not in NOT_COUNTED:
            statements.append(statement)
        assert violations(statement, api.catalog.objects) == [], statement

    app = create_app(settings, api, observe, pace)
    protocols = options(settings, pace)
    running = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=stop_seconds, **protocols))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=running.run, args=([listener],))
        thread.start()

        def stop() -> None:
            running.should_exit = True
            thread.join()

        try:
            yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}", settings.database_url or "", statements, stop)
        finally:
            stop()


@pytest.fixture
def statements(server: Server) -> list[str]:
    """The SQL that requests have run since the test began, or since it cleared the list. Tokens' rows do not count."""
    server.statements.clear()
    return server.statements


@pytest_asyncio.fixture
async def connection(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """To look at the database, and to prepare it where the API cannot."""
    connected = await asyncpg.connect(database_url)
    yield connected
    await connected.close()


@pytest.fixture(scope="session")
def new_workspace(database_url: str, catalog: Catalog) -> NewWorkspace:
    async def make() -> Workspace:
        connected = await asyncpg.connect(database_url)
        connected.add_query_logger(note)
        try:
            workspace = await provision.create_workspace(connected, catalog, "Test", ADA)
            member = await connected.fetchval('SELECT id FROM "workspaceMember" WHERE workspace_id = $1', workspace)
            key = await provision.create_key_token(connected, catalog, SECRET, workspace, "Test key", 36_500)
            access = await provision.create_member_token(connected, SECRET, workspace, str(member), 1)
        finally:
            await connected.close()
        return Workspace(workspace, member, key, access)

    return make


@pytest_asyncio.fixture
async def workspace(new_workspace: NewWorkspace) -> Workspace:
    return await new_workspace()


@pytest_asyncio.fixture
async def other_workspace(new_workspace: NewWorkspace) -> Workspace:
    return await new_workspace()


@pytest_asyncio.fixture
async def anonymous(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token."""
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as made:
        yield made


@pytest_asyncio.fixture
async def client(server: Server, workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the workspace's token."""
    async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers, timeout=60) as made:
        yield made


@pytest.fixture
def graphql(client: httpx.AsyncClient) -> GraphQL:
    """`await graphql(query, **variables)` → the whole answer, `data` and `errors`, in the workspace."""
    return asking(client)


@pytest_asyncio.fixture
async def other_graphql(server: Server, other_workspace: Workspace) -> AsyncIterator[GraphQL]:
    """The same in the other workspace."""
    async with httpx.AsyncClient(base_url=server.url, headers=other_workspace.headers, timeout=60) as made:
        yield asking(made)


def asking(client: httpx.AsyncClient) -> GraphQL:
    """`await asked(query, **variables)` → the whole answer."""

    async def ask(query: str, **variables: Any) -> Any:
        response = await client.post("/graphql", json={"query": query, "variables": variables})
        return response.json()

    return ask


def _template() -> str:
    return f"icosa_{os.environ[RUN]}_template"


def at(url: str, database: str) -> str:
    """The same server, another database."""
    return cluster.database(url, database)


async def _distributed(url: str, name: str) -> None:
    await cluster.create(url, name)
    await migrate(at(url, name))


async def _clone(url: str, name: str) -> None:
    """Workers wait for whoever makes the template; nobody may be connected to it while it is copied."""
    connected = await asyncpg.connect(url)
    try:
        await connected.execute(f"SELECT pg_advisory_lock({TEMPLATE_LOCK})")
        template = _template()
        if not await connected.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", template):
            await connected.execute(f"CREATE DATABASE {template}_new TEMPLATE template0 ENCODING 'UTF8' {_locale()}")
            await migrate(at(url, f"{template}_new"))
            await connected.execute(CUT_OFF, f"{template}_new")  # a pooler before the server may still be connected
            await connected.execute(f"ALTER DATABASE {template}_new RENAME TO {template}")
        await connected.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connected.close()


def _locale() -> str:
    """The embedded server's own is right; another server's need not be."""
    return "LOCALE 'C.UTF-8'" if URL in os.environ else ""


async def _drop(url: str, name: str) -> None:
    connected = await asyncpg.connect(url)
    try:
        await connected.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await connected.close()
