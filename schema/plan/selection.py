"""The fields selected below a root field → what to answer of records and connections."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode

from schema.catalog.aggregates import TOTAL_COUNT, AggregateField, aggregate_named
from schema.catalog.model import Field, ObjectType, Relation
from schema.declare.tables import SEARCH_VECTOR
from schema.errors import BadUserInput
from schema.plan.filters import rows
from schema.plan.nodes import (
    AggregateValue,
    Connection,
    ConnectionKey,
    Constant,
    Cursor,
    Edges,
    Group,
    Node,
    PageFact,
    PageInfo,
    RecordKey,
    RecordSelection,
    ToMany,
    ToOne,
    TotalCount,
    Value,
)
from schema.plan.ordering import order
from schema.plan.paging import page
from schema.plan.reader import Reader

TYPENAME = "__typename"
Nodes = Sequence[FieldNode]
Path = tuple[str, ...]


def record(reader: Reader, object_type: ObjectType, nodes: Nodes, path: Path = ()) -> RecordSelection:
    """What the selection below `nodes` asks of one record. `path` leads there by response keys."""
    keys = tuple(
        _record_key(reader, object_type, key, found, (*path, key))
        for key, found in reader.subfields(nodes, object_type.type_name).items()
    )
    return RecordSelection(object_type, keys)


def connection_keys(
    reader: Reader, object_type: ObjectType, nodes: Nodes, path: Path = ()
) -> tuple[ConnectionKey, ...]:
    """What the selection below `nodes` asks of a page."""
    type_name = f"{object_type.type_name}Connection"
    return tuple(
        connection_key(reader, object_type, key, found, path, type_name)
        for key, found in reader.subfields(nodes, type_name).items()
    )


def connection(
    reader: Reader,
    object_type: ObjectType,
    arguments: Mapping[str, Any],
    selected: tuple[ConnectionKey, ...],
    largest: int | None = None,
) -> Connection:
    """A page of `object_type`, of the `largest` size at most, and what is asked of it."""
    keys = order(object_type, arguments.get("orderBy"))
    return Connection(
        rows=rows(object_type, arguments.get("filter")),
        order=keys,
        page=page(arguments, keys, reader.policy.limits.max_page_size if largest is None else largest),
        keys=selected,
        plain=reader.printing.plain_lists,
    )


def _record_key(reader: Reader, object_type: ObjectType, key: str, nodes: Nodes, path: Path) -> RecordKey:
    name = nodes[0].name.value
    if name == TYPENAME:
        return Constant(key, object_type.type_name)
    if name == SEARCH_VECTOR:
        return Constant(key, None)
    field, relation = object_type.field_named(name), object_type.relation_named(name)
    if relation is not None:
        return _relation_key(reader, relation, key, nodes, path)
    assert field is not None
    if field.composite is None:
        return Value(key, field.column)
    return _group(reader, field, field.composite.type_name, key, nodes)


def _group(reader: Reader, field: Field, type_name: str, key: str, nodes: Nodes) -> Group:
    columns = field.by_part
    values: list[Value | Constant] = []
    for part_key, found in reader.subfields(nodes, type_name).items():
        name = found[0].name.value
        values.append(Constant(part_key, type_name) if name == TYPENAME else Value(part_key, columns[name]))
    return Group(key, tuple(values))


def _relation_key(reader: Reader, relation: Relation, key: str, nodes: Nodes, path: Path) -> RecordKey:
    if path in reader.printing.null_paths:
        return Constant(key, None)
    target = relation.target_type
    if not relation.is_to_many:
        return ToOne(key, relation, record(reader, target, nodes, path))
    arguments = reader.arguments(relation.source_type.type_name, nodes[0])
    selected = connection_keys(reader, target, nodes, path)
    return ToMany(key, relation, connection(reader, target, arguments, selected))


def connection_key(
    reader: Reader, object_type: ObjectType, key: str, nodes: Nodes, path: Path, type_name: str
) -> ConnectionKey:
    """What one field of a connection, or of a type like it, asks of a page."""
    name = nodes[0].name.value
    if name == TYPENAME:
        return Constant(key, type_name)
    if name == TOTAL_COUNT:
        return TotalCount(key)
    if name == "edges":
        return Edges(key, tuple(_edge_keys(reader, object_type, nodes, path)))
    if name == "pageInfo":
        return PageInfo(key, tuple(_page_facts(reader, nodes)))
    return AggregateValue(key, aggregate(object_type, name))


def aggregate(object_type: ObjectType, name: str) -> AggregateField:
    """The aggregate of that name. Of a secret only its being empty can be asked."""
    found = aggregate_named(object_type, name)
    if any(column.secret for column in found.columns) and not found.aggregate.counts_emptiness:
        raise BadUserInput(f"{name} is not available: {found.field.name} is a secret")
    return found


def _edge_keys(reader: Reader, object_type: ObjectType, nodes: Nodes, path: Path) -> list[Node | Cursor | Constant]:
    type_name = f"{object_type.type_name}Edge"
    keys: list[Node | Cursor | Constant] = []
    for key, found in reader.subfields(nodes, type_name).items():
        name = found[0].name.value
        if name == "node":
            keys.append(Node(key, record(reader, object_type, found, path)))
        else:
            keys.append(Cursor(key) if name == "cursor" else Constant(key, type_name))
    return keys


def _page_facts(reader: Reader, nodes: Nodes) -> list[PageFact | Constant]:
    facts: list[PageFact | Constant] = []
    for key, found in reader.subfields(nodes, "PageInfo").items():
        name = found[0].name.value
        facts.append(Constant(key, "PageInfo") if name == TYPENAME else PageFact(key, name))
    return facts
