"""The pieces that statements are made of: parameters, aliases, identifiers and JSON text.

Identifiers come from the catalog only and values travel as parameters only. Aliases and parameters are counted, so that
the same plan is always the same text and its prepared statement is used again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schema.catalog.model import Column, ObjectType
from schema.catalog.operators import Operand
from schema.context import Statement
from schema.plan.nodes.placeholders import deferred
from schema.values.dates import iso

WORKSPACE = "$1"


@dataclass(frozen=True, slots=True)
class Sql:
    """An SQL expression of type text that is never NULL."""

    text: str


Json = tuple[str | Sql, ...]
"""JSON text in pieces: a string stands for itself, an expression for its value."""


class Scope:
    """The parameters and aliases of one statement, which tells of what it changes if it `records_events`."""

    def __init__(self, workspace_id: UUID, *, records_events: bool) -> None:
        self.records_events = records_events
        self._values: list[Any] = [workspace_id]
        self._aliases = 0

    def bind(self, value: Any, sql_type: str) -> str:
        """A parameter of the given type.

        An enum goes as text, since the driver would look its type up first, and a date-time too, since the driver takes
        the first moment of the year 1 for minus infinity.
        """
        is_date_time = sql_type.startswith("timestamptz")
        self._values.append(deferred(value, _as_text) if is_date_time else value)
        place = f"${len(self._values)}"
        if is_date_time or sql_type.startswith('"'):
            return f"{place}::text{'[]' if sql_type.endswith('[]') else ''}::{sql_type}"
        return f"{place}::{sql_type}"

    def bind_keys(self, values: Any, sql_type: str) -> str:
        """A parameter for a list of keys, of the given array type.

        It stands in a sub-select, where PostgreSQL does not see its length when it plans. Else it would believe that a
        plan for just so many is better, and plan a short list anew each time: 0.8 ms for a record with all its
        relations.
        """
        return f"(SELECT {self.bind(values, sql_type)})::{sql_type}"

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def statement(self, text: str, writes: Iterable[ObjectType] = ()) -> Statement:
        return Statement(text, tuple(self._values), tuple(dict.fromkeys(writes)))


def _as_text(value: Any) -> Any:
    """A date-time, or each of a list, in ISO 8601."""
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return None if value is None else iso(value)


def identifier(name: str) -> str:
    return f'"{name}"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def item_type(column: Column) -> str:
    """The type of one value of a column: of an item, where the column is a list."""
    return column.sql_type.removesuffix("[]")


def operand_type(column: Column, operand: Operand) -> str:
    """The type of what an operator compares a column with."""
    if operand in (Operand.TEXT, Operand.PATTERN):
        return "text"
    if operand is Operand.FLAG:
        return "boolean"
    return f"{item_type(column)}[]" if operand is Operand.LIST else item_type(column)


def concatenated(json: Json) -> str:
    """One SQL expression for the pieces, neighbouring constants joined."""
    merged: list[str | Sql] = []
    for piece in json:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return " || ".join(literal(piece) if isinstance(piece, str) else piece.text for piece in merged)


def json_object(entries: Iterable[tuple[str, Json]]) -> Json:
    """`{"key":value,…}`. Keys are GraphQL names and need no escaping."""
    pieces: list[str | Sql] = []
    for key, value in entries:
        pieces += (f',"{key}":' if pieces else f'{{"{key}":', *value)
    return (*pieces, "}") if pieces else ("{}",)


def json_string(value: str | None) -> Json:
    """A constant, known to need no escaping."""
    return ("null",) if value is None else (f'"{value}"',)


def a_moment_after(column: str) -> str:
    """A millisecond later, in UTC: by the time zone of the connection, Citus would not take it in an UPDATE."""
    return f"(({column} AT TIME ZONE 'UTC') + interval '1 ms') AT TIME ZONE 'UTC'"
