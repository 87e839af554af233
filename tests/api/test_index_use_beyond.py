"""Filters through relations and search use their indexes at 100,000 people: the plans of the very statements."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest_asyncio

from schema.api import Api
from schema.context import GraphQLRequest
from tests.api.many import fill
from tests.api.test_index_use import nodes, rows_read
from tests.recorder import Recorder

PEOPLE, COMPANIES = 100_000, 10_000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(new_database: Callable[[], str]) -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", Any]]:
    connection = await asyncpg.connect(await asyncio.to_thread(new_database))
    yield connection, await fill(connection, PEOPLE, COMPANIES)
    await connection.close()


async def statement(filled: Any, api: Api, query: str) -> tuple[float, set[str]]:
    """How many rows the last statement of a query reads, and by which indexes.

    No scan of it is sequential, and no workers are started for it.
    """
    connection, workspace = filled
    recorder = Recorder(workspace, connection)
    answer = await api.execute(GraphQLRequest(query), recorder)
    assert not answer.errors
    last = recorder.statements[-1]
    (row,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {last.text}", *last.values)
    found = nodes(json.loads(row[0])[0]["Plan"])
    assert [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"] == []
    assert [node["Node Type"] for node in found if node["Node Type"].startswith("Gather")] == []
    return await rows_read(connection, last)


PAGE = "{ edges { node { id } } }"

# A query, the indexes that it uses, and how many rows it reads at most. COMPANY and PERSON stand for ids.
QUERIES: list[tuple[str, str, set[str], int]] = [
    (
        "the people of a company by its id",
        f'{{ people(filter: {{company: {{id: {{eq: "COMPANY"}}}}}}) {PAGE} }}',
        {"pk_company", "ix_person_companyId"},
        30,
    ),
    (
        "the people of companies by their ids",
        '{ people(filter: {company: {id: {in: ["COMPANY"]}}}) { totalCount } }',
        {"pk_company", "ix_person_companyId"},
        30,
    ),
    (
        "the people of a company by its domain",
        '{ people(filter: {company: {domainName: {primaryLinkUrl: {eq: "https://c7.example"}}}}) { totalCount } }',
        {"uq_company_domainNamePrimaryLinkUrl", "ix_person_companyId"},
        30,
    ),
    (
        "the company of a person by an e-mail",
        f'{{ companies(filter: {{people: {{some: {{emails: {{primaryEmail: {{eq: "p6@c.example"}}}}}}}}}}) {PAGE} }}',
        {"uq_person_emailsPrimaryEmail", "pk_company"},
        10,
    ),
    (
        "the company of a person by an id",
        f'{{ companies(filter: {{people: {{some: {{id: {{eq: "PERSON"}}}}}}}}) {PAGE} }}',
        {"pk_person", "pk_company"},
        10,
    ),
    (
        "a page of people in a company of a name",
        f'{{ people(first: 10, filter: {{company: {{name: {{startsWith: "Company"}}}}}}) {PAGE} }}',
        {"pk_person", "pk_company"},
        30,
    ),
    (
        "a page of companies with people",
        f"{{ companies(first: 10, filter: {{people: {{some: {{}}}}}}) {PAGE} }}",
        {"ix_person_companyId", "pk_company"},
        30,
    ),
    (
        "people of a name",
        '{ search(searchInput: "first4242", limit: 20, includedObjectNameSingulars: ["person"]) { edges { cursor } } }',
        {"ix_person_searchVector"},
        30,
    ),
    (
        "whatever has an address",
        '{ search(searchInput: "p4242@c.example", limit: 1, includedObjectNameSingulars: ["company"])'
        " { edges { cursor } } }",
        {"ix_company_searchVector"},
        5,
    ),
]


async def test_indexes(filled: Any, api: Api) -> None:
    connection, _ = filled
    company = str(await connection.fetchval("SELECT md5('c7')::uuid"))
    person = str(await connection.fetchval("SELECT md5('p6')::uuid"))
    for name, query, indexes, most in QUERIES:
        read, used = await statement(filled, api, query.replace("COMPANY", company).replace("PERSON", person))
        assert used == indexes, name
        assert read <= most, (name, read)
