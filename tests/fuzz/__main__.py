"""Starts a server on an empty embedded PostgreSQL, and tries both APIs by chance, and REST by schemathesis.

`python -m tests.fuzz [PATH_OF_SCHEMATHESIS ARGUMENTS…]`, with `FUZZ_REQUESTS` (20,000) by chance, from `SEED`.
"""

import asyncio
import os
import random
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
from tests.fuzz import generated

SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 1_000_000)
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")


def main(command: list[str]) -> int:
    data, catalog = DataDir.temporary("icosa-fuzz-"), load()
    try:
        with embedded.serving(data, lambda line: None, UNSAFE) as url:
            key_token, member_token = asyncio.run(_prepared(url, catalog))
            settings, api = Settings(database_url=url, app_secret=SecretStr(SECRET)), build(catalog)
            with run_server(settings, api) as server:
                outcome = generated.run(server.url, api, SEED, lambda: asyncio.run(_workspace(url, catalog))[0])
                outcome.tell()
                if not command:
                    return bool(outcome.broken)
                # API keys are tried with a member's token, since their operations can end the token in use.
                failed = _fuzz([*command, "--exclude-tag", "apiKeys"], server.url, key_token)
                failed = _fuzz([*command, "--include-tag", "apiKeys"], server.url, member_token) or failed
                return failed or bool(outcome.broken)
    finally:
        embedded.remove(data)


async def _prepared(url: str, catalog: Catalog) -> tuple[str, str]:
    await migrate(url)
    return await _workspace(url, catalog)


async def _workspace(url: str, catalog: Catalog) -> tuple[str, str]:
    """Tokens of a new workspace: of an API key and of a member."""
    connection = await asyncpg.connect(url)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Fuzz", provision.Person("Ada", "Lovelace"))
        member = await connection.fetchval('SELECT id FROM "workspaceMember" WHERE workspace_id = $1', workspace)
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
