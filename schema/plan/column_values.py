"""The value of a field → the columns that it is stored in: normalised, checked, with defaults for null."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any, cast
from uuid import UUID

from schema.catalog.model import Column, Field
from schema.context import Caller
from schema.declare import kinds
from schema.declare.columns import NOW
from schema.declare.composites import Composite
from schema.declare.kinds import Kind
from schema.declare.secrets import SECRET_MASK
from schema.errors import BadUserInput
from schema.plan.operands import operand

LONGEST_KEY = 2600  # bytes that an index of PostgreSQL holds
ABSENT = object()
"""Stands for the value of a record that gives none."""

_TEXTS = (kinds.TEXT, kinds.RICH_TEXT)
_MAY_BE_EMPTY = (*_TEXTS, kinds.ARRAY)
_FINISHED: Mapping[Kind, type] = {
    kinds.TEXT: str,
    kinds.RICH_TEXT: str,
    kinds.UUID: UUID,
    kinds.DATE_TIME: datetime,
    kinds.BOOLEAN: bool,
}
"""What coercion makes of the values of a kind, where that is what is stored."""


def stored_columns(field: Field, value: Any, now: datetime) -> Mapping[Column, Any]:
    """The columns that a value of a field is stored in. Null for a composite resets all its parts."""
    return {column: values[0] for column, values in stored_lists(field, [value], now).items()}


def stored_lists(field: Field, values: Sequence[Any], now: datetime) -> Mapping[Column, list[Any]]:
    """As `stored_columns` of a field in many records: a list for each column, with defaults for what is `ABSENT`."""
    if field.composite is None:
        stored = _stored_list(field.columns[0], values, now)
        if field.check:
            _check(field.check, stored)
        return {field.columns[0]: stored}
    composites = _composites(field, field.composite, values)
    columns = [field.by_part[part] for part in dict.fromkeys(chain.from_iterable(composites))]
    parts = {column: _part_list(column, composites, now) for column in columns}
    return {**parts, **keys(field, parts)} if field.keyed else parts


def _part_list(column: Column, composites: Sequence[Mapping[Any, Any]], now: datetime) -> list[Any]:
    return _stored_list(column, [parts.get(column.part, ABSENT) for parts in composites], now)


def keys(field: Field, stored: Mapping[Column, list[Any]]) -> Mapping[Column, list[Any]]:
    """The keys of the values that are stored, of the first and of the others. A part that nobody gives is empty."""
    made: dict[Column, list[Any]] = {}
    value, *_ = field.keyed
    if value in stored and value.key:
        nothing = [""] * len(stored[value])
        parts = [stored.get(column, nothing) for column in field.keyed]
        made[value.key] = [*map(value.key.identity.key, *parts)]
        if value.key.indexed_if_filled:
            _check_length(value, made[value.key])
    for column in stored:
        if column is not value and column.key:
            made[column.key] = [*map(column.key.identity.other_keys, stored[column])]
    return made


def _check_length(value: Column, keys: Sequence[str]) -> None:
    longest = max(keys, key=len)
    if len(longest.encode()) > LONGEST_KEY:
        raise BadUserInput(
            f"{value.path}: the text is too long for the index that finds it, of which 2.6 kB fit", field=value.path
        )


def _check(check: Callable[[Any], None], stored: Sequence[Any]) -> None:
    """The mask of a secret stands for one that was checked when it was written."""
    for value in stored:
        if value is not None and value != SECRET_MASK:
            check(value)


def _composites(field: Field, composite: Composite, values: Sequence[Any]) -> Sequence[Mapping[Any, Any]]:
    if not composite.complete and {*map(type, values)} == {dict}:
        return values
    return [_parts(field, composite, value) for value in values]


def _parts(field: Field, composite: Composite, value: Any) -> Mapping[Any, Any]:
    if value is ABSENT:
        return {}
    if value is None:
        return dict.fromkeys(field.by_part, ABSENT)
    return composite.complete(value, field.name) if composite.complete else cast("Mapping[Any, Any]", value)


def _stored_list(column: Column, values: Sequence[Any], now: datetime) -> list[Any]:
    normalise, path = column.normalise, column.path
    if column.kind in _TEXTS and normalise:
        return [
            normalise(value, path) if isinstance(value, str) else _stored_or_default(column, value, now)
            for value in values
        ]
    if not normalise and _are_finished(column, values):
        return list(values)
    if column.kind in _TEXTS:
        return [
            value if isinstance(value, str) and _is_plain(value) else _stored_or_default(column, value, now)
            for value in values
        ]
    return [_stored_or_default(column, value, now) for value in values]


def _are_finished(column: Column, values: Sequence[Any]) -> bool:
    """Whether all values are stored just as they come, as those of most columns of a batch are."""
    return {*map(type, values)} == {_FINISHED.get(column.kind)} and (
        column.kind not in _TEXTS or _is_plain("".join(values))
    )


def _is_plain(value: str) -> bool:
    """Whether text is sound at first glance, as most is."""
    return value.isascii() and "\0" not in value


def _stored_or_default(column: Column, value: Any, now: datetime) -> Any:
    return default_value(column, now) if value is ABSENT else _stored_value(column, value, now)


def _stored_value(column: Column, value: Any, now: datetime) -> Any:
    if _is_empty(column, value):
        if not column.nullable:
            raise BadUserInput(f'Field "{column.path}" must not be empty')
        return None
    if value is None:
        if column.nullable:
            return None
        if column.default is None:
            raise BadUserInput(f'Field "{column.path}" must not be null')
        return default_value(column, now)
    if column.kind.is_list:
        if None in value:
            raise BadUserInput(f'Field "{column.path}" must not contain null')
        return [operand(column, item) for item in value]
    return operand(column, value)


def _is_empty(column: Column, value: Any) -> bool:
    """Whether it is the empty text where that is no value. GraphQL makes a list of it for a list.

    JSON may be an empty text, but not where it is to be a list, as in the parts of composites.
    """
    if value != "" and not (value == [""] and column.kind.is_list):
        return False
    return column.kind not in _MAY_BE_EMPTY and (column.kind is not kinds.RAW_JSON or column.normalise is not None)


def default_value(column: Column, now: datetime) -> Any:
    return now if column.default is NOW else column.default


def sealed(caller: Caller, secrets: Sequence[Any]) -> list[Any]:
    """As they are stored. What is empty is no secret; a mask stands for the one that is stored already."""
    return [
        caller.seal(caller.workspace_id, secret) if secret and secret != SECRET_MASK else secret for secret in secrets
    ]


def this_moment() -> datetime:
    """This moment, cut to the milliseconds that are stored."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
