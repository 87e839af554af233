"""Objects, fields and relations of the catalog → how Twenty's metadata API shows them."""

from typing import Any

from schema.catalog.model import Catalog, Field, ObjectType, Relation
from schema.declare import names
from schema.declare.stable_ids import data_source_id, field_id, object_id, relation_id
from schema.metadata.facts import IMAGE, PUBLISHED, default_value, is_system, options
from schema.metadata.icons import icon


def object_metadata(catalog: Catalog, object_type: ObjectType) -> dict[str, Any]:
    traits = object_type.traits
    return {
        **_reference(object_type),
        "universalIdentifier": object_id(object_type.name),
        "labelSingular": traits.label,
        "labelPlural": traits.label_plural,
        "description": object_type.description,
        "icon": traits.icon,
        "isCustom": False,
        "isActive": True,
        "createdAt": PUBLISHED,
        "updatedAt": PUBLISHED,
        "labelIdentifierFieldMetadataId": field_id(object_type.name, traits.identifier),
        "imageIdentifierFieldMetadataId": field_id(object_type.name, IMAGE) if IMAGE in object_type.fields else None,
        "fields": [
            *(field_metadata(object_type, field) for field in object_type.fields.values()),
            *(relation_metadata(catalog, object_type, relation) for relation in object_type.relations.values()),
        ],
    }


def field_metadata(object_type: ObjectType, field: Field) -> dict[str, Any]:
    return {
        **_field(object_type, field.name, field.kind_name, icon(field)),
        "isSystem": is_system(field),
        "isNullable": field.nullable,
        "isUnique": field.unique,
        "defaultValue": default_value(field),
        "options": options(object_type, field),
    }


def relation_metadata(catalog: Catalog, object_type: ObjectType, relation: Relation) -> dict[str, Any]:
    """The field at one end of a relation: the other end stands in `from…` or `to…`, and in `relation`."""
    target = catalog.objects[relation.target]
    holder = target if relation.is_to_many else object_type
    there = "to" if relation.is_to_many else "from"
    other_end = {
        "id": relation_id(holder.name, relation.foreign_key),
        "relationType": "ONE_TO_MANY",
        f"{there}ObjectMetadata": _reference(target),
        f"{there}FieldMetadataId": field_id(target.name, relation.inverse),
    }
    return {
        **_field(object_type, relation.name, "RELATION", target.traits.icon),
        "isNullable": relation.nullable or relation.is_to_many,
        "fromRelationMetadata": other_end if relation.is_to_many else None,
        "toRelationMetadata": None if relation.is_to_many else other_end,
        "relation": {
            "type": "ONE_TO_MANY" if relation.is_to_many else "MANY_TO_ONE",
            "sourceObjectMetadata": _named(object_type),
            "targetObjectMetadata": _named(target),
            "sourceFieldMetadata": {"id": field_id(object_type.name, relation.name), "name": relation.name},
            "targetFieldMetadata": {"id": field_id(target.name, relation.inverse), "name": relation.inverse},
        },
    }


def _named(object_type: ObjectType) -> dict[str, Any]:
    names = {"nameSingular": object_type.name, "namePlural": object_type.plural}
    return {"id": object_id(object_type.name), **names}


def _reference(object_type: ObjectType) -> dict[str, Any]:
    return {
        "id": object_id(object_type.name),
        "dataSourceId": data_source_id(),
        "nameSingular": object_type.name,
        "namePlural": object_type.plural,
        "isSystem": object_type.traits.system,
        "isRemote": False,
    }


def _field(object_type: ObjectType, name: str, type_name: str, icon_name: str) -> dict[str, Any]:
    return {
        "id": field_id(object_type.name, name),
        "universalIdentifier": field_id(object_type.name, name),
        "objectMetadataId": object_id(object_type.name),
        "type": type_name,
        "name": name,
        "label": names.label(name),
        "description": None,
        "icon": icon_name,
        "isCustom": False,
        "isActive": True,
        "isSystem": False,
        "isNullable": True,
        "isUnique": False,
        "createdAt": PUBLISHED,
        "updatedAt": PUBLISHED,
        "defaultValue": None,
        "options": None,
        "fromRelationMetadata": None,
        "toRelationMetadata": None,
        "relation": None,
    }
