"""The description of the API, OpenAPI 3.1.1, made from the catalog and the table of operations."""

from collections.abc import Collection, Iterator
from typing import Any

import orjson

from rest_shim.openapi.deliveries import TAG, delivery_paths, delivery_schemas
from rest_shim.openapi.events import event_paths, event_schemas
from rest_shim.openapi.metadata import metadata_paths, metadata_schemas
from rest_shim.openapi.parameters import BY_NAME, ERROR, ERROR_STATUSES, PAGE_INFO, PARAMETERS, error_responses
from rest_shim.openapi.schemas import ID, example, reference, schemas
from rest_shim.operations import OPERATIONS, Body, Reply, RestOperation
from schema.catalog.model import Catalog, ObjectType
from schema.context import EVERYTHING, Grants
from schema.declare import names

Json = dict[str, Any]

SELF = "/open-api/core"
BESIDE = ("events", TAG, "metadata")
"""What is described besides the objects, by its tag."""
_WITH_BODY = (413, 415)


def base() -> bytes:
    """For who has no token: how to get the rest."""
    return orjson.dumps({**_HEAD, "paths": _self_path(), "components": _SECURITY})


def complete(catalog: Catalog, grants: Grants = EVERYTHING) -> bytes:
    """The description of every operation on the objects of a catalog that is granted."""
    return orjson.dumps(description(catalog, grants))


def description(catalog: Catalog, grants: Grants = EVERYTHING, whole: Collection[str] | None = None) -> Json:
    """The complete description, in which records of objects that are not among the `whole` have no relations."""
    paths: Json = _self_path()
    for object_type in catalog.objects.values():
        for operation in OPERATIONS:
            granted = all(grants.allow(object_type, right) for right in operation.graphql.rights)
            if not granted or not operation.graphql.applies(object_type):
                continue
            for path, method, entry in _entries(operation, object_type):
                paths.setdefault(path, {})[method] = entry
    paths.update(event_paths())
    paths.update(delivery_paths())
    paths.update(metadata_paths())
    tags = [{"name": "General"}, *({"name": object_type.plural} for object_type in catalog.objects.values())]
    return {
        **_HEAD,
        "tags": [*tags, *({"name": name} for name in BESIDE)],
        "paths": paths,
        "components": {
            **_SECURITY,
            "parameters": dict(PARAMETERS),
            "responses": error_responses(),
            "schemas": {
                "Error": ERROR,
                "PageInfo": PAGE_INFO,
                **event_schemas(),
                **delivery_schemas(),
                **metadata_schemas(),
                **schemas(catalog, whole),
            },
        },
    }


_HEAD: Json = {
    "openapi": "3.1.1",
    "info": {
        "title": "Icosa",
        "version": "0.1",
        "description": "A CRM's records over REST. The token goes in the header `Authorization: Bearer …`.",
    },
    "servers": [{"url": "/rest"}],
    "security": [{"bearerAuth": []}],
}
_SECURITY: Json = {"securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}}


_PART: Json = {
    "name": "object",
    "in": "query",
    "description": "Describes one object alone, by its plural, as `/open-api/core/people` does.",
    "schema": {"type": "string"},
}


def _self_path() -> Json:
    answer = {"description": "This description.", "content": {"application/json": {"schema": {"type": "object"}}}}
    get = {
        "tags": ["General"],
        "summary": "Get Open Api Schema",
        "operationId": "GetOpenApiSchema",
        "security": [{}, {"bearerAuth": []}],
        "parameters": [_PART],
        "responses": {"200": answer, "404": {"description": "There is no such object."}},
    }
    return {SELF: {"get": get}}


def _entries(operation: RestOperation, object_type: ObjectType) -> Iterator[tuple[str, str, Json]]:
    """The operation at each of its paths and methods. Those besides the first are told apart by their ids."""
    one, many = object_type.name, object_type.plural
    operation_id = operation.operation_id.format(One=names.capital(one), Many=names.capital(many))
    for path in operation.paths:
        for method in operation.methods:
            other_path = "" if path == operation.paths[0] else "BelowPlural"
            other_method = "" if method == operation.methods[0] else f"By{method.title()}"
            entry = {
                "tags": [many],
                "summary": operation.summary.format(one=one, many=many),
                "operationId": f"{operation_id}{other_path}{other_method}",
                "parameters": _parameters(operation),
                **_request_body(operation, object_type),
                "responses": _responses(operation, object_type),
            }
            yield path.replace("{plural}", many), method.lower(), entry


def _parameters(operation: RestOperation) -> list[Json]:
    components = ["idPath"] if operation.takes_id else []
    components += [BY_NAME[name] for name in operation.parameters]
    components += ["ifNoneMatch"] if operation.is_versioned else []
    components += ["ifMatch"] if operation.can_be_held else []
    components += ["idempotencyKey"] if operation.graphql.is_mutation else []
    return [
        {**PARAMETERS[name], "required": True}
        if name == "filter" and operation.danger
        else {"$ref": f"#/components/parameters/{name}"}
        for name in components
    ]


def _request_body(operation: RestOperation, object_type: ObjectType) -> Json:
    made = example(object_type)
    schema: Json
    shown: Any
    match operation.body:
        case Body.NONE:
            return {}
        case Body.RECORDS:
            schema, shown = {"type": "array", "items": reference(object_type.type_name)}, [made]
        case Body.RECORD if operation.status == 201:
            schema, shown = reference(object_type.type_name), made
        case Body.RECORD:
            schema, shown = reference(f"{object_type.type_name}ForUpdate"), made
        case Body.DUPLICATES:
            schema, shown = _duplicates_body(object_type), {"ids": [ID]}
        case Body.MERGE:
            schema, shown = _MERGE_BODY, {"ids": [ID, ID], "conflictPriorityIndex": 0}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema, "example": shown}}}}


_IDS: Json = {"type": "array", "items": {"type": "string", "format": "uuid"}}
_MERGE_BODY: Json = {
    "type": "object",
    "properties": {
        "ids": {**_IDS, "minItems": 2, "maxItems": 9},
        "conflictPriorityIndex": {"type": "integer", "minimum": 0},
        "dryRun": {"type": "boolean"},
    },
    "required": ["ids", "conflictPriorityIndex"],
    "additionalProperties": False,
}


def _duplicates_body(object_type: ObjectType) -> Json:
    data = {"type": "array", "items": reference(object_type.type_name), "minItems": 1}
    return {
        "oneOf": [
            {"type": "object", "properties": {name: schema}, "required": [name], "additionalProperties": False}
            for name, schema in (("ids", _IDS), ("data", data))
        ]
    }


def _responses(operation: RestOperation, object_type: ObjectType) -> Json:
    success: Json = {
        "description": "Done." if operation.graphql.is_mutation else "Found.",
        "content": {"application/json": {"schema": _answer(operation, object_type)}},
    }
    errors = [status for status in ERROR_STATUSES if operation.body is not Body.NONE or status not in _WITH_BODY]
    if operation.can_be_held:
        errors.append(412)
    if operation.graphql.is_mutation:
        errors.append(422)
    if operation.is_versioned:
        success["headers"] = {"ETag": {"description": "The record's version.", "schema": {"type": "string"}}}
    return {
        str(operation.status): success,
        **({"304": {"description": "The client has it."}} if operation.is_versioned else {}),
        **{str(status): {"$ref": f"#/components/responses/{status}"} for status in errors},
    }


def _answer(operation: RestOperation, object_type: ObjectType) -> Json:
    record = reference(f"{object_type.type_name}ForResponse")
    only_id = _object({"id": {"type": "string", "format": "uuid"}})
    key = operation.key(object_type)
    page = {"pageInfo": reference("PageInfo"), "totalCount": {"type": "integer"}}
    match operation.reply:
        case Reply.RECORD:
            return _object({"data": _object({key: record})})
        case Reply.ID:
            return _object({"data": _object({key: only_id})})
        case Reply.RECORDS:
            return _object({"data": _object({key: _array(record)})})
        case Reply.IDS:
            return _object({"data": _object({key: _array(only_id)})})
        case Reply.PAGE:
            return {**_object({"data": _object({key: _array(record)}), **page}), "required": ["data", "pageInfo"]}
        case Reply.DUPLICATES:
            return _object({"data": _array(_object({**page, f"{object_type.name}Duplicates": _array(record)}))})
        case Reply.GROUPS:
            value: Json = {"type": ["string", "null"]}
            group = {"groupByDimensionValues": _array(value), "records": _array(record)}
            # A type for all of them would be one for the lists beside them as well, in languages such as TypeScript.
            aggregates = {"description": "And the aggregates, by their names.", "additionalProperties": True}
            return _array({**_object(group), "required": ["groupByDimensionValues"], **aggregates})


def _object(properties: Json) -> Json:
    """An object that has all of these."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}
