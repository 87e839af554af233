"""Find Duplicates → one SELECT of a connection for each source."""

from collections.abc import Sequence
from uuid import UUID

import orjson

from schema.catalog.model import Column
from schema.context import Statement
from schema.declare import kinds
from schema.plan.nodes import FindDuplicates
from schema.sql.fragments import Scope, column, identifier, in_workspace, is_live
from schema.sql.records import Page

SHORTEST = 3  # characters; a shorter text tells nobody apart
NUMBER, OWN = "row_number", "own_id"


def find_duplicates(workspace_id: UUID, plan: FindDuplicates) -> Statement:
    """One row with the JSON texts of the connections, separated by commas, in the order of the sources."""
    scope = Scope(workspace_id)

    def alike(alias: str) -> list[str]:
        criteria = [_criterion(alias, criterion) for criterion in plan.criteria]
        return [f"{alias}.id IS DISTINCT FROM source.{OWN}", f"({' OR '.join(criteria)})" if criteria else "FALSE"]

    page = Page(scope, plan.connection, alike)
    source = _records(scope, plan) if plan.ids is None else _rows_of(scope, plan)
    return scope.statement(
        f"SELECT string_agg(({page.select_object()}), ',' ORDER BY source.{NUMBER}) FROM ({source}) source"
    )


def _criterion(alias: str, columns: Sequence[Column]) -> str:
    return "(" + " AND ".join(_same(alias, compared) for compared in columns) + ")"


def _same(alias: str, compared: Column) -> str:
    own, source = column(alias, compared.name), column("source", compared.name)
    if compared.kind is not kinds.TEXT:
        return f"{own} = {source}"
    return f"(length({source}) >= {SHORTEST} AND lower({own}) = lower({source}))"


def _rows_of(scope: Scope, plan: FindDuplicates) -> str:
    """The live records with the ids; an id without one has no values, and so no duplicates."""
    table = identifier(plan.connection.object_type.table)
    columns = [column("s", found.name) for found in plan.columns]
    return (
        f"SELECT {', '.join((f'listed.n AS {NUMBER}', f's.id AS {OWN}', *columns))}"
        f" FROM unnest({scope.bind_keys(list(plan.ids or ()), 'uuid[]')}) WITH ORDINALITY AS listed(id, n)"
        f" LEFT JOIN {table} s ON {in_workspace('s')} AND s.id = listed.id AND {is_live('s')}"
    )


def _records(scope: Scope, plan: FindDuplicates) -> str:
    names = [found.name for found in plan.columns]
    rows = [
        {NUMBER: n, OWN: own_id, **dict(zip(names, values, strict=True))}
        for n, (own_id, values) in enumerate(plan.rows)
    ]
    types = [f"{identifier(found.name)} {found.sql_type}" for found in plan.columns]
    definition = ", ".join((f"{NUMBER} integer", f"{OWN} uuid", *types))
    text = orjson.dumps(rows, default=str).decode()
    return f"SELECT * FROM jsonb_to_recordset({scope.bind(text, 'jsonb')}) AS r({definition})"
