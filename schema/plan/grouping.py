"""The arguments and selection of groupBy → groups."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from graphql import FieldNode

from schema.catalog.aggregates import TOTAL_COUNT
from schema.catalog.model import Column, ObjectType
from schema.declare import kinds
from schema.declare.order import DIRECTIONS
from schema.errors import BadUserInput
from schema.plan.nodes import ConnectionKey, Dimension, DimensionValues, GroupBy, GroupOrder, Page
from schema.plan.nodes.placeholders import decided, deferred, known
from schema.plan.operands import enum_value
from schema.plan.ordering import sort_key
from schema.plan.reader import Reader
from schema.plan.selection import aggregate, connection, connection_key

DIMENSION_VALUES = "groupByDimensionValues"
AGGREGATE = "aggregate"
DEFAULT_GROUPS = 50
SAMPLE = 10  # records of each group
_COUNT = "countNotEmptyId"  # the aggregate that is the number of records
_UNSUPPORTED = (kinds.RAW_JSON, kinds.ARRAY, kinds.MULTI_SELECT)


def group_by(reader: Reader, object_type: ObjectType, arguments: Mapping[str, Any], nodes: list[FieldNode]) -> GroupBy:
    """The groups of the records that the filter matches."""
    if arguments.get("viewId") is not None:
        raise BadUserInput("viewId is not supported: state the view's filters in filter")
    dimensions = tuple(_dimensions(object_type, arguments.get("groupBy")))
    if not dimensions:
        raise BadUserInput("groupBy must name at least one field")
    if len({dimension.column.name for dimension in dimensions}) != len(dimensions):
        raise BadUserInput("groupBy must not name a field twice")
    limit = known(arguments.get("limit"))
    if limit is not None and limit < 0:
        raise BadUserInput("Limit argument must be non-negative")
    of_records = {"filter": arguments.get("filter"), "orderBy": arguments.get("orderByForRecords")}
    records = connection(reader, object_type, of_records, ())
    return GroupBy(
        dimensions=dimensions,
        order=tuple(_order(object_type, dimensions, arguments.get("orderBy"))),
        limit=min(DEFAULT_GROUPS if limit is None else limit, reader.policy.limits.max_page_size),
        keys=tuple(_keys(reader, object_type, nodes)),
        records=replace(records, page=Page(SAMPLE)),
    )


def _keys(reader: Reader, object_type: ObjectType, nodes: list[FieldNode]) -> Iterator[ConnectionKey | DimensionValues]:
    type_name = f"{object_type.type_name}GroupByConnection"
    for key, found in reader.subfields(nodes, type_name).items():
        if found[0].name.value == DIMENSION_VALUES:
            yield DimensionValues(key)
        else:
            yield connection_key(reader, object_type, key, found, (), type_name)


def _dimensions(object_type: ObjectType, group_by: Any) -> Iterator[Dimension]:
    for entry in group_by or ():
        for name, value in entry.items():
            field = object_type.fields[name]
            if field.composite is None:
                yield from _dimension(field.column, value)
                continue
            for column in field.columns:
                yield from _dimension(column, (value or {}).get(column.part))


def _dimension(column: Column, value: Any) -> Iterator[Dimension]:
    """A column is grouped by where it is given true, a date where it is given an object, an empty one included."""
    if value is None or value is False:
        return
    if column.kind in _UNSUPPORTED or column.secret:
        raise BadUserInput(f'Field "{column.path}" cannot be grouped by')
    if column.kind is not kinds.DATE_TIME:
        yield Dimension(column)
        return
    granularity, zone = value.get("granularity"), value.get("timeZone")
    named = "NONE" if granularity is None else decided(granularity, enum_value)
    yield Dimension(column, named, "UTC" if zone is None else deferred(zone, _time_zone))


def _time_zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key if zone else "UTC"
    except (ValueError, OSError, KeyError) as error:
        raise BadUserInput(f'Invalid time zone "{zone[:100]}"') from error


def _order(object_type: ObjectType, dimensions: tuple[Dimension, ...], order_by: Any) -> Iterator[GroupOrder]:
    """As the client says, and then by the dimensions, so that the order is total."""
    by_column = {dimension.column.name: number for number, dimension in enumerate(dimensions)}
    used: set[Any] = set()
    for entry in order_by or ():
        for by, direction in _order_entries(object_type, entry or {}):
            if isinstance(by, Column):
                if by.name not in by_column:
                    raise BadUserInput(f'orderBy: field "{by.path}" is not in groupBy')
                position: Any = by_column[by.name]
            else:
                position = by
            used.add(position if isinstance(position, int) else None)
            named = DIRECTIONS[decided(direction, enum_value)]
            yield GroupOrder(position, named.descending, named.nulls_first)
    for number in range(len(dimensions)):
        if number not in used:
            yield GroupOrder(number, descending=False, nulls_first=False)


def _order_entries(object_type: ObjectType, entry: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    for name, value in entry.items():
        if value is None:
            continue
        if name == AGGREGATE and name not in object_type.fields:
            for aggregate_name, direction in value.items():
                if direction is not None:
                    yield aggregate(object_type, _COUNT if aggregate_name == TOTAL_COUNT else aggregate_name), direction
            continue
        field = object_type.fields[name]
        if field.composite is None:
            yield sort_key(field.column, value).column, value
            continue
        for column in field.columns:
            if value.get(column.part) is not None:
                yield sort_key(column, value[column.part]).column, value[column.part]
