"""What the data of a record says of others: which to connect, or to create along. One set of schemas an object.

What is created along is not described again: schemas of all objects that lead to each other are more than programs that
make up data for them can bear.
"""

from typing import Any

from schema.catalog.model import Column, ObjectType, Relation
from schema.declare import names

Schema = dict[str, Any]

_ID: Schema = {"type": "string", "format": "uuid"}


def relation_schemas(object_type: ObjectType) -> dict[str, Schema]:
    """By name: how a record of this object is named in the data of another one."""
    name = object_type.type_name
    connect = _reference(f"{name}ConnectInput")
    create = {
        "type": "object",
        "description": f"The data of a new {object_type.traits.label.lower()}, as `{name}` has it.",
        "additionalProperties": True,
    }
    return {
        f"{name}WhereUniqueInput": _unique_keys(object_type),
        f"{name}ConnectInput": _closed(
            {"where": _reference(f"{name}WhereUniqueInput")},
            "The record with this id, or with this value of a unique field.",
            required=["where"],
        ),
        f"{name}RelationInput": _closed(
            {"connect": or_null(connect), "disconnect": {"type": ["boolean", "null"]}, "create": or_null(create)},
            "One of these.",
        ),
        f"{name}RelationManyInput": _closed(
            {"connect": _several(connect), "create": _several(create)}, "The records are added to those that are there."
        ),
    }


def relation_input(target: ObjectType, relation: Relation) -> Schema:
    return or_null(_reference(f"{target.type_name}Relation{'Many' if relation.is_to_many else ''}Input"))


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _unique_keys(object_type: ObjectType) -> Schema:
    properties: Schema = {"id": {**_ID, "type": ["string", "null"]}}
    for unique in object_type.traits.unique:
        for column in (object_type.columns[name] for name in unique.columns):
            if column.part is None:
                properties[column.field] = _key(column)
            else:
                part = _closed({column.part: _key(column)}, f"A {names.label(column.field).lower()}.")
                properties[column.field] = or_null(part)
    return _closed(properties, "What no two records share: an id, or all values of another key.")


def _key(column: Column) -> Schema:
    assert column.kind.sql in ("text", "uuid"), f"{column.path} is a key of another kind"
    return {"type": ["string", "null"], **({"format": "uuid"} if column.kind.sql == "uuid" else {})}


def _several(item: Schema) -> Schema:
    """A list of these, or one alone: GraphQL takes a single value for a list of one."""
    return {"anyOf": [{"type": "array", "items": item}, item, {"type": "null"}]}


def _closed(properties: Schema, description: str, required: list[str] | None = None) -> Schema:
    schema: Schema = {
        "type": "object",
        "description": description,
        "properties": properties,
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
