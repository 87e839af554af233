"""New records, and what they bring along → one statement that inserts them all.

All rows of an object travel as one JSON value, and go in by what is unique and by what they refer to, so that
concurrent writers do not deadlock.
"""

from collections.abc import Iterable, Iterator, Sequence

from schema.catalog.model import Column, ObjectType
from schema.context import Statement
from schema.plan.nodes import BatchForm, Create, Links, Write
from schema.plan.nodes.placeholders import deferred
from schema.sql import links
from schema.sql.batches import NUMBER, PLACE, definition, lookup_column, rows_text, table_of_rows
from schema.sql.changes import WRITTEN, Changes, answer
from schema.sql.fragments import Scope
from schema.sql.positions import place


def create(scope: Scope, plan: Create, write: Write) -> Statement:
    """One row: how many were created, the answer, and of what is to be connected the first that was not found."""
    changes = Changes(scope)
    links.look_up(changes, plan.links)
    found = links.all_found(plan.links)
    for name, created in in_order_of_keys([(WRITTEN, plan), *created_along(plan.links)]):
        rows = input_rows(changes, created, name)
        insert(changes, created, name, rows, found)
    links.attach(changes, plan.links, found)
    alias = scope.alias()
    order, joined = f"{alias}.id" if plan.several else "", ""
    if plan.several and not plan.form.ascending:
        order, joined = f"input_written.{NUMBER}", f" JOIN input_written ON input_written.id = {alias}.id"
    answered = answer(scope, write.selected, alias, order, by_id=write.by_id)
    return changes.statement(f"count(*), {answered}{links.missing(plan.links)} FROM {WRITTEN} {alias}{joined}")


def created_along(links: Links) -> list[tuple[str, Create]]:
    """What is created along, by the names of its CTEs."""
    return [(f"created_{number}", created) for number, created in enumerate(links.created)]


def in_order_of_keys(creates: Iterable[tuple[str, Create]]) -> Iterator[tuple[str, Create]]:
    """The creates of a statement, parents first, as far as they are not in a circle."""
    left = dict(creates)
    while left:
        free = [name for name, created in left.items() if not _waits(created.object_type, left, name)]
        name = free[0] if free else next(iter(left))
        yield name, left.pop(name)


def _waits(object_type: ObjectType, left: dict[str, Create], own: str) -> bool:
    """Whether a record may refer to one that is not inserted yet."""
    targets = {relation.target for relation in object_type.to_one}
    return any(name != own and created.object_type.name in targets for name, created in left.items())


def input_rows(changes: Changes, plan: Create, name: str, extra: Sequence[str] = (), rows: object = None) -> str:
    """The CTE of the rows to insert. `extra` are columns that `rows`, a JSON text, has besides those of the batch."""
    text = deferred(plan.batch, rows_text) if rows is None else rows
    recordset = table_of_rows(changes.scope, text, [*definition(plan.form), *extra])
    return changes.select(f"input_{name}", f"SELECT * FROM {recordset}", "NOT MATERIALIZED")


def insert(
    changes: Changes,
    plan: Create,
    name: str,
    rows: str,
    condition: str,
    on_conflict: str = "",
) -> None:
    """The INSERT of the rows of an input."""
    scope, object_type, form = changes.scope, plan.object_type, plan.form
    values = {"id": f"{rows}.id"}
    for column in form.columns:
        values[column.name] = value(form, column, rows)
    if object_type.position:
        own, count = object_type.position.name, scope.bind(deferred(plan.batch, len), "integer")
        values[own] = _position(scope, object_type, values.get(own), rows, count)
    values |= {column.name: scope.bind(value, column.sql_type) for column, value in plan.shared}
    order = [values[name] for name in _order(plan, given_ids=bool(on_conflict))] if plan.several else []
    changes.insert(name, object_type, values, rows, condition, order, on_conflict)


def _order(plan: Create, *, given_ids: bool) -> Sequence[str]:
    """The columns of a batch in whose order its rows go in: what is unique, and then the keys of other records.

    Ids are among what is unique where they are given; those that are made are new.
    """
    object_type, given = plan.object_type, {column.name for column in plan.form.columns}
    unique = {column.name for compared in object_type.uniques for column in compared} & given
    references = sorted({relation.key.name for relation in object_type.to_one} & given - unique)
    made = plan.form.ascending and not given_ids
    return [*sorted(unique), *references, "id"] if made else [*sorted(unique), "id", *references]


def value(form: BatchForm, column: Column, rows: str) -> str:
    """What a row of an input has for a column: its own value, or the record that was looked up for it."""
    if column.name not in form.looked_up:
        return column.read(rows)
    return f"coalesce({column.read(rows)}, {links.found_by(f'{rows}.{lookup_column(column.name)}')})"


def _position(scope: Scope, object_type: ObjectType, given: str | None, rows: str, count: str) -> str:
    """The number given, else a place at one of the ends; all go first where nothing is given."""
    first = place(scope, object_type, "first", f"{rows}.{NUMBER}", count)
    if given is None:
        return first
    last = place(scope, object_type, "last", f"{rows}.{NUMBER}", count)
    return f"coalesce({given}, CASE WHEN {rows}.{PLACE} = 'last' THEN {last} ELSE {first} END)"
