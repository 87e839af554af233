"""examples/compare_servers.py: what a client's operations answer on two servers, here two workspaces of one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import GraphQL, Server, Workspace

SCRIPT = Path(__file__).parents[2] / "examples" / "compare_servers.py"
PEOPLE = "query ($first: Int) { people(first: $first) { edges { node { id city company { name } } } } }"


def compare(server: Server, one: str, other: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    given = {"ONE_URL": server.url, "ONE_TOKEN": one, "OTHER_URL": f"{server.url}/", "OTHER_TOKEN": other}
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def document(folder: Path, name: str, text: str, variables: Any = None) -> str:
    path = folder / f"{name}.graphql"
    path.write_text(text)
    if variables is not None:
        path.with_suffix(".json").write_text(json.dumps(variables))
    return str(path)


def har(folder: Path, *requests: dict[str, Any]) -> str:
    path = folder / "recorded.har"
    path.write_text(json.dumps({"log": {"entries": [{"request": request} for request in requests]}}))
    return str(path)


async def test_the_same_shape_with_other_values(
    server: Server,
    graphql: GraphQL,
    other_graphql: GraphQL,
    workspace: Workspace,
    other_workspace: Workspace,
    tmp_path: Path,
) -> None:
    await graphql('mutation { createPeople(data: [{city: "Rome"}, {company: {create: {name: "Acme"}}}]) { id } }')
    await other_graphql('mutation { createPerson(data: {city: "Oslo"}) { id } }')
    recorded = har(
        tmp_path,
        {"method": "GET", "url": "https://crm.example/rest/people?depth=1&limit=5"},
        {"method": "POST", "url": "https://crm.example/graphql", "postData": {"text": json.dumps({"query": PEOPLE})}},
        {"method": "OPTIONS", "url": "https://crm.example/graphql"},
        {"method": "GET", "url": "https://crm.example/static/app.js"},
    )
    done = compare(
        server, workspace.token, other_workspace.token, recorded, document(tmp_path, "people", PEOPLE, {"first": 3})
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "same      1 GET /rest/people?depth=1&limit=5",
        "same      2 POST /graphql",
        "same      people.graphql",
    ]


async def test_differences_are_named(server: Server, workspace: Workspace, tmp_path: Path) -> None:
    asked = (document(tmp_path, "people", PEOPLE), har(tmp_path, {"method": "GET", "url": "http://x/rest/people"}))
    done = compare(server, workspace.token, "nonsense", *asked)
    assert done.returncode == 1
    assert "differs   people.graphql\n          status 200 and 401\n" in done.stdout
    assert "          data: only in the first\n" in done.stdout
    assert "          messages: only in the other\n" in done.stdout


async def test_what_writes_is_asked_for(server: Server, graphql: GraphQL, workspace: Workspace, tmp_path: Path) -> None:
    asked = (
        document(tmp_path, "create", 'mutation { createCompany(data: {name: "Acme"}) { id } }'),
        har(tmp_path, {"method": "DELETE", "url": "http://x/rest/companies?filter=name[eq]:Acme"}),
    )
    left_out = compare(server, workspace.token, workspace.token, *asked)
    assert left_out.stdout.count("it writes") == 2
    assert (await graphql("{ companies { totalCount } }"))["data"]["companies"]["totalCount"] == 0
    done = compare(server, workspace.token, workspace.token, "--writes", asked[0])
    assert done.stdout == "same      create.graphql\n"
    assert (await graphql("{ companies { totalCount } }"))["data"]["companies"]["totalCount"] == 2


@pytest.mark.parametrize("arguments", [(), ("missing.graphql",)])
def test_what_it_cannot_do(server: Server, workspace: Workspace, arguments: tuple[str, ...]) -> None:
    done = compare(server, workspace.token, workspace.token, *arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
