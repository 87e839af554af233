"""What is asked again and again is planned five times with its values, and then PostgreSQL keeps a plan for any.

It goes on planning with the values where it believes that they make a better plan, which costs 0.1 to 0.9 ms each time.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
import pytest_asyncio

from schema.api import Api
from schema.context import GraphQLRequest, Statement
from tests.api.many import fill
from tests.api.test_index_use import rows_read
from tests.recorder import Recorder

PEOPLE, COMPANIES = 20_000, 4_000
TIMES = 12
WITH_VALUES = 5  # PostgreSQL's own number


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(new_database: Callable[[], str]) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", UUID]]:
    connection = await asyncpg.connect(await asyncio.to_thread(new_database))
    yield connection, await fill(connection, PEOPLE, COMPANIES)
    await connection.close()


PERSON = "id name { firstName } company { id name }"
PAGE = f"{{ edges {{ node {{ {PERSON} }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"
READ_BACK = f"{PERSON} noteTargets {{ edges {{ node {{ note {{ title }} }} }} }}"


def email(n: int) -> str:
    return f"p{n}@c.example"


def person(n: int) -> str:
    return f"SELECT md5('p{n}')::uuid"


# An operation with a parameter, what that is the n-th time (a SELECT is looked up), and how many rows it may read.
ASKED: dict[str, tuple[str, Callable[[int], Any], int]] = {
    "by e-mail": (f"query($v: String) {{ people(filter: {{emails: {{primaryEmail: {{eq: $v}}}}}}) {PAGE} }}", email, 4),
    "one by e-mail": (
        f"query($v: String) {{ person(filter: {{emails: {{primaryEmail: {{eq: $v}}}}}}) {{ {PERSON} }} }}",
        email,
        2,
    ),
    "by e-mails": (
        f"query($v: [String!]) {{ people(filter: {{emails: {{primaryEmail: {{in: $v}}}}}}) {PAGE} }}",
        lambda n: [email(n), email(n + 1)],
        6,
    ),
    "by domain": (
        "query($v: String) { companies(filter: {domainName: {primaryLinkUrl: {eq: $v}}}) { edges { node { id } } } }",
        lambda n: f"https://c{n}.example",
        1,
    ),
    "by ids": (
        f"query($v: [UUID!]) {{ people(filter: {{id: {{in: $v}}}}) {PAGE} }}",
        lambda n: [person(n), person(n + 1)],
        6,
    ),
    "update": (
        f'mutation($v: ID!) {{ updatePerson(id: $v, data: {{city: "Rome"}}) {{ {READ_BACK} }} }}',
        person,
        4,
    ),
}
ORDERS = (
    "{}",
    "{position: AscNullsLast}",
    "{position: DescNullsLast}",
    "{createdAt: DescNullsLast}",
    "{id: DescNullsLast}",
)


@pytest.mark.parametrize("asked", ASKED)
async def test_what_is_asked_by_keys(filled: Any, api: Api, asked: str) -> None:
    document, value, most = ASKED[asked]
    given = [await looked_up(filled[0], value(100 + 7 * n)) for n in range(TIMES)]
    await check(filled, api, document, given, most)


@pytest.mark.parametrize("page", ["first: 60, after: $v", "last: 60, before: $v"])
@pytest.mark.parametrize("order", ORDERS)
async def test_pages_by_cursors(filled: Any, api: Api, order: str, page: str) -> None:
    connection, workspace = filled
    cursors = []
    for n in range(TIMES):
        recorder = Recorder(workspace, connection)
        one = f"{{ people(offset: {7000 + 400 * n}, first: 1, orderBy: [{order}]) {{ pageInfo {{ endCursor }} }} }}"
        answer = await api.execute(GraphQLRequest(one), recorder)
        assert answer.data is not None and not answer.errors
        cursors.append(json.loads(orjson.dumps(answer.data))["people"]["pageInfo"]["endCursor"])
    document = f"query($v: String) {{ people({page}, orderBy: [{order}]) {PAGE} }}"
    await check(filled, api, document, cursors, 2 * 61 + 2)


async def check(filled: Any, api: Api, document: str, given: Sequence[Any], most: int) -> None:
    """The last statement of the operation is planned with its values five times at most, and reads few rows after."""
    connection, workspace = filled
    for value in given:
        recorder = Recorder(workspace, connection)
        answer = await api.execute(GraphQLRequest(document, {"v": value}), recorder)
        assert answer.data is not None and not answer.errors
    last = recorder.statements[-1]
    plans = await connection.fetchrow(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = $1", last.text
    )
    assert plans["custom_plans"] <= WITH_VALUES < plans["custom_plans"] + plans["generic_plans"]
    assert await read_by_kept_plan(connection, last) <= most


async def read_by_kept_plan(connection: Any, statement: Statement) -> float:
    """How many rows the scans of a statement read, planned without its values."""
    await connection.execute(f"PREPARE kept AS {statement.text}")
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    try:
        read, _ = await rows_read(
            connection, Statement(f"EXECUTE kept({', '.join(map(literal, statement.values))})", ())
        )
    finally:
        await connection.execute("RESET plan_cache_mode")
        await connection.execute("DEALLOCATE kept")
    return read


def literal(value: Any) -> str:
    """As SQL. No value here has a quote or a comma in it."""
    return f"'{{{','.join(map(str, value))}}}'" if isinstance(value, list) else f"'{value}'"


async def looked_up(connection: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [await looked_up(connection, item) for item in value]
    return str(await connection.fetchval(value)) if value.startswith("SELECT ") else value
