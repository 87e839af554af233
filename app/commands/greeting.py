"""What the server prints when it listens: where, the token of the first start, and a first request to paste."""

import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.auth import tokens
from app.embedded.data_dir import DataDir
from app.settings import Settings
from schema.errors import Unauthenticated

PAGES = {"Records": "/", "GraphiQL": "/graphql", "REST": "/rest"}
EXAMPLE = '{"query":"{ workspaceMembers { edges { node { id name { firstName lastName } } } } }"}'


def of(settings: Settings, data_dir: DataDir | None, first_token: str | None) -> str:
    """`first_token` was made by this start; the embedded default keeps it in its folder."""
    url, kept = settings.url, data_dir.token if data_dir else None
    token = kept.read_text().strip() if kept and kept.exists() else first_token
    events = [] if settings.events else ["Events     are off (EVENTS=off): writes are not recorded, and nobody is told"]
    if not token:
        listens = f"Icosa listens on {url}. A token: {_made(kept)}"
        return "\n\n".join([listens, _pages(url), *events])
    paragraphs = [
        f"Icosa listens on {url}",
        _pages(url, f"#token={token}"),
        f"Token      {token}\n           ({_how_good(settings, token, kept)})",
        *([f"Data       {(data_dir.path / 'postgresql').resolve()}"] if data_dir else []),
        *events,
        f"Try        curl {url}/graphql -H 'Content-Type: application/json' "
        f"-H 'Authorization: Bearer {token}' -d '{EXAMPLE}'\n",
    ]
    return "\n\n".join(paragraphs)


def _pages(url: str, fragment: str = "") -> str:
    """The addresses to open in a browser, which never sends the fragment."""
    return "\n".join(f"{name:<10} {url}{path}{fragment}" for name, path in PAGES.items())


def command() -> str:
    """How to call `icosa`: by its path, where it is not to be found without."""
    beside = Path(sys.executable).parent / "icosa"
    if shutil.which("icosa") or not beside.exists():
        return "icosa"
    return shlex.quote(str(beside))


def _how_good(settings: Settings, token: str, kept: Path | None) -> str:
    """A token that is good is not to be written over: the command may fail, and would leave the file empty."""
    where = f"kept in {kept}" if kept else "shown this once"
    try:
        end = datetime.fromtimestamp(tokens.read(token, settings.secret, *settings.previous_secrets).expires_at, UTC)
    except Unauthenticated:
        return f"good no more: it has ended, or was made with another APP_SECRET, {where}; a new one: {_made(kept)}"
    return f"good until {end:%Y-%m-%d}, {where}; a new one: {_made()}"


def _made(kept: Path | None = None) -> str:
    """The command that makes a token, into a file."""
    return f"{command()} token create > {kept}" if kept else f"{command()} token create"
