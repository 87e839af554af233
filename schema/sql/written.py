"""What all writes share: the rows that they are about, and the answer from what was written.

A write answers one row: how many rows it was about, then the JSON texts of the written records, separated by commas, or
their ids (`by_id`) where the selection reaches past the record's own columns and is read by a statement of its own.
"""

import json

import orjson

from schema.plan.nodes import Record, Target
from schema.sql.fragments import Scope, concatenated, identifier, in_workspace, is_live
from schema.sql.predicates import predicate
from schema.sql.records import columns_read, listed, record_json


def cte(prefix: str, table: str) -> str:
    return identifier(f"{prefix}_{table}")


def target_rows(scope: Scope, target: Target, *columns: str) -> tuple[list[str], str]:
    """The CTE that locks the rows in the order of their ids, one more than may be written, and that limit."""
    conditions = [in_workspace("t"), predicate(scope, "t", target.where)]
    if target.deleted is not None:
        conditions.append(is_live("t") if not target.deleted else 't."deletedAt" IS NOT NULL')
    limit = scope.bind(target.limit, "bigint")
    return [
        f"target AS MATERIALIZED (SELECT {', '.join(('t.id', *columns))} FROM {identifier(target.object_type.table)} t"
        f" WHERE {' AND '.join(conditions)} ORDER BY t.id LIMIT {limit} + 1 FOR UPDATE)"
    ], limit


def answer(scope: Scope, record: Record, alias: str, order: str, *, by_id: bool) -> str:
    if by_id:
        return f"array_agg({alias}.id ORDER BY {order})"
    return f"string_agg({concatenated(record_json(scope, alias, record))}, ',' ORDER BY {order})"


def answer_order(scope: Scope, target: Target, alias: str) -> str:
    if target.list_order is None:
        return f"{alias}.id"
    return f"array_position({scope.bind(list(target.list_order), 'uuid[]')}, {alias}.id)"


def returned(record: Record, alias: str, *, by_id: bool) -> str:
    return listed(record.object_type, set() if by_id else columns_read(record), alias)


def json_text(value: object) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # an integer of more than 64 bits
        return json.dumps(value, default=str, ensure_ascii=False)
