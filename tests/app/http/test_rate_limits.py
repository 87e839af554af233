"""Rate limits: of a key, of an address, over HTTP and WebSockets, and in several processes together."""

import asyncio
import math
import re
import time
import tracemalloc
from array import array
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from app.database.pool import Connection
from app.embedded.data_dir import DataDir
from app.http.ledger import ENTRIES, PLACES, Ledger
from app.http.rate_limits import Quota
from app.settings import Settings
from schema.api import Api
from tests.app.commands.test_main import free_port, serving
from tests.conftest import SECRET, Server, Workspace, run_server
from tests.streams import socket

ASK = {"query": "{ people(first: 1) { edges { node { id } } } }"}
SHORT = {"query": "{ __typename }"}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def quota(units: int, clock: Clock) -> Quota:
    return Quota("key", units, "RATE_LIMIT", Ledger(array("d", bytes(16 * PLACES * 4))), clock)


def told(one: Quota, key: str = "a") -> str:
    return b" ".join(value for _, value in one.headers(key)).decode()


def test_a_quota_is_there_at_once_and_comes_back_evenly() -> None:
    clock = Clock()
    one = quota(60, clock)
    assert told(one) == '"key";q=60;w=60 "key";r=60;t=0'
    for _ in range(60):
        assert one.refuse("a") == 0
        one.charge("a", 1)
    assert told(one) == '"key";q=60;w=60 "key";r=0;t=60'
    assert one.refuse("a") == pytest.approx(1)
    assert one.refuse("b") == 0
    clock.now += 1
    assert one.refuse("a") == pytest.approx(0, abs=1e-6)
    clock.now += 29
    assert told(one) == '"key";q=60;w=60 "key";r=30;t=30'
    clock.now += 1000
    assert told(one) == '"key";q=60;w=60 "key";r=60;t=0'


def test_what_costs_more_than_is_left_is_paid_off_later() -> None:
    clock = Clock()
    one = quota(60, clock)
    one.charge("a", 100)
    assert told(one) == '"key";q=60;w=60 "key";r=0;t=100'
    assert one.refuse("a") == pytest.approx(41)


def test_a_ledger_has_one_size_whatever_comes() -> None:
    """Whoever used something lately is known among many that come once."""
    clock = Clock()
    ledger = Ledger(array("d", bytes(16 * ENTRIES)))
    one = Quota("key", 10, "RATE_LIMIT", ledger, clock)
    tracemalloc.start()
    try:
        for n in range(100_000):
            if n % 1000 == 0:
                one.charge("busy", 1)
                clock.now += 6
            one.charge(f"stranger {n}", 1)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    one.charge("busy", 5)
    assert told(one, "busy") == '"key";q=10;w=60 "key";r=5;t=30'


@contextmanager
def limited(settings: Settings, api: Api, **limits: Any) -> Iterator[Server]:
    with run_server(settings.model_copy(update=limits), api) as running:
        yield running


@asynccontextmanager
async def client_of(server: Server, workspace: Workspace | None = None) -> AsyncIterator[httpx.AsyncClient]:
    headers = workspace.headers if workspace else {}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as made:
        yield made


def remaining(response: httpx.Response) -> int:
    found = re.fullmatch(r'"(?:key|address)";r=(\d+);t=\d+', response.headers["ratelimit"])
    assert found
    return int(found[1])


async def test_a_key_has_its_quota(
    settings: Settings, api: Api, workspace: Workspace, other_workspace: Workspace
) -> None:
    with limited(settings, api, rate_limit=50) as server:
        async with client_of(server, workspace) as client, client_of(server, other_workspace) as other:
            await client.post("/graphql", json=ASK)  # it makes a connection, which takes its time
            answers = await asyncio.gather(*[client.post("/graphql", json=SHORT) for _ in range(100)])
            statuses = [answer.status_code for answer in answers]
            assert 40 <= statuses.count(200) <= 52
            as_page = await client.post("/graphql", json=SHORT, headers={"Origin": "https://page.example"})
            assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= {
                *as_page.headers["access-control-expose-headers"].split(", ")
            }
            assert statuses.count(200) + statuses.count(429) == 100
            refused = await client.post("/graphql", json=SHORT)
            error = refused.json()["errors"][0]
            assert error["extensions"]["code"] == "TOO_MANY_REQUESTS"
            assert "RATE_LIMIT is 50 a minute" in error["message"]
            assert refused.headers["ratelimit-policy"] == '"key";q=50;w=60'
            assert remaining(refused) == 0
            by_rest = await client.get("/rest/people")
            assert (by_rest.status_code, by_rest.json()["error"]) == (429, "TooManyRequestsException")
            wait = int(by_rest.headers["retry-after"])
            assert 1 <= wait <= 3
            assert (await client.get("/healthz")).status_code == 200
            assert "ratelimit" not in (await client.get("/healthz")).headers
            as_other = await other.post("/graphql", json=SHORT)
            assert (as_other.status_code, remaining(as_other)) == (200, 49)
            await asyncio.sleep(wait)
            assert (await client.post("/graphql", json=SHORT)).status_code == 200


async def test_what_keeps_the_database_busy_costs_more(
    settings: Settings, api: Api, workspace: Workspace, connection: Connection
) -> None:
    with limited(settings, api, rate_limit=10_000) as server:
        async with client_of(server, workspace) as client:
            await client.post("/graphql", json=ASK)
            before = remaining(await client.post("/graphql", json=SHORT))
            async with connection.transaction():
                await connection.execute("LOCK TABLE person IN ACCESS EXCLUSIVE MODE")
                asked = asyncio.create_task(client.post("/graphql", json=ASK))
                await asyncio.sleep(0.5)
            used = before - remaining(await asked)
            assert 40 <= used < 1000


async def test_nothing_is_told_where_nothing_is_limited(client: httpx.AsyncClient) -> None:
    assert not {"ratelimit", "ratelimit-policy"} & {*(await client.post("/graphql", json=ASK)).headers}


async def test_who_guesses_tokens_is_slowed_and_locks_nobody_out(
    settings: Settings, api: Api, workspace: Workspace, other_workspace: Workspace
) -> None:
    with limited(settings, api, rate_limit_address=20) as server:
        async with client_of(server, workspace) as client, client_of(server) as anonymous:
            assert (await client.post("/graphql", json=ASK)).status_code == 200
            headers = {"Authorization": "Bearer guessed"}
            answers = [await anonymous.get("/rest/people", headers=headers) for _ in range(25)]
            statuses = [answer.status_code for answer in answers]
            assert 20 <= statuses.count(401) <= 22
            assert statuses.count(429) == 25 - statuses.count(401)
            assert [remaining(answer) for answer in answers[:3]] == [19, 18, 17]
            assert answers[-1].headers["ratelimit-policy"] == '"address";q=20;w=60'
            assert (await anonymous.post("/graphql", json=ASK)).status_code == 429
            assert (await anonymous.get("/rest")).status_code == 429
            assert (await anonymous.get("/healthz")).status_code == 200
            # A good token is not told from a bad one, unless it was seen before the address went over its limit.
            assert (await anonymous.post("/graphql", json=ASK, headers=other_workspace.headers)).status_code == 429
            assert (await client.post("/graphql", json=ASK)).status_code == 200


async def test_what_is_answered_beyond_the_limit_locks_nobody_out_for_longer(
    settings: Settings, api: Api, workspace: Workspace
) -> None:
    """Where no endpoint looks at the token, it is told to be good by nobody."""
    with limited(settings, api, rate_limit_address=6) as server:
        async with client_of(server, workspace) as client:
            for _ in range(30):
                assert (await client.get("/nowhere")).status_code == 404
            assert (await client.put("/graphql")).status_code == 405
        async with client_of(server) as client:
            answer = await client.post("/graphql", json=ASK)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) <= 10


async def test_addresses_are_told_apart_behind_a_trusted_proxy(settings: Settings, api: Api) -> None:
    async def guess(server: Server, address: str) -> int:
        headers = {"Authorization": "Bearer guessed", "X-Forwarded-For": address}
        async with client_of(server) as client:
            return int((await client.post("/graphql", json=ASK, headers=headers)).status_code)

    trusted = settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.0/8"),)})
    with limited(trusted, api, rate_limit_address=2) as server:
        assert [await guess(server, "192.0.2.1") for _ in range(3)] == [401, 401, 429]
        assert await guess(server, "192.0.2.1, 192.0.2.2") == 401
    with limited(settings, api, rate_limit_address=2) as server:
        assert [await guess(server, f"192.0.2.{n}") for n in range(3)] == [401, 401, 429]


async def test_operations_on_a_web_socket_count_too(settings: Settings, api: Api, workspace: Workspace) -> None:
    with limited(settings, api, rate_limit=20) as server:
        async with socket(server.url, workspace.token) as made:
            told = []
            for _ in range(25):
                await made.subscribe("{ __typename }")
                told.append(await made.message())
                if told[-1]["type"] == "next":
                    assert (await made.message())["type"] == "complete"
        kinds = [message["type"] for message in told]
        assert 15 <= kinds.count("next") <= 21
        assert kinds[-1] == "error"
        assert told[-1]["payload"][0]["extensions"]["code"] == "TOO_MANY_REQUESTS"


async def test_two_processes_count_together(database_url: str, workspace: Workspace, tmp_path: Any) -> None:
    """Connections are spread over both; the sum is within one in twenty of the limit, and what came back meanwhile."""
    port, limit = free_port(), 600
    more = {"DATABASE_URL": database_url, "APP_SECRET": SECRET, "WORKERS": 2, "RATE_LIMIT": limit, "RELAY": "off"}
    with serving(DataDir.open(tmp_path), port, **more):
        url = f"http://127.0.0.1:{port}/graphql"

        async def ask(client: httpx.AsyncClient) -> int:
            return (await client.post(url, json=SHORT, headers=workspace.headers)).status_code

        began, statuses = time.monotonic(), []
        for _ in range(25):
            async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=40)) as client:
                statuses += await asyncio.gather(*[ask(client) for _ in range(40)])
        back = math.ceil((time.monotonic() - began) * limit / 60)
        assert {*statuses} == {200, 429}
        assert 0.9 * limit <= statuses.count(200) <= 1.05 * limit + back
