"""Writers through both APIs, who note the requests that were answered. One that was not may have been committed.

Creates have an Idempotency-Key and are sent until they are answered, so each of them must be done just once.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

BATCH = 5
ATTEMPTS = 50
PAUSE = 0.1  # seconds, when nobody answers


@dataclass
class Writer:
    """Writes to companies and people of its own.

    `acknowledged` are the ids of the requests that were answered, `made` those of the records that answers told of.
    `repeated` counts the creates that were answered as what they had been done before.
    """

    clients: list[httpx.AsyncClient]
    number: int
    acknowledged: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    unanswered: int = 0
    repeated: int = 0
    _records: list[tuple[str, str]] = field(default_factory=list)  # plural and id

    async def run(self, writes: int) -> None:
        for n in range(writes):
            await self._write(n)

    async def _write(self, n: int) -> None:
        chance = random.random()
        if chance < 0.35 or not self._records:
            await self._create(n)
        elif chance < 0.45:
            await self._create_batch(n)
        elif chance < 0.85:
            plural, own_id = random.choice(self._records)
            data = {"position": n * 100 + self.number}
            if random.random() < 0.5:
                await self._send("PATCH", f"/rest/{plural}/{own_id}", data)
            else:
                name = "Company" if plural == "companies" else "Person"
                query = f'mutation ($d: {name}UpdateInput) {{ update{name}(id: "{own_id}", data: $d) {{ id }} }}'
                await self._send("POST", "/graphql", {"query": query, "variables": {"d": data}})
        else:
            plural, own_id = self._records.pop(random.randrange(len(self._records)))
            soft = "?soft_delete=true" if random.random() < 0.5 else ""
            await self._send("DELETE", f"/rest/{plural}/{own_id}{soft}", None)

    async def _create(self, n: int) -> None:
        if random.random() < 0.5:
            body = await self._insist("/rest/companies", {"name": f"{self.number} {n}"})
            self._note("companies", [body and body["data"]["createCompany"]])
        else:
            body = await self._insist("/rest/people", {"name": {"firstName": f"{self.number} {n}"}})
            self._note("people", [body and body["data"]["createPerson"]])

    async def _create_batch(self, n: int) -> None:
        records = [{"name": f"{self.number} {n} {k}"} for k in range(BATCH)]
        body = await self._insist("/rest/batch/companies", records)
        self._note("companies", body["data"]["createCompanies"] if body else [])

    def _note(self, plural: str, records: list[Any]) -> None:
        self._records += [(plural, record["id"]) for record in records if record]
        self.made |= {record["id"] for record in records if record}

    async def _insist(self, path: str, body: Any) -> Any:
        """The answer of a create, which is sent again with its key until there is one; none where there never was."""
        key = str(uuid4())
        for _ in range(ATTEMPTS):
            answer = await self._send("POST", path, body, {"Idempotency-Key": key})
            if answer is not None:
                return answer
        return None

    async def _send(self, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """The answer of a write that took place."""
        try:
            response = await random.choice(self.clients).request(method, path, json=body, headers=headers)
        except httpx.HTTPError:
            self.unanswered += 1
            await asyncio.sleep(PAUSE)
            return None
        answer = response.json()
        if response.is_success and not answer.get("errors"):
            if "Idempotency-Replayed" in response.headers:  # what was done has the id of another request
                self.repeated += 1
            else:
                self.acknowledged.add(response.headers["X-Request-Id"])
            return answer
        if response.status_code >= 500 or response.status_code == 409 or "errors" in answer:
            await asyncio.sleep(PAUSE)
        return None
