"""The `WITH` of a write: every CTE that creates, changes or removes rows is printed here, and here every write ends.

What a statement changes, along with its own object too, is in `changed`, each with the CTE that has the rows after and
the one that has them before; so what is to be made of all changes can be one CTE more at the end.

Statements keep to what Citus can plan as well: an INSERT reads from the workspace's row and returns by an alias, the
moment comes from a first CTE where it stands in a CASE, and parents are inserted before their children.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from schema.catalog.model import ObjectType
from schema.context import Statement
from schema.plan.nodes import RecordSelection, Rows, Target
from schema.sql.fragments import WORKSPACE, Scope, concatenated, identifier
from schema.sql.records import columns_read, listed, record_json
from schema.sql.rows import both, every_row, table, where

TARGET = "target"
WRITTEN = "written"
ROW = "t"
NEW = "new"
UPDATED_NOW = '"updatedAt" = now()'


class Action(Enum):
    """What happens to the rows of a CTE."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True)
class Changed:
    """A CTE whose rows were created, changed or removed. `before` has the ids of those that were there, locked."""

    cte: str
    object_type: ObjectType
    action: Action
    before: str | None


class Changes:
    """Collects the CTEs of one write."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.changed: list[Changed] = []
        self._ctes: list[str] = []

    def select(self, name: str, query: str, materialized: str = "") -> str:
        """A CTE that changes nothing. Gives its name."""
        self._ctes.append(f"{name} AS {materialized}{' ' if materialized else ''}({query})")
        return name

    def lock(
        self,
        name: str,
        rows: Rows,
        *also: str,
        columns: Sequence[str] = (),
        joined: str = "",
        limit: str = "",
        keys: bool = False,
    ) -> str:
        """A CTE of rows that are to be changed, locked in the order of their ids; with `keys`, to be removed."""
        outputs = ", ".join((f"{ROW}.id", *columns))
        strength = "UPDATE" if keys else "NO KEY UPDATE"
        conditions = where(self.scope, ROW, rows, *also)
        return self.select(
            name,
            f"SELECT {outputs} FROM {table(rows.object_type, ROW)}{joined} WHERE {conditions}"
            f" ORDER BY {ROW}.id{limit} FOR {strength} OF {ROW}",
            "MATERIALIZED",
        )

    def target(self, target: Target, *columns: str, keys: bool = False) -> str:
        """The CTE of the target's rows, one more than may be written. Gives the condition that they are so many."""
        limit = self.scope.bind(target.limit, "bigint")
        self.lock(TARGET, target.rows, columns=columns, limit=f" LIMIT {limit} + 1", keys=keys)
        return f"(SELECT count(*) FROM {TARGET}) <= {limit}"

    def insert(
        self,
        name: str,
        object_type: ObjectType,
        values: Mapping[str, str],
        rows: str,
        condition: str,
        order: Iterable[str],
        returned: str = f"{NEW}.id",
        on_conflict: str = "",
    ) -> str:
        """A row for each of `rows`, an item of FROM, where the condition holds. `values` are by column."""
        columns = ", ".join(("workspace_id", *map(identifier, values)))
        outputs = ", ".join(("anchor.id", *values.values()))
        self._ctes.append(
            f"{name} AS (INSERT INTO {table(object_type, f'AS {NEW}')} ({columns}) SELECT {outputs}"
            f" FROM workspace anchor, {rows} WHERE {both(f'anchor.id = {WORKSPACE}', condition)}"
            f"{_ordered(', '.join(order))}{on_conflict} RETURNING {returned})"
        )
        self.changed.append(Changed(name, object_type, Action.CREATE, None))
        return name

    def update(
        self,
        name: str,
        object_type: ObjectType,
        values: Iterable[str],
        locked: str,
        *also: str,
        action: Action = Action.UPDATE,
        rows: str = "",
        returned: str = f"{ROW}.id",
    ) -> str:
        """New values for the rows that were `locked`. They may read of `rows`, an item of FROM with that CTE in it."""
        own = f"{ROW}.id = {locked}.id" if rows else f"{ROW}.id = ANY({all_ids(locked)})"
        conditions = where(self.scope, ROW, every_row(object_type), own, *also)
        self._ctes.append(
            f"{name} AS (UPDATE {table(object_type, ROW)} SET {', '.join(values)}{f' FROM {rows}' if rows else ''}"
            f" WHERE {conditions} RETURNING {returned})"
        )
        self.changed.append(Changed(name, object_type, action, locked))
        return name

    def delete(self, name: str, object_type: ObjectType, ids: str, locked: str) -> str:
        """Removes the rows with the ids, an array."""
        conditions = where(self.scope, ROW, every_row(object_type), f"{ROW}.id = ANY({ids})")
        self._ctes.append(f"{name} AS (DELETE FROM {table(object_type, ROW)} WHERE {conditions} RETURNING {ROW}.id)")
        self.changed.append(Changed(name, object_type, Action.DESTROY, locked))
        return name

    def statement(self, select: str) -> Statement:
        """The whole, which answers what `select` says."""
        writes = [changed.object_type for changed in self.changed]
        return self.scope.statement(f"WITH {', '.join(self._ctes)} SELECT {select}", writes)


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


def returned(record: RecordSelection, alias: str, *, by_id: bool) -> str:
    """The columns that the answer is made of."""
    return listed(record.object_type, set() if by_id else columns_read(record), alias)


def all_ids(cte_name: str) -> str:
    """As an array, they are looked up by each index on a reference."""
    return f"ARRAY(SELECT id FROM {cte_name})"
