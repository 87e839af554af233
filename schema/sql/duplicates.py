"""Find Duplicates → one SELECT of a connection for each source.

Each criterion is an equality of what is found with all sources at once, which an index serves where there is one, and
else one scan. Texts are compared folded. Of names that persons look for, the index is that of their order: what is
plain ASCII folds to what it is sorted by, and the names beyond have an index of what they fold to.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema.catalog.model import Column, KeyColumn
from schema.context import Statement
from schema.declare import kinds
from schema.declare.folding import folded, folded_beyond_ascii, is_ascii, sorted_text
from schema.plan.nodes import FindDuplicates, Rows
from schema.plan.nodes.placeholders import deferred
from schema.sql.batches import NUMBER, json_text, table_of_rows, typed
from schema.sql.changes import ROW
from schema.sql.fragments import Scope, identifier
from schema.sql.records import PagePrinter
from schema.sql.rows import table, where

SHORTEST = 3  # characters; a shorter text tells nobody apart
OWN, ALIKE = "own_id", "alike_ids"


def find_duplicates(scope: Scope, plan: FindDuplicates) -> Statement:
    """One row with the JSON texts of the connections, separated by commas, in the order of the sources."""
    page = PagePrinter(scope, plan.connection, lambda alias: [f"{alias}.id = ANY(source.{ALIKE})"])
    given = _records(scope, plan) if plan.ids is None else _rows_of(scope, plan)
    compared = ", ".join([f"given.{NUMBER}", f"given.{OWN}", *map(_compared, plan.columns)])
    alike = " UNION ".join(_alike(scope, plan)) or f"SELECT {NUMBER}, {OWN} AS id FROM source WHERE {OWN} <> {OWN}"
    found = f"SELECT array_agg(alike.id) FROM alike WHERE alike.{NUMBER} = source.{NUMBER}"
    return scope.statement(
        f"WITH source AS MATERIALIZED (SELECT {compared} FROM ({given}) given), alike AS MATERIALIZED ({alike})"
        f" SELECT string_agg(({page.select_object()}), ',' ORDER BY source.{NUMBER})"
        f" FROM (SELECT {NUMBER}, ({found}) AS {ALIKE} FROM source) source"
    )


def _compared(column: Column) -> str:
    """What a source is compared by; NULL, which nothing is equal to, where it says too little."""
    value = column.read("given")
    if isinstance(column, KeyColumn):
        return f"nullif({value}, '') AS {identifier(column.name)}"
    if column.kind is kinds.TEXT:
        return f"CASE WHEN length({value}) >= {SHORTEST} THEN {folded(value)} END AS {identifier(column.name)}"
    return value


def _alike(scope: Scope, plan: FindDuplicates) -> Iterator[str]:
    """For each criterion the number of a source and the id of a record that is like it, which is not the source."""
    for criterion in plan.criteria:
        for same in _same(criterion, indexed=plan.connection.object_type.traits.deduplicated):
            conditions = where(scope, ROW, plan.connection.rows, *same, f"{ROW}.id IS DISTINCT FROM source.{OWN}")
            yield (
                f"SELECT source.{NUMBER}, {ROW}.id FROM source, {table(plan.connection.object_type, ROW)}"
                f" WHERE {conditions}"
            )


def _same(criterion: Sequence[Column], *, indexed: bool) -> Iterator[list[str]]:
    """The conditions that a record is like a source, or like it by one index and by another."""
    if not indexed or not all(_is_folded(column) for column in criterion):
        yield [condition for column in criterion for condition in _equal(column)]
        return
    yield [f"{sorted_text(column.read(ROW))} = {column.read('source')}" for column in criterion]
    together = " || ".join(column.read(ROW) for column in criterion)
    folds = [f"{folded_beyond_ascii(column.read(ROW))} = {column.read('source')}" for column in criterion]
    yield [f"NOT ({is_ascii(together)})", *folds]


def _equal(column: Column) -> Iterable[str]:
    own, value = column.read(ROW), column.read("source")
    if isinstance(column, KeyColumn):
        return (f"{own} = {value}", f"{own} <> ''")  # as the index says
    return (f"{folded(own)} = {value}",) if _is_folded(column) else (f"{own} = {value}",)


def _is_folded(column: Column) -> bool:
    return column.kind is kinds.TEXT and not isinstance(column, KeyColumn)


def _rows_of(scope: Scope, plan: FindDuplicates) -> str:
    """The live records with the ids; an id without one has no values, and so no duplicates."""
    object_type = plan.connection.object_type
    outputs = [f"listed.n AS {NUMBER}", f"s.id AS {OWN}", *(found.read("s") for found in plan.columns)]
    return (
        f"SELECT {', '.join(outputs)}"
        f" FROM unnest({scope.bind_keys(plan.ids, 'uuid[]')}) WITH ORDINALITY AS listed(id, n)"
        f" LEFT JOIN {table(object_type, 's')} ON {where(scope, 's', Rows(object_type), 's.id = listed.id')}"
    )


def _records(scope: Scope, plan: FindDuplicates) -> str:
    names = [found.name for found in plan.columns]

    def text(records: Sequence[tuple[Any, Sequence[Any]]]) -> str:
        rows = [
            {NUMBER: n, OWN: own_id, **dict(zip(names, values, strict=True))}
            for n, (own_id, values) in enumerate(records)
        ]
        return json_text(rows)

    definition = [f"{NUMBER} integer", f"{OWN} uuid", *map(typed, plan.columns)]
    return f"SELECT * FROM {table_of_rows(scope, deferred(plan.records, text), definition)}"
