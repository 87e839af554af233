"""What a statement must keep to, so that PostgreSQL plans it alone and distributed by Citus alike.

Each rule was found on a cluster, or stands in Citus's own reasons to refuse a statement: functions that are not
immutable inside CASE and COALESCE, or on columns of the row that an UPDATE changes; joins that are folded away;
recursion. It runs the INSERTs of a statement one after another, and sends one to all nodes unless it reads from the
workspace's row and returns by an alias; what changes rows or locks them is of one workspace.
"""

import re
from collections.abc import Iterator, Mapping

from schema.catalog.model import ObjectType

_INSERT = re.compile(r'INSERT INTO "?(\w+)"?[^(]*\([^)]*\)\s+(SELECT|VALUES)')
_SOUND_INSERT = re.compile(r'INSERT INTO "?\w+"? AS \w+ \([^)]*\)\s+SELECT (?:anchor\.id|(?:\w+\.)?workspace_id),')
_CONSTANT = re.compile(r"(?:WHERE|AND|OR|ON) \(?FALSE\b|\(TRUE\) IS NOT TRUE|NOT \(TRUE\)")
_CHANGE = re.compile(r"(?:^|\()\s*(?:UPDATE|DELETE FROM)\b|\bDO UPDATE SET\b|(?<=\)) (?:UPDATE|DELETE FROM) (?=\w)")
_STABLE = re.compile(
    r"""(?<!'UTC'\))(?<!now\(\)) [+-] (?:\$\d+ \* )?interval '|\bjsonb?_build_object\(|\brow_to_json\("""
)
_ONE_WORKSPACE = re.compile(r"workspace_id = \$1\b")
_LOCK = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b")

OTHERS = ("pgqueuer", "pg_dist_partition", "alembic_version", "typeinfo_tree")
"""Tables that stay on the coordinator, or are Citus's own, and the driver's look at the types of PostgreSQL."""
WHOLE_TABLES = ("event_default",)
"""The log's days are kept of all workspaces together: a DELETE that Citus sends to all shards, without a lock."""


def violations(sql: str, objects: Mapping[str, ObjectType]) -> list[str]:
    """The rules that a statement breaks."""
    if any(name in sql for name in OTHERS):
        return []
    return [
        *(*_volatile(sql), *_constants(sql), *_inserts(sql)),
        *(*_order(sql, objects), *_sessions(sql), *_changes(sql), *_whole(sql)),
    ]


def _volatile(sql: str) -> Iterator[str]:
    for opened in re.finditer(r"\b(?:coalesce|greatest|least)\(", sql):
        if "now()" in _enclosed(sql, opened.end()):
            yield f"now() inside {opened[0]}…)"
    for case in re.findall(r"\bCASE\b.*?\bEND\b", sql, re.DOTALL):
        if "now()" in case:
            yield "now() inside CASE"


def _constants(sql: str) -> Iterator[str]:
    yield from (f"a condition that is never true: {found}" for found in _CONSTANT.findall(sql))


def _inserts(sql: str) -> Iterator[str]:
    found = [source for _, source in _INSERT.findall(sql)]
    if len(_SOUND_INSERT.findall(sql)) != found.count("SELECT") or ("VALUES" in found and "(INSERT" in sql):
        yield "an INSERT that does not read from the workspace's row"
    if re.search(r"\bCASE (?!WHEN)", sql):
        yield "a simple CASE"


def _order(sql: str, objects: Mapping[str, ObjectType]) -> Iterator[str]:
    """A parent after its child, unless that is a parent of it as well."""
    tables = [table for table, _ in _INSERT.findall(sql) if table in objects]
    for n, child in enumerate(tables):
        for parent in tables[n + 1 :]:
            if parent in _parents(objects[child]) and child not in _parents(objects[parent]):
                yield f"{parent} is inserted after {child}, which refers to it"


def _parents(object_type: ObjectType) -> set[str]:
    return {relation.target for relation in object_type.to_one} - {object_type.name}


def _sessions(sql: str) -> Iterator[str]:
    if re.search(r"pg_(?:try_)?advisory_lock", sql):
        yield "a lock of the session"


def _changes(sql: str) -> Iterator[str]:
    for found in _CHANGE.finditer(sql):
        change = _enclosed(f"{sql})", found.end())
        if stable := _STABLE.search(change):
            yield f"a function that is not immutable in an UPDATE: {stable[0]}"
        if "DO UPDATE" in found[0] and "now()" in change:
            yield "now() in DO UPDATE"
        if "DO UPDATE" not in found[0] and not _ONE_WORKSPACE.search(change) and not _is_exempt(change):
            yield f"a change that is not of one workspace: {change[:60]}"


def _whole(sql: str) -> Iterator[str]:
    """What Citus takes of one workspace only."""
    if "RECURSIVE" in sql and "event_outbox" not in sql:  # the relay has another wording for Citus
        yield "recursion"
    if _LOCK.search(sql) and not _ONE_WORKSPACE.search(sql):
        yield "a lock of rows that are not of one workspace"
    if "pg_notify" in sql and "FROM" in sql:
        yield "a notification by a statement with tables, which runs where they are"


def _is_exempt(change: str) -> bool:
    return any(name in change for name in WHOLE_TABLES)


def _enclosed(sql: str, start: int) -> str:
    """What stands in the parentheses that were opened before `start`."""
    depth = 1
    for end in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        if depth == 0:
            return sql[start:end]
    raise ValueError("parentheses do not match")
