"""The pool, on real connections: who waits, what is used again and what is not."""

import asyncio
import random
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from app.database.pool import Connection, Pool
from schema.errors import ServiceUnavailable, TooManyRequests

SIZE = 2
MADE: list[Connection] = []


@pytest_asyncio.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    MADE.clear()

    async def connect() -> Connection:
        MADE.append(await asyncpg.connect(database_url))
        return MADE[-1]

    made = Pool(connect, size=SIZE, wait_seconds=0.5)
    yield made
    await made.close()
    assert all(connected.is_closed() for connected in MADE)


async def backend(connected: Connection) -> int:
    return int(await connected.fetchval("SELECT pg_backend_pid()"))


async def freed(pool: Pool) -> None:
    """Waits until all connections are back."""
    async with asyncio.timeout(10):
        while True:
            if not pool.in_use:
                return
            await asyncio.sleep(0.01)


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
    with pytest.raises(ServiceUnavailable, match="busy"):
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


async def test_a_statement_that_is_given_up_ends_and_its_connection_is_used_again(
    pool: Pool, connection: Connection
) -> None:
    first = await pool.run(backend)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await pool.run(lambda connected: connected.execute("SELECT pg_sleep(60)"))
    assert pool.in_use == 1  # until the server has ended the statement
    await freed(pool)
    state = await connection.fetchval("SELECT state FROM pg_stat_activity WHERE pid = $1", first)
    assert (state, await pool.run(backend), len(MADE)) == ("idle", first, 1)


async def test_a_transaction_that_is_given_up_is_rolled_back(pool: Pool) -> None:
    async def work(connected: Connection) -> None:
        async with connected.transaction():
            await connected.execute("CREATE TABLE given_up ()")
            await connected.execute("SELECT pg_sleep(60)")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await pool.run(work)
    assert await pool.run(lambda connected: connected.fetchval("SELECT to_regclass('given_up')")) is None
    assert len(MADE) <= SIZE


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

    pool = Pool(connect, size=SIZE, wait_seconds=0.5)
    for _ in range(SIZE + 1):
        with pytest.raises(ConnectionRefusedError):
            await pool.run(backend)
    assert await pool.run(backend) > 0
    await pool.close()


class Work:
    """Work that takes until it is told to end, and notes in which order the shares came to theirs."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.began: list[str] = []
        self.ends: list[asyncio.Future[None]] = []

    def start(self, share: str, count: int = 1) -> "list[asyncio.Task[None]]":
        return [asyncio.create_task(self._run(share)) for _ in range(count)]

    async def _run(self, share: str) -> None:
        async def hold(connected: Connection) -> None:
            self.began.append(share)
            self.ends.append(asyncio.get_running_loop().create_future())
            await self.ends[-1]

        await self.pool.run(hold, share)

    async def until(self, count: int) -> str:
        """The shares that have begun, as soon as there are so many."""
        async with asyncio.timeout(10):
            while True:
                await asyncio.sleep(0.02)  # in which no more may begin
                if len(self.began) >= count:
                    return "".join(self.began)

    def end(self, *places: int) -> None:
        for place in places:
            self.ends[place].set_result(None)


@pytest_asyncio.fixture
async def four(database_url: str) -> AsyncIterator[Work]:
    """Four connections, and one more for shares that have none; six may wait, of each share four."""
    pool = Pool(
        lambda: asyncpg.connect(database_url),
        size=4,
        reserve=1,
        wait_seconds=5,
        most_waiting=6,
        most_waiting_each=4,
    )
    await asyncio.gather(*[pool.run(backend, number) for number in range(5)])  # all are made
    yield Work(pool)
    await pool.close()


async def test_one_share_has_all_connections_where_no_other_waits(four: Work) -> None:
    tasks = four.start("a", 8)
    assert await four.until(4) == "aaaa"
    four.end(0, 1, 2, 3)
    assert await four.until(8) == "aaaaaaaa"
    four.end(4, 5, 6, 7)
    await asyncio.gather(*tasks)


async def test_a_share_without_a_connection_has_one_at_once(four: Work) -> None:
    """Whatever another has: that is what the reserve is for. A second one waits like all."""
    tasks = [*four.start("a", 6), *four.start("b", 2)]
    assert await four.until(5) == "aaaab"
    four.end(4)
    assert await four.until(6) == "aaaabb"
    four.end(0)
    assert await four.until(6) == "aaaabb"  # four work, besides b's in the reserve
    four.end(1)
    assert await four.until(7) == "aaaabba"
    four.end(2, 3, 5)
    assert await four.until(8) == "aaaabbaa"
    four.end(6, 7)
    await asyncio.gather(*tasks)


async def test_what_comes_free_goes_to_the_share_that_has_the_fewest_and_then_in_turn(four: Work) -> None:
    tasks = [*four.start("a", 7), *four.start("b", 2), *four.start("c", 2)]
    assert await four.until(5) == "aaaab"
    four.end(0)
    assert await four.until(6) == "aaaabc"
    four.end(1, 2)  # each has one, and of those that wait it is a's turn
    assert await four.until(7) == "aaaabca"
    four.end(3)
    assert await four.until(8) == "aaaabcab"
    four.end(4, 5, 6, 7)
    assert sorted((await four.until(11))[8:]) == ["a", "a", "c"]
    four.end(8, 9, 10)
    await asyncio.gather(*tasks)


async def test_the_queue_is_bounded_for_each_share_and_in_all(four: Work) -> None:
    tasks = [*four.start("a", 8), *four.start("b", 3)]
    await four.until(5)
    for share in ("a", "b", "c"):  # a has its four in the queue, and b two more, which is all
        with pytest.raises(TooManyRequests):
            await four.pool.run(backend, share)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await four.pool.run(backend, "c") > 0


async def test_whoever_leaves_the_queue_holds_up_nobody(database_url: str) -> None:
    """Requests of three shares that are given up at random moments: none is lost, and every connection comes back."""
    pool = Pool(
        lambda: asyncpg.connect(database_url),
        size=3,
        reserve=1,
        wait_seconds=10,
        most_waiting=300,
        most_waiting_each=300,
    )
    chance = random.Random(17)

    async def ask(share: str) -> str:
        try:
            async with asyncio.timeout(chance.choice((0, 0.005, 0.02, None))):
                return str(await pool.run(lambda connected: connected.fetchval("SELECT 'done'"), share))
        except TimeoutError:
            return "given up"

    answers = await asyncio.gather(*[ask(chance.choice("abc")) for _ in range(300)])
    assert {*answers} == {"done", "given up"}
    assert await asyncio.gather(*[ask(share) for share in "abc"]) != []
    await freed(pool)
    await pool.close()


async def test_closing_ends_what_does_not_come_back_in_time(database_url: str) -> None:
    pool = Pool(lambda: asyncpg.connect(database_url), size=SIZE, wait_seconds=0.2)
    stuck = asyncio.create_task(pool.run(lambda connected: connected.execute("SELECT pg_sleep(60)")))
    await asyncio.sleep(0.1)
    await pool.close()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await stuck
