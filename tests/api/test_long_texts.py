"""Texts that PostgreSQL cannot index are the client's fault, and are named."""

import os
import random
import string
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest

from tests.conftest import GraphQL, Workspace
from tests.records import create, error, only

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def words(count: int) -> str:
    """Different words, which compress badly."""
    chosen = random.Random(1)
    return " ".join("".join(chosen.choices(string.ascii_letters + string.digits, k=12)) for _ in range(count))


@pytest.mark.parametrize(
    ("type_name", "given", "field"),
    [
        ("Person", {"emails": {"primaryEmail": f"{words(1000).replace(' ', '')}@example.com"}}, "emails.primaryEmail"),
        (
            "Company",
            {"domainName": {"primaryLinkUrl": f"https://example.com/{words(1000).replace(' ', '')}"}},
            "domainName.primaryLinkUrl",
        ),
        ("Note", {"bodyV2": {"markdown": words(120_000)}}, "bodyV2.markdown, title"),
    ],
)
async def test_a_text_that_is_too_long_for_an_index(
    graphql: GraphQL, type_name: str, given: dict[str, object], field: str
) -> None:
    made = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ id }} }}"
    code, message = await error(graphql, made, d=given)
    assert code == "BAD_USER_INPUT" and message.startswith(f"{field}: ")
    own_id = await create(graphql, type_name)
    changed = f"mutation ($i: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $i, data: $d) {{ id }} }}"
    code, message = await error(graphql, changed, i=own_id, d=given)
    assert code == "BAD_USER_INPUT" and message.startswith(f"{field}: ")


async def test_more_conditions_than_a_statement_can_have(graphql: GraphQL) -> None:
    query = "query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }"
    conditions = [{"city": {"eq": str(n)}} for n in range(33_000)]
    code, message = await error(graphql, query, f={"or": conditions})
    assert (code, message) == ("QUERY_TOO_COMPLEX", "The document asks for more than one statement can answer")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc how long PostgreSQL worked")
@pytest.mark.parametrize("unit", ["<!-- ", "<!--'", "_a", "~/", "/.", "./", "/~", "a-b.", "a_b@", "<a '", "a/", "=;"])
async def test_words_are_found_in_linear_time(connection: Connection, workspace: Workspace, unit: str) -> None:
    """PostgreSQL's parser takes the square of the length of these, and took 40 seconds for 80 kB."""
    insert = "INSERT INTO note (workspace_id, id, title) VALUES ($1, $2, $3)"
    process = await connection.fetchval("SELECT pg_backend_pid()")
    taken: list[float] = []
    for n, size in enumerate((200_000, 400_000)):
        began = cpu_seconds(process)
        await connection.execute(insert, workspace.id, UUID(int=n + 1), unit * (size // len(unit)))
        taken.append(cpu_seconds(process) - began)
    assert taken[1] <= 2.5 * max(taken[0], 0.1), taken


def cpu_seconds(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


# A long text and the words of it that are found.
LONG: dict[str, tuple[str, list[str]]] = {
    "a comment": ("<!-- hidden --> shown <!-- unclosed " + "more " * 100, ["hidden", "shown", "unclosed", "more"]),
    "many values without a space": (",".join(f"value{n}" for n in range(200)), ["value0", "value57", "value199"]),
    "a long word": ("x" * 500 + "," + "y" * 500, ["x" * 500, "x" * 1000, "y" * 300]),
    "a long address": (f"see https://example.com/{'path/' * 100}end now", ["example.com", "now"]),
    "no spaces in the language": ("\u8a9e" * 300, ["\u8a9e" * 300, "\u8a9e" * 10]),
}


@pytest.mark.parametrize("name", LONG)
async def test_what_is_found_in_a_long_text(graphql: GraphQL, name: str) -> None:
    text, words = LONG[name]
    own_id = await create(graphql, "Note", title=text)
    query = "query ($q: String!) { search(searchInput: $q, limit: 9) { edges { node { recordId } } } }"
    for word in words:
        (edge,) = (await only(graphql, query, q=word))["edges"]
        assert edge["node"]["recordId"] == own_id, word
