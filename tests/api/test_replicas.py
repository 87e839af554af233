"""Reads from a real streaming replica: who gets them, that each sees what he wrote, and what a replica's end does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.commands import provision
from app.migrations import migrate
from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.conftest import ADA, SECRET, Server, run_server
from tests.servers import Cluster, cluster, standby
from tests.streams import event_stream, socket

CREATE = "mutation ($city: String) { createPerson(data: {city: $city}) { id } }"
COUNT = 'query ($city: String = "") { people(filter: {city: {eq: $city}}) { totalCount } }'
REPLICA, PRIMARY = {"Prefer": "read=replica"}, {"Prefer": "read=primary"}
SERVED = "preference-applied"
AFTER = "x-read-after"


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    with cluster() as made:
        asyncio.run(migrate(made.url))
        yield made


@pytest.fixture(scope="module")
def replica(primary: Cluster) -> Iterator[Cluster]:
    with standby(primary) as made:
        yield made


def settings(primary: Cluster, *replicas: Cluster, **more: Any) -> Settings:
    urls = tuple(one.url for one in replicas)
    return Settings(database_url=primary.url, read_database_url=urls, app_secret=SecretStr(SECRET), relay=False, **more)


@pytest.fixture(scope="module")
def running(primary: Cluster, replica: Cluster, api: Api) -> Iterator[Server]:
    with run_server(settings(primary, replica), api) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def token(primary: Cluster, catalog: Catalog) -> str:
    connection = await asyncpg.connect(primary.url)
    try:
        workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
        return await provision.create_key_token(connection, catalog, SECRET, workspace, "Key", 100)
    finally:
        await connection.close()


@asynccontextmanager
async def client_of(server: Server, token: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=server.url, headers={"Authorization": f"Bearer {token}"}, timeout=30
    ) as client:
        yield client


@pytest_asyncio.fixture
async def asker(running: Server, token: str) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(running, token) as client:
        await until(client, "ok")
        yield client


async def until(client: httpx.AsyncClient, state: str) -> None:
    """The first replica is so; it is looked at once a second."""
    for _ in range(100):
        if (await client.get("/healthz")).json()["replicas"][0]["state"] == state:
            return
        await asyncio.sleep(0.1)
    raise AssertionError((await client.get("/healthz")).text)


async def ask(client: httpx.AsyncClient, query: str, headers: Any = None, **variables: Any) -> httpx.Response:
    response = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    assert response.status_code == 200 and "errors" not in response.json(), response.text
    return response


def count(response: httpx.Response) -> int:
    found: int = response.json()["data"]["people"]["totalCount"]
    return found


@asynccontextmanager
async def paused(replica: Cluster) -> AsyncIterator[None]:
    """It replays nothing meanwhile."""
    connection = await asyncpg.connect(replica.url)
    await connection.execute("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        await connection.execute("SELECT pg_wal_replay_resume()")
        await connection.close()


async def test_only_who_asks_for_it_is_served_by_a_replica(asker: httpx.AsyncClient) -> None:
    assert SERVED not in (await ask(asker, COUNT)).headers
    assert (await ask(asker, COUNT, REPLICA)).headers[SERVED] == "read=replica"
    listed = await asker.get("/rest/people", params={"limit": 1}, headers=REPLICA)
    assert listed.headers[SERVED] == "read=replica"
    searched = await ask(asker, '{ search(searchInput: "x", limit: 3) { edges { cursor } } }', REPLICA)
    assert searched.headers[SERVED] == "read=replica"


async def test_a_write_is_read_back(asker: httpx.AsyncClient) -> None:
    """At once, from the replica as soon as that has it, with the header and without."""
    for n in range(20):
        written = await ask(asker, CREATE, city=f"City {n}")
        assert count(await ask(asker, COUNT, {**REPLICA, AFTER: written.headers[AFTER]}, city=f"City {n}")) == 1
        assert count(await ask(asker, COUNT, REPLICA, city=f"City {n}")) == 1
        listed = await asker.get("/rest/people", params={"filter": f'city[eq]:"City {n}"'}, headers=REPLICA)
        assert listed.json()["totalCount"] == 1


async def test_a_replica_that_has_not_come_so_far(
    asker: httpx.AsyncClient, replica: Cluster, primary: Cluster, catalog: Catalog, token: str
) -> None:
    """Who wrote is answered by the primary, and who did not by the replica, as it was."""
    connection = await asyncpg.connect(primary.url)
    workspace = await connection.fetchval("SELECT id FROM workspace")
    other = await provision.create_key_token(connection, catalog, SECRET, workspace, "Other", 100)
    await connection.close()
    reader = {**REPLICA, "Authorization": f"Bearer {other}"}
    assert (await ask(asker, COUNT, reader, city="Late")).headers[SERVED] == "read=replica"
    async with paused(replica):
        written = await ask(asker, CREATE, city="Late")
        own = await ask(asker, COUNT, REPLICA, city="Late")
        assert (count(own), own.headers.get(SERVED)) == (1, None)
        others = await ask(asker, COUNT, reader, city="Late")
        assert (count(others), others.headers[SERVED]) == (0, "read=replica")
        handed_on = await ask(asker, COUNT, {**reader, AFTER: written.headers[AFTER]}, city="Late")
        assert (count(handed_on), handed_on.headers.get(SERVED)) == (1, None)
    for _ in range(100):
        caught_up = await ask(asker, COUNT, REPLICA, city="Late")
        assert count(caught_up) == 1
        if SERVED in caught_up.headers:
            break
        await asyncio.sleep(0.05)
    assert SERVED in caught_up.headers


async def test_a_write_by_a_stream_is_read_back(
    running: Server, asker: httpx.AsyncClient, replica: Cluster, token: str
) -> None:
    """By a WebSocket and as an event stream."""
    async with paused(replica):
        async with socket(running.url, token) as told:
            await told.subscribe(CREATE, city="Socket")
            await told.next()
        own = await ask(asker, COUNT, REPLICA, city="Socket")
        assert (count(own), own.headers.get(SERVED)) == (1, None)
    await asyncio.sleep(0.5)
    async with paused(replica):
        await ask(asker, COUNT, REPLICA)
        async with event_stream(running.url, token, CREATE, city="Stream") as events:
            await events.next()
        own = await ask(asker, COUNT, REPLICA, city="Stream")
        assert (count(own), own.headers.get(SERVED)) == (1, None)


async def test_a_mutation_reads_what_it_wrote(asker: httpx.AsyncClient, replica: Cluster) -> None:
    along = 'data: {name: "A", people: {create: [{city: "Nested"}]}}'
    async with paused(replica):
        made = await ask(asker, f"mutation {{ createCompany({along}) {{ people {{ totalCount }} }} }}", REPLICA)
        assert made.json()["data"]["createCompany"]["people"]["totalCount"] == 1
        assert AFTER in made.headers


@pytest.mark.parametrize("given", ["x", "1/2/3", "123456789/0", "-1/0x", ""])
async def test_a_position_that_is_none(asker: httpx.AsyncClient, given: str) -> None:
    response = await asker.get("/rest/people", headers={AFTER: given})
    assert response.status_code == 400
    assert "X-Read-After must be what a write has answered" in response.text


async def test_all_reads(primary: Cluster, replica: Cluster, api: Api, token: str) -> None:
    with run_server(settings(primary, replica, replica_reads="all"), api) as server:
        async with client_of(server, token) as client:
            await until(client, "ok")
            assert SERVED in (await ask(client, COUNT)).headers
            assert SERVED not in (await ask(client, COUNT, PRIMARY)).headers


async def test_replicas_that_come_and_go(primary: Cluster, api: Api, token: str) -> None:
    """None of it is seen but in /healthz: the other replica answers, or the primary."""
    with standby(primary) as one, standby(primary) as other, run_server(settings(primary, one, other), api) as server:
        async with client_of(server, token) as client:
            await until(client, "ok")
            for _ in range(4):
                assert SERVED in (await ask(client, COUNT, REPLICA)).headers
            one.stop("immediate")
            for _ in range(4):
                assert SERVED in (await ask(client, COUNT, REPLICA)).headers
            await until(client, "away")
            other.promote()
            for _ in range(100):
                states = [found["state"] for found in (await client.get("/healthz")).json()["replicas"]]
                assert (await ask(client, COUNT, REPLICA)).status_code == 200
                if states == ["away", "promoted"]:
                    break
                await asyncio.sleep(0.1)
            assert states == ["away", "promoted"]
            assert SERVED not in (await ask(client, COUNT, REPLICA)).headers
            one.start()
            await until(client, "ok")
            assert SERVED in (await ask(client, COUNT, REPLICA)).headers


async def test_the_primary_moves(api: Api, catalog: Catalog) -> None:
    """A URL with several hosts finds the one that takes writes, as soon as there is one."""
    with cluster() as one:
        await migrate(one.url)
        connection = await asyncpg.connect(one.url)
        workspace = await provision.create_workspace(connection, catalog, "Test", ADA)
        token = await provision.create_key_token(connection, catalog, SECRET, workspace, "Key", 100)
        await connection.close()
        with standby(one) as other:
            hosts = f"127.0.0.1:{one.port},127.0.0.1:{other.port}"
            url = f"postgresql://icosa@{hosts}/icosa?target_session_attrs=read-write"
            given = replace_url(settings(one), url)
            with run_server(given, api) as server:
                async with client_of(server, token) as client:
                    await ask(client, CREATE, city="Before")
                    one.stop("immediate")
                    assert (await client.post("/graphql", json={"query": CREATE})).json()["errors"][0]["extensions"][
                        "code"
                    ] == "SERVICE_UNAVAILABLE"
                    other.promote()
                    for _ in range(50):
                        response = await client.post("/graphql", json={"query": CREATE, "variables": {"city": "After"}})
                        if "errors" not in response.json():
                            break
                        await asyncio.sleep(0.2)
                    assert count(await ask(client, COUNT, city="Before")) == 1
                    assert count(await ask(client, COUNT, city="After")) >= 1


def replace_url(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"database_url": url})
