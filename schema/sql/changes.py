"""The `WITH` of a write: every CTE that creates, changes or removes rows is printed here, and here every write ends.

What a statement changes, along with its own object too, is in `changed`, each with the CTE that has the rows after it
and, beside each row, what it was before. Of all of them one CTE more at the end makes the rows of the outbox, which say
what happened.

A row is updated only where a value differs, and each time its `updatedAt` rises.

Statements keep to what Citus can plan as well: an INSERT reads from the workspace's row and returns by an alias, the
moment comes from a first CTE where it stands in a CASE, and parents are inserted before their children.
"""

from collections.abc import Callable, Iterable, Mapping

from schema.catalog.model import Column, KeyColumn, ObjectType
from schema.context import Statement
from schema.declare.traits import Guard
from schema.plan.nodes import RecordSelection, Rows, Target
from schema.plan.nodes.placeholders import ORIGIN
from schema.sql.fragments import WORKSPACE, Scope, a_moment_after, concatenated, identifier
from schema.sql.guards import OWNER, bound, holder, refused
from schema.sql.outbox import DELETED_AT, Changed, written_to_outbox
from schema.sql.records import all_columns, columns_and_keys, record_json
from schema.sql.rows import both, every_row, no_row, table, where
from schema.values.actions import Action

UPDATED_AT = "updatedAt"
TARGET = "target"
WRITTEN = "written"
ROW = "t"
NEW = "new"
MOMENT = "moment"


class Changes:
    """Collects the CTEs of one write."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.changed: list[Changed] = []
        self._ctes: list[str] = []
        self._stale = ""

    def select(self, name: str, query: str, materialized: str = "") -> str:
        """A CTE that changes nothing. Gives its name."""
        self._ctes.append(f"{name} AS {materialized}{' ' if materialized else ''}({query})")
        return name

    def lock(self, name: str, rows: Rows, *also: str, joined: str = "", limit: str = "") -> str:
        """A CTE of rows that are to be changed, as they are before, locked in the order of their ids."""
        outputs = f"{columns_and_keys(rows.object_type, ROW)}, now() AS {MOMENT}"
        return self._lock(name, outputs, rows, also, joined, limit)

    def lock_to_remove(self, name: str, rows: Rows, *also: str, limit: str = "", outputs: str = f"{ROW}.id") -> str:
        """A CTE of the ids of rows that are to be removed.

        The lock is that of a change, behind which references to the rows may still be made, until they are `claimed`.
        """
        return self._lock(name, outputs, rows, also, joined="", limit=limit)

    def _lock(self, name: str, outputs: str, rows: Rows, also: Iterable[str], joined: str, limit: str) -> str:
        return self.select(
            name,
            f"SELECT {outputs} FROM {table(rows.object_type, ROW)}{joined} WHERE {where(self.scope, ROW, rows, *also)}"
            f" ORDER BY {ROW}.id{limit} FOR NO KEY UPDATE OF {ROW}",
            "MATERIALIZED",
        )

    def target(self, target: Target, *, remove: bool = False) -> str:
        """The CTE of the target's rows, one more than may be written. Gives the condition that these may be.

        Since they are locked as they are now, they cannot change between being compared and being written.
        """
        limit = self.scope.bind(target.limit, "bigint")
        few, one_more = f"(SELECT count(*) FROM {TARGET}) <= {limit}", f" LIMIT {limit} + 1"
        updated = target.object_type.columns[UPDATED_AT]
        if target.unchanged_since is not None:
            since = self.scope.bind(target.unchanged_since, updated.sql_type)
            self._stale = f"EXISTS (SELECT FROM {TARGET} WHERE {updated.read(TARGET)} <> {since})"
        if remove:
            compared = f", {updated.read(ROW)}" if self._stale else ""
            self.lock_to_remove(TARGET, target.rows, limit=one_more, outputs=f"{ROW}.id{compared}")
        else:
            self.lock(TARGET, target.rows, limit=one_more)
        return both(few, self.fresh)

    @property
    def fresh(self) -> str:
        """The condition that the target's rows are unchanged since they were to be, where that was asked for."""
        return self._stale and f"NOT {self._stale}"

    def stale(self, missing: str = "") -> str:
        """As outputs: what is `missing`, and whether the target's rows are not `fresh`."""
        return f"{missing or ', NULL::int'}, {self._stale}" if self._stale else missing

    def insert(
        self,
        name: str,
        object_type: ObjectType,
        values: Mapping[str, str],
        rows: str,
        condition: str,
        order: Iterable[str],
        on_conflict: str = "",
    ) -> str:
        """A row for each of `rows`, an item of FROM, where the condition holds. `values` are by column."""
        if object_type.traits.guard is Guard.KEYS:
            values = {**values, OWNER: bound(self.scope, OWNER, "uuid")}
        columns = ", ".join(("workspace_id", *map(identifier, values)))
        outputs = ", ".join(("anchor.id", *values.values()))
        self._ctes.append(
            f"{name} AS (INSERT INTO {table(object_type, f'AS {NEW}')} ({columns}) SELECT {outputs}"
            f" FROM workspace anchor, {rows} WHERE {both(f'anchor.id = {WORKSPACE}', condition)}"
            f"{_ordered(', '.join(order))}{on_conflict} RETURNING {all_columns(object_type, NEW)})"
        )
        self.changed.append(Changed(name, object_type, Action.CREATE))
        return name

    def update(
        self,
        name: str,
        object_type: ObjectType,
        values: Mapping[Column, str],
        locked: str,
        *also: str,
        action: Action = Action.UPDATE,
        rows: str = "",
        differs: str | None = None,
        apart: Callable[[KeyColumn, str], str] | None = None,
    ) -> str:
        """New values for the rows that were `locked`, where they differ. Gives the name of the CTE of those.

        The values may read of `rows`, an item of FROM with that CTE in it. Where it is known what makes them differ,
        `differs` is that condition, or the empty text where they always do. `apart` says what sets rows apart whose key
        is to have a value, and then those that are so are written too; else they are so while they have the same key.
        """
        later = f"greatest({moment(locked)}, {a_moment_after(f'{ROW}.{identifier(UPDATED_AT)}')})"
        assigned = [*(column.assign(value) for column, value in values.items()), f'"updatedAt" = {later}']
        differs = _differ(values, locked) if differs is None else differs
        for column, value in values.items():
            if isinstance(column, KeyColumn) and column.apart:
                assigned.append(f'"{column.apart}" = {(apart or _as_before)(column, value)}')
                differs = f'({differs} OR {ROW}."{column.apart}" <> 0)' if apart else differs
        if rows:
            source, own = f" FROM {rows}", [f"{ROW}.id = {locked}.id", differs]
        else:
            source, own = "", [f"{ROW}.id = ANY({all_ids(locked, differs)})"]
        conditions = where(self.scope, ROW, every_row(object_type), *own, *also)
        self._ctes.append(
            f"{name} AS (UPDATE {table(object_type, ROW)} SET {', '.join(assigned)}{source}"
            f" WHERE {conditions} RETURNING {all_columns(object_type, ROW)})"
        )
        gives_deleted_at = any(column.name == DELETED_AT for column in values)
        self.changed.append(Changed(name, object_type, action, locked, gives_deleted_at))
        return name

    def claim(self, name: str, object_type: ObjectType, ids: str) -> str:
        """The CTE of the ids of locked rows, which nobody refers to anew from now on.

        It waits for nobody: a writer who has just referred to one of the rows may be about to refer to another, and
        then each would wait for the other. The statement loses against him, and is tried again.
        """
        conditions = where(self.scope, ROW, every_row(object_type), f"{ROW}.id = ANY({ids})")
        query = f"SELECT {ROW}.id FROM {table(object_type, ROW)} WHERE {conditions} FOR UPDATE NOWAIT"
        return self.select(name, query, "MATERIALIZED")

    def delete(self, name: str, object_type: ObjectType, ids: str) -> str:
        """Removes the rows with the ids, an array. They are answered as they were."""
        claimed = self.claim(cte("claimed", object_type.table), object_type, ids)
        conditions = where(self.scope, ROW, every_row(object_type), f"{ROW}.id = ANY({all_ids(claimed)})")
        outputs = all_columns(object_type, ROW)
        self._ctes.append(f"{name} AS (DELETE FROM {table(object_type, ROW)} WHERE {conditions} RETURNING {outputs})")
        self.changed.append(Changed(name, object_type, Action.DESTROY))
        return name

    def statement(self, select: str) -> Statement:
        """The whole, which answers what `select` says."""
        refusals = refused(self.scope, self.changed)
        if refusals:
            self._ctes.append(refusals)
        if held := holder(self.scope, self.changed):
            self._ctes.insert(0, held)
        if self.changed and self.scope.records_events:
            self._ctes.append(written_to_outbox(self.changed, self.scope.bind(ORIGIN, "json")))
        writes = [changed.object_type for changed in self.changed]
        return self.scope.statement(f"WITH {', '.join(self._ctes)} SELECT {select}", writes)


def _as_before(key: KeyColumn, value: str) -> str:
    own = f'{ROW}."{key.apart}"'
    return f"CASE WHEN {key.read(ROW)} = {value} THEN {own} ELSE 0 END"


def _differ(values: Mapping[Column, str], locked: str) -> str:
    """The condition that a row has other values now. Keys differ only where their values do."""
    values = {column: value for column, value in values.items() if not isinstance(column, KeyColumn)}
    if not values:
        return no_row(ROW)
    if len(values) == 1:
        ((column, value),) = values.items()
        return f"{column.read(locked)} IS DISTINCT FROM {value}"
    old = ", ".join(column.read(locked) for column in values)
    return f"({old}) IS DISTINCT FROM ({', '.join(values.values())})"


def written_or_unchanged(object_type: ObjectType) -> str:
    """An item of FROM: the target's rows as they are now, those without a change among them."""
    written, unchanged = (f"SELECT {all_columns(object_type, cte)} FROM {cte}" for cte in (WRITTEN, TARGET))
    return f"({written} UNION ALL {unchanged} WHERE id NOT IN (SELECT id FROM {WRITTEN}))"


def cte(prefix: str, name: str | int) -> str:
    """The name of one of several CTEs of a kind."""
    return identifier(f"{prefix}_{name}")


def answer(scope: Scope, record: RecordSelection, alias: str, order: str, *, by_id: bool) -> str:
    """What a write answers of the rows `alias`: their ids, or what is selected of them."""
    if by_id:
        return f"array_agg({alias}.id{_ordered(order)})"
    return f"string_agg({concatenated(record_json(scope, alias, record))}, ','{_ordered(order)})"


def _ordered(order: str) -> str:
    """A single row needs no order."""
    return f" ORDER BY {order}" if order else ""


def answer_order(scope: Scope, target: Target, alias: str) -> str:
    if target.list_order is None:
        return f"{alias}.id"
    return f"array_position({scope.bind(target.list_order, 'uuid[]')}, {alias}.id)"


def all_ids(cte_name: str, condition: str = "") -> str:
    """As an array, they are looked up by each index on a reference.

    Joined to the table, the rows of a CTE are compared with each of its rows where PostgreSQL expects few of either.
    """
    return f"ARRAY(SELECT id FROM {cte_name}{f' WHERE {condition}' if condition else ''})"


def moment(locked: str) -> str:
    """When the rows were locked, which is the same for all."""
    return f"(SELECT {MOMENT} FROM {locked} LIMIT 1)"
