"""What the catalog does not say outright, in the terms of the metadata API. Plain values: it knows no GraphQL.

A default is written as Twenty's clients expect it: text in single quotes, `"'NEW'"`, so that it is told from a value
that is computed on each write, `"now"` and `"uuid"`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from schema.catalog.model import Catalog, Column, Field, ObjectType, Relation
from schema.declare import kinds
from schema.declare.columns import NOW
from schema.declare.stable_ids import option_id

PUBLISHED = "2025-04-01T00:00:00.000Z"
"""The times of everything in the model, which no request changes."""

IMAGE = "avatarUrl"
"""The field that holds the picture of what is shown, in objects that have it."""

_COLORS = ("green", "turquoise", "sky", "blue", "purple", "pink", "red", "orange", "yellow", "gray")
_WRITTEN_BY_SERVER = ("id", "createdAt", "updatedAt", "deletedAt")
_HIDDEN = ("id", "deletedAt")


@dataclass(frozen=True, slots=True)
class Index:
    """An index of an object, by the fields that clients know. `where` is SQL."""

    name: str
    fields: tuple[Field, ...]
    is_unique: bool
    where: str | None


def is_system(field: Field) -> bool:
    """Whether clients keep it out of sight: what links and sorts records rather than describes them."""
    return field.is_foreign_key or field.name in _HIDDEN or _is_position(field)


def is_read_only(object_type: ObjectType, field: Field) -> bool:
    """Whether clients offer no input for it. The API itself may take it."""
    return field is object_type.actor or field.name in _WRITTEN_BY_SERVER or _is_position(field)


def default_value(field: Field) -> Any:
    """Quoted as above; of a composite, an object with the default of each part."""
    if field.name == "id":
        return "uuid"
    if field.composite is None:
        return _quoted(field.column)
    return {column.part: _quoted(column) for column in field.columns}


def options(object_type: ObjectType, field: Field) -> list[dict[str, Any]] | None:
    """The values that the field chooses from, in order."""
    if field.composite or not field.column.options:
        return None
    return [
        {
            "id": str(option_id(object_type.name, field.name, value)),
            "value": value,
            "label": label,
            "position": position,
            "color": _COLORS[position % len(_COLORS)],
        }
        for position, (value, label) in enumerate(field.column.options.labels)
    ]


def relation_settings(relation: Relation) -> dict[str, Any]:
    if relation.is_to_many:
        return {"relationType": "ONE_TO_MANY"}
    return {
        "relationType": "MANY_TO_ONE",
        "onDelete": "CASCADE" if relation.cascade else "SET_NULL",
        "joinColumnName": relation.foreign_key,
    }


def duplicate_criteria(object_type: ObjectType) -> list[list[str]]:
    """The columns of each criterion: `[["nameFirstName", "nameLastName"], ["emailsPrimaryEmail"]]`."""
    return [list(criterion) for criterion in object_type.traits.criteria]


def indexes(catalog: Catalog, object_type: ObjectType) -> Iterator[Index]:
    """By name. An index on what is not part of the API has no fields and is left out."""
    table = catalog.metadata.tables[object_type.table]
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        fields = tuple(object_type.fields[column.field] for column in catalog.indexes[str(index.name)])
        if fields:
            yield Index(str(index.name), fields, bool(index.unique), _where(object_type, index))


def _where(object_type: ObjectType, index: sa.Index) -> str | None:
    """Which records an index holds, in terms of the API: a key is empty where its value is."""
    where = index.dialect_options["postgresql"]["where"]
    if where is None:
        return None
    told = str(where)
    for column in object_type.columns.values():
        if column.key:
            told = told.replace(f'"{column.key.name}"', f'"{column.name}"')
    return told


def _is_position(field: Field) -> bool:
    return field.composite is None and field.column.kind is kinds.POSITION


def _quoted(column: Column) -> Any:
    if column.default is NOW:
        return "now"
    return f"'{column.default}'" if isinstance(column.default, str) else column.default
