"""The command line `icosa`. Each command imports what it needs, so that none pays for another."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

if TYPE_CHECKING:
    from app.commands.provision import Connection
    from app.settings import Settings

T = TypeVar("T")

app = typer.Typer(
    name="icosa",
    help="A CRM server: GraphQL first, with a REST API. Settings come from the environment; README.md lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
workspace_commands = typer.Typer(no_args_is_help=True)
member_commands = typer.Typer(no_args_is_help=True)
secret_commands = typer.Typer(no_args_is_help=True)
token_commands = typer.Typer(no_args_is_help=True)
app.add_typer(workspace_commands, name="workspace", help="Workspaces: each holds its own records.")
app.add_typer(member_commands, name="member", help="Members of a workspace: who calls as a person.")
app.add_typer(secret_commands, name="secret", help="Secrets as they are stored.")
app.add_typer(token_commands, name="token", help="Tokens: what a client calls the API with.")


@app.command()
def serve() -> None:
    """Serve the API until it is stopped."""
    with _told_in_one_line():
        from app.commands import serving

        serving.serve(_settings(), _tell)


@app.command()
def worker() -> None:
    """Relay events and deliver webhooks until it is stopped; any number of workers may."""
    with _told_in_one_line():
        from app.commands import working

        working.work(_settings(), _tell)


@app.command()
def events(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes, until stopped.")] = False,
    after: Annotated[int | None, typer.Option(min=0, help="Begin after the event with this number.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Begin at this moment, in UTC.")] = None,
    workspace: Annotated[UUID | None, typer.Option(help="Its id; needed where there are several.")] = None,
) -> None:
    """Print the events of a workspace, each as a line of JSON."""
    with _told_in_one_line(), suppress(KeyboardInterrupt, BrokenPipeError):
        from app.commands import provision
        from app.events import following

        async def work(connection: "Connection", settings: "Settings") -> None:
            found = await provision.find_workspace(connection, workspace)
            moment = since and since.replace(tzinfo=UTC)
            async for page in following.follow(connection, found, after, moment, forever=follow):
                sys.stdout.buffer.writelines(map(following.line, page))
                sys.stdout.flush()

        _with_tables(work)


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with _told_in_one_line():
        from app import migrations
        from app.database import choose as located
        from app.database.connection import check_fitness

        async def work(url: str) -> None:
            await check_fitness(url)
            await migrations.migrate(url)

        with located.database(_settings(), _tell) as settings:
            asyncio.run(work(settings.database_url or ""))
        _tell("The database is up to date.")


@app.command()
def schema() -> None:
    """Print the GraphQL schema."""
    from schema.api import build
    from schema.catalog.loading import load

    typer.echo(build(load()).schema.as_str())


@workspace_commands.command("create")
def create_workspace(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    first_name: Annotated[str, typer.Option(help="Of its first member.")] = "Admin",
    last_name: Annotated[str, typer.Option(help="Of its first member.")] = "",
    email: Annotated[str, typer.Option(help="Of its first member.")] = "",
) -> None:
    """Make a workspace with one member, and print its id."""
    with _told_in_one_line():
        from app.commands.provision import Person, create_workspace
        from schema.catalog.loading import load

        person = Person(first_name, last_name, email.strip().lower())
        typer.echo(_with_tables(lambda connection, _: create_workspace(connection, load(), name, person)))


@member_commands.command("create")
def create_member(
    first_name: Annotated[str, typer.Argument(help="Of the member.")],
    last_name: Annotated[str, typer.Argument(help="Of the member.")] = "",
    email: Annotated[str, typer.Option(help="Of the member.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May manage the API keys and members of others.")] = False,
    workspace: Annotated[UUID | None, typer.Option(help="Its id; needed where there are several.")] = None,
) -> None:
    """Make a member of a workspace, and print its id."""
    with _told_in_one_line():
        from app.commands import provision
        from schema.catalog.loading import load

        person = provision.Person(first_name, last_name, email.strip().lower())

        async def work(connection: "Connection", settings: "Settings") -> UUID:
            found = await provision.find_workspace(connection, workspace)
            return await provision.create_member(connection, load(), found, person, is_admin=admin)

        typer.echo(_with_tables(work))


@token_commands.command("create")
def create_token(
    workspace: Annotated[UUID | None, typer.Option(help="Its id; needed where there are several.")] = None,
    member: Annotated[str | None, typer.Option(help="Speak for this member: an id or an e-mail address.")] = None,
    name: Annotated[str, typer.Option(help="What the API key is called.")] = "API key",
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How long the token is good for.")] = 365,
    read_only: Annotated[bool, typer.Option("--read-only", help="The key may only read.")] = False,
    objects: Annotated[str, typer.Option(help="The key may touch just these, such as people,companies.")] = "",
    actions: Annotated[str, typer.Option(help="Just these: read, create, update, delete, destroy.")] = "",
) -> None:
    """Make an API key, or with --member a token of a workspace member, and print the token."""
    with _told_in_one_line():
        from app.commands import provision
        from schema.catalog.loading import load

        scopes = provision.scopes(objects, actions, read_only=read_only)
        if member is not None and scopes is not None:
            raise typer.BadParameter("a member has no scopes: --read-only, --objects and --actions are for API keys")

        async def work(connection: "Connection", settings: "Settings") -> str:
            found = await provision.find_workspace(connection, workspace)
            if member is None:
                return await provision.create_key_token(connection, load(), settings.secret, found, name, days, scopes)
            return await provision.create_member_token(connection, settings.secret, found, member, days)

        typer.echo(_with_tables(work))


@secret_commands.command("rotate")
def rotate_secrets() -> None:
    """Seal all stored secrets with APP_SECRET: those of APP_SECRET_PREVIOUS, and those that are not sealed yet."""
    with _told_in_one_line():
        from app.commands import rotating
        from app.sealing import Vault
        from schema.catalog.loading import load

        counts = _with_tables(lambda connection, settings: rotating.rotate(connection, load(), Vault.of(settings)))
        for name, count in counts.items():
            typer.echo(f"{name}: {count}")


@app.command()
def psql() -> None:
    """Open the embedded database in psql."""
    with _told_in_one_line():
        import signal

        from app.embedded import server as embedded
        from app.embedded.data_dir import DataDir

        data_dir = DataDir.open(_embedded_settings().data_dir)
        with embedded.serving(data_dir, _tell) as url:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is psql's
            status = embedded.open_shell(embedded.prepare(data_dir, _tell), url)
        raise typer.Exit(status)


@app.command()
def reset() -> None:
    """Delete the embedded database, its token and its secret."""
    with _told_in_one_line():
        from app.embedded import server as embedded
        from app.embedded.data_dir import DataDir

        folder = _embedded_settings().data_dir
        if folder.exists():
            embedded.remove(DataDir.open(folder))
        _tell(f"Nothing is left in {folder}.")


def _settings() -> "Settings":
    from app.settings import Settings

    return Settings.read()


def _embedded_settings() -> "Settings":
    settings = _settings()
    if settings.database_url:
        raise typer.BadParameter("this is for the embedded database, and DATABASE_URL is set")
    return settings


def _with_tables(work: "Callable[[Connection, Settings], Awaitable[T]]") -> T:
    """Runs `work` on a connection to a database that has its tables."""
    from app.database import choose as located
    from app.database import connection

    async def run(settings: "Settings") -> T:
        url = settings.database_url or ""
        connected = await connection.connect(url, "icosa command")
        try:
            if not await connected.fetchval("SELECT to_regclass('workspace') IS NOT NULL"):
                from app.migrations import migrate

                await connection.check_fitness(url)
                await migrate(url)
            return await work(connected, settings)
        finally:
            await connected.close()

    with located.database(_settings(), _tell) as settings:
        return asyncio.run(run(settings))


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """What an operator can set right is one line and exit status 2, without a traceback."""
    from app.fault import OperatorFault

    try:
        yield
    except OperatorFault as error:
        _tell(f"icosa: {error}")
        raise typer.Exit(2) from None


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
