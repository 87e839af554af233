"""The documentation: every example of every page works as it stands, from first to last, page by page and in a row."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.commands import provision
from schema.catalog.model import Catalog
from tests.conftest import SECRET, Server, Workspace

ROOT = Path(__file__).parents[2]
WITHIN_A_YEAR = "2027-06-30"
"""The day on which keys of the examples end. Whoever reads them later chooses one, and so does the test."""
SOON = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
PAGES = {
    path.name: path.read_text().replace(WITHIN_A_YEAR, SOON)
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
EXAMPLE = re.compile(
    r"^```graphql\n(?P<document>.*?)^```\n(?:\n*```json\n(?P<variables>.*?)^```\n)?"
    r"|^```http\n(?P<method>\w+) (?P<target>\S.*?)\n(?P<headers>(?:[\w-]+: [^\n]*\n)*)(?P<body>.*?)^```\n",
    re.DOTALL | re.MULTILINE,
)
READ_IN_ORDER = ("README.md", "graphql.md", "rest.md", "recipes.md")
"""What a newcomer reads first; the other pages come after, as they are named."""
ENDPOINT = re.compile(r"# POST (/\S+)")


@dataclass(frozen=True, slots=True)
class Example:
    """A request: a document with its variables, in the block of JSON that follows it, or a call of REST."""

    method: str
    target: str
    content: str | None
    headers: Mapping[str, str] = field(default_factory=dict)
    document: str = ""

    @property
    def is_subscription(self) -> bool:
        return self.document.startswith("subscription")

    async def sent(self, client: httpx.AsyncClient) -> httpx.Response:
        typed = {"Content-Type": "application/json"} if self.content else {}
        return await client.request(self.method, self.target, content=self.content, headers={**typed, **self.headers})


def examples(page: str) -> Iterator[Example]:
    for found in EXAMPLE.finditer(page):
        if found["method"]:
            headers = dict(line.split(": ", 1) for line in found["headers"].splitlines())
            yield Example(found["method"], found["target"], found["body"].strip() or None, headers)
        else:
            document = found["document"]
            endpoint = ENDPOINT.match(document)
            content = json.dumps({"query": document, "variables": json.loads(found["variables"] or "{}")})
            yield Example("POST", endpoint[1] if endpoint else "/graphql", content, document=document)


async def run(client: httpx.AsyncClient, page: str) -> None:
    found = list(examples(page))
    assert len(found) == page.count("```graphql") + page.count("```http")
    for example in found:
        if example.is_subscription:
            await _opens(client, example)
            continue
        response = await example.sent(client)
        assert response.is_success, (example, response.text)
        assert not example.document or "errors" not in response.json(), (example, response.text)


@pytest_asyncio.fixture
async def reader(
    server: Server, workspace: Workspace, catalog: Catalog, connection: "asyncpg.Connection[asyncpg.Record]"
) -> AsyncIterator[httpx.AsyncClient]:
    """Who has a token like that of the first start, which is good for a year."""
    days = provision.FIRST_TOKEN_DAYS
    token = await provision.create_key_token(connection, catalog, SECRET, workspace.id, "First key", days)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as made:
        yield made


@pytest.mark.parametrize("name", PAGES)
async def test_every_page(reader: httpx.AsyncClient, name: str) -> None:
    await run(reader, PAGES[name])


async def test_all_pages_in_a_row(reader: httpx.AsyncClient) -> None:
    """In one workspace, so that no page is in the way of the next."""
    for name in (*READ_IN_ORDER, *(name for name in PAGES if name not in READ_IN_ORDER)):
        await run(reader, PAGES[name])


async def _opens(client: httpx.AsyncClient, example: Example) -> None:
    """A subscription goes on; one with a fault would say so, and complete."""
    headers = {"Accept": "text/event-stream", "Content-Type": "application/json"}
    async with client.stream("POST", example.target, content=example.content, headers=headers) as response:
        told = response.aiter_text()
        assert await anext(told) == ":\n\n"
        last = asyncio.ensure_future(anext(told))
        await asyncio.wait((last,), timeout=0.3)
        assert not last.done(), (example.document, await last)
        last.cancel()


def test_examples_are_found() -> None:
    reference = PAGES["graphql.md"]
    assert len(list(examples(reference))) > 10
    assert {example.target for example in examples(reference)} == {"/graphql", "/metadata"}
    assert any("variables" in (example.content or "") for example in examples(reference))
    assert any(example.headers for example in examples(PAGES["rest.md"]))
    assert len([one for one in examples(PAGES["realtime.md"]) if one.is_subscription]) == 2
