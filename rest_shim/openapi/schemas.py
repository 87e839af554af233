"""The catalog → JSON Schemas: for each object what is created, updated and answered, and the composites in it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from rest_shim.openapi.relations import or_null, relation_input, relation_schemas
from schema.catalog.model import Catalog, Column, Field, ObjectType, Relation
from schema.declare import kinds
from schema.declare.composites import COMPOSITES, Composite, Part
from schema.declare.kinds import Kind

Schema = dict[str, Any]

ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
MOMENT = "2019-08-24T14:15:22.000Z"

_SCHEMAS: Mapping[Kind, Schema] = {
    kinds.ID: {"type": "string", "format": "uuid"},
    kinds.UUID: {"type": "string", "format": "uuid"},
    kinds.TEXT: {"type": "string"},
    kinds.RICH_TEXT: {"type": "string"},
    kinds.DATE_TIME: {"type": "string", "format": "date-time"},
    kinds.BOOLEAN: {"type": "boolean"},
    kinds.NUMBER: {"type": "number"},
    kinds.NUMERIC: {"type": "number"},
    kinds.POSITION: {"type": "number"},
    kinds.ARRAY: {"type": "array", "items": {"type": "string"}},
}
# What is written may be more than what is read back.
_INPUTS: Mapping[Kind, Schema] = {
    kinds.DATE_TIME: {
        "type": ["string", "number"],
        "format": "date-time",
        "description": "ISO 8601, or milliseconds since 1970.",
    },
    kinds.NUMERIC: {
        "type": ["number", "string"],
        "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$",
        "description": "A number, as text where it has more digits than a double.",
    },
}
_STAMPS = ("createdAt", "updatedAt", "deletedAt")
_EXAMPLES: Mapping[Kind, Any] = {
    kinds.TEXT: "string",
    kinds.RICH_TEXT: "string",
    kinds.BOOLEAN: True,
    kinds.NUMBER: 10,
    kinds.NUMERIC: 1000000,
    kinds.POSITION: 1,
    kinds.DATE_TIME: MOMENT,
    kinds.ARRAY: ["string"],
}
_PART_EXAMPLES = {
    "primaryEmail": "ada@example.com",
    "primaryLinkUrl": "https://example.com",
    "primaryPhoneNumber": "2079460000",
    "primaryPhoneCountryCode": "GB",
    "primaryPhoneCallingCode": "+44",
}


def _texts(*keys: str) -> Schema:
    """An object of texts."""
    return {"type": "object", "properties": {key: {"type": ["string", "null"]} for key in keys}}


_JSON_PARTS: Mapping[str, Schema] = {
    "additionalEmails": {"type": "array", "items": {"type": "string"}},
    "additionalPhones": {"type": "array", "items": _texts("number", "countryCode", "callingCode")},
    "secondaryLinks": {"type": "array", "items": _texts("label", "url")},
}
"""The parts of composites that are JSON of a certain shape, by name."""


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(catalog: Catalog, whole: Collection[str] | None = None) -> dict[str, Schema]:
    """All of them by name. Records of objects that are not among the `whole` are answered without their relations."""
    found: dict[str, Schema] = {}
    for composite in COMPOSITES:
        found[composite.type_name] = _composite(composite)
        found[f"{composite.type_name}Input"] = _composite_input(composite)
    for object_type in catalog.objects.values():
        name = object_type.type_name
        found |= relation_schemas(object_type)
        found[name] = _input(catalog, object_type, for_update=False)
        found[f"{name}ForUpdate"] = _input(catalog, object_type, for_update=True)
        relations = object_type.relations.values() if whole is None or object_type.plural in whole else ()
        found[f"{name}ForResponse"] = _response(catalog, object_type, relations)
    return found


def example(object_type: ObjectType) -> dict[str, Any]:
    """A record that can be created: its own fields, and what it must refer to."""
    return {
        field.name: _field_example(field)
        for field in object_type.fields.values()
        if (field.required_on_create or not field.is_foreign_key) and not _is_kept(field)
    }


def _is_kept(field: Field) -> bool:
    """Whether the server usually fills it in."""
    return field.name in ("id", *_STAMPS, "position") or field.kind_name == "ACTOR"


def _field_example(field: Field) -> Any:
    if field.composite is None:
        return _example(field.column.kind, field.column) if field.example is None else field.example
    return {
        column.part: _PART_EXAMPLES.get(column.part or "", _example(column.kind, column))
        for column in field.columns
        if column.kind is not kinds.RAW_JSON
    }


def _example(kind: Kind, column: Column) -> Any:
    if column.options:
        values = column.options.values
        return list(values[:1]) if kind.is_list else values[0]
    return ID if kind in (kinds.ID, kinds.UUID) else _EXAMPLES.get(kind, {})


def _input_value(column: Column | Part) -> Schema:
    return dict(_INPUTS[column.kind]) if column.kind in _INPUTS else _value(column)


def _value(column: Column | Part) -> Schema:
    """One value, or a list of them."""
    if column.options is None:
        return dict(_SCHEMAS.get(column.kind, {}))
    enum: Schema = {"type": "string", "enum": list(column.options.values)}
    return {"type": "array", "items": enum} if column.kind.is_list else enum


def _nullable(schema: Schema) -> Schema:
    if "type" not in schema:
        return schema
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [*types, "null"], **values}


def _part(part: Part) -> Schema:
    return _JSON_PARTS.get(part.name) or _value(part)


def _composite(composite: Composite) -> Schema:
    properties = {part.name: _nullable(_part(part)) if part.nullable else _part(part) for part in composite.parts}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _composite_input(composite: Composite) -> Schema:
    properties = {
        part.name: _nullable(_JSON_PARTS.get(part.name) or _input_value(part))
        for part in composite.parts
        if not part.read_only
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _input(catalog: Catalog, object_type: ObjectType, *, for_update: bool) -> Schema:
    """What is written: a field that is not listed is refused. `null` stands for a field's default."""
    properties = {
        name: _field_input(field, object_type)
        for field in object_type.fields.values()
        for name in field.names
        if not (for_update and field.name == "id")
    }
    for relation in object_type.relations.values():
        related = relation_input(catalog.objects[relation.target], relation)
        properties |= dict.fromkeys(relation.names, related)
    required = [field.name for field in object_type.fields.values() if field.required_on_create]
    schema: Schema = {
        "type": "object",
        "description": object_type.description,
        "properties": properties,
        "additionalProperties": False,
        "example": example(object_type),
    }
    return {**schema, "required": required} if required and not for_update else schema


def _field_input(field: Field, object_type: ObjectType) -> Schema:
    if field.composite:
        return reference(f"{field.composite.type_name}Input")
    if field.column is object_type.position:
        return {"anyOf": [{"type": ["number", "null"]}, {"type": "string", "enum": ["first", "last"]}]}
    schema = _input_value(field.column)
    if field.column.secret:
        schema["description"] = "Can be written and is never read back."
    return schema if field.required_on_create else _nullable(schema)


def _response(catalog: Catalog, object_type: ObjectType, relations: Iterable[Relation]) -> Schema:
    """Which of the fields and relations are there depends on `depth` and `fields`; the id always is.

    Aliases are there only where `fields` names them.
    """
    own = {name: _field_response(field) for field in object_type.fields.values() for name in field.names}
    related = {
        name: _related(catalog.objects[relation.target], relation) for relation in relations for name in relation.names
    }
    return {
        "type": "object",
        "description": object_type.description,
        "properties": {**own, **related},
        "required": ["id"],
    }


def _field_response(field: Field) -> Schema:
    if field.composite:
        return reference(field.composite.type_name)
    schema = _value(field.column)
    return _nullable(schema) if field.column.nullable else schema


def _related(target: ObjectType, relation: Relation) -> Schema:
    record = reference(f"{target.type_name}ForResponse")
    return {"type": "array", "items": record} if relation.is_to_many else or_null(record)
