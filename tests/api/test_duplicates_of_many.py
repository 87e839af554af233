"""Find Duplicates at 50,000 people and companies: the plans of the very statements that requests run."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
import pytest_asyncio

from schema.api import Api
from schema.context import GraphQLRequest
from tests.api.test_index_use import rows_read
from tests.recorder import Recorder

SIZE = 50_000
FILL = (
    f"""INSERT INTO company (workspace_id, id, name, domain_name_primary_link_url_key)
    SELECT $1, md5('c' || n)::uuid, CASE n % 3 WHEN 0 THEN 'Café ' ELSE 'Cafe ' END || n / 2, n || '.example'
    FROM generate_series(1, {SIZE}) n""",
    f"""INSERT INTO person (workspace_id, id, "nameFirstName", "nameLastName", emails_primary_email_key,
        linkedin_link_primary_link_url_key)
    SELECT $1, md5('p' || n)::uuid, CASE n % 3 WHEN 0 THEN 'José ' ELSE 'Jose ' END || n / 2, 'Last', n || '@x.example',
        'linkedin.com/in/' || n / 2 FROM generate_series(1, {SIZE}) n""",
    """INSERT INTO opportunity (workspace_id, id, name, "companyId")
    SELECT $1, md5('o' || n)::uuid, 'Deal ' || n % 3, md5('c' || n / 3 + 1)::uuid FROM generate_series(1, 30000) n""",
    """INSERT INTO note (workspace_id, id, title)
    SELECT $1, md5('n' || n)::uuid, 'Note ' || n / 2 FROM generate_series(1, 30000) n""",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(database_url: str) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", UUID]]:
    workspace = uuid4()
    connection = await asyncpg.connect(database_url)
    for fill in FILL:
        await connection.execute(fill, workspace)
    await connection.execute("ANALYZE person; ANALYZE company; ANALYZE opportunity; ANALYZE note")
    yield connection, workspace
    for table in ("opportunity", "person", "company", "note"):
        await connection.execute(f"DELETE FROM {table} WHERE workspace_id = $1", workspace)
    await connection.close()


INDEXES = {
    "person": {
        "ix_person_nameFirstName_nameLastName",
        "ix_person_nameFirstName_nameLastName_folded",
        "ix_person_linkedinLinkPrimaryLinkUrl",
        "uq_person_emailsPrimaryEmail",
    },
    "company": {"ix_company_name", "ix_company_name_folded", "uq_company_domainNamePrimaryLinkUrl"},
    "opportunity": {"ix_opportunity_companyId"},
}


@pytest.mark.parametrize("count", [1, 300])
@pytest.mark.parametrize("name", INDEXES)
async def test_every_criterion_has_its_index(filled: Any, api: Api, name: str, count: int) -> None:
    """What is read grows with what is asked for, and not with the table."""
    connection, workspace = filled
    letter = name[0]
    listed = f"SELECT array_agg(md5('{letter}' || n)::uuid::text) FROM generate_series(1000, {999 + count}) n"
    ids = await connection.fetchval(listed)
    recorder = Recorder(workspace, connection)
    query = f"query ($ids: [ID]) {{ {name}Duplicates(ids: $ids) {{ totalCount edges {{ node {{ id }} }} }} }}"
    answer = await api.execute(GraphQLRequest(query, {"ids": ids}), recorder)
    assert answer.data is not None and not answer.errors
    (statement,) = recorder.statements
    read, indexes = await rows_read(connection, statement)
    assert INDEXES[name] <= indexes
    assert read <= 40 * count


async def test_what_has_no_index_is_scanned_once(filled: Any, api: Api) -> None:
    connection, workspace = filled
    ids = await connection.fetchval("SELECT array_agg(md5('n' || n)::uuid::text) FROM generate_series(1000, 1299) n")
    recorder = Recorder(workspace, connection)
    query = "query ($ids: [ID]) { noteDuplicates(ids: $ids) { edges { node { id } } } }"
    answer = await api.execute(GraphQLRequest(query, {"ids": ids}), recorder)
    assert answer.data is not None and not answer.errors
    read, _ = await rows_read(connection, recorder.statements[0])
    assert read <= 1.5 * 30_000


@pytest.mark.parametrize("direction", ["AscNullsFirst", "DescNullsLast"])
@pytest.mark.parametrize(
    ("plural", "order", "index"),
    [
        ("people", "{name: {firstName: %s, lastName: %s}}", "ix_person_nameFirstName_nameLastName"),
        ("companies", "{name: %s}", "ix_company_name"),
    ],
)
async def test_names_are_sorted_by_the_same_index(
    filled: Any, api: Api, plural: str, order: str, index: str, direction: str
) -> None:
    connection, workspace = filled
    by = f"orderBy: [{order.replace('%s', direction)}]"
    recorder = Recorder(workspace, connection)
    middle = await api.execute(GraphQLRequest(f"{{ {plural}(offset: 25000, first: 1, {by}) {END} }}"), recorder)
    assert middle.data is not None and not middle.errors
    cursor = json.loads(orjson.dumps(middle.data))[plural]["pageInfo"]["endCursor"]
    query = f"query ($after: String) {{ {plural}(first: 20, after: $after, {by}) {{ edges {{ node {{ id }} }} }} }}"
    answer = await api.execute(GraphQLRequest(query, {"after": cursor}), recorder)
    assert answer.data is not None and not answer.errors
    read, indexes = await rows_read(connection, recorder.statements[-1])
    assert indexes == {index} and read <= 30


END = "{ pageInfo { endCursor } }"


async def test_an_upsert_finds_by_other_emails_by_an_index(filled: Any, api: Api) -> None:
    connection, workspace = filled
    recorder = Recorder(workspace, connection)
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d, upsert: true) { id } }"
    people = [{"emails": {"primaryEmail": f"{n}@new.example"}} for n in range(100)]
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("INSERT INTO workspace (id, display_name) VALUES ($1, 'x')", workspace)
        answer = await api.execute(GraphQLRequest(query, {"d": people}), recorder)
        assert answer.data is not None and not answer.errors
        read, indexes = await rows_read(connection, recorder.statements[0])
    finally:
        await transaction.rollback()
    expected = ("uq_person_emailsPrimaryEmail", "ix_person_emailsAdditionalEmails")
    assert indexes >= {*expected, "ix_person_emailsPrimaryEmail_deletedAt"}
    assert read <= 10 * len(people)
