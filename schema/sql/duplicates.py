"""Find Duplicates → one SELECT of a connection for each source."""

from collections.abc import Sequence
from typing import Any

from schema.catalog.model import Column
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import FindDuplicates, Rows
from schema.plan.nodes.placeholders import deferred
from schema.sql.batches import NUMBER, json_text, table_of_rows, typed
from schema.sql.fragments import Scope
from schema.sql.records import PagePrinter
from schema.sql.rows import no_row, table, where

SHORTEST = 3  # characters; a shorter text tells nobody apart
OWN = "own_id"


def find_duplicates(scope: Scope, plan: FindDuplicates) -> Statement:
    """One row with the JSON texts of the connections, separated by commas, in the order of the sources."""

    def alike(alias: str) -> list[str]:
        criteria = [_criterion(alias, criterion) for criterion in plan.criteria]
        same = f"({' OR '.join(criteria)})" if criteria else no_row(alias)
        return [f"{alias}.id IS DISTINCT FROM source.{OWN}", same]

    page = PagePrinter(scope, plan.connection, alike)
    source = _records(scope, plan) if plan.ids is None else _rows_of(scope, plan)
    return scope.statement(
        f"SELECT string_agg(({page.select_object()}), ',' ORDER BY source.{NUMBER}) FROM ({source}) source"
    )


def _criterion(alias: str, columns: Sequence[Column]) -> str:
    return "(" + " AND ".join(_same(alias, compared) for compared in columns) + ")"


def _same(alias: str, compared: Column) -> str:
    own, source = compared.read(alias), compared.read("source")
    if compared.kind is not kinds.TEXT:
        return f"{own} = {source}"
    return f"(length({source}) >= {SHORTEST} AND lower({own}) = lower({source}))"


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
