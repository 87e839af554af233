"""A search → one SELECT over the search vectors of all its objects.

A record is found where any word of it begins with any word of the input, and ranks by how well all of them fit. Both
are read alike (`schema/declare/searching.py`, `schema/values/words.py`). The
index of the vectors finds it; what is found must be ranked to be ordered.
"""

from collections.abc import Sequence

from schema.catalog.model import Column, ObjectType
from schema.context import Statement
from schema.plan.nodes import Rows, Search, SearchBound
from schema.sql.fragments import Scope
from schema.sql.rows import table, where
from schema.values.words import Parts, Word

VECTOR = '"searchVector"'


def search(scope: Scope, plan: Search) -> Statement:
    """Rows of (object, id, label, image, rank by cover density, rank, priority), one more than the limit."""
    assert plan.searched, "nothing to search in"
    asked = f"{_asked(scope, plan.words)} " if plan.words else ""
    found = [_found(scope, plan, rows) for rows in plan.searched]
    beyond = f" WHERE {_beyond(scope, plan.after)}" if plan.after else ""
    return scope.statement(
        f"{asked}SELECT * FROM ({' UNION ALL '.join(found)}) found{beyond}"
        f" ORDER BY rank_cd DESC, rank DESC, priority DESC, id LIMIT {int(plan.limit) + 1}"
    )


def _asked(scope: Scope, words: Sequence[Word]) -> str:
    """What a record must have, and what it ranks by.

    As a CTE, since PostgreSQL expects thousands of hits, and would start parallel workers for what is mostly a few: a
    scan that joins a CTE is never parallel.
    """
    anything = scope.bind(" | ".join(map(_word, words)), "text")
    everything = scope.bind(" & ".join(map(_word, words)), "text")
    return (
        f"WITH asked AS MATERIALIZED (SELECT to_tsquery('simple', {anything}) AS anything,"
        f" to_tsquery('simple', {everything}) AS everything)"
    )


def _word(word: Word) -> str:
    """Any of its spellings, in the syntax of `to_tsquery`. No part has a sign in it that would need to be escaped."""
    return f"({' | '.join(map(_spelling, word))})"


def _spelling(parts: Parts) -> str:
    *first, last = parts.words
    connective = " <-> " if parts.in_order else " & "
    return connective.join([*first, f"{last}:*" if parts.begins else last])


def _found(scope: Scope, plan: Search, rows: Rows) -> str:
    object_type, alias = rows.object_type, scope.alias()
    also = []
    first = ""
    if not plan.words:  # all rank alike, so that their order is that of their ids
        first = f" ORDER BY {alias}.id LIMIT {int(plan.limit) + 1}"
        if plan.after and plan.after.priority == object_type.traits.search_priority:
            also.append(f"{alias}.id > {scope.bind(plan.after.record_id, 'uuid')}")
    ranks = ["0::float4", "0::float4"]
    searched = table(object_type, alias)
    if plan.words:
        searched = f"asked, {searched}"
        also.append(f"{alias}.{VECTOR} @@ asked.anything")
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
    return f"(SELECT {', '.join(outputs)} FROM {searched} WHERE {where(scope, alias, rows, *also)}{first})"


def _label(alias: str, object_type: ObjectType) -> str:
    """What a person knows the record by: all parts of a name."""
    columns = object_type.fields[object_type.traits.identifier].columns
    parts = [f"nullif({part.read(alias)}, '')" for part in columns]
    return f"concat_ws(' ', {', '.join(parts)})"


def _image(alias: str, object_type: ObjectType) -> str:
    """Its image; a company has the icon of its domain."""
    name = object_type.traits.image
    if name is None:
        return "''"
    source: Column = object_type.columns[name]
    if source.part is None:
        return source.read(alias)
    host = f"regexp_replace({source.read(alias)}, '^[a-z]+://([^/?#]*).*$', '\\1')"
    return f"CASE WHEN {source.read(alias)} = '' THEN '' ELSE 'https://twenty-icons.com/' || {host} END"


def _beyond(scope: Scope, after: SearchBound) -> str:
    rank_cd, rank = scope.bind(after.rank_cd, "float4"), scope.bind(after.rank, "float4")
    priority, record_id = scope.bind(after.priority, "integer"), scope.bind(after.record_id, "uuid")
    last = f"(priority < {priority} OR (priority = {priority} AND id > {record_id}))"
    second = f"(rank < {rank} OR (rank = {rank} AND {last}))"
    return f"(rank_cd < {rank_cd} OR (rank_cd = {rank_cd} AND {second}))"
