"""The arguments of Find Duplicates → what to look for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from schema.catalog.model import Column, ObjectType
from schema.errors import BadUserInput
from schema.plan.aliases import unaliased
from schema.plan.column_values import stored_columns, this_moment
from schema.plan.nodes import Connection, ConnectionKey, FindDuplicates, Page, Rows, criteria_columns
from schema.plan.nodes.placeholders import decided, deferred
from schema.plan.operands import record_id
from schema.plan.ordering import order
from schema.plan.reader import Reader


def find_duplicates(
    reader: Reader, object_type: ObjectType, arguments: Mapping[str, Any], selected: tuple[ConnectionKey, ...]
) -> FindDuplicates | None:
    """The duplicates of records, by ids or data; nothing to look for where there is no source."""
    ids, data = arguments.get("ids"), arguments.get("data")
    name, sources = ("data", data) if ids is None else ("ids", ids)
    _refuse_both_or_neither(ids, data)
    connection = Connection(
        rows=Rows(object_type),
        order=order(object_type, None),
        page=Page(reader.policy.limits.max_page_size),
        keys=selected,
        plain=reader.printing.plain_lists,
    )
    criteria = object_type.criteria
    sources = deferred(sources, Checked(name, reader.policy.limits.max_batch_size))
    if not decided(sources, bool):
        return None
    if name == "ids":
        return FindDuplicates(connection, criteria, ids=deferred(sources, _record_ids))
    columns = criteria_columns(criteria)
    return FindDuplicates(connection, criteria, records=deferred(sources, partial(_values, object_type, columns)))


def _refuse_both_or_neither(ids: Any, data: Any) -> None:
    if ids is None and data is None:
        raise BadUserInput('You have to provide either "data" or "ids" argument')
    if ids is not None and data is not None:
        raise BadUserInput('You cannot provide both "data" and "ids" arguments')


@dataclass(frozen=True, slots=True)
class Checked:
    """Lets sources pass that are neither too many nor null, and data only where there is some."""

    name: str
    limit: int

    def __call__(self, sources: Sequence[Any]) -> Sequence[Any]:
        if self.name == "data" and not sources:
            raise BadUserInput('The "data" condition can not be empty when "ids" input not provided')
        if len(sources) > self.limit:
            raise BadUserInput(f"Maximum number of records to find duplicates of is {self.limit}.")
        if None in sources:
            raise BadUserInput(f'"{self.name}" must not contain null')
        return sources


def _record_ids(values: Sequence[Any]) -> list[UUID]:
    return [record_id(value) for value in values]


def _values(object_type: ObjectType, columns: tuple[Column, ...], records: Sequence[Mapping[str, Any]]) -> list[Any]:
    """For each record its id, if it has one, and the values of the columns."""
    return [_row(object_type, record, columns) for record in records]


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
