"""An upsert → the look-up of its keys, and one statement that updates what was found and inserts the rest."""

from schema.context import Statement
from schema.plan.nodes import FindMatches, Liveness, Rows, UniqueKey, Upsert, Write
from schema.sql import links
from schema.sql.batches import NUMBER, json_text, rows_text, table_of_rows, typed
from schema.sql.changes import ROW, Changes, answer
from schema.sql.fragments import Scope
from schema.sql.inserts import input_rows, insert, value
from schema.sql.links import set_apart
from schema.sql.records import all_columns
from schema.sql.rows import both, every_row, is_live, source, table, where
from schema.sql.updates import held

INPUT, LOCKED = "input_inserted", "locked_matches"
MATCH, GIVEN = "row_match", "row_given"


def look_up(scope: Scope, plan: FindMatches) -> Statement:
    """Rows of (row of the batch, number of the key, id, whether it is still found by it, by others, parts it holds).

    The records are locked in the order of their ids. A concurrent write may change one while that waits.
    """
    object_type, partial = plan.upsert.object_type, plan.upsert.partial
    keys = [(number, key) for number, key in enumerate(plan.upsert.keys) if key.is_given]
    found = " UNION ALL ".join(_found(scope, plan.upsert, number, key) for number, key in keys)
    has = [f"WHEN found.key = {number} THEN {_texts(key, 'locked')}" for number, key in keys]
    wanted = where(scope, ROW, every_row(object_type), f"{ROW}.id IN (SELECT id FROM found)")
    parts = f", {held(partial, 'locked')}" if partial else ""
    return scope.statement(
        f"WITH found AS ({found}),"
        f" locked AS (SELECT {ROW}.* FROM {table(object_type, ROW)} WHERE {wanted}"
        f" ORDER BY {ROW}.id FOR NO KEY UPDATE)"
        f" SELECT found.{NUMBER}, found.key, found.id,"
        f" found.had = CASE {' '.join(has)} END AND found.is_live = ({is_live('locked')}), found.by_others{parts}"
        f" FROM found JOIN locked ON locked.id = found.id ORDER BY found.{NUMBER}, found.key"
    )


def _texts(key: UniqueKey, alias: str) -> str:
    """The values of a key, each as a text, and what the record has besides."""
    columns = key.columns if key.others is None else (*key.columns, key.others)
    return f"ARRAY[{', '.join(f'{column.read(alias)}::text' for column in columns)}]"


def _found(scope: Scope, plan: Upsert, number: int, key: UniqueKey) -> str:
    """The record of each value of a key: the live one, else one that has it besides, else the one deleted last."""
    rows = [
        {NUMBER: n, **{column.name: value for column, value in zip(key.columns, values, strict=True)}}
        for n, values in enumerate(key.values)
        if values is not None
    ]
    given = table_of_rows(scope, json_text(rows), [f"{NUMBER} integer", *map(typed, key.columns)], "v")
    same = [f"{column.read(ROW)} = {column.read('v')}" for column in key.columns]
    same += [f"{column.read(ROW)} <> ''" for column in key.columns if column.kind.sql == "text"]
    # Apart, since each has its own index.
    live, deleted = (Rows(plan.object_type, liveness=liveness) for liveness in (Liveness.LIVE, Liveness.DELETED))
    oldest = ", ".join((*set_apart(key.columns, ROW), f"{ROW}.id"))
    found = [(live, same, oldest, "0"), (deleted, same, f'{ROW}."deletedAt" DESC, {ROW}.id', "2")]
    if key.others:
        besides = f"{key.others.read(ROW)} @> to_jsonb({key.columns[0].read('v')})"
        found.insert(1, (live, [besides], f"{ROW}.id", "1"))
    # What is found is fenced off; else PostgreSQL may walk along the primary key, which has the order, to find it.
    either = " UNION ALL ".join(
        f"(SELECT {ROW}.*, {place} AS place"
        f" FROM (SELECT {ROW}.* {source(scope, ROW, rows, *conditions)} OFFSET 0) {ROW} ORDER BY {order} LIMIT 1)"
        for rows, conditions, order, place in found
    )
    return (
        f"(SELECT v.{NUMBER}, {number} AS key, one.id, {_texts(key, 'one')} AS had, ({is_live('one')}) AS is_live,"
        f" one.place = 1 AS by_others FROM {given}"
        f" CROSS JOIN LATERAL (SELECT * FROM ({either}) either ORDER BY place LIMIT 1) one)"
    )


def upsert(scope: Scope, plan: Upsert, write: Write) -> Statement:
    """One row: how many records were written, the answer, and of what is to be connected the first that was not found.

    A record that another writer inserted is not counted.
    """
    changes = Changes(scope)
    create, object_type = plan.create, plan.object_type
    links.look_up(changes, create.links)
    found = links.all_found(create.links)
    extra = [{MATCH: plan.matches.get(n), GIVEN: sorted(names)} for n, names in enumerate(plan.given)]
    rows = rows_text(create.batch, extra)
    input_rows(changes, create, "inserted", [f"{MATCH} uuid", f"{GIVEN} text[]"], rows)
    matches = f"{ROW}.id IN (SELECT {MATCH} FROM {INPUT})"
    changes.lock(LOCKED, every_row(object_type), matches)
    changeable = set().union(*plan.given)
    values = {
        column: f"CASE WHEN '{column.name}' = ANY({INPUT}.{GIVEN}) THEN {value(create.form, column, INPUT)}"
        f" ELSE {column.read(LOCKED)} END"
        for column in create.form.columns
        if column.name in changeable
    }
    joined = f"{LOCKED} JOIN {INPUT} ON {INPUT}.{MATCH} = {LOCKED}.id"
    changes.update("updated", object_type, values, LOCKED, found, rows=joined)
    insert(changes, create, "inserted", INPUT, both(f"{INPUT}.{MATCH} IS NULL", found), " ON CONFLICT DO NOTHING")
    # The INSERT runs first: it waits for others' inserts, and nobody's insert waits for a row that is only locked.
    inserted, updated, unchanged = (
        f"SELECT {all_columns(object_type, cte)} FROM {cte}" for cte in ("inserted", "updated", LOCKED)
    )
    alias = scope.alias()
    answered = answer(scope, write.selected, alias, f"{INPUT}.{NUMBER}", by_id=write.by_id)
    return changes.statement(
        f"count(*), {answered}{links.missing(create.links)}"
        f" FROM ({inserted} UNION ALL {updated} UNION ALL {unchanged} WHERE id NOT IN (SELECT id FROM updated)) {alias}"
        f" JOIN {INPUT} ON coalesce({INPUT}.{MATCH}, {INPUT}.id) = {alias}.id"
    )
