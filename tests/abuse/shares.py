"""Attacks on what workspaces share: connections, locks, the table of keys, what is kept for repeats and for readers."""

import asyncio
import json
from itertools import count

from tests.abuse.attack import Attacks, Target

ATTACKS = Attacks()

SLOW = '{ notes(filter: {body: {regex: "^(x+)\\\\1{6}$"}}) { totalCount } }'
SHARED = tuple(f"01234567-89ab-7def-8123-{n:012}" for n in range(8))
_numbers = count()


@ATTACKS.add("200 slow queries", clients=200)
async def slow(target: Target) -> str:
    return await target.graphql(SLOW)


@ATTACKS.add("slow queries that are hung up on", clients=50)
async def hung_up(target: Target) -> str:
    body = json.dumps({"query": SLOW}).encode()
    async with target.connected() as (_, writer):
        writer.write(target.head("POST", "/graphql", len(body)) + body)
        await asyncio.sleep(0.05)
    return "hung up"


@ATTACKS.add("writers of the same records in any order", clients=16)
async def deadlocks(target: Target) -> str:
    """Each names them in an order of its own, and half of them link what the others change."""
    number = next(_numbers)
    ids = SHARED[number % len(SHARED) :] + SHARED[: number % len(SHARED)]
    records = [{"id": own, "name": f"Shared {number}"} for own in ids[:: 1 if number % 3 else -1]]
    if number % 2:
        return await target.ask("POST", "/rest/batch/companies?upsert=true", json.dumps(records).encode())
    people = [{"name": {"firstName": "A"}, "companyId": own} for own in ids]
    return await target.ask("POST", "/rest/batch/people", json.dumps(people).encode())


@ATTACKS.add("keys that are guessed", clients=20)
async def guesses(target: Target) -> str:
    """Each with another signature, so that none is remembered."""
    start, _, signature = target.token.rpartition(".")
    number = f"{next(_numbers):012}"
    guess = f"{start}.{number}{signature[len(number) :]}"
    return await Target(target.port, guess, target.until).ask("GET", "/rest/people?limit=1")


@ATTACKS.add("one Idempotency-Key for all", clients=20)
async def one_key(target: Target) -> str:
    return await _repeated(target, "the same for all", {"name": {"firstName": "A"}})


@ATTACKS.add("an Idempotency-Key for each request", clients=8)
async def many_keys(target: Target) -> str:
    return await _repeated(target, str(next(_numbers)), {"name": {"firstName": "A"}})


async def _repeated(target: Target, key: str, record: object) -> str:
    body = json.dumps(record).encode()
    head = target.head("POST", "/rest/people", len(body), "Connection: close", f"Idempotency-Key: {key}")
    return await target.send(head + body)
