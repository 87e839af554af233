"""Records that are merged → what the winner has of the fields that hold several values: all of them, nothing twice.

The winner's come first, then those of the others in the order of priority. A primary e-mail, link or phone of the
others is one more of the winner's.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schema.catalog.model import Column, Field
from schema.plan.column_values import keys
from schema.plan.nodes import Merge
from schema.values.keys import email_key, link_key, phone_key
from schema.values.phones import ADDITIONAL, PRIMARY

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a composite holds several values: the parts of the first, and the list of the others.

    `item` makes one of the list of the parts of the first, and `key` tells apart what is in the list.
    """

    first: tuple[str, ...]
    others: str
    item: Callable[[Sequence[Any]], Any]
    key: Callable[[Any], Hashable]

    @property
    def value(self) -> int:
        """Which part of the first says that there is one."""
        return self.first.index(next(part for part in self.first if part in _VALUES))


_VALUES = ("primaryEmail", "primaryLinkUrl", "primaryPhoneNumber")


def united(plan: Merge, records: Iterable[Row]) -> Merge:
    """The merge with what its records, in the order of priority, come to in the fields that hold several values."""
    rows = sorted(records, key=lambda row: row["id"] != str(plan.winner))
    values: dict[Column, Any] = {}
    for field in plan.several:
        if field.composite is None:
            values[field.column] = _list(field.column, rows)
            continue
        parts = _composite(field, rows)
        made = keys(field, {column: [value] for column, value in parts.items()})
        values |= {**parts, **{column: only for column, (only,) in made.items()}}
    return replace(plan, united=values)


def _list(column: Column, rows: Iterable[Row]) -> list[Any] | None:
    lists = [row[column.name] for row in rows if row[column.name] is not None]
    return list(dict.fromkeys(item for items in lists for item in items)) if lists else None


def _composite(field: Field, rows: Sequence[Row]) -> Mapping[Column, Any]:
    """The first that is filled stays the first, and every other one is in the list."""
    assert field.composite
    shape = SHAPES[field.composite.name]
    columns = [field.by_part[part] for part in shape.first]
    listed = field.by_part[shape.others]
    firsts = [[row[column.name] for column in columns] for row in rows]
    filled = [first for first in firsts if first[shape.value]]
    chosen = filled[0] if filled else next((first for first in firsts if any(first)), firsts[0])
    taken: dict[Hashable, Any] = {}
    for row, first in zip(rows, firsts, strict=True):
        candidates = [shape.item(first)] if first[shape.value] else []
        for item in (*candidates, *(row[listed.name] or ())):
            taken.setdefault(_key(shape, item), item)
    if filled:
        taken.pop(_key(shape, shape.item(chosen)), None)
    empty: list[Any] | None = None if all(row[listed.name] is None for row in rows) and not taken else []
    return {**dict(zip(columns, chosen, strict=True)), listed: list(taken.values()) or empty}


def _key(shape: Shape, item: Any) -> Hashable:
    """What is stored from before its shape was checked is told apart as it is."""
    try:
        return shape.key(item)
    except (AttributeError, KeyError, TypeError):
        return repr(item)


def _link(item: Mapping[str, Any]) -> Hashable:
    """One without a URL is its label."""
    return link_key(item["url"]) if item.get("url") else ("label", item.get("label"))


def _phone(item: Mapping[str, Any]) -> Hashable:
    return phone_key(*(item.get(part) or "" for part in ADDITIONAL))


SHAPES: Mapping[str, Shape] = {
    "EMAILS": Shape(("primaryEmail",), "additionalEmails", lambda first: first[0], email_key),
    "LINKS": Shape(
        ("primaryLinkLabel", "primaryLinkUrl"),
        "secondaryLinks",
        lambda first: dict(zip(("label", "url"), first, strict=True)),
        _link,
    ),
    "PHONES": Shape(PRIMARY, "additionalPhones", lambda first: dict(zip(ADDITIONAL, first, strict=True)), _phone),
}


def holds_several(field: Field) -> bool:
    """Whether a field is one of those that a merge unites."""
    return field.composite.name in SHAPES if field.composite else field.column.kind.is_list
