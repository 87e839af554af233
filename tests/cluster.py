"""With TEST_CITUS_URL, the tests of behaviour run on a cluster of Citus, whose tables are distributed as in earnest.

The URL is that of a database on the coordinator, of a superuser, in which Citus knows its workers
(`citus_set_coordinator_host`, `citus_add_node`); the same user comes in at every node. Citus knows workers by database:
each one of the tests is made on all nodes, empty, since one with shards cannot be copied.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import asyncpg

CLUSTER = "TEST_CITUS_URL"
OF_ONE_POSTGRESQL = (
    *("test_index_use.py", "test_index_use_beyond.py", "test_kept_plans.py"),  # plans
    *("test_migrations.py", "test_distribution.py", "test_replicas.py", "test_pooler.py"),  # servers as they come
)
"""The files whose tests are left out."""

NODES = "SELECT nodename, nodeport FROM pg_dist_node WHERE groupid <> 0 AND isactive ORDER BY nodename, nodeport"
MADE = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
GONE = "DROP DATABASE IF EXISTS {} WITH (FORCE)"


def is_used() -> bool:
    return CLUSTER in os.environ


def database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def create(url: str, name: str) -> None:
    """An empty database on all nodes, in which the coordinator knows the workers."""
    workers = await _workers(url)
    for node in (url, *(_at(url, *worker) for worker in workers)):
        await _run(node, MADE.format(name))
        await _run(database(node, name), "CREATE EXTENSION citus")
    parts = urlsplit(url)
    connected = await asyncpg.connect(database(url, name))
    try:
        await connected.execute("SELECT citus_set_coordinator_host($1, $2)", parts.hostname, parts.port or 5432)
        for worker in workers:
            await connected.execute("SELECT citus_add_node($1, $2)", *worker)
    finally:
        await connected.close()


async def drop(url: str, name: str) -> None:
    """The coordinator's first, whose connections hold those of the workers."""
    for node in (url, *(_at(url, *worker) for worker in await _workers(url))):
        await _run(node, GONE.format(name))


async def _workers(url: str) -> list[tuple[str, int]]:
    connected = await asyncpg.connect(url)
    try:
        return [(row[0], row[1]) for row in await connected.fetch(NODES)]
    finally:
        await connected.close()


async def _run(url: str, statement: str) -> None:
    connected = await asyncpg.connect(url)
    try:
        await connected.execute(statement)
    finally:
        await connected.close()


def _at(url: str, host: str, port: int) -> str:
    """Another node, for the same user."""
    parts = urlsplit(url)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{host}:{port}" if user else f"{host}:{port}"))
