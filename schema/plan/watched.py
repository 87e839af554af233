"""What the answer of a query rests on: which records' changes may change it. It may name too much, never too little."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from schema.plan.nodes import (
    And,
    Compare,
    Condition,
    Connection,
    Constant,
    Cursor,
    Edges,
    Exists,
    FindEach,
    FindMany,
    Group,
    Node,
    Not,
    Or,
    Plan,
    RecordSelection,
    Rows,
    Value,
)
from schema.plan.touched import touched

WRITTEN_BY_SERVER = frozenset({"auditLog", "timelineActivity"})
"""Objects whose records the server makes of events, without events of their own."""

Ids = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Watched:
    """Objects by name: all of their records, or those with some ids. With `everything`, all of every object."""

    objects: Mapping[str, Ids | None]
    everything: bool = False

    def concerns(self, object_name: str, record_id: UUID) -> bool:
        """Whether a change of that record may change the answer."""
        if self.everything:
            return True
        if object_name not in self.objects:
            return False
        ids = self.objects[object_name]
        return ids is None or record_id in ids


EVERYTHING = Watched({}, everything=True)


def watched(plans: Iterable[Plan]) -> Watched:
    """What the answers of some plans rest on together."""
    found: dict[str, Ids | None] = {}
    for plan in plans:
        names = {touch.object_type.name for touch in touched(plan)}
        if not names.isdisjoint(WRITTEN_BY_SERVER):
            return EVERYTHING
        ids = _ids(plan) if len(names) == 1 else None
        for name in names:
            before = found.get(name, frozenset())
            found[name] = None if ids is None or before is None else before | ids
    return Watched(found)


def _ids(plan: Plan) -> Ids | None:
    """The only records that a plan can read, where it names them and reads nothing of others."""
    match plan:
        case FindEach(each):
            named = [_named(one.rows, _reads_itself(one.record)) for one in each]
        case FindMany(connection):
            named = [_named(connection.rows, _pages_itself(connection))]
        case _:
            return None
    return None if None in named else frozenset(found for ids in named if ids is not None for found in ids)


def _named(rows: Rows, alone: bool) -> Ids | None:
    return _of(rows.where) if alone and not _looks_around(rows.where) else None


def _looks_around(condition: Condition) -> bool:
    """Whether it is about other records too, which may be of the same object."""
    match condition:
        case And(conditions) | Or(conditions):
            return any(map(_looks_around, conditions))
        case Not(inner):
            return _looks_around(inner)
        case _:
            return isinstance(condition, Exists)


def _of(condition: Condition) -> Ids | None:
    """The ids that records must have to meet a condition, where it says so."""
    match condition:
        case Compare(column, operator, value) if column.name == "id":
            if operator.name == "eq":
                return _uuids([value])
            return _uuids(value) if operator.name == "in" else None
        case And(conditions):
            named = [ids for ids in map(_of, conditions) if ids is not None]
            return named[0].intersection(*named[1:]) if named else None
        case Or(conditions) if conditions:
            either = [*map(_of, conditions)]
            return None if None in either else frozenset(found for ids in either if ids is not None for found in ids)
        case _:
            return None


def _uuids(values: Iterable[object]) -> Ids | None:
    found = [*values]
    return frozenset(one for one in found if isinstance(one, UUID)) if all(isinstance(x, UUID) for x in found) else None


def _reads_itself(record: RecordSelection) -> bool:
    """Whether nothing but the record's own row is read."""
    return all(isinstance(key, Value | Group | Constant) for key in record.keys)


def _pages_itself(connection: Connection) -> bool:
    edges = [inner for key in connection.keys if isinstance(key, Edges) for inner in key.keys]
    records = [key.record for key in edges if isinstance(key, Node)]
    return (
        all(isinstance(key, Node | Cursor | Constant) for key in edges)
        and all(map(_reads_itself, records))
        and not any(key.path for key in connection.order)
    )
