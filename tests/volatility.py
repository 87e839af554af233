"""What Citus refuses in a change for the functions that it calls, by PostgreSQL's own reading of the statement.

A function that is not immutable may not stand in a CASE or COALESCE of an UPDATE or DELETE, nor in what any change
returns or does on a conflict; a stable one may not be called with a column of the row, a volatile one not at all. The
statement is made the body of a function, whose parsed form PostgreSQL keeps with all that it calls.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.database.pool import Connection

_TOKEN = re.compile(r"\\.|[{}()]|[^\s{}()\\]+")
_CALLS = ("funcid", "opfuncid", "aggfnoid", "winfnoid")
UPDATE, INSERT, DELETE = "2", "3", "4"
_FUNCTIONS = "SELECT oid::bigint, proname, provolatile::text FROM pg_proc"
_TRIED = "CREATE FUNCTION pg_temp.tried"
_BODY = "SELECT prosqlbody::text FROM pg_proc WHERE proname = 'tried' AND pronamespace = pg_my_temp_schema()"


@dataclass(slots=True)
class Node:
    """One of a parsed statement."""

    name: str
    fields: dict[str, list[Any]] = field(default_factory=dict)

    def inner(self, *names: str) -> Iterator["Node"]:
        """The nodes in some of the fields, or in all."""
        for name in names or self.fields:
            yield from _nodes(self.fields.get(name, []))

    def all(self) -> Iterator["Node"]:
        yield self
        for node in self.inner():
            yield from node.all()

    def calls(self) -> Iterator[int]:
        for name in _CALLS:
            yield from (int(oid) for oid in self.fields.get(name, []))

    @property
    def has_column(self) -> bool:
        return self.name == "VAR" or (self.name != "QUERY" and any(node.has_column for node in self.inner()))


async def refused(connection: Connection, sql: str) -> list[str]:
    """What of a statement Citus would refuse."""
    functions = {row[0]: (row[1], row[2]) for row in await connection.fetch(_FUNCTIONS)}
    given = (await connection.prepare(sql)).get_parameters()
    types = ", ".join(one.name if one.kind == "array" else f'{one.schema}."{one.name}"' for one in given)
    await connection.execute(f"{_TRIED}({types}) RETURNS void LANGUAGE sql BEGIN ATOMIC {sql}; END")
    try:
        (tree,) = _parsed(iter(_TOKEN.findall(await connection.fetchval(_BODY))))
    finally:
        await connection.execute("DROP FUNCTION pg_temp.tried")
    queries = [node for tree_of_one in _nodes([tree]) for node in tree_of_one.all() if node.name == "QUERY"]
    assert queries
    return [fault for query in queries for fault in _of_query(query, functions)]


def _of_query(query: Node, functions: dict[int, tuple[str, str]]) -> Iterator[str]:
    kind = query.fields["commandType"][0]
    if kind in (UPDATE, DELETE):
        conditions = [one for joined in query.inner("jointree") for one in joined.inner("quals")]
        for node in (*(query.inner("targetList") if kind == UPDATE else ()), *conditions):
            yield from _of_change(node, functions)
    if kind in (UPDATE, INSERT, DELETE):
        for node in query.inner("returningList", "onConflict"):
            yield from (f"{name} in RETURNING or ON CONFLICT" for name in _not_immutable(node, functions))


def _of_change(node: Node, functions: dict[int, tuple[str, str]]) -> Iterator[str]:
    if node.name == "QUERY":
        return
    if node.name.startswith(("CASE", "COALESCE")):
        yield from (f"{name} in {node.name}" for name in _not_immutable(node, functions))
        return
    for name, volatility in (functions[oid] for oid in node.calls()):
        if volatility == "v" or (volatility == "s" and any(inner.has_column for inner in node.inner())):
            yield f"{name}, which is not immutable, of a column"
    for inner in node.inner():
        yield from _of_change(inner, functions)


def _not_immutable(node: Node, functions: dict[int, tuple[str, str]]) -> Iterator[str]:
    found = (functions[oid] for inner in node.all() for oid in inner.calls())
    yield from (name for name, volatility in found if volatility != "i")


def _nodes(values: list[Any]) -> Iterator[Node]:
    for value in values:
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list):
            yield from _nodes(value)


def _parsed(tokens: Iterator[str], end: str = "") -> list[Any]:
    """The values until the end of a list."""
    values: list[Any] = []
    for token in tokens:
        if token == end:
            break
        if token == "{":
            values.append(_node(tokens))
        else:
            values.append(_parsed(tokens, ")") if token == "(" else token)
    return values


def _node(tokens: Iterator[str]) -> Node:
    node, values = Node(next(tokens)), []
    for token in tokens:
        if token == "}":
            break
        if token.startswith(":"):
            values = node.fields.setdefault(token[1:], [])
        elif token == "{":
            values.append(_node(tokens))
        else:
            values.append(_parsed(tokens, ")") if token == "(" else token)
    return node
