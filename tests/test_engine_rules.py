"""The rules themselves: what breaks one is seen, and what keeps it is not."""

import pytest

from schema.catalog.loading import load
from schema.sql.fragments import a_moment_after
from tests.engine_rules import violations

OBJECTS = load().objects
INSERT = 'INSERT INTO "%s" AS new ("id") SELECT anchor.id, 1 FROM workspace anchor'


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ('UPDATE t SET "updatedAt" = now() WHERE workspace_id = $1', 0),
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
        ("SELECT pg_try_advisory_xact_lock(1)", 0),
        ('UPDATE t SET "updatedAt" = "updatedAt" + interval \'1 ms\' WHERE workspace_id = $1', 1),
        (f"UPDATE t SET x = {a_moment_after('x')} WHERE workspace_id = $1", 0),
        ("UPDATE t SET x = now() - interval '1 ms' WHERE workspace_id = $1", 0),
        ("WITH a AS (UPDATE t SET x = jsonb_build_object('a', y) WHERE workspace_id = $1) SELECT", 1),
        ("WITH a AS (UPDATE t SET x = 1) SELECT", 1),
        ("DELETE FROM t WHERE id IN (SELECT id FROM u)", 1),
        ("DELETE FROM pgqueuer_log WHERE id = 1", 0),
        ("SELECT FROM t FOR UPDATE SKIP LOCKED", 1),
        ("SELECT FROM t WHERE workspace_id = $1 FOR UPDATE SKIP LOCKED", 0),
        ("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = now()", 1),
        ("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = excluded.b", 0),
        ("INSERT INTO t AS new (workspace_id, b) SELECT $1, b FROM u", 1),
        ("INSERT INTO t AS new (workspace_id, b) SELECT hook.workspace_id, b FROM hook", 0),
        ("WITH RECURSIVE a AS (SELECT 1) SELECT FROM a", 1),
        ("WITH a AS (SELECT FROM t) SELECT pg_notify('c', $1)", 1),
    ],
)
def test_rules(sql: str, count: int) -> None:
    assert len(violations(sql, OBJECTS)) == count
