"""The texts of query parameters → checked values, ready to be arguments of a GraphQL field."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from rest_shim import filters, ordering, selection
from rest_shim.parameter_names import FIELDS, preferences
from schema.catalog.aggregates import TOTAL_COUNT, aggregate_fields
from schema.catalog.model import Catalog, ObjectType
from schema.errors import BadUserInput
from schema.values.messages import did_you_mean, shown

_MOST_DIGITS = 9  # so that a limit is a GraphQL Int; the server's own maximum is far below
PAGE_ARGUMENTS: Mapping[str, str] = {"limit": "first", "starting_after": "after"}
GROUP_BY_EXAMPLE = '[{"createdAt":{"granularity":"MONTH"}}]'
Read = Callable[[str, Catalog, ObjectType], Any]


def read(given: Mapping[str, str], catalog: Catalog, object_type: ObjectType) -> dict[str, Any]:
    """The values of parameters. Raises BadUserInput for a bad one."""
    return {name: PARAMETERS[name](text, catalog, object_type) for name, text in given.items()}


def _depth(text: str, catalog: Catalog, object_type: ObjectType) -> int:
    if text.strip() not in map(str, selection.DEPTHS):
        allowed = ", ".join(map(str, selection.DEPTHS))
        raise BadUserInput(f"'depth={shown(text)}' parameter invalid. Allowed values are {allowed}")
    return int(text)


def number_of_records(name: str, text: str) -> int:
    """Cut to what GraphQL takes. Raises BadUserInput."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        raise BadUserInput(f"{name} '{shown(text)}' is invalid. Should be an integer")
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= _MOST_DIGITS else 10**_MOST_DIGITS


def page_arguments(given: Mapping[str, str]) -> dict[str, Any]:
    """The page of a list of what happened, by our names of its parameters or by those of its arguments.

    Raises BadUserInput.
    """
    found: dict[str, Any] = {}
    for name, argument in PAGE_ARGUMENTS.items():
        names = [one for one in (name, argument) if one in given]
        if len({given[one] for one in names}) > 1:
            raise BadUserInput(f"'{name}' and '{argument}' are the same, and are given different values")
        for one in names:
            found[argument] = number_of_records(one, given[one]) if name == "limit" else given[one]
    return found


def _number_of_records(name: str) -> Read:
    def read_number(text: str, catalog: Catalog, object_type: ObjectType) -> int:
        return number_of_records(name, text)

    return read_number


def _cursor(text: str, catalog: Catalog, object_type: ObjectType) -> str:
    """A plus sign that was not percent-encoded comes as a space, which no cursor has."""
    return text.replace(" ", "+")


def _text(text: str, catalog: Catalog, object_type: ObjectType) -> str:
    return text


def _fields(text: str, catalog: Catalog, object_type: ObjectType) -> selection.Fields:
    return selection.named(catalog, object_type, text)


def _filter(text: str, catalog: Catalog, object_type: ObjectType) -> dict[str, Any]:
    return filters.read(text, object_type)


def _flag(name: str) -> Read:
    def read_flag(text: str, catalog: Catalog, object_type: ObjectType) -> bool:
        if text not in ("true", "false"):
            raise BadUserInput(f"'{name}={shown(text)}' parameter invalid. Allowed values are true, false")
        return text == "true"

    return read_flag


def _json_list(name: str, example: str) -> Read:
    def read_list(text: str, catalog: Catalog, object_type: ObjectType) -> list[Any]:
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, list):
            raise BadUserInput(f"'{name}' parameter invalid. It must be a JSON array, e.g. {name}={example}")
        return value

    return read_list


_AGGREGATE_NAMES = _json_list("aggregate", '["countNotEmptyId"]')


def _aggregate(text: str, catalog: Catalog, object_type: ObjectType) -> tuple[str, ...]:
    """The names of aggregates, each once."""
    known = [TOTAL_COUNT, *(field.name for field in aggregate_fields(object_type))]
    names = _AGGREGATE_NAMES(text, catalog, object_type)
    for name in names:
        if name not in known:
            nearest = did_you_mean(str(name), known)
            raise BadUserInput(f"'aggregate' parameter invalid. Unknown aggregate '{shown(name)}'.{nearest}")
    return tuple(dict.fromkeys(names))


def _json_or_order(name: str) -> Read:
    """An order as everywhere, or as GraphQL has it where it is JSON."""
    as_json = _json_list(name, '[{"createdAt":"AscNullsFirst"}]')

    def read_order(text: str, catalog: Catalog, object_type: ObjectType) -> Any:
        if text.lstrip().startswith("["):
            return as_json(text, catalog, object_type)
        return ordering.read(text, object_type)

    return read_order


PARAMETERS: Mapping[str, Read] = {
    "depth": _depth,
    FIELDS: _fields,
    "filter": _filter,
    "order_by": _json_or_order("order_by"),
    "limit": _number_of_records("limit"),
    "offset": _number_of_records("offset"),
    "starting_after": _cursor,
    "ending_before": _cursor,
    "upsert": _flag("upsert"),
    "soft_delete": _flag("soft_delete"),
    "group_by": _json_list("group_by", GROUP_BY_EXAMPLE),
    "aggregate": _aggregate,
    "order_by_for_records": _json_or_order("order_by_for_records"),
    "view_id": _text,
    "include_records_sample": _flag("include_records_sample"),
    "omit_null_values": _flag("omit_null_values"),
}

# The parameters that are arguments of the GraphQL field, and their names there.
ARGUMENTS: Mapping[str, str] = {
    "filter": "filter",
    "order_by": "orderBy",
    "limit": "limit",
    "offset": "offset",
    "starting_after": "after",
    "ending_before": "before",
    "upsert": "upsert",
    "group_by": "groupBy",
    "order_by_for_records": "orderByForRecords",
    "view_id": "viewId",
}


def wants_count(prefer: Iterable[str]) -> bool:
    """Whether `totalCount` is asked for: it is, unless a `Prefer` header says `count=none` (RFC 7240)."""
    return "count=none" not in preferences(prefer)
