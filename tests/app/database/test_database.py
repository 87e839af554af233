"""SQLSTATEs → errors, retries, and the settings of connections, on a real database."""

import asyncio
import os
import platform
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from app.database.connection import UnfitDatabase, check_fitness
from app.database.database import RETRIES, Database
from app.database.kept_statements import LONGEST_KEPT, MOST_CHARACTERS
from schema.catalog.model import Catalog
from schema.context import Fetch, Statement
from schema.errors import ApiError, BadUserInput, Conflict, RefusedKey, ServiceUnavailable, Timeout
from tests.conftest import URL, Workspace, at


@pytest_asyncio.fixture
async def database(database_url: str, catalog: Catalog) -> AsyncIterator[Database]:
    async with Database(database_url, catalog, 300).connected() as connected:
        yield connected


def raising(state: str, text: str = "text of the database", detail: str = "") -> str:
    """Nothing but these, as Citus passes on what a worker says."""
    return f"DO $$ BEGIN RAISE EXCEPTION '{text}' USING ERRCODE = '{state}', DETAIL = '{detail}'; END $$"


AWAY = "connection to the remote node icosa@two:5432 failed with the following error: connection refused"
CUT = "server closed the connection unexpectedly"
NULL = 'null value in column "name" of relation "company_102994" violates not-null constraint'
MISSING = 'insert or update on table "person_103026" violates foreign key constraint "fk_person_companyId_103026"'
MISSING_KEY = 'Key (workspace_id, "companyId")=(w, c) is not present in table "company_102994".'


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("SELECT 1/0", BadUserInput, "Division by zero."),
        ("SELECT 'x' ~ '['", BadUserInput, "A regular expression is not valid."),
        ("SELECT 'x'::uuid", BadUserInput, "A value does not have the form of its type."),
        ("SELECT 10::numeric ^ 200000", BadUserInput, "A number is out of range."),
        ("SELECT pg_sleep(2)", Timeout, Timeout.__doc__),
        ("INSERT INTO workspace (id, display_name) VALUES (NULL, '')", BadUserInput, 'Field "id" cannot be null'),
        (raising("53300"), ServiceUnavailable, "The database is not available."),
        (raising("57P01"), ServiceUnavailable, "The database is not available."),
        (raising("08006", AWAY), ServiceUnavailable, "The database is not available."),
        (raising("XX000", AWAY), ServiceUnavailable, "The database is not available."),
        (raising("XX000", CUT), ServiceUnavailable, "The database is not available."),
        (raising("23502", NULL), BadUserInput, 'Field "name" cannot be null'),
        (raising("23503", MISSING, MISSING_KEY), RefusedKey, 'companyId: "c" is the id of no record'),
        (raising("40001"), Conflict, Conflict.__doc__),
        ("SELECT nothing", ApiError, "Internal server error"),
        (raising("XX000"), ApiError, "Internal server error"),
    ],
)
async def test_sqlstates(database: Database, text: str, error: type[ApiError], message: str) -> None:
    with pytest.raises(ApiError) as raised:
        await database.fetch(Statement(text, ()))
    assert type(raised.value) is error
    assert raised.value.message == message


async def test_a_statement_is_kept_prepared_when_it_comes_again(database: Database) -> None:
    kept = Statement("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'again'", ())
    counts = [(await database.fetch(Statement("SELECT 'again'", ())), await database.fetch(kept)) for _ in range(4)]
    assert [rows[0][0] for _, rows in counts] == [1, 2, 2, 2]  # itself, and from the second time on both


async def test_statements_are_kept_up_to_a_number_of_characters(database: Database) -> None:
    """On ten connections, twelve documents of 10 kB took 466 MB: some 80 bytes for each character of a statement."""

    async def ask(fetch: Fetch) -> tuple[list[int], list[int], list[int]]:
        ((process,),) = await fetch(Statement("SELECT pg_backend_pid()", ()))
        kept, characters, memory = [], [], []
        for n in range(60):
            text = f"SELECT {' + '.join(['$1::int'] * 4000)} AS sum{n}"
            for _ in range(2):
                await fetch(Statement(text, (1,)))
            ((number, length),) = await fetch(
                Statement("SELECT count(*), sum(length(statement)) FROM pg_prepared_statements", ())
            )
            kept.append(number)
            characters.append(length)
            memory.append(own_bytes(process))
        return kept, characters, memory

    kept, characters, memory = await database.transact(ask)
    assert max(kept) > 5 and max(characters) <= MOST_CHARACTERS + 1000
    if memory[0]:  # of the first round of statements and of the last: those in between went
        assert memory[-1] - max(memory[:12]) < 15_000_000


async def test_long_statements_are_not_kept(database: Database) -> None:
    for _ in range(3):
        await database.fetch(Statement("SELECT 1 --" + "x" * LONGEST_KEPT, ()))
    kept = Statement("SELECT max(length(statement)) FROM pg_prepared_statements", ())
    assert [(await database.fetch(kept))[0][0] for _ in range(3)][-1] < 1000


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep memory by rules of their own")
@pytest.mark.skipif(URL in os.environ, reason="the PostgreSQL process may be on another machine")
async def test_postgresql_keeps_the_memory_of_a_statement_for_the_next(database: Database) -> None:
    """Else the process would touch new pages of memory for each statement."""
    statement = Statement("SELECT length(string_agg(repeat('x', 300), ',')) FROM generate_series(1, 1500)", ())

    async def faults_of_fifty(fetch: Fetch) -> int:
        ((process,),) = await fetch(Statement("SELECT pg_backend_pid()", ()))
        for _ in range(5):
            await fetch(statement)
        before = minor_faults(process)
        for _ in range(50):
            await fetch(statement)
        return minor_faults(process) - before

    assert await database.transact(faults_of_fifty) < 50


def own_bytes(process: int) -> int:
    """The memory that a process shares with nobody; 0 where the system does not tell."""
    found = Path(f"/proc/{process}/smaps_rollup")
    if URL in os.environ or not found.exists():
        return 0
    return sum(int(line.split()[1]) * 1024 for line in found.read_text().splitlines() if line.startswith("Private_"))


def minor_faults(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[7])


async def test_a_parameter_that_does_not_encode(database: Database) -> None:
    with pytest.raises(BadUserInput, match="does not have the form of its type"):
        await database.fetch(Statement("SELECT $1::int", ("x",)))


async def test_constraints_name_fields(database: Database, workspace: Workspace) -> None:
    company = "INSERT INTO company (workspace_id, id, domain_name_primary_link_url_key) VALUES ($1, $2, $3)"
    first = Statement(company, (workspace.id, uuid4(), "a, 7.example"))
    await database.fetch(first)
    with pytest.raises(BadUserInput, match=r'^id: ".*" is already used$'):
        await database.fetch(first)
    with pytest.raises(BadUserInput, match=r'^domainName.primaryLinkUrl: "a, 7.example" is already used$'):
        await database.fetch(Statement(company, (workspace.id, uuid4(), "a, 7.example")))
    person = 'INSERT INTO person (workspace_id, id, "companyId") VALUES ($1, $2, $3)'
    with pytest.raises(BadUserInput, match=r'^companyId: ".*" is the id of no record$'):
        await database.fetch(Statement(person, (workspace.id, uuid4(), uuid4())))


async def test_a_row_that_still_refers_is_a_conflict(database: Database, workspace: Workspace) -> None:
    company = uuid4()
    await database.fetch(Statement("INSERT INTO company (workspace_id, id) VALUES ($1, $2)", (workspace.id, company)))
    person = 'INSERT INTO person (workspace_id, id, "companyId") VALUES ($1, $2, $3)'
    await database.fetch(Statement(person, (workspace.id, uuid4(), company)))
    tries = 0

    async def destroy(fetch: Fetch) -> None:
        nonlocal tries
        tries += 1
        await fetch(Statement("DELETE FROM company WHERE workspace_id = $1 AND id = $2", (workspace.id, company)))

    with pytest.raises(Conflict):
        await database.transact(destroy)
    assert tries == RETRIES + 1


async def test_a_lost_race_is_run_again(database: Database) -> None:
    tries = 0

    async def work(fetch: Fetch) -> int:
        nonlocal tries
        tries += 1
        await fetch(Statement(raising("40P01") if tries < 4 else "SELECT 1", ()))
        return tries

    assert await database.transact(work) == 4


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    new = uuid4()

    async def work(fetch: Fetch) -> None:
        await fetch(Statement("INSERT INTO workspace (id, display_name) VALUES ($1, 'x')", (new,)))
        raise BadUserInput("no")

    with pytest.raises(BadUserInput, match=r"^no$"):
        await database.transact(work)
    assert not await database.fetch(Statement("SELECT FROM workspace WHERE id = $1", (new,)))


async def test_a_closed_connection_is_made_anew(database: Database, connection: asyncpg.Connection) -> None:
    (row,) = await database.fetch(Statement("SELECT pg_backend_pid()", ()))
    await connection.execute("SELECT pg_terminate_backend($1)", row[0])
    await asyncio.sleep(0.2)
    assert await database.fetch(Statement("SELECT 1", ()))


async def test_a_connection_has_its_settings(database: Database) -> None:
    names = ("statement_timeout", "TimeZone", "application_name", "jit")
    (row,) = await database.fetch(Statement(f"SELECT {', '.join(f'current_setting({n!r})' for n in names)}", ()))
    assert tuple(row) == ("300ms", "UTC", "icosa", "off")


async def test_an_unfit_database(postgres: str, connection: asyncpg.Connection) -> None:
    name = f"unfit_{uuid4().hex[:8]}"
    await connection.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    )
    try:
        with pytest.raises(UnfitDatabase, match="CREATE DATABASE icosa TEMPLATE template0 ENCODING 'UTF8'"):
            await check_fitness(at(postgres, name))
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
