"""The part of the description of the API that is about the model: `/metadata`."""

from typing import Any

from rest_shim.metadata import COLLECTIONS, MOST
from rest_shim.openapi.parameters import ERROR_STATUSES, PARAMETERS
from rest_shim.openapi.relations import or_null
from rest_shim.openapi.schemas import reference
from schema.declare import names

Json = dict[str, Any]

_ID: Json = {"type": "string", "format": "uuid"}
_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_MOMENT: Json = {"type": "string", "format": "date-time"}

_COMMON: Json = {
    "id": _ID,
    "universalIdentifier": _ID,
    "description": _TEXT_OR_NULL,
    "icon": _TEXT_OR_NULL,
    "isCustom": _FLAG,
    "isActive": _FLAG,
    "isSystem": _FLAG,
    "createdAt": _MOMENT,
    "updatedAt": _MOMENT,
}


def metadata_schemas() -> dict[str, Json]:
    """By name; the names must not be those of objects."""
    field = {
        **_COMMON,
        "objectMetadataId": _ID,
        "type": _TEXT,
        "name": _TEXT,
        "label": _TEXT,
        "isNullable": _FLAG,
        "isUnique": _FLAG,
        "defaultValue": {},
        "options": {"type": ["array", "null"], "items": reference("FieldOption")},
        "fromRelationMetadata": or_null(reference("FromRelation")),
        "toRelationMetadata": or_null(reference("ToRelation")),
        "relation": or_null(reference("FieldRelation")),
    }
    described = {
        **_COMMON,
        "dataSourceId": _ID,
        "nameSingular": _TEXT,
        "namePlural": _TEXT,
        "labelSingular": _TEXT,
        "labelPlural": _TEXT,
        "isRemote": _FLAG,
        "labelIdentifierFieldMetadataId": _ID,
        "imageIdentifierFieldMetadataId": {"type": ["string", "null"], "format": "uuid"},
        "fields": {"type": "array", "items": reference("FieldMetadata")},
    }
    return {"ObjectMetadata": _object(described), "FieldMetadata": _object(field), **_parts_of_fields()}


def _parts_of_fields() -> dict[str, Json]:
    """What a field chooses from, and its relation, in the terms of earlier clients and of later ones."""
    identity = {"id": _ID, "nameSingular": _TEXT, "namePlural": _TEXT}
    whole = {"id": _ID, "relationType": _TEXT}
    named_object, named_field = reference("NamedObject"), reference("NamedField")
    of_object = {**identity, "dataSourceId": _ID, "isSystem": _FLAG, "isRemote": _FLAG}
    return {
        "FieldOption": _object(
            {"id": _ID, "value": _TEXT, "label": _TEXT, "position": {"type": "integer"}, "color": _TEXT}
        ),
        "RelatedObject": _object(of_object),
        "FromRelation": _object({**whole, "toObjectMetadata": reference("RelatedObject"), "toFieldMetadataId": _ID}),
        "ToRelation": _object({**whole, "fromObjectMetadata": reference("RelatedObject"), "fromFieldMetadataId": _ID}),
        "NamedObject": _object(identity),
        "NamedField": _object({"id": _ID, "name": _TEXT}),
        "FieldRelation": _object(
            {
                "type": {"type": "string", "enum": ["ONE_TO_MANY", "MANY_TO_ONE"]},
                "sourceObjectMetadata": named_object,
                "targetObjectMetadata": named_object,
                "sourceFieldMetadata": named_field,
                "targetFieldMetadata": named_field,
            }
        ),
    }


def metadata_paths() -> dict[str, Json]:
    limit = {**PARAMETERS["limit"], "schema": {"type": "integer", "minimum": 0, "default": MOST}}
    paths: dict[str, Json] = {}
    for plural, (singular, _) in COLLECTIONS.items():
        item = reference(f"{names.capital(singular)}Metadata")
        page = {
            "data": _object({plural: {"type": "array", "items": item}}),
            "pageInfo": reference("PageInfo"),
            "totalCount": {"type": "integer"},
        }
        cursors = [{"$ref": f"#/components/parameters/{name}"} for name in ("startingAfter", "endingBefore")]
        one = [{"$ref": "#/components/parameters/idPath"}]
        paths[f"/metadata/{plural}"] = {
            "get": _get(f"Find Many {plural}", f"findMany{names.capital(plural)}Metadata", [limit, *cursors], page)
        }
        paths[f"/metadata/{plural}/{{id}}"] = {
            "get": _get(
                *(f"Find One {singular}", f"findOne{names.capital(singular)}Metadata", one),
                {"data": _object({singular: item})},
            )
        }
    return paths


def _get(summary: str, operation_id: str, parameters: list[Json], answer: Json) -> Json:
    errors = [status for status in ERROR_STATUSES if status not in (409, 413, 415)]
    return {
        "tags": ["metadata"],
        "summary": summary,
        "operationId": operation_id,
        "parameters": parameters,
        "responses": {
            "200": {"description": "Found.", "content": {"application/json": {"schema": _object(answer)}}},
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in errors},
        },
    }


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
