"""Starts a server on an empty embedded PostgreSQL and runs schemathesis over its description of the API.

python -m tests.fuzz PATH_OF_SCHEMATHESIS [ARGUMENTS…]
"""

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from app.commands import provision
from app.embedded import server as embedded
from app.embedded.data_dir import DataDir
from app.migrations import migrate
from app.settings import Settings
from schema.api import build
from schema.catalog.loading import load
from schema.catalog.model import Catalog
from tests.conftest import SECRET, UNSAFE, run_server

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def main(command: list[str]) -> int:
    data, catalog = DataDir.temporary("icosa-fuzz-"), load()
    try:
        with embedded.serving(data, lambda line: None, UNSAFE) as url:
            key_token, member_token = asyncio.run(_prepared(url, catalog))
            settings = Settings(database_url=url, app_secret=SecretStr(SECRET))
            with run_server(settings, build(catalog)) as server:
                # API keys are tried with a member's token, since their operations can end the token in use.
                failed = _fuzz([*command, "--exclude-tag", "apiKeys"], server.url, key_token)
                return _fuzz([*command, "--include-tag", "apiKeys"], server.url, member_token) or failed
    finally:
        embedded.remove(data)


async def _prepared(url: str, catalog: Catalog) -> tuple[str, str]:
    """Tokens of a new workspace: of an API key and of a member."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Fuzz", provision.Person("Ada", "Lovelace"))
        member = await connection.fetchval('SELECT id FROM "workspaceMember"')
        return (
            await provision.create_key_token(connection, catalog, SECRET, workspace, "Fuzz", 1),
            await provision.create_member_token(connection, SECRET, workspace, str(member), 1),
        )
    finally:
        await connection.close()


def _fuzz(command: list[str], url: str, token: str) -> int:
    program, *arguments = command
    asked = [str(Path(program).absolute()), "--config-file", str(CONFIGURATION), "run", f"{url}/rest/open-api/core"]
    asked += ["--header", f"Authorization: Bearer {token}", *arguments]
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(asked, check=False, cwd=folder).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
