"""What a write brings along → CTEs of its statement: records looked up by a key, and attached.

`connected` has the id of each record that was looked up. Unless all were found, nothing is written.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from schema.catalog.model import Column, KeyColumn
from schema.plan.nodes import Attach, Links, Liveness, Lookup, Rows
from schema.sql.batches import json_text, table_of_rows, typed
from schema.sql.changes import ROW, Changes, cte
from schema.sql.rows import every_row, source

CONNECTED = "connected"
LOOKUP = "lookup_number"


def look_up(changes: Changes, links: Links) -> None:
    """The CTE of what is looked up, where there is anything."""
    if not links.lookups:
        return

    def kind(lookup: Lookup) -> tuple[str, ...]:
        return (lookup.target.name, *(key.name for key, _ in lookup.keys))

    groups = [list(group) for _, group in groupby(sorted(links.lookups, key=kind), key=kind)]
    changes.select(CONNECTED, " UNION ALL ".join(_looked_up(changes, group) for group in groups), "MATERIALIZED")


def attach(changes: Changes, links: Links, condition: str) -> None:
    """The records looked up that are attached to their new owners, where the condition holds."""
    for number, attached in enumerate(links.attached):
        _attach(changes, attached, number, condition)


def _attach(changes: Changes, attached: Attach, number: int, condition: str) -> None:
    relation, scope = attached.relation, changes.scope
    owner, numbers = scope.bind(attached.owner, "uuid"), scope.bind(list(attached.lookups), "integer[]")
    found = f"{ROW}.id IN (SELECT id FROM {CONNECTED} WHERE {LOOKUP} = ANY({numbers}))"
    object_type = relation.source_type
    locked = changes.lock(cte("locked_attached", number), every_row(object_type), found, condition)
    changes.update(cte("attached", number), object_type, {relation.key: owner}, locked)


def all_found(links: Links) -> str:
    """The condition that every record to connect was found, where there is any."""
    return f"NOT EXISTS (SELECT FROM {CONNECTED} WHERE id IS NULL)" if links.lookups else ""


def found_by(number: str) -> str:
    """The id of the record that a look-up finds."""
    return f"(SELECT {CONNECTED}.id FROM {CONNECTED} WHERE {CONNECTED}.{LOOKUP} = {number})"


def missing(links: Links) -> str:
    """As one more output: the number of a look-up that found nothing, or NULL."""
    return f", (SELECT min({LOOKUP}) FROM {CONNECTED} WHERE id IS NULL)" if links.lookups else ""


def _looked_up(changes: Changes, lookups: Sequence[Lookup]) -> str:
    """The live record with each key, of several the oldest; by its id also a deleted one."""
    target, columns = lookups[0].target, [key for key, _ in lookups[0].keys]
    rows = [{LOOKUP: lookup.number, **{key.name: value for key, value in lookup.keys}} for lookup in lookups]
    by_id = [key.name for key in columns] == ["id"]
    conditions = [f"{key.read(ROW)} = {key.read('v')}" for key in columns]
    conditions += [f"{key.read(ROW)} <> ''" for key in columns if key.kind.sql == "text"]  # as the index says
    wanted = Rows(target, liveness=Liveness.ANY if by_id else Liveness.LIVE)
    values = table_of_rows(changes.scope, json_text(rows), [f"{LOOKUP} integer", *map(typed, columns)], "v")
    found = source(changes.scope, ROW, wanted, *conditions)
    oldest = "" if by_id else f" ORDER BY {', '.join((*set_apart(columns, ROW), f'{ROW}.id'))} LIMIT 1"
    return f"SELECT v.{LOOKUP}, (SELECT {ROW}.id {found}{oldest}) AS id FROM {values}"


def set_apart(columns: Iterable[Column], alias: str) -> list[str]:
    """What rows that have the same keys are numbered by, from the oldest."""
    return [f'{alias}."{column.apart}"' for column in columns if isinstance(column, KeyColumn) and column.apart]
