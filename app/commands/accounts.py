"""The commands for workspaces, their members and their tokens."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from app.commands.running import told_in_one_line, with_tables

if TYPE_CHECKING:
    from app.commands.provision import Connection
    from app.settings import Settings

workspace_commands = typer.Typer(no_args_is_help=True)
member_commands = typer.Typer(no_args_is_help=True)
token_commands = typer.Typer(no_args_is_help=True)

InWorkspace = Annotated[UUID | None, typer.Option(help="Its id; needed where there are several.")]


@workspace_commands.command("create")
def create_workspace(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    first_name: Annotated[str, typer.Option(help="Of its first member.")] = "Admin",
    last_name: Annotated[str, typer.Option(help="Of its first member.")] = "",
    email: Annotated[str, typer.Option(help="Of its first member.")] = "",
) -> None:
    """Make a workspace with one member, and print its id."""
    with told_in_one_line():
        from app.commands.provision import Person, create_workspace
        from schema.catalog.loading import load

        person = Person(first_name, last_name, email.strip().lower())
        typer.echo(with_tables(lambda connection, _: create_workspace(connection, load(), name, person)))


@member_commands.command("create")
def create_member(
    first_name: Annotated[str, typer.Argument(help="Of the member.")],
    last_name: Annotated[str, typer.Argument(help="Of the member.")] = "",
    email: Annotated[str, typer.Option(help="Of the member.")] = "",
    admin: Annotated[bool, typer.Option("--admin", help="May manage the API keys and members of others.")] = False,
    workspace: InWorkspace = None,
) -> None:
    """Make a member of a workspace, and print its id."""
    with told_in_one_line():
        from app.commands import provision
        from schema.catalog.loading import load

        person = provision.Person(first_name, last_name, email.strip().lower())

        async def work(connection: "Connection", settings: "Settings") -> UUID:
            found = await provision.find_workspace(connection, workspace)
            return await provision.create_member(connection, load(), found, person, is_admin=admin)

        typer.echo(with_tables(work))


@token_commands.command("create")
def create_token(
    workspace: InWorkspace = None,
    member: Annotated[str | None, typer.Option(help="Speak for this member: an id or an e-mail address.")] = None,
    name: Annotated[str, typer.Option(help="What the API key is called.")] = "API key",
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How long the token is good for.")] = 365,
    read_only: Annotated[bool, typer.Option("--read-only", help="The key may only read.")] = False,
    objects: Annotated[str, typer.Option(help="The key may touch just these, such as people,companies.")] = "",
    actions: Annotated[str, typer.Option(help="Just these: read, create, update, delete, destroy.")] = "",
) -> None:
    """Make an API key, or with --member a token of a workspace member, and print the token."""
    with told_in_one_line():
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

        typer.echo(with_tables(work))


@workspace_commands.command("list")
def list_workspaces() -> None:
    """Print the workspaces, oldest first."""
    with told_in_one_line():
        from app.commands import listing

        _print(with_tables(lambda connection, _: listing.workspaces(connection)))


@member_commands.command("list")
def list_members(workspace: InWorkspace = None) -> None:
    """Print the members of a workspace, oldest first."""
    with told_in_one_line():
        from app.commands import listing, provision

        async def work(connection: "Connection", settings: "Settings") -> list[tuple[str, ...]]:
            return await listing.members(connection, await provision.find_workspace(connection, workspace))

        _print(with_tables(work))


@token_commands.command("list")
def list_tokens(workspace: InWorkspace = None) -> None:
    """Print the API keys of a workspace, oldest first: their tokens are nowhere kept."""
    with told_in_one_line():
        from app.commands import listing, provision

        async def work(connection: "Connection", settings: "Settings") -> list[tuple[str, ...]]:
            return await listing.keys(connection, await provision.find_workspace(connection, workspace))

        _print(with_tables(work))


@token_commands.command("revoke")
def revoke_token(
    key: Annotated[UUID, typer.Argument(help="The id of the API key, as `icosa token list` prints it.")],
    workspace: InWorkspace = None,
) -> None:
    """Revoke an API key: its tokens are good for nothing from now on."""
    with told_in_one_line():
        from app.commands import provision
        from schema.catalog.loading import load

        async def work(connection: "Connection", settings: "Settings") -> None:
            found = await provision.find_workspace(connection, workspace)
            await provision.revoke_key(connection, load(), found, key)

        with_tables(work)
        typer.echo(f"{key} is revoked.")


def _print(rows: list[tuple[str, ...]]) -> None:
    """A table: its first row has the names of the columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
