"""What tests of several modules over HTTP share."""

import asyncpg
import httpx
import pytest

from app.commands import provision
from schema.catalog.model import Catalog
from tests.api.scoped import WITH, Key
from tests.conftest import SECRET, Workspace


@pytest.fixture
def having(
    anonymous: httpx.AsyncClient,
    connection: "asyncpg.Connection[asyncpg.Record]",
    catalog: Catalog,
    workspace: Workspace,
) -> WITH:
    """`await having("people:read", …)` → a key with just these scopes."""

    async def made(*scopes: str) -> Key:
        given = (connection, catalog, SECRET, workspace.id, "Scoped", 30)
        return Key(anonymous, await provision.create_key_token(*given, scopes=list(scopes)))

    return made
