"""The arguments of Find Duplicates → what to look for."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from schema.catalog.model import Column, ObjectType
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.column_values import stored_columns, this_moment
from schema.plan.nodes import TRUE, Connection, ConnectionKey, FindDuplicates, Page
from schema.plan.operands import record_id
from schema.plan.ordering import order
from schema.plan.reader import Reader


def find_duplicates(
    reader: Reader, object_type: ObjectType, arguments: Mapping[str, Any], selected: tuple[ConnectionKey, ...]
) -> FindDuplicates | None:
    """The duplicates of records, by ids or data; nothing to look for where there is no source."""
    ids, data = arguments.get("ids"), arguments.get("data")
    sources = _sources(ids, data)
    connection = Connection(
        object_type=object_type,
        where=TRUE,
        live_only=True,
        order=order(reader.catalog, object_type, None),
        page=Page(reader.limits.max_page_size),
        keys=selected,
        plain=reader.shape.plain_lists,
    )
    criteria = tuple(
        tuple(_column(object_type, path) for path in criterion) for criterion in object_type.traits.duplicates
    )
    if len(sources) > reader.limits.max_batch_size:
        raise BadUserInput(f"Maximum number of records to find duplicates of is {reader.limits.max_batch_size}.")
    if None in sources:
        raise BadUserInput(f'"{"data" if ids is None else "ids"}" must not contain null')
    if not sources:
        return None
    if ids is not None:
        return FindDuplicates(connection, criteria, tuple(record_id(value) for value in ids))
    plan = FindDuplicates(connection, criteria, None)
    rows = tuple(_row(object_type, record, plan.columns) for record in sources)
    return FindDuplicates(connection, criteria, None, rows)


def _sources(ids: Any, data: Any) -> Sequence[Any]:
    """The ids, or the data."""
    if ids is None and data is None:
        raise BadUserInput('You have to provide either "data" or "ids" argument')
    if ids is not None and data is not None:
        raise BadUserInput('You cannot provide both "data" and "ids" arguments')
    if ids is None and not data:
        raise BadUserInput('The "data" condition can not be empty when "ids" input not provided')
    return cast("Sequence[Any]", data if ids is None else ids)


def _column(object_type: ObjectType, path: str) -> Column:
    field, _, part = path.partition(".")
    return next(column for column in object_type.fields[field].columns if column.part == (part or None))


def _row(object_type: ObjectType, record: Mapping[str, Any], columns: tuple[Column, ...]) -> Any:
    """The values of the criteria as they would be stored; what the record does not give is missing."""
    now = this_moment()
    wanted = {column.field for column in columns}
    values = {
        column.name: stored
        for name, value in unaliased(object_type, record).items()
        if name in wanted
        for column, stored in stored_columns(object_type.fields[name], value, now).items()
    }
    own_id = None if record.get("id") is None else record_id(record["id"])
    return own_id, tuple(values.get(column.name) for column in columns)
