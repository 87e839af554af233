"""Clients that hang up: what they read is not read any more, what they write is written."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from app.database.pool import Connection
from tests.conftest import GraphQL, Server, Workspace

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'icosa' AND wait_event_type = 'Lock'
"""
IN_USE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'icosa' AND state <> 'idle'
"""


@asynccontextmanager
async def locked(connection: Connection, table: str) -> AsyncIterator[None]:
    """Nobody else reads or writes the table meanwhile."""
    async with connection.transaction():
        await connection.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
        yield


async def counted(connection: Connection, question: str) -> int:
    """Now, and not as it was when the transaction looked first."""
    await connection.execute("SELECT pg_stat_clear_snapshot()")
    return int(await connection.fetchval(question))


async def until(connection: Connection, question: str, is_right: Callable[[int], bool]) -> None:
    """Well before the time limit of a statement, which would end it too."""
    async with asyncio.timeout(5):
        while True:
            if is_right(await counted(connection, question)):
                return
            await asyncio.sleep(0.02)


async def hang_up(server: Server, connection: Connection, wait: str, requests: list[bytes], waiting: int) -> None:
    """Sends each request on a connection of its own, and closes these as soon as that many statements wait."""
    made = [await asyncio.open_connection(*server.url.removeprefix("http://").split(":")) for _ in requests]
    for (_, writer), request in zip(made, requests, strict=True):
        writer.write(request)
    await until(connection, wait, lambda count: count >= waiting)
    for _, writer in made:
        writer.close()


def request(workspace: Workspace, method: str, path: str, body: Any = None, **headers: str) -> bytes:
    text = b"" if body is None else orjson.dumps(body)
    given = {**workspace.headers, "Host": "x", "Content-Type": "application/json", **headers}
    lines = [f"{method} {path} HTTP/1.1", *[f"{name.replace('_', '-')}: {value}" for name, value in given.items()]]
    return "\r\n".join([*lines, f"Content-Length: {len(text)}", "", ""]).encode() + text


READS = (
    ("POST", "/graphql", {"query": "{ people { edges { node { id } } } }"}),
    ("POST", "/graphql", {"query": "{ people { totalCount } a: people { totalCount } b: people { totalCount } }"}),
    ("POST", "/graphql", {"query": '{ search(searchInput: "ada", limit: 5) { edges { cursor } } }'}),
    ("GET", "/rest/people", None),
)


@pytest.mark.parametrize("count", [1, 2, 4])
async def test_nothing_is_logged_of_it(
    server: Server, workspace: Workspace, connection: Connection, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    """However many requests wait behind the one that is answered."""
    async with locked(connection, "person"):
        await hang_up(server, connection, WAITING, [request(workspace, *READS[0]) * count], 1)
        await until(connection, IN_USE, lambda found: found == 0)
    await asyncio.sleep(0.1)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize("read", READS)
async def test_reads_end(server: Server, workspace: Workspace, connection: Connection, read: Any) -> None:
    async with locked(connection, "person"):
        await hang_up(server, connection, WAITING, [request(workspace, *read)], 1)
        await until(connection, WAITING, lambda count: count == 0)
        await until(connection, IN_USE, lambda count: count == 0)


async def test_a_crowd_that_hangs_up_leaves_all_connections_to_others(
    server: Server, workspace: Workspace, client: httpx.AsyncClient, connection: Connection
) -> None:
    """Those that had a connection, and those that waited for one."""
    async with locked(connection, "person"):
        await hang_up(server, connection, WAITING, [request(workspace, *READS[0])] * 60, 10)
        answers = await asyncio.gather(*[client.get("/rest/companies?depth=0") for _ in range(20)])
        assert {answer.status_code for answer in answers} == {200}
        await until(connection, WAITING, lambda count: count == 0)
    assert (await client.get("/rest/people")).json()["totalCount"] == 0


async def test_it_is_no_fault(
    server: Server, workspace: Workspace, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with locked(connection, "person"):
        await hang_up(server, connection, WAITING, [request(workspace, *READS[0])], 1)
        await until(connection, WAITING, lambda count: count == 0)
        await asyncio.sleep(0.1)
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


WRITES = (
    ("POST", "/graphql", {"query": 'mutation { createPerson(data: {city: "Rome"}) { id company { id } } }'}),
    ("POST", "/graphql", {"query": 'mutation { createPeople(data: [{city: "Rome"}], upsert: true) { id } }'}),
    ("POST", "/rest/people", {"city": "Rome"}),
    ("POST", "/rest/batch/people", [{"city": "Rome"}]),
)


@pytest.mark.parametrize("write", WRITES)
async def test_writes_go_on(
    server: Server, workspace: Workspace, graphql: GraphQL, connection: Connection, write: Any
) -> None:
    async with locked(connection, "person"):
        await hang_up(server, connection, WAITING, [request(workspace, *write)], 1)
        await asyncio.sleep(0.2)
        assert await counted(connection, WAITING) == 1
    await until(connection, IN_USE, lambda count: count == 0)
    assert (await graphql("{ people { edges { node { city } } } }"))["data"]["people"]["edges"] == [
        {"node": {"city": "Rome"}}
    ]


async def test_the_answer_to_a_write_is_kept_for_when_it_is_sent_again(
    server: Server, workspace: Workspace, client: httpx.AsyncClient, connection: Connection
) -> None:
    once = {"Idempotency-Key": "again"}
    async with locked(connection, "person"):
        await hang_up(server, connection, WAITING, [request(workspace, *WRITES[2], **once)], 1)
        await asyncio.sleep(0.1)
    await until(connection, IN_USE, lambda count: count == 0)
    again = await client.post("/rest/people", json={"city": "Rome"}, headers=once)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert (await client.get("/rest/people")).json()["totalCount"] == 1
