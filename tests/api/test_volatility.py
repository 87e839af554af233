"""Every kind of write, and what the server writes of its own, calls no function where Citus would refuse it."""

from types import ModuleType
from typing import TypeAlias

import asyncpg
import pytest

from app.commands import rotating
from app.database import repeatable
from app.events import batch
from app.events.webhooks import asked, claiming, enqueue, housekeeping, recording, secrets
from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.volatility import refused

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
OWN = (batch, claiming, enqueue, housekeeping, recording, secrets, asked, repeatable)
WRITES = (
    'createPerson(data: {name: {firstName: "V"}, company: {create: {name: "V"}}}) { id }',
    'createCompanies(data: [{name: "V", position: "last"}, {name: "W"}], upsert: true) { id }',
    'updatePeople(filter: {name: {firstName: {eq: "V"}}}, data: {city: "V"}) { id }',
    'deletePeople(filter: {city: {eq: "V"}}) { id }',
    'restorePeople(filter: {city: {eq: "V"}}) { id }',
    'destroyCompanies(filter: {name: {eq: "V"}}) { id people { edges { node { id } } } }',
    'updateApiKeys(filter: {name: {eq: "V"}}, data: {name: "W"}) { id }',
)
CHANGES = ("INSERT INTO", "UPDATE", "DELETE FROM")
BROKEN = (
    'UPDATE person t SET "updatedAt" = t."updatedAt" + interval \'1 ms\' WHERE workspace_id = $1',
    'UPDATE person SET "deletedAt" = CASE WHEN id = $2 THEN now() END WHERE workspace_id = $1',
    "DELETE FROM person WHERE workspace_id = $1 RETURNING now()",
    "INSERT INTO event_log VALUES ($1) ON CONFLICT (workspace_id) DO UPDATE SET last_recorded_at = now()",
)


@pytest.mark.parametrize("sql", BROKEN)
async def test_what_would_be_refused_is_seen(connection: Connection, sql: str) -> None:
    assert await refused(connection, sql) != []


@pytest.mark.parametrize("field", WRITES)
async def test_writes(connection: Connection, graphql: GraphQL, statements: list[str], field: str) -> None:
    answer = await graphql(f"mutation {{ {field} }}")
    assert "errors" not in answer, answer
    for statement in {one for one in statements if one.startswith("WITH")}:
        assert await refused(connection, statement) == [], statement


@pytest.mark.parametrize("module", OWN, ids=lambda module: module.__name__)
async def test_the_servers_own(connection: Connection, module: ModuleType) -> None:
    texts = {name: text for name, text in vars(module).items() if isinstance(text, str) and name.isupper()}
    for name, text in texts.items():
        if any(f"{word} " in text for word in CHANGES) and name != "_PRUNE":  # the form of others
            assert await refused(connection, text) == [], name


async def test_the_relays_and_what_seals_anew(connection: Connection, catalog: Catalog) -> None:
    batches = batch.Batches(catalog)
    renewing = [one.renew for one in (*rotating.stored(catalog), *rotating.STATE)]
    for text in (*batches._recording.values(), batches._extending, *renewing):
        assert await refused(connection, text) == [], text
