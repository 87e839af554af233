"""The example that loads companies through REST: run twice as a program, and what it makes of addresses."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from examples.load_companies import address
from tests.conftest import GraphQL, Server, Workspace

HERE = Path(__file__).parent
SCRIPT = HERE.parent.parent / "examples" / "load_companies.py"
COMPANIES = HERE / "test_rest_companies.csv"

QUERY = """{
  companies(orderBy: [{name: AscNullsLast}]) {
    totalCount
    edges { node {
      name
      address { addressCity addressState addressCountry }
      noteTargets { totalCount edges { node { note { title bodyV2 { markdown } } } } }
    } }
  }
  notes { totalCount }
}"""


async def run(path: Path, **environment: str) -> tuple[int, str]:
    """The program's status and what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(SCRIPT),
        str(path),
        env={name: value for name, value in os.environ.items() if not name.startswith("ICOSA_")} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def test_twice(server: Server, workspace: Workspace, graphql: GraphQL) -> None:
    environment = {"ICOSA_URL": server.url, "ICOSA_TOKEN": workspace.token}
    status, printed = await run(COMPANIES, **environment)
    assert (status, printed.splitlines()[-1]) == (0, "15 companies: 15 added, 0 were there already.")
    first = await graphql(QUERY)
    status, printed = await run(COMPANIES, **environment)
    assert (status, printed.splitlines()[-1]) == (0, "15 companies: 0 added, 15 were there already.")
    assert await graphql(QUERY) == first

    companies = first["data"]["companies"]
    assert companies["totalCount"] == first["data"]["notes"]["totalCount"] == 15
    found = companies["edges"][0]["node"]
    assert found["name"] == "3M"
    assert found["address"] == {
        "addressCity": "Saint Paul",
        "addressState": "Minnesota",
        "addressCountry": "United States",
    }
    assert found["noteTargets"]["totalCount"] == 1
    note = found["noteTargets"]["edges"][0]["node"]["note"]
    assert note["title"] == "3M in the S&P 500"
    assert "- **Sector:** Industrials" in note["bodyV2"]["markdown"]


async def test_what_is_missing_is_added_and_what_was_deleted_is_not(
    server: Server, workspace: Workspace, graphql: GraphQL
) -> None:
    environment = {"ICOSA_URL": server.url, "ICOSA_TOKEN": workspace.token}
    await run(COMPANIES, **environment)
    one = 'filter: {name: {eq: "3M"}}'
    await graphql(f"mutation {{ deleteCompanies({one}) {{ id }} }}")
    await graphql('mutation { destroyCompanies(filter: {name: {eq: "Accenture"}}) { id } }')
    _, printed = await run(COMPANIES, **environment)
    assert printed.splitlines()[-1] == "15 companies: 1 added, 14 were there already."
    assert (await graphql(f"{{ companies({one}) {{ totalCount }} }}"))["data"]["companies"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ICOSA_URL": "http://127.0.0.1:9", "ICOSA_TOKEN": "x"}, "Cannot reach http://127.0.0.1:9"),
        ({"ICOSA_TOKEN": "x"}, "POST /graphql was refused with 401: "),
        ({"DATA_DIR": "nowhere"}, "No token: ICOSA_TOKEN is not set, and nowhere/token cannot be read"),
    ],
)
async def test_faults_are_told_in_one_line(server: Server, environment: dict[str, str], said: str) -> None:
    status, printed = await run(COMPANIES, **{"ICOSA_URL": server.url, **environment})
    assert status == 1
    assert printed.splitlines()[-1].startswith(said)


async def test_another_file_is_refused(server: Server) -> None:
    status, printed = await run(SCRIPT, ICOSA_URL=server.url, ICOSA_TOKEN="x")
    assert status == 1
    assert " has no Symbol, Security, " in printed or "is not CSV" in printed


@pytest.mark.parametrize(
    ("headquarters", "expected"),
    [
        ("Saint Paul, Minnesota", ("Saint Paul", "Minnesota", "United States")),
        ("Washington, D.C.", ("Washington", "D.C.", "United States")),
        ("Dublin, Ireland", ("Dublin", None, "Ireland")),
        ("Warmley, Bristol, United Kingdom", ("Warmley, Bristol", None, "United Kingdom")),
        ("West Falls Church, Virginia[2]", ("West Falls Church", "Virginia", "United States")),
        ("Columbus, Ohio; Detroit, Michigan", ("Columbus", "Ohio", "United States")),
        ("none", (None, None, None)),
    ],
)
def test_addresses(headquarters: str, expected: tuple[Any, ...]) -> None:
    found = address(headquarters)
    assert tuple(found.get(f"address{part}") for part in ("City", "State", "Country")) == expected
