"""What a filter compares with: operands in the form in which values are stored, and secrets, which are not compared."""

import pytest

from schema.catalog.model import Catalog
from schema.catalog.operators import OPERATORS
from schema.declare import kinds
from tests.api.found import Found
from tests.conftest import GraphQL
from tests.records import Json, Name, error

NULL, NOT_NULL = Name("NULL"), Name("NOT_NULL")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"emails": {"primaryEmail": {"eq": " Ada@Example.COM "}}}, [0]),
        ({"emails": {"primaryEmail": {"neq": "ADA@example.com"}}}, [1]),
        ({"emails": {"primaryEmail": {"in": ["x@y.z", "ADA@example.com"]}}}, [0]),
        ({"emails": {"primaryEmail": {"like": "ADA%"}}}, []),
        ({"emails": {"primaryEmail": {"ilike": "ADA%"}}}, [0]),
        ({"linkedinLink": {"primaryLinkUrl": {"eq": "HTTPS://LinkedIn.com/"}}}, [0]),
        ({"linkedinLink": {"primaryLinkUrl": {"in": ["https://LINKEDIN.com"]}}}, [0]),
        ({"linkedinLink": {"primaryLinkUrl": {"neq": "https://LINKEDIN.com/"}}}, [1]),
        ({"linkedinLink": {"primaryLinkUrl": {"eq": "LinkedIn.com/Ada"}}}, [1]),
        ({"linkedinLink": {"primaryLinkUrl": {"eq": "linkedin.com/Ada"}}}, [1]),
        ({"linkedinLink": {"primaryLinkUrl": {"eq": " https://linkedin.com:443/Ada"}}}, [1]),
        ({"emails": {"primaryEmail": {"in": ["Ada <ADA@example.com>"]}}}, [0]),
        ({"emails": {"primaryEmail": {"eq": "mailto:bob@example.com"}}}, [1]),
    ],
    ids=str,
)
async def test_operands_are_normalised_as_what_is_stored(
    graphql: GraphQL, catalog: Catalog, where: Json, expected: list[int]
) -> None:
    records = [
        {"emails": {"primaryEmail": "ada@EXAMPLE.com"}, "linkedinLink": {"primaryLinkUrl": "https://LinkedIn.com/"}},
        {"emails": {"primaryEmail": "bob@example.com"}, "linkedinLink": {"primaryLinkUrl": "LinkedIn.com/Ada"}},
    ]
    found = await Found.of(graphql, catalog, "person", records)
    assert await found.by(where) == expected


async def test_texts_that_are_unique_where_they_are_filled(graphql: GraphQL, catalog: Catalog) -> None:
    """All values by one statement's text but for the blank ones, which the index of such a key does not hold."""
    found = await Found.of(graphql, catalog, "person", [{"emails": {"primaryEmail": "a@b.c"}}, {}, {}])
    for operand, expected in [("a@b.c", [0]), ("", [1, 2]), ("x@b.c", []), (" \t", [1, 2]), ("A@b.c ", [0])] * 2:
        where: Json = {"emails": {"primaryEmail": {"eq": operand}}}
        assert await found.by(where) == expected, operand
        assert await found.by({"not": where}) == [n for n in range(3) if n not in expected], operand
        assert await found.by({"emails": {"primaryEmail": {"in": [operand]}}}) == expected, operand
    for operands, expected in [(["a@b.c", "x"], [0]), (["a@b.c", ""], [0, 1, 2]), ([" ", "x"], [1, 2])] * 2:
        assert await found.by({"emails": {"primaryEmail": {"in": operands}}}) == expected, operands


async def test_a_secret_can_only_be_asked_whether_it_is_set(graphql: GraphQL, catalog: Catalog) -> None:
    found = await Found.of(graphql, catalog, "webhook", [{"secret": "s3cret, a long one"}, {"secret": ""}, {}])
    assert await found.by({"secret": {"is": NULL}}) == [1, 2]
    assert await found.by({"secret": {"is": NOT_NULL}}) == [0]
    assert await found.by({"not": {"secret": {"is": NULL}}}) == [0]
    for operator in OPERATORS[kinds.TEXT]:
        if operator == "is":
            continue
        operand = ["s3cret"] if operator == "in" else "s3cret"
        query = "query ($filter: WebhookFilterInput) { webhooks(filter: $filter) { totalCount } }"
        code, message = await error(graphql, query, filter={"secret": {operator: operand}})
        assert code == "BAD_USER_INPUT" and message.startswith('Field "secret" cannot be filtered')
