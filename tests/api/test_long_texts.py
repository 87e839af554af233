"""Texts that PostgreSQL cannot index are the client's fault, and are named."""

import random
import string

import pytest

from tests.conftest import GraphQL
from tests.records import create, error


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
