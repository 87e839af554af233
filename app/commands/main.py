"""The command line `icosa`. Each command imports what it needs, so that none pays for another."""

import asyncio
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from app.commands.accounts import member_commands, token_commands, workspace_commands
from app.commands.running import embedded_settings, read_settings, tell, told_in_one_line, with_tables

if TYPE_CHECKING:
    from app.commands.provision import Connection
    from app.settings import Settings

app = typer.Typer(
    name="icosa",
    help="A CRM server: GraphQL first, with a REST API. Settings come from the environment; README.md lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
secret_commands = typer.Typer(no_args_is_help=True)
app.add_typer(workspace_commands, name="workspace", help="Workspaces: each holds its own records.")
app.add_typer(member_commands, name="member", help="Members of a workspace: who calls as a person.")
app.add_typer(secret_commands, name="secret", help="Secrets as they are stored.")
app.add_typer(token_commands, name="token", help="Tokens: what a client calls the API with.")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"icosa {version('icosa')}")
        raise typer.Exit


@app.callback()
def icosa(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on, in place of HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="The port, in place of PORT.")] = None,
) -> None:
    """Serve the API until it is stopped."""
    with told_in_one_line():
        from app.commands import serving

        serving.serve(read_settings(host=host, port=port), tell)


@app.command()
def worker() -> None:
    """Relay events and deliver webhooks until it is stopped; any number of workers may."""
    with told_in_one_line():
        from app.commands import working

        working.work(read_settings(), tell)


@app.command()
def events(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes, until stopped.")] = False,
    after: Annotated[int | None, typer.Option(min=0, help="Begin after the event with this number.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Begin at this moment, in UTC.")] = None,
    workspace: Annotated[UUID | None, typer.Option(help="Its id; needed where there are several.")] = None,
) -> None:
    """Print the events of a workspace, each as a line of JSON."""
    with told_in_one_line(), suppress(KeyboardInterrupt, BrokenPipeError):
        from app.commands import provision
        from app.events import following

        async def work(connection: "Connection", settings: "Settings") -> None:
            found = await provision.find_workspace(connection, workspace)
            moment = since and since.replace(tzinfo=UTC)
            async for page in following.follow(connection, found, after, moment, forever=follow):
                sys.stdout.buffer.writelines(map(following.line, page))
                sys.stdout.flush()

        with_tables(work)


@app.command()
def demo(
    people: Annotated[int, typer.Option(min=1, max=100_000, help="How many; the rest goes by them.")] = 200,
    workspace: Annotated[UUID | None, typer.Option(help="Its id; needed where there are several.")] = None,
) -> None:
    """Fill a workspace with a made-up CRM to look at: what of it is there already stays as it is."""
    with told_in_one_line():
        from rich.console import Console
        from rich.progress import Progress

        from app.commands import provision
        from app.demo import loading

        async def work(connection: "Connection", settings: "Settings") -> dict[str, int]:
            found = await provision.find_workspace(connection, workspace)
            console = Console(stderr=True)
            with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
                task = progress.add_task("People", total=people)
                return await loading.load(settings, found, people, lambda more: progress.advance(task, more))

        added = with_tables(work, begins=True)
        counts = ", ".join(f"{count:,} {plural}" for plural, count in added.items() if count)
        typer.echo(f"Added {counts}." if counts else "All of it is there already.")


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with told_in_one_line():
        from app import migrations
        from app.database import choose as located
        from app.database.connection import check_fitness

        async def work(url: str) -> None:
            await check_fitness(url)
            await migrations.migrate(url)

        with located.database(read_settings(), tell) as settings:
            asyncio.run(work(settings.database_url or ""))
        tell("The database is up to date.")


@app.command()
def distribute() -> None:
    """Distribute the tables by workspace on the workers of Citus, as far as they are not; `migrate` does so as well."""
    with told_in_one_line():
        from app.commands import distributing
        from app.database import choose as located

        with located.database(read_settings(), tell) as settings:
            asyncio.run(distributing.distribute(settings.database_url or "", tell))


@app.command()
def schema(
    objects: Annotated[
        bool, typer.Option("--objects", help="Print the objects and fields instead, as Markdown.")
    ] = False,
) -> None:
    """Print the GraphQL schema."""
    from schema.catalog.loading import load

    if objects:
        from app.commands.objects_page import page

        return typer.echo(page(load()), nl=False)
    from schema.api import build

    typer.echo(build(load()).schema.as_str())


@secret_commands.command("rotate")
def rotate_secrets() -> None:
    """Seal all stored secrets with APP_SECRET: those of APP_SECRET_PREVIOUS, and those that are not sealed yet."""
    with told_in_one_line():
        from app.commands import rotating
        from app.sealing import Vault
        from schema.catalog.loading import load

        counts = with_tables(lambda connection, settings: rotating.rotate(connection, load(), Vault.of(settings)))
        for name, count in counts.items():
            typer.echo(f"{name}: {count}")


@app.command()
def psql(
    command: Annotated[str | None, typer.Option("--command", "-c", help="Run just this, and print its result.")] = None,
) -> None:
    """Open the embedded database in psql."""
    with told_in_one_line():
        import signal

        from app.embedded import server as embedded
        from app.embedded.data_dir import DataDir

        data_dir = DataDir.open(embedded_settings().data_dir)
        with embedded.serving(data_dir, tell) as url:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is psql's
            status = embedded.open_shell(embedded.prepare(data_dir, tell), url, command)
        raise typer.Exit(status)


@app.command()
def dump() -> None:
    """Write all that is in the embedded database to standard output, as SQL."""
    with told_in_one_line():
        from app.embedded import server as embedded
        from app.embedded.data_dir import DataDir

        data_dir = DataDir.open(embedded_settings().data_dir)
        with embedded.serving(data_dir, tell) as url:
            status = embedded.dump(embedded.prepare(data_dir, tell), url, sys.stdout.buffer)
        raise typer.Exit(status)


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete the embedded database, its token and its secret."""
    with told_in_one_line():
        from app.embedded import server as embedded
        from app.embedded.data_dir import DataDir

        folder = embedded_settings().data_dir
        if folder.exists():
            if not yes:
                typer.confirm(f"Delete all that is in {folder}?", abort=True)
            embedded.remove(DataDir.open(folder))
        tell(f"Nothing is left in {folder}.")
