"""The GraphQL types of the metadata API. Their values are made once, by `model`; only pages are made on request."""

# ruff: noqa: N802, N815 - fields have their API names

from collections.abc import Sequence
from enum import Enum

import strawberry
from strawberry.scalars import JSON

from schema.metadata.filters import FieldFilter, IndexFilter, matching
from schema.metadata.paging import CursorPaging, cursor, page
from schema.types.page_info import PageInfo
from schema.types.scalars import UUID, ConnectionCursor, DateTime


@strawberry.enum
class FieldMetadataType(Enum):
    UUID = "UUID"
    TEXT = "TEXT"
    PHONES = "PHONES"
    EMAILS = "EMAILS"
    DATE_TIME = "DATE_TIME"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"
    NUMBER = "NUMBER"
    NUMERIC = "NUMERIC"
    LINKS = "LINKS"
    CURRENCY = "CURRENCY"
    FULL_NAME = "FULL_NAME"
    RATING = "RATING"
    SELECT = "SELECT"
    MULTI_SELECT = "MULTI_SELECT"
    RELATION = "RELATION"
    POSITION = "POSITION"
    ADDRESS = "ADDRESS"
    RAW_JSON = "RAW_JSON"
    RICH_TEXT = "RICH_TEXT"
    RICH_TEXT_V2 = "RICH_TEXT_V2"
    ACTOR = "ACTOR"
    ARRAY = "ARRAY"
    TS_VECTOR = "TS_VECTOR"


@strawberry.enum
class RelationType(Enum):
    ONE_TO_MANY = "ONE_TO_MANY"
    MANY_TO_ONE = "MANY_TO_ONE"


@strawberry.enum
class RelationDefinitionType(Enum):
    ONE_TO_ONE = "ONE_TO_ONE"
    ONE_TO_MANY = "ONE_TO_MANY"
    MANY_TO_MANY = "MANY_TO_MANY"
    MANY_TO_ONE = "MANY_TO_ONE"


@strawberry.enum
class RelationMetadataType(Enum):
    ONE_TO_ONE = "ONE_TO_ONE"
    ONE_TO_MANY = "ONE_TO_MANY"
    MANY_TO_ONE = "MANY_TO_ONE"
    MANY_TO_MANY = "MANY_TO_MANY"


@strawberry.enum
class IndexType(Enum):
    BTREE = "BTREE"
    GIN = "GIN"


@strawberry.type
class ObjectStandardOverrides:
    labelSingular: str | None = None
    labelPlural: str | None = None
    description: str | None = None
    icon: str | None = None
    translations: JSON | None = None


@strawberry.type
class StandardOverrides:
    label: str | None = None
    description: str | None = None
    icon: str | None = None
    translations: JSON | None = None


@strawberry.type(description="One end of a relation, seen from the field that stands for it.")
class Relation:
    type: RelationType
    sourceObjectMetadata: "Object"
    targetObjectMetadata: "Object"
    sourceFieldMetadata: "Field"
    targetFieldMetadata: "Field"


@strawberry.type(description="The same in the terms of earlier clients.")
class RelationDefinition:
    relationId: UUID
    direction: RelationDefinitionType
    sourceObjectMetadata: "Object"
    targetObjectMetadata: "Object"
    sourceFieldMetadata: "Field"
    targetFieldMetadata: "Field"


@strawberry.type(description="A relation as a whole: from the object that has many, to the one that holds the key.")
class RelationMetadata:
    id: UUID
    relationType: RelationMetadataType
    fromObjectMetadataId: UUID
    toObjectMetadataId: UUID
    fromFieldMetadataId: UUID
    toFieldMetadataId: UUID
    fromObjectMetadata: "Object"
    toObjectMetadata: "Object"
    createdAt: DateTime
    updatedAt: DateTime


@strawberry.type
class IndexField:
    id: UUID
    fieldMetadataId: UUID
    order: float
    createdAt: DateTime
    updatedAt: DateTime


@strawberry.type
class IndexFieldEdge:
    node: IndexField
    cursor: ConnectionCursor


@strawberry.type
class IndexIndexFieldMetadatasConnection:
    pageInfo: PageInfo
    edges: list[IndexFieldEdge]


@strawberry.type
class Index:
    id: UUID
    name: str
    isCustom: bool
    isUnique: bool
    indexType: IndexType
    indexWhereClause: str | None
    createdAt: DateTime
    updatedAt: DateTime
    fields: strawberry.Private[Sequence[IndexField]]

    @strawberry.field
    def indexFieldMetadatas(self, paging: CursorPaging | None = strawberry.UNSET) -> IndexIndexFieldMetadatasConnection:
        found = page(self.fields, paging)
        edges = [IndexFieldEdge(node=item, cursor=cursor(item)) for item in found.items]
        return IndexIndexFieldMetadatasConnection(pageInfo=found.info, edges=edges)


@strawberry.type
class IndexEdge:
    node: Index
    cursor: ConnectionCursor


@strawberry.type
class ObjectIndexMetadatasConnection:
    pageInfo: PageInfo
    edges: list[IndexEdge]


@strawberry.type(description="A field of an object. A relation is a field of type RELATION at both of its ends.")
class Field:
    id: UUID
    universalIdentifier: UUID
    type: FieldMetadataType
    name: str
    label: str
    description: str | None
    icon: str | None
    isCustom: bool
    isActive: bool
    isSystem: bool
    isUIReadOnly: bool
    isNullable: bool
    isUnique: bool
    isLabelSyncedWithName: bool
    createdAt: DateTime
    updatedAt: DateTime
    standardOverrides: StandardOverrides | None
    defaultValue: JSON | None = strawberry.field(
        description="Text stands in single quotes; without them, `now` and `uuid` are computed on each write."
    )
    options: JSON | None
    settings: JSON | None
    object: "Object"
    relation: Relation | None = None
    morphRelations: list[Relation] | None = None
    relationDefinition: RelationDefinition | None = None
    fromRelationMetadata: RelationMetadata | None = None
    toRelationMetadata: RelationMetadata | None = None


@strawberry.type
class FieldEdge:
    node: Field
    cursor: ConnectionCursor


@strawberry.type
class FieldConnection:
    pageInfo: PageInfo
    edges: list[FieldEdge]


@strawberry.type
class ObjectFieldsConnection:
    pageInfo: PageInfo
    edges: list[FieldEdge]


@strawberry.type(description="An object: what records are of.")
class Object:
    id: UUID
    universalIdentifier: UUID
    dataSourceId: UUID
    nameSingular: str
    namePlural: str
    labelSingular: str
    labelPlural: str
    description: str | None
    icon: str | None
    shortcut: str | None
    isCustom: bool
    isRemote: bool
    isActive: bool
    isSystem: bool
    isSearchable: bool
    isUIReadOnly: bool
    isLabelSyncedWithName: bool
    createdAt: DateTime
    updatedAt: DateTime
    labelIdentifierFieldMetadataId: UUID | None
    imageIdentifierFieldMetadataId: UUID | None
    standardOverrides: ObjectStandardOverrides | None
    duplicateCriteria: list[list[str]] | None
    indexes: strawberry.Private[Sequence[Index]]
    fieldsList: list[Field] = strawberry.field(default_factory=list)

    @strawberry.field
    def fields(
        self, paging: CursorPaging | None = strawberry.UNSET, filter: FieldFilter | None = strawberry.UNSET
    ) -> ObjectFieldsConnection:
        found = page(matching(self.fieldsList, filter), paging)
        return ObjectFieldsConnection(pageInfo=found.info, edges=field_edges(found.items))

    @strawberry.field
    def indexMetadatas(
        self, paging: CursorPaging | None = strawberry.UNSET, filter: IndexFilter | None = strawberry.UNSET
    ) -> ObjectIndexMetadatasConnection:
        found = page(matching(self.indexes, filter), paging)
        edges = [IndexEdge(node=index, cursor=cursor(index)) for index in found.items]
        return ObjectIndexMetadatasConnection(pageInfo=found.info, edges=edges)


@strawberry.type
class ObjectEdge:
    node: Object
    cursor: ConnectionCursor


@strawberry.type
class ObjectConnection:
    pageInfo: PageInfo
    edges: list[ObjectEdge]


def field_edges(fields: Sequence[Field]) -> list[FieldEdge]:
    return [FieldEdge(node=field, cursor=cursor(field)) for field in fields]
