"""What a plan touches: which objects and columns it reads, filters, orders or groups by, and which it writes.

What an operation does by itself, such as what it destroys along, is `ALONG`: nobody asked for it by name. Records that
a write is about, where nothing but their ids says so or is answered, are `NAMED`: that reads nothing of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from schema.catalog.aggregates import AggregateField
from schema.catalog.model import Column, ObjectType, Relation
from schema.plan.filters import DELETED_AT
from schema.plan.nodes import (
    Affected,
    AggregateValue,
    And,
    Change,
    Compare,
    Condition,
    Connection,
    ConnectionKey,
    Constant,
    Create,
    Cursor,
    DeleteLosers,
    Destroy,
    DimensionValues,
    Edges,
    Exists,
    Filled,
    FindDeliveries,
    FindDuplicates,
    FindEach,
    FindMany,
    FindMatches,
    FindMerged,
    Group,
    GroupBy,
    IsNull,
    Links,
    LockMerged,
    LockParts,
    Merge,
    Node,
    Not,
    Or,
    PageInfo,
    Plan,
    PreviewMerge,
    ReadEvents,
    RecordsById,
    RecordSelection,
    Restore,
    Rows,
    Search,
    SoftDelete,
    SortKey,
    Target,
    ToMany,
    ToOne,
    TotalCount,
    Update,
    Upsert,
    Value,
    Write,
)


class Use(Enum):
    """What is done with an object or a column of it."""

    READ = "read"
    FILTER = "filter"
    ORDER = "order"
    GROUP = "group"
    AGGREGATE = "aggregate"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    DESTROY = "destroy"
    MERGE = "merge"
    NAMED = "named"
    ALONG = "along"


@dataclass(frozen=True, slots=True)
class Touch:
    """One use of an object as a whole, or of one of its columns."""

    object_type: ObjectType
    use: Use
    column: Column | None = None


Touches = Iterator[Touch]


def touched(plan: Plan) -> frozenset[Touch]:
    """Everything that a plan touches, each use once."""
    return frozenset(_plan(plan))


def _plan(plan: Plan) -> Touches:
    match plan:
        case FindMany(connection):
            yield from _connection(connection)
        case FindEach(each):
            for one in each:
                yield from _rows(one.rows)
                yield from _record(one.record)
        case RecordsById(_, record):
            yield from _record(record)
        case FindDuplicates(connection):
            yield from _connection(connection)
            yield from _columns(connection.object_type, Use.FILTER, plan.columns)
        case GroupBy():
            yield from _groups(plan)
        case Search(searched=searched):
            for rows in searched:
                yield from _searched(rows)
        case ReadEvents():
            for object_type in (plan.object_type,) if plan.object_type else plan.objects:
                yield Touch(object_type, Use.READ)
        case FindDeliveries():
            return  # they belong to no object
        case Write(change, selected):
            yield from _change(change)
            yield from _answered(selected)
        case FindMatches(upsert):
            yield from _keys(upsert)
        case LockMerged(merge):
            yield Touch(merge.object_type, Use.MERGE)
        case LockParts(target, fields):
            yield from _target(target)
            yield Touch(target.object_type, Use.UPDATE)
            for field in fields:
                yield from _columns(target.object_type, Use.UPDATE, field.keyed)
        case DeleteLosers(merge):
            yield from _several(merge)
            yield from _moved(merge)
        case FindMerged(merge):
            yield from _several(merge)
        case PreviewMerge(merge, selected):
            yield Touch(merge.object_type, Use.MERGE)
            yield Touch(merge.object_type, Use.READ)
            for field in merge.fields:  # those that are united were read before
                yield from _columns(merge.object_type, Use.MERGE, [c for c in field.columns if c not in merge.united])
            yield from _record(selected)


# What is read


def _record(record: RecordSelection) -> Touches:
    yield Touch(record.object_type, Use.READ)
    for key in record.keys:
        match key:
            case Value(_, column):
                yield Touch(record.object_type, Use.READ, column)
            case Group(_, values):
                read = [value.column for value in values if isinstance(value, Value)]
                yield from _columns(record.object_type, Use.READ, read)
            case ToOne(_, relation, related):
                yield _key(relation, Use.READ)
                yield from _record(related)
            case ToMany(_, relation, connection):
                yield _key(relation, Use.FILTER)
                yield from _connection(connection)
            case Constant():
                pass


def _connection(connection: Connection) -> Touches:
    yield from _rows(connection.rows)
    yield from _order(connection.object_type, connection.order)
    for key in connection.keys:
        yield from _connection_key(connection.object_type, key)


def _connection_key(object_type: ObjectType, key: ConnectionKey | DimensionValues) -> Touches:
    match key:
        case Edges(_, keys):
            for edge_key in keys:
                if isinstance(edge_key, Node):
                    yield from _record(edge_key.record)
        case AggregateValue(_, field):
            yield from _columns(object_type, Use.AGGREGATE, field.columns)
        case Constant() | TotalCount() | PageInfo() | DimensionValues() | Cursor():
            pass


def _rows(rows: Rows) -> Touches:
    yield Touch(rows.object_type, Use.READ)
    yield from _condition(rows.object_type, rows.where)


def _condition(object_type: ObjectType, condition: Condition) -> Touches:
    match condition:
        case Compare(column=column) | IsNull(column=column) | Filled(column=column):
            yield Touch(object_type, Use.FILTER, column)
        case And(conditions) | Or(conditions):
            for inner in conditions:
                yield from _condition(object_type, inner)
        case Not(inner):
            yield from _condition(object_type, inner)
        case Exists(relation, _, rows):
            yield _key(relation, Use.FILTER)
            yield from _rows(rows)


def _order(object_type: ObjectType, order: Iterable[SortKey]) -> Touches:
    for key in order:
        for relation in key.path:
            yield _key(relation, Use.ORDER)
        yield Touch(key.path[-1].target_type if key.path else object_type, Use.ORDER, key.column)


def _groups(plan: GroupBy) -> Touches:
    object_type = plan.records.object_type
    yield from _rows(plan.records.rows)
    yield from _columns(object_type, Use.GROUP, [dimension.column for dimension in plan.dimensions])
    for entry in plan.order:
        if isinstance(entry.by, AggregateField):
            yield from _columns(object_type, Use.AGGREGATE, entry.by.columns)
    for key in plan.keys:
        yield from _connection_key(object_type, key)
        if isinstance(key, Edges | PageInfo):
            yield from _order(object_type, plan.records.order)


def _searched(rows: Rows) -> Touches:
    object_type = rows.object_type
    yield from _rows(rows)
    yield Touch(object_type, Use.SEARCH)
    yield from _columns(object_type, Use.READ, object_type.fields[object_type.traits.identifier].columns)
    if object_type.traits.image:
        yield Touch(object_type, Use.READ, object_type.columns[object_type.traits.image])


# What is written


def _change(change: Change) -> Touches:
    match change:
        case Create():
            yield from _create(change)
        case Upsert(create=create):
            yield from _create(create)
            yield Touch(change.object_type, Use.UPDATE)
            yield from _columns(change.object_type, Use.UPDATE, create.form.columns)
            if any(DELETED_AT in names for names in change.given):
                yield Touch(change.object_type, Use.DELETE)
        case Update(target, values, place, links):
            yield from _target(target)
            yield Touch(target.object_type, Use.UPDATE)
            yield from _columns(target.object_type, Use.UPDATE, [column for column, _ in values])
            if any(column.name == DELETED_AT for column, _ in values):
                yield Touch(target.object_type, Use.DELETE)
            if place and target.object_type.position:
                yield Touch(target.object_type, Use.UPDATE, target.object_type.position)
            yield from _links(links)
        case SoftDelete(target, along) | Restore(target, along):
            use = Use.DELETE if isinstance(change, SoftDelete) else Use.RESTORE
            yield from _target(target)
            yield Touch(target.object_type, use)
            for relation in along:
                yield Touch(relation.target_type, Use.ALONG)
                yield _key(relation, Use.ALONG)
        case Destroy():
            yield from _destroyed(change)
        case Merge():
            yield from _merge(change)


def _target(target: Target) -> Touches:
    match target.rows.where:
        case Compare(column=column, operator=operator) if column.name == "id" and operator.name in ("eq", "in"):
            yield Touch(target.object_type, Use.NAMED, column)
        case _:
            yield from _rows(target.rows)


def _answered(record: RecordSelection) -> Touches:
    """Of what was written. Its id alone says nothing that the caller could not know."""
    if all(isinstance(key, Constant) or (isinstance(key, Value) and key.column.name == "id") for key in record.keys):
        yield Touch(record.object_type, Use.NAMED)
    else:
        yield from _record(record)


def _create(create: Create) -> Touches:
    yield Touch(create.object_type, Use.CREATE)
    yield from _columns(create.object_type, Use.CREATE, create.form.columns)
    yield from _columns(create.object_type, Use.ALONG, [column for column, _ in create.shared])
    if create.object_type.position:
        yield Touch(create.object_type, Use.ALONG, create.object_type.position)
    yield from _links(create.links)


def _links(links: Links) -> Touches:
    for lookup in links.lookups:
        yield Touch(lookup.target, Use.READ)
        yield from _columns(lookup.target, Use.FILTER, [column for column, _ in lookup.keys])
    for created in links.created:
        yield from _create(created)
    for attached in links.attached:
        yield Touch(attached.relation.source_type, Use.UPDATE)
        yield _key(attached.relation, Use.UPDATE)


def _destroyed(change: Destroy) -> Touches:
    yield from _target(change.target)
    yield Touch(change.target.object_type, Use.DESTROY)
    for affected in (*change.destroyed, *change.cleared):
        if affected.object_type is not change.target.object_type or affected.references:
            yield Touch(affected.object_type, Use.ALONG)
        for relation in affected.references:
            yield _key(relation, Use.ALONG)


def _merge(merge: Merge) -> Touches:
    yield Touch(merge.object_type, Use.MERGE)
    for field in merge.fields:
        yield from _columns(merge.object_type, Use.MERGE, field.columns)
    yield from _columns(merge.object_type, Use.MERGE, [*merge.united])


def _several(merge: Merge) -> Touches:
    yield Touch(merge.object_type, Use.MERGE)
    for field in merge.several:
        yield from _columns(merge.object_type, Use.MERGE, field.columns)


def _moved(merge: Merge) -> Touches:
    for affected in merge.referring:
        yield Touch(affected.object_type, Use.ALONG)
        for relation in affected.references:
            yield _key(relation, Use.ALONG)
        yield from _ends(affected)


def _ends(affected: Affected) -> Touches:
    """What tells apart the rows that join the records to others."""
    object_type, keys = affected.object_type, {relation.foreign_key for relation in affected.references}
    ends = [key for pair in object_type.joined_by for key in pair]
    if not keys.isdisjoint(ends):
        yield from _columns(object_type, Use.ALONG, [object_type.columns[key] for key in dict.fromkeys(ends)])


def _keys(upsert: Upsert) -> Touches:
    yield Touch(upsert.object_type, Use.READ)
    for key in upsert.keys:
        if key.is_given:
            others = (key.others,) if key.others else ()
            yield from _columns(upsert.object_type, Use.FILTER, (*key.columns, *others))
    for field in upsert.partial:
        yield from _columns(upsert.object_type, Use.UPDATE, field.keyed)


def _columns(object_type: ObjectType, use: Use, columns: Sequence[Column]) -> Touches:
    for column in columns:
        yield Touch(object_type, use, column)


def _key(relation: Relation, use: Use) -> Touch:
    """The foreign key of a relation, on the object that holds it."""
    return Touch(relation.target_type if relation.is_to_many else relation.source_type, use, relation.key)
