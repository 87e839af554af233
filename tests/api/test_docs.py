"""The documentation: every GraphQL example of every page works as it stands, from first to last."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text() for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))}
EXAMPLE = re.compile(r"^```graphql\n(.*?)^```\n(?:\n*```json\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
ENDPOINT = re.compile(r"# POST (/\S+)")


@dataclass(frozen=True, slots=True)
class Example:
    """A document, where it goes to, and its variables: a block of JSON that follows it."""

    path: str
    document: str
    variables: Any

    @property
    def is_subscription(self) -> bool:
        return self.document.startswith("subscription")

    @property
    def body(self) -> Any:
        return {"query": self.document, "variables": self.variables}


def examples(page: str) -> Iterator[Example]:
    for document, variables in EXAMPLE.findall(page):
        endpoint = ENDPOINT.match(document)
        yield Example(endpoint[1] if endpoint else "/graphql", document, json.loads(variables or "{}"))


@pytest.mark.parametrize("name", PAGES)
async def test_every_example(client: httpx.AsyncClient, name: str) -> None:
    found = list(examples(PAGES[name]))
    assert len(found) == PAGES[name].count("```graphql")
    for example in found:
        if example.is_subscription:
            await _opens(client, example)
            continue
        response = await client.post(example.path, json=example.body)
        assert response.status_code == 200 and "errors" not in response.json(), (example.document, response.text)


async def _opens(client: httpx.AsyncClient, example: Example) -> None:
    """A subscription goes on; one with a fault would say so, and complete."""
    async with client.stream(
        "POST", example.path, json=example.body, headers={"Accept": "text/event-stream"}
    ) as response:
        told = response.aiter_text()
        assert await anext(told) == ":\n\n"
        last = asyncio.ensure_future(anext(told))
        await asyncio.wait((last,), timeout=0.3)
        assert not last.done(), (example.document, await last)
        last.cancel()


def test_examples_are_found() -> None:
    reference = PAGES["graphql.md"]
    assert len(list(examples(reference))) > 10
    assert {example.path for example in examples(reference)} == {"/graphql", "/metadata"}
    assert any(example.variables for example in examples(reference))
    assert len([one for one in examples(PAGES["realtime.md"]) if one.is_subscription]) == 2
