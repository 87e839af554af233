"""What a statement must keep to, so that PostgreSQL plans it alone and distributed by Citus alike.

Each rule was found on a cluster: Citus refuses volatile functions inside CASE and COALESCE and joins that are folded
away, runs the INSERTs of a statement one after another, and sends one to all nodes unless it reads from the workspace's
row and returns by an alias.
"""

import re
from collections.abc import Iterator, Mapping

from schema.catalog.model import ObjectType

_INSERT = re.compile(r'INSERT INTO "(\w+)"')
_SOUND_INSERT = re.compile(r'INSERT INTO "\w+" AS new \([^)]*\) SELECT anchor\.id,')
_CONSTANT = re.compile(r"(?:WHERE|AND|OR|ON) \(?FALSE\b|\(TRUE\) IS NOT TRUE|NOT \(TRUE\)")


def violations(sql: str, objects: Mapping[str, ObjectType]) -> list[str]:
    """The rules that a statement breaks."""
    return [*_volatile(sql), *_constants(sql), *_inserts(sql), *_order(sql, objects), *_sessions(sql)]


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
    if len(_INSERT.findall(sql)) != len(_SOUND_INSERT.findall(sql)):
        yield "an INSERT that does not read from the workspace's row"
    if re.search(r"\bCASE (?!WHEN)", sql):
        yield "a simple CASE"


def _order(sql: str, objects: Mapping[str, ObjectType]) -> Iterator[str]:
    """A parent after its child, unless that is a parent of it as well."""
    tables = _INSERT.findall(sql)
    for n, child in enumerate(tables):
        for parent in tables[n + 1 :]:
            if parent in _parents(objects[child]) and child not in _parents(objects[parent]):
                yield f"{parent} is inserted after {child}, which refers to it"


def _parents(object_type: ObjectType) -> set[str]:
    return {relation.target for relation in object_type.to_one} - {object_type.name}


def _sessions(sql: str) -> Iterator[str]:
    if "pg_advisory_lock" in sql:
        yield "a lock of the session"


def _enclosed(sql: str, start: int) -> str:
    """What stands in the parentheses that were opened before `start`."""
    depth = 1
    for end in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        if depth == 0:
            return sql[start:end]
    raise ValueError("parentheses do not match")
