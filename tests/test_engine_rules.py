"""The rules themselves: what breaks one is seen, and what keeps it is not."""

import pytest

from schema.catalog.loading import load
from tests.engine_rules import violations

OBJECTS = load().objects
INSERT = 'INSERT INTO "%s" AS new ("id") SELECT anchor.id, 1 FROM workspace anchor'


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ('UPDATE t SET "updatedAt" = now()', 0),
        ("SELECT coalesce(x, (y), now())", 1),
        ("SELECT coalesce(x, (y)), now()", 0),
        ("SELECT CASE WHEN x THEN now() END", 1),
        ("SELECT CASE WHEN x THEN y END, now()", 0),
        ("SELECT 1 WHERE FALSE", 1),
        ("SELECT 1 WHERE (TRUE) IS NOT TRUE", 1),
        ("SELECT coalesce(x, FALSE)", 0),
        ("SELECT CASE x WHEN 'last' THEN 1 END", 1),
        ('INSERT INTO "person" ("id") SELECT $1', 1),
        (INSERT % "person", 0),
        (f"{INSERT % 'person'} {INSERT % 'company'}", 1),
        (f"{INSERT % 'company'} {INSERT % 'person'}", 0),
        ("SELECT pg_advisory_lock(1)", 1),
    ],
)
def test_rules(sql: str, count: int) -> None:
    assert len(violations(sql, OBJECTS)) == count
