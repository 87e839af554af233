"""The documentation: every GraphQL example of every page works as it stands, from first to last."""

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


def examples(page: str) -> Iterator[Example]:
    for document, variables in EXAMPLE.findall(page):
        endpoint = ENDPOINT.match(document)
        yield Example(endpoint[1] if endpoint else "/graphql", document, json.loads(variables or "{}"))


@pytest.mark.parametrize("name", PAGES)
async def test_every_example(client: httpx.AsyncClient, name: str) -> None:
    found = list(examples(PAGES[name]))
    assert len(found) == PAGES[name].count("```graphql")
    for example in found:
        response = await client.post(example.path, json={"query": example.document, "variables": example.variables})
        assert response.status_code == 200 and "errors" not in response.json(), (example.document, response.text)


def test_examples_are_found() -> None:
    reference = PAGES["graphql.md"]
    assert len(list(examples(reference))) > 10
    assert {example.path for example in examples(reference)} == {"/graphql", "/metadata"}
    assert any(example.variables for example in examples(reference))
