"""A search → one SELECT over the search vectors of all its objects.

A record is found where any word of it begins with any word of the input, and ranks by how well all of them fit. The
index of the vectors finds it; what is found must be ranked to be ordered.
"""

from collections.abc import Sequence
from uuid import UUID

from schema.catalog.model import Column, ObjectType
from schema.context import Statement
from schema.plan.nodes import TRUE, Search, SearchBound, Searched
from schema.sql.fragments import Scope, column, identifier, in_workspace, is_live
from schema.sql.predicates import predicate

VECTOR = '"searchVector"'


def search(workspace_id: UUID, plan: Search) -> Statement:
    """Rows of (object, id, label, image, rank by cover density, rank, priority), one more than the limit."""
    scope = Scope(workspace_id)
    if not plan.objects:
        return scope.statement("SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL WHERE $1::uuid IS NULL")
    asked = f"{_asked(scope, plan.words)} " if plan.words else ""
    found = [_found(scope, plan, searched) for searched in plan.objects]
    beyond = f" WHERE {_beyond(scope, plan.after)}" if plan.after else ""
    return scope.statement(
        f"{asked}SELECT * FROM ({' UNION ALL '.join(found)}) found{beyond}"
        f" ORDER BY rank_cd DESC, rank DESC, priority DESC, id LIMIT {int(plan.limit) + 1}"
    )


def _asked(scope: Scope, words: Sequence[str]) -> str:
    """What a record must have, and what it ranks by.

    As a CTE, since PostgreSQL expects thousands of hits, and would start parallel workers for what is mostly a few: a
    scan that joins a CTE is never parallel.
    """
    anything = scope.bind(" | ".join(map(_prefix, words)), "text")
    everything = scope.bind(" & ".join(map(_prefix, words)), "text")
    return (
        f"WITH asked AS MATERIALIZED (SELECT to_tsquery('simple', {anything}) AS anything,"
        f" to_tsquery('simple', {everything}) AS everything)"
    )


def _prefix(word: str) -> str:
    """A word as the beginning of one, in the syntax of `to_tsquery`; an address counts as two words."""
    escaped = word.replace("\\", "\\\\").replace("'", "''").replace("@", " ")
    return f"'{escaped}':*"


def _found(scope: Scope, plan: Search, searched: Searched) -> str:
    object_type, alias = searched.object_type, scope.alias()
    conditions = [in_workspace(alias)]
    first = ""
    if not plan.words:  # all rank alike, so that their order is that of their ids
        first = f" ORDER BY {alias}.id LIMIT {int(plan.limit) + 1}"
        if plan.after and plan.after.priority == object_type.traits.search_priority:
            conditions.append(f"{alias}.id > {scope.bind(plan.after.record_id, 'uuid')}")
    if searched.where != TRUE:
        conditions.append(predicate(scope, alias, searched.where))
    if searched.live_only:
        conditions.append(is_live(alias))
    ranks = ["0::float4", "0::float4"]
    table = f"{identifier(object_type.table)} {alias}"
    if plan.words:
        table = f"asked, {table}"
        conditions.append(f"{alias}.{VECTOR} @@ asked.anything")
        ranks = [f"{rank}({alias}.{VECTOR}, asked.everything)" for rank in ("ts_rank_cd", "ts_rank")]
    outputs = [
        f"'{object_type.name}' AS object",
        f"{alias}.id",
        f"{_label(alias, object_type)} AS label",
        f"{_image(alias, object_type)} AS image",
        f"{ranks[0]} AS rank_cd",
        f"{ranks[1]} AS rank",
        f"{int(object_type.traits.search_priority)} AS priority",
    ]
    return f"(SELECT {', '.join(outputs)} FROM {table} WHERE {' AND '.join(conditions)}{first})"


def _label(alias: str, object_type: ObjectType) -> str:
    """What a person knows the record by: all parts of a name."""
    columns = object_type.fields[object_type.traits.identifier].columns
    parts = [f"nullif({column(alias, part.name)}, '')" for part in columns]
    return f"concat_ws(' ', {', '.join(parts)})"


def _image(alias: str, object_type: ObjectType) -> str:
    """Its image; a company has the icon of its domain."""
    name = object_type.traits.image
    if name is None:
        return "''"
    source: Column = object_type.columns[name]
    if source.part is None:
        return column(alias, name)
    host = f"regexp_replace({column(alias, name)}, '^[a-z]+://([^/?#]*).*$', '\\1')"
    return f"CASE WHEN {column(alias, name)} = '' THEN '' ELSE 'https://twenty-icons.com/' || {host} END"


def _beyond(scope: Scope, after: SearchBound) -> str:
    rank_cd, rank = scope.bind(after.rank_cd, "float4"), scope.bind(after.rank, "float4")
    priority, record_id = scope.bind(after.priority, "integer"), scope.bind(after.record_id, "uuid")
    last = f"(priority < {priority} OR (priority = {priority} AND id > {record_id}))"
    second = f"(rank < {rank} OR (rank = {rank} AND {last}))"
    return f"(rank_cd < {rank_cd} OR (rank_cd = {rank_cd} AND {second}))"
