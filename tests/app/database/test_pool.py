"""The pool, on real connections: who waits, what is used again and what is not."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from app.database.pool import Connection, Pool

SIZE = 2
MADE: list[Connection] = []


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    MADE.clear()

    async def connect() -> Connection:
        MADE.append(await asyncpg.connect(database_url))
        return MADE[-1]

    made = Pool(connect, SIZE, wait_seconds=0.5)
    yield made
    await made.close()
    assert all(connected.is_closed() for connected in MADE)


async def backend(connected: Connection) -> int:
    return int(await connected.fetchval("SELECT pg_backend_pid()"))


async def test_a_connection_is_made_when_it_is_needed_and_used_again(pool: Pool) -> None:
    assert MADE == []
    assert len({await pool.run(backend) for _ in range(3)}) == len(MADE) == 1
    assert len(set(await asyncio.gather(*[pool.run(backend) for _ in range(10)]))) == len(MADE) == SIZE


async def test_who_finds_none_free_waits_for_a_while(pool: Pool) -> None:
    free = asyncio.Event()

    async def hold(connected: Connection) -> None:
        await free.wait()

    holding = [asyncio.create_task(pool.run(hold)) for _ in range(SIZE)]
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await pool.run(backend)
    waiting = asyncio.create_task(pool.run(backend))
    await asyncio.sleep(0)
    free.set()
    assert await waiting > 0
    await asyncio.gather(*holding)


async def test_a_fault_gives_the_connection_back(pool: Pool) -> None:
    async def fail(connected: Connection) -> None:
        await connected.execute("SELECT 1/0")

    for _ in range(SIZE + 1):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await pool.run(fail)
    assert len(MADE) == 1


async def test_a_connection_that_was_closed_is_replaced(pool: Pool, connection: Connection) -> None:
    first = await pool.run(backend)
    ended = asyncio.Event()
    MADE[0].add_termination_listener(lambda _: ended.set())
    await connection.execute("SELECT pg_terminate_backend($1)", first)
    await ended.wait()
    assert await pool.run(backend) != first


async def test_a_statement_that_is_given_up_takes_its_connection_along(pool: Pool) -> None:
    first = await pool.run(backend)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await pool.run(lambda connected: connected.execute("SELECT pg_sleep(60)"))
    assert MADE[0].is_closed()
    assert await pool.run(backend) != first


async def test_a_connection_that_was_left_busy_is_replaced(pool: Pool) -> None:
    async def leave(connected: Connection) -> None:
        busy.append(asyncio.create_task(connected.execute("SELECT pg_sleep(60)")))
        await asyncio.sleep(0.1)

    busy: list[asyncio.Task[str]] = []
    await pool.run(leave)
    with pytest.raises(asyncpg.InterfaceError, match="another operation is in progress"):
        await pool.run(backend)
    assert MADE[0].is_closed()
    assert await pool.run(backend) > 0
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await busy[0]


async def test_a_value_that_fits_no_parameter_keeps_the_connection(pool: Pool) -> None:
    with pytest.raises(asyncpg.DataError):
        await pool.run(lambda connected: connected.fetchval("SELECT $1::integer", "one"))
    assert await pool.run(backend) > 0
    assert len(MADE) == 1


async def test_a_connection_that_cannot_be_made_leaves_room_for_the_next(database_url: str) -> None:
    attempts = 0

    async def connect() -> Connection:
        nonlocal attempts
        attempts += 1
        if attempts <= SIZE + 1:
            raise ConnectionRefusedError
        return await asyncpg.connect(database_url)

    pool = Pool(connect, SIZE, wait_seconds=0.5)
    for _ in range(SIZE + 1):
        with pytest.raises(ConnectionRefusedError):
            await pool.run(backend)
    assert await pool.run(backend) > 0
    await pool.close()


async def test_closing_ends_what_does_not_come_back_in_time(database_url: str) -> None:
    pool = Pool(lambda: asyncpg.connect(database_url), SIZE, wait_seconds=0.2)
    stuck = asyncio.create_task(pool.run(lambda connected: connected.execute("SELECT pg_sleep(60)")))
    await asyncio.sleep(0.1)
    await pool.close()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await stuck
