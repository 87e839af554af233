"""What a write brings along → CTEs of its statement: records looked up by a key, created along, and attached.

`connected` has the id of each record that was looked up. Unless all were found, nothing is written.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from schema.catalog.model import ObjectType
from schema.plan.nodes import Links, Lookup
from schema.sql.fragments import Scope, column, identifier, in_workspace, is_live
from schema.sql.insertion import CONNECTED, LOOKUP, insertion_ctes
from schema.sql.written import cte, json_text

ALL_FOUND = f"NOT EXISTS (SELECT FROM {CONNECTED} WHERE id IS NULL)"


def connected_ctes(scope: Scope, links: Links) -> list[str]:
    if not links.lookups:
        return []

    def kind(lookup: Lookup) -> tuple[str, ...]:
        return (lookup.target.name, *(key.name for key, _ in lookup.values))

    groups = [list(group) for _, group in groupby(sorted(links.lookups, key=kind), key=kind)]
    return [f"{CONNECTED} AS MATERIALIZED ({' UNION ALL '.join(_looked_up(scope, group) for group in groups)})"]


def along_ctes(scope: Scope, links: Links, guard: str) -> Iterator[str]:
    """The records created along and attached, where `guard` holds."""
    for number, create in enumerate(links.created):
        yield from insertion_ctes(scope, create, f"created_{number}", guard)
    for number, attach in enumerate(links.attached):
        relation = attach.relation
        owner, numbers = scope.bind(attach.owner, "uuid"), scope.bind(list(attach.lookups), "integer[]")
        yield (
            f"{cte('attached', str(number))} AS (UPDATE {identifier(relation.source)} t"
            f' SET {identifier(relation.foreign_key)} = {owner}, "updatedAt" = now() FROM {CONNECTED}'
            f" WHERE {in_workspace('t')} AND t.id = {CONNECTED}.id AND {CONNECTED}.{LOOKUP} = ANY({numbers})"
            f" AND {guard} RETURNING t.id)"
        )


def guard(links: Links) -> str:
    return ALL_FOUND if links.lookups else "TRUE"


def missing(links: Links) -> str:
    """The number of a look-up that found nothing, or NULL."""
    return f"(SELECT min({LOOKUP}) FROM {CONNECTED} WHERE id IS NULL)" if links.lookups else "NULL::integer"


def _looked_up(scope: Scope, lookups: Sequence[Lookup]) -> str:
    """The live record with each key; by its id also a deleted one."""
    target: ObjectType = lookups[0].target
    columns = [key for key, _ in lookups[0].values]
    rows = [{LOOKUP: lookup.number, **{key.name: value for key, value in lookup.values}} for lookup in lookups]
    types = ", ".join(f"{identifier(key.name)} {key.sql_type}" for key in columns)
    conditions = [in_workspace("t"), *(f"{column('t', key.name)} = {column('v', key.name)}" for key in columns)]
    conditions += [f"{column('t', key.name)} <> ''" for key in columns if key.kind.sql == "text"]  # as the index says
    if [key.name for key in columns] != ["id"]:
        conditions.append(is_live("t"))
    values = scope.bind(json_text(rows), "jsonb")
    return (
        f"SELECT v.{LOOKUP}, t.id FROM jsonb_to_recordset({values}) AS v({LOOKUP} integer, {types})"
        f" LEFT JOIN {identifier(target.table)} t ON {' AND '.join(conditions)}"
    )
