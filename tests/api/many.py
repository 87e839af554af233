"""Thousands of people and their companies, straight into the tables."""

from uuid import UUID, uuid4

import asyncpg

FILL_COMPANIES = """
INSERT INTO company (workspace_id, id, name, "domainNamePrimaryLinkUrl", domain_name_primary_link_url_key, position)
SELECT $1, md5('c' || n)::uuid, 'Company ' || n, 'https://c' || n || '.example', 'c' || n || '.example', n
FROM generate_series(1, $2::int) n
"""
FILL_PEOPLE = """
INSERT INTO person (workspace_id, id, "nameFirstName", "emailsPrimaryEmail", emails_primary_email_key, city, position,
       "createdAt", "companyId")
SELECT $1, md5('p' || n)::uuid, 'First' || n, 'p' || n || '@c.example', 'p' || n || '@c.example', 'City ' || n % 100, n,
       timestamptz '2024-01-01' + n * interval '11 minutes', md5('c' || 1 + n % $3::int)::uuid
FROM generate_series(1, $2::int) n
"""


async def fill(connection: "asyncpg.Connection[asyncpg.Record]", people: int, companies: int) -> UUID:
    """Makes both, in a new workspace. The ids are md5('p1'), md5('c1') and so on, as UUIDs."""
    workspace = uuid4()
    await connection.execute(FILL_COMPANIES, workspace, companies)
    await connection.execute(FILL_PEOPLE, workspace, people, companies)
    await connection.execute("VACUUM ANALYZE person")  # also empties the pending list of the search index
    await connection.execute("VACUUM ANALYZE company")
    return workspace
