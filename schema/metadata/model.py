"""Catalog → the objects and fields of the metadata API, each with its place in the whole. Made once a catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from strawberry.scalars import JSON

from schema.catalog.model import Catalog, ObjectType
from schema.catalog.model import Field as CatalogField
from schema.catalog.model import Relation as CatalogRelation
from schema.declare import names, stable_ids
from schema.metadata import facts, icons
from schema.metadata.types import (
    Field,
    FieldMetadataType,
    Index,
    IndexField,
    IndexType,
    Object,
    Relation,
    RelationDefinition,
    RelationDefinitionType,
    RelationMetadata,
    RelationMetadataType,
    RelationType,
)
from schema.types.scalars import UUID, DateTime

PUBLISHED = DateTime(facts.PUBLISHED)


@dataclass(frozen=True, eq=False)
class Model:
    """All objects and fields of a catalog, in its order."""

    catalog: Catalog

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        made = {name: _object(self.catalog, object_type) for name, object_type in self.catalog.objects.items()}
        for name, object_type in self.catalog.objects.items():
            made[name].fieldsList.extend(_fields(self.catalog, made[name], object_type))
        for object_type in self.catalog.objects.values():
            for relation in object_type.relations.values():
                _connect(made, relation)
        return tuple(made.values())

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for made in self.objects for field in made.fieldsList)


def object_id(name: str) -> UUID:
    return UUID(str(stable_ids.object_id(name)))


def field_id(object_name: str, name: str) -> UUID:
    return UUID(str(stable_ids.field_id(object_name, name)))


def _object(catalog: Catalog, object_type: ObjectType) -> Object:
    name, traits = object_type.name, object_type.traits
    return Object(
        id=object_id(name),
        universalIdentifier=object_id(name),
        dataSourceId=UUID(str(stable_ids.data_source_id())),
        nameSingular=name,
        namePlural=traits.plural,
        labelSingular=traits.label,
        labelPlural=traits.label_plural,
        description=object_type.description,
        icon=traits.icon,
        shortcut=None,
        isCustom=False,
        isRemote=False,
        isActive=True,
        isSystem=traits.system,
        isSearchable=bool(traits.search),
        isUIReadOnly=False,
        isLabelSyncedWithName=False,
        createdAt=PUBLISHED,
        updatedAt=PUBLISHED,
        labelIdentifierFieldMetadataId=field_id(name, traits.identifier),
        imageIdentifierFieldMetadataId=field_id(name, facts.IMAGE) if facts.IMAGE in object_type.fields else None,
        standardOverrides=None,
        duplicateCriteria=facts.duplicate_criteria(object_type),
        indexes=[_index(name, index) for index in facts.indexes(catalog, object_type)],
    )


def _index(object_name: str, index: facts.Index) -> Index:
    own_id = str(stable_ids.index_id(index.name))
    return Index(
        id=UUID(own_id),
        name=index.name,
        isCustom=False,
        isUnique=index.is_unique,
        indexType=IndexType.BTREE,
        indexWhereClause=index.where,
        createdAt=PUBLISHED,
        updatedAt=PUBLISHED,
        fields=[
            IndexField(
                id=UUID(str(stable_ids.index_id(f"{index.name} {order}"))),
                fieldMetadataId=field_id(object_name, field.name),
                order=order,
                createdAt=PUBLISHED,
                updatedAt=PUBLISHED,
            )
            for order, field in enumerate(index.fields)
        ],
    )


def _fields(catalog: Catalog, made: Object, object_type: ObjectType) -> Iterable[Field]:
    for field in object_type.fields.values():
        yield _field(made, object_type, field)
    for relation in object_type.relations.values():
        yield _relation_field(catalog, made, relation)


def _field(made: Object, object_type: ObjectType, field: CatalogField) -> Field:
    return Field(
        id=field_id(object_type.name, field.name),
        universalIdentifier=field_id(object_type.name, field.name),
        type=FieldMetadataType[field.kind_name],
        name=field.name,
        label=names.label(field.name),
        description=None,
        icon=icons.icon(field),
        isCustom=False,
        isActive=True,
        isSystem=facts.is_system(field),
        isUIReadOnly=facts.is_read_only(object_type, field),
        isNullable=field.nullable,
        isUnique=field.unique,
        isLabelSyncedWithName=False,
        createdAt=PUBLISHED,
        updatedAt=PUBLISHED,
        standardOverrides=None,
        defaultValue=_json(facts.default_value(field)),
        options=_json(facts.options(object_type, field)),
        settings=None,
        object=made,
    )


def _relation_field(catalog: Catalog, made: Object, relation: CatalogRelation) -> Field:
    return Field(
        id=field_id(relation.source, relation.name),
        universalIdentifier=field_id(relation.source, relation.name),
        type=FieldMetadataType.RELATION,
        name=relation.name,
        label=names.label(relation.name),
        description=None,
        icon=catalog.objects[relation.target].traits.icon,
        isCustom=False,
        isActive=True,
        isSystem=False,
        isUIReadOnly=False,
        isNullable=relation.is_to_many or relation.nullable,
        isUnique=False,
        isLabelSyncedWithName=False,
        createdAt=PUBLISHED,
        updatedAt=PUBLISHED,
        standardOverrides=None,
        defaultValue=None,
        options=None,
        settings=_json(facts.relation_settings(relation)),
        object=made,
    )


def _json(value: Any) -> JSON | None:
    return cast("JSON | None", value)


def _connect(made: Mapping[str, Object], relation: CatalogRelation) -> None:
    """Tells the field of one end of a relation of the other end."""
    here, there = made[relation.source], made[relation.target]
    field, other = _named(here, relation.name), _named(there, relation.inverse)
    kind = "ONE_TO_MANY" if relation.is_to_many else "MANY_TO_ONE"
    holder = relation.target if relation.is_to_many else relation.source
    relation_id = UUID(str(stable_ids.relation_id(holder, relation.foreign_key)))
    field.relation = Relation(
        type=RelationType[kind],
        sourceObjectMetadata=here,
        targetObjectMetadata=there,
        sourceFieldMetadata=field,
        targetFieldMetadata=other,
    )
    field.relationDefinition = RelationDefinition(
        relationId=relation_id,
        direction=RelationDefinitionType[kind],
        sourceObjectMetadata=here,
        targetObjectMetadata=there,
        sourceFieldMetadata=field,
        targetFieldMetadata=other,
    )
    if relation.is_to_many:
        field.fromRelationMetadata = other.toRelationMetadata = RelationMetadata(
            id=relation_id,
            relationType=RelationMetadataType.ONE_TO_MANY,
            fromObjectMetadataId=here.id,
            toObjectMetadataId=there.id,
            fromFieldMetadataId=field.id,
            toFieldMetadataId=other.id,
            fromObjectMetadata=here,
            toObjectMetadata=there,
            createdAt=PUBLISHED,
            updatedAt=PUBLISHED,
        )


def _named(made: Object, name: str) -> Field:
    return next(field for field in made.fieldsList if field.name == name)
