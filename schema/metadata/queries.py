"""The root fields of the metadata API, for both schemas."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import strawberry

from schema.catalog.model import Catalog
from schema.errors import NotFound
from schema.metadata.filters import FieldFilter, ObjectFilter, matching
from schema.metadata.model import Model
from schema.metadata.paging import CursorPaging, cursor, page
from schema.metadata.types import Field, FieldConnection, Object, ObjectConnection, ObjectEdge, field_edges
from schema.types.scalars import UUID

T = TypeVar("T", Object, Field)
Wanted = Annotated[UUID, strawberry.argument(name="id")]


def metadata_queries(catalog: Catalog) -> dict[str, Any]:
    """Strawberry fields by name. They read nothing but the catalog."""
    model = Model(catalog)

    def objects(
        paging: CursorPaging | None = strawberry.UNSET, filter: ObjectFilter | None = strawberry.UNSET
    ) -> ObjectConnection:
        found = page(matching(model.objects, filter), paging)
        edges = [ObjectEdge(node=node, cursor=cursor(node)) for node in found.items]
        return ObjectConnection(pageInfo=found.info, edges=edges)

    def fields(
        paging: CursorPaging | None = strawberry.UNSET, filter: FieldFilter | None = strawberry.UNSET
    ) -> FieldConnection:
        found = page(matching(model.fields, filter), paging)
        return FieldConnection(pageInfo=found.info, edges=field_edges(found.items))

    def one_object(wanted: Wanted) -> Object:
        return _found(model.objects, wanted, "object")

    def one_field(wanted: Wanted) -> Field:
        return _found(model.fields, wanted, "field")

    resolvers: dict[str, Callable[..., Any]] = {
        "objects": objects,
        "object": one_object,
        "fields": fields,
        "field": one_field,
    }
    return {name: strawberry.field(resolver, name=name) for name, resolver in resolvers.items()}


def _found(items: tuple[T, ...], wanted: UUID, what: str) -> T:
    for item in items:
        if item.id == str(wanted):
            return item
    raise NotFound(f"There is no {what} {wanted}")
