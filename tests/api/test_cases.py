"""Documents, the SQL that they become and what they answer: `cases/*.graphql` with `.sql` and `.json` beside them.

`UPDATE_CASES=1` writes the files anew; look at the difference before you commit it.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import GraphQL

CASES = sorted((Path(__file__).parent / "cases").glob("*.graphql"))
VARIABLES = "# variables: "
CLAUSES = re.compile(
    r" (?=FROM |WHERE |SET |(?:LEFT |CROSS )?JOIN |GROUP BY |ORDER BY |LIMIT |RETURNING |UNION ALL |FOR (?:NO )?)"
    r"|(?<=\),) (?=\"?\w+\"? AS (?:NOT |MATERIALIZED |\())"
)

SEED = """
mutation {
  createCompanies(data: [
    { id: "00000000-0000-4000-8000-000000000001", name: "Acme", employees: 10, position: 1 }
    { id: "00000000-0000-4000-8000-000000000002", name: "Globex", position: 2 }
  ]) { id }
  createPeople(data: [
    { id: "00000000-0000-4000-8000-000000000011", name: { firstName: "Ada" }, city: "Rome", position: 1,
      emails: { primaryEmail: "ada@example.com" }, companyId: "00000000-0000-4000-8000-000000000001" }
    { id: "00000000-0000-4000-8000-000000000012", name: { firstName: "Bob" }, city: "Paris", position: 2,
      emails: { primaryEmail: "bob@example.com" }, companyId: "00000000-0000-4000-8000-000000000001" }
    { id: "00000000-0000-4000-8000-000000000013", name: { firstName: "Cleo" }, city: "Berlin", position: 3 }
  ]) { id }
  createWorkflow(data: { id: "00000000-0000-4000-8000-000000000031", name: "Greet" }) { id }
  createMessageThread(data: { id: "00000000-0000-4000-8000-000000000041" }) { id }
  createMessage(data: { messageThreadId: "00000000-0000-4000-8000-000000000041" }) { id }
}
"""


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_case(path: Path, graphql: GraphQL, statements: list[str]) -> None:
    document = read(path)
    seeded = await graphql(SEED)
    assert not seeded.get("errors")
    statements.clear()
    answer = await graphql(document, **variables_of(document))
    sql = "\n\n".join(map(broken, statements)) + "\n"
    shown = json.dumps(answer, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_CASES"):
        write(path.with_suffix(".sql"), sql)
        write(path.with_suffix(".json"), shown)
    assert sql == read(path.with_suffix(".sql"))
    assert shown == read(path.with_suffix(".json"))


def variables_of(document: str) -> Any:
    stated = [line.removeprefix(VARIABLES) for line in document.splitlines() if line.startswith(VARIABLES)]
    return json.loads(stated[0] if stated else "{}")


def broken(sql: str) -> str:
    """A line for each clause, so that a difference can be read."""
    return CLAUSES.sub("\n", sql)


def read(path: Path) -> str:
    return path.read_text()


def write(path: Path, text: str) -> None:
    path.write_text(text)


def test_every_result_has_its_document() -> None:
    folder = CASES[0].parent
    stems = {path.stem for path in CASES}
    assert {path.stem for path in folder.iterdir()} == stems
    assert len(stems) > 10
