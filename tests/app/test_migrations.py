"""A migrated database against one made from the models, as PostgreSQL's own catalog tells them."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.domain.settings import DBSettings
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from app.auth import tokens
from app.auth.authenticator import Authenticator
from app.commands import provision
from app.database.tables import METADATA
from app.migrations import migrate, newest, revisions
from app.migrations.enums import create, declared_enums
from app.migrations.revisions import CannotMigrate, config
from schema.catalog.model import Catalog
from schema.context import EVERYTHING, Fetch, Row, Statement
from schema.declare.searching import search_function
from tests.conftest import ADA, SECRET

ROOT = Path(__file__).parents[2]
MIGRATE = "import asyncio, sys; from app.migrations import migrate; asyncio.run(migrate(sys.argv[1]))"
FOREIGN = ("alembic_version", "pgqueuer")  # tables, and what belongs to them, that no model of ours describes
QUERIES = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated::text,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
          AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
          AND NOT (SELECT relispartition FROM pg_class WHERE pg_class.oid = conrelid)""",
    "indexes": """
        SELECT tablename, indexname, indexdef
        FROM pg_indexes JOIN pg_class c ON c.oid = format('%I', tablename)::regclass
        WHERE schemaname = 'public' AND NOT c.relispartition""",
    "enums": """
        SELECT typname, array_agg(enumlabel::text ORDER BY enumsortorder)
        FROM pg_enum JOIN pg_type t ON t.oid = enumtypid
        WHERE typnamespace = 'public'::regnamespace GROUP BY typname""",
}


@pytest.fixture(scope="module")
def databases(new_database: Callable[[], str]) -> tuple[str, str]:
    return new_database(), new_database()


async def described(url: str, what: str) -> set[Any]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(QUERIES[what])
    finally:
        await connection.close()
    return {
        tuple(tuple(value) if isinstance(value, list) else value for value in row)
        for row in rows
        if not str(row[0]).startswith(FOREIGN)
    }


@pytest.fixture(scope="module")
async def made_from_models(databases: tuple[str, str], catalog: Catalog) -> str:
    """The second database, emptied and made anew from the declarations."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    tables = [table for metadata in (METADATA, catalog.metadata) for table in metadata.sorted_tables]
    connection = await asyncpg.connect(databases[1])
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        for name, values in declared_enums([catalog.metadata]).items():
            await connection.execute(create(name, values))
        await connection.execute(search_function())
        for table in tables:
            await connection.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in table.indexes:
                await connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
    finally:
        await connection.close()
    return databases[1]


@pytest.mark.parametrize("what", QUERIES)
async def test_the_migrations_make_what_the_models_say(
    databases: tuple[str, str], made_from_models: str, what: str
) -> None:
    migrated, modelled = await described(databases[0], what), await described(made_from_models, what)
    assert migrated - modelled == set()
    assert modelled - migrated == set()
    assert len(migrated) > 20


async def test_the_search_function_is_the_one_of_the_models(databases: tuple[str, str], made_from_models: str) -> None:
    sources = []
    for url in (databases[0], made_from_models):
        connection = await asyncpg.connect(url)
        try:
            query = "SELECT prosrc, provolatile, proisstrict, proparallel FROM pg_proc WHERE proname = 'search_words'"
            sources.append(tuple(await connection.fetchrow(query) or ()))
        finally:
            await connection.close()
    assert sources[0] == sources[1] and sources[0]


def test_the_tables_of_pgqueuer_are_those_of_the_installed_version() -> None:
    """Where a later version needs others, a new revision must bring them."""
    installed = QueryBuilderEnvironment(DBSettings()).build_install_query()
    _, _, statements = installed.partition("\n\n")  # the first line names the version
    revision = import_module("app.migrations.versions.0005_deliver_webhooks")
    assert "\n\n".join(revision.PGQUEUER) == statements.strip()


async def test_partial_unique_indexes_have_their_predicates(databases: tuple[str, str]) -> None:
    definitions = {row[1]: row[2] for row in await described(databases[0], "indexes")}
    assert definitions["uq_person_emailsPrimaryEmail"].endswith(
        "(workspace_id, emails_primary_email_key, emails_primary_email_apart)"
        """ WHERE ((emails_primary_email_key <> ''::text) AND ("deletedAt" IS NULL))"""
    )
    assert "USING gin" in definitions["ix_person_searchVector"]


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert newest() == ScriptDirectory.from_config(config()).get_current_head()


def test_a_start_on_a_migrated_database_needs_no_alembic(databases: tuple[str, str]) -> None:
    program = f"{MIGRATE}; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program, databases[0]], cwd=ROOT, check=False).returncode == 0


@pytest.fixture
def old_database(new_database: Callable[[], str]) -> str:
    return new_database()


async def test_values_are_brought_to_their_form(
    old_database: str, catalog: Catalog, capfd: pytest.CaptureFixture[str]
) -> None:
    """Those that a newer record would share with another stay; the rest are found as they are written today."""
    connection = await asyncpg.connect(old_database)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
        await revisions.downgrade(old_database, "0002")
        domains = ["Acme.com", "https://acme.com", "https://Globex.com:443/", "", "not a url "]
        ids = [UUID(int=n + 1) for n in range(len(domains))]
        await connection.executemany(
            'INSERT INTO company (workspace_id, id, name, "domainNamePrimaryLinkUrl") VALUES ($1, $2, $3, $4)',
            [(workspace, own_id, "Jose\u0301", domain) for own_id, domain in zip(ids, domains, strict=True)],
        )
        await connection.execute(
            'INSERT INTO person (workspace_id, id, "emailsPrimaryEmail") VALUES ($1, $2, $3)',
            *(workspace, ids[0], "Joe <joe@xn--bcher-kva.de>"),
        )
        await migrate(old_database)
        found = await connection.fetch('SELECT "domainNamePrimaryLinkUrl", name FROM company ORDER BY id')
        stored = ["Acme.com", "https://acme.com", "https://globex.com", "", "not a url"]
        assert [tuple(row) for row in found] == [(domain, "Jos\u00e9") for domain in stored]
        assert await connection.fetchval('SELECT "emailsPrimaryEmail" FROM person') == "joe@bücher.de"
    finally:
        await connection.close()
    assert f"company {ids[0]}: 'Acme.com' is 'https://acme.com' of {ids[1]}" in capfd.readouterr().out


async def test_records_that_keys_make_the_same(
    old_database: str, catalog: Catalog, capfd: pytest.CaptureFixture[str]
) -> None:
    """They stay, the newer ones set apart by their age; deleted ones are not told of."""
    connection = await asyncpg.connect(old_database)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
        await revisions.downgrade(old_database, "0009")
        domains = [
            "https://acme.com",
            "http://www.acme.com/",
            "https://acme.com/de",
            "acme.com?a=1",
            "https://ACME.com",
        ]
        ids = [UUID(int=n + 1) for n in range(len(domains))]
        await connection.executemany(
            'INSERT INTO company (workspace_id, id, "createdAt", "deletedAt", "domainNamePrimaryLinkUrl",'
            ' "linkedinLinkSecondaryLinks") VALUES ($1, $2, to_timestamp($3), to_timestamp($4), $5, $6)',
            [
                (workspace, own_id, 100 - n, 1 if n == 4 else None, domain, '[{"url": "https://www.x.y/"}, 7]')
                for n, (own_id, domain) in enumerate(zip(ids, domains, strict=True))
            ],
        )
        await connection.execute(
            'INSERT INTO person (workspace_id, id, "phonesPrimaryPhoneNumber", "phonesPrimaryPhoneCountryCode",'
            ' "phonesPrimaryPhoneCallingCode", "phonesAdditionalPhones") VALUES ($1, $2, $3, $4, $5, $6)',
            *(workspace, ids[0], "06 12 34 56 78", "FR", "?", '[{"number": "+33 6 12"}]'),
        )
        await migrate(old_database)
        told = capfd.readouterr().out
        found = await connection.fetch(
            "SELECT domain_name_primary_link_url_key, domain_name_primary_link_url_apart FROM company ORDER BY id"
        )
        keys = [("acme.com", 2), ("acme.com", 1), ("acme.com/de", 0), ("acme.com", 0), ("acme.com", 0)]
        assert [tuple(row) for row in found] == keys
        assert await connection.fetchval("SELECT linkedin_link_secondary_links_keys FROM company LIMIT 1") == '["x.y"]'
        phones = await connection.fetchrow(
            "SELECT phones_primary_phone_number_key, phones_additional_phones_keys FROM person"
        )
        assert phones is not None and tuple(phones) == ("33612345678", '["+33 6 12"]')
        await revisions.downgrade(old_database, "0009")
        await migrate(old_database)
    finally:
        await connection.close()
    assert f"{workspace} | acme.com | {ids[3]}, {ids[1]}, {ids[0]}\n" in told
    assert "mergeCompanies(ids: [" in told and "mergePeople" not in told


@pytest.mark.parametrize(
    ("table", "field"), [("person", "nameLastName"), ("person", "linkedinLinkPrimaryLinkUrl"), ("company", "name")]
)
async def test_texts_that_are_too_long_for_an_index(
    old_database: str, catalog: Catalog, table: str, field: str
) -> None:
    """They are named, and nothing is changed."""
    connection = await asyncpg.connect(old_database)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
        await revisions.downgrade(old_database, "0009")
        text, own_id = "".join(sha256(str(n).encode()).hexdigest() for n in range(200)), UUID(int=1)
        await connection.execute(
            f'INSERT INTO {table} (workspace_id, id, "{field}") VALUES ($1, $2, $3)', workspace, own_id, text
        )
        with pytest.raises(CannotMigrate) as refused:
            await migrate(old_database)
        assert str(refused.value).endswith(f"\n{workspace} | {table} | {own_id} | {field} | {len(text)}")
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == "0009"
    finally:
        await connection.close()


async def test_keys_and_members_from_before_nonces(old_database: str, catalog: Catalog) -> None:
    """Their tokens go on working, and the first member of each workspace is an admin."""
    connection = await asyncpg.connect(old_database)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
        await provision.create_member(connection, catalog, workspace, provision.Person("Bob"), is_admin=True)
        await provision.create_key_token(connection, catalog, SECRET, workspace, "Key", 1)
        await revisions.downgrade(old_database, "0006")
        await migrate(old_database)
        rows = 'SELECT "nameFirstName", nonce, is_admin FROM "workspaceMember" ORDER BY "createdAt", id'
        found = [tuple(row) for row in await connection.fetch(rows)]
        assert found == [("Ada", None, True), ("Bob", None, False)]
        key = await connection.fetchrow('SELECT id, nonce, owner_id, scopes FROM "apiKey"')
        assert key and [*key.values()][1:] == [None, None, None]
        fetch = connected_fetch(connection)
        token = tokens.for_api_key(SECRET, workspace, key["id"], datetime.now(UTC) + timedelta(hours=1))
        caller = await Authenticator(SECRET, fetch).caller(f"Bearer {token}")
        assert (caller.api_key_id, caller.owner_id, caller.grants) == (key["id"], None, EVERYTHING)
    finally:
        await connection.close()


def connected_fetch(connection: "asyncpg.Connection[asyncpg.Record]") -> Fetch:
    async def fetch(statement: Statement) -> Sequence[Row]:
        return [[*row.values()] for row in await connection.fetch(statement.text, *statement.values)]

    return fetch
