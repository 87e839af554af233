"""The model for clients to read: `/metadata/objects` and `/metadata/fields`, made from the catalog."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from rest_shim import query
from rest_shim.model import field_metadata, object_metadata, relation_metadata
from schema.catalog.model import Catalog
from schema.errors import BadUserInput, NotFound
from schema.values.ids import uuid
from schema.values.messages import did_you_mean, shown

Item = Mapping[str, Any]
Parameters = Mapping[str, str]
Handle = Callable[[Catalog, Mapping[str, str], Parameters], Mapping[str, Any]]

EXAMPLES = "/rest/metadata/fields or /rest/metadata/objects/id"
READ_ONLY = ": the model is read-only here"
MOST = 1000
PARAMETERS = ("limit", "starting_after", "ending_before")


def _objects(catalog: Catalog) -> list[Item]:
    return [object_metadata(catalog, object_type) for object_type in catalog.objects.values()]


def _fields(catalog: Catalog) -> list[Item]:
    return [
        field
        for object_type in catalog.objects.values()
        for field in (
            *(field_metadata(object_type, field) for field in object_type.fields.values()),
            *(relation_metadata(catalog, object_type, relation) for relation in object_type.relations.values()),
        )
    ]


COLLECTIONS: Mapping[str, tuple[str, Callable[[Catalog], list[Item]]]] = {
    "objects": ("object", _objects),
    "fields": ("field", _fields),
}


def _many(catalog: Catalog, path: Mapping[str, str], parameters: Parameters) -> Mapping[str, Any]:
    _, items = _collection(path)
    page, has_previous, has_next = _page(items(catalog), parameters)
    cursors = [_cursor(item["id"]) for item in (page[:1] + page[-1:])]
    return {
        "data": {path["collection"]: page},
        "pageInfo": {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        "totalCount": len(items(catalog)),
    }


def _one(catalog: Catalog, path: Mapping[str, str], parameters: Parameters) -> Mapping[str, Any]:
    singular, items = _collection(path)
    try:
        wanted = uuid(path["id"], "id")
    except BadUserInput:
        raise BadUserInput(f"'{shown(path['id'])}' is not a valid UUID") from None
    for item in items(catalog):
        if item["id"] == wanted:
            return {"data": {singular: item}}
    raise NotFound


def _no_such(catalog: Catalog, path: Mapping[str, str], parameters: Parameters) -> Mapping[str, Any]:
    raise NotFound(f"Query path '/rest/metadata' invalid. Valid examples: {EXAMPLES}")


# By path, in the order in which they are tried, with the query parameters that are known there.
HANDLERS: Mapping[str, tuple[Handle, tuple[str, ...]]] = {
    "/metadata/{collection}": (_many, PARAMETERS),
    "/metadata/{collection}/{id}": (_one, ()),
    "/metadata": (_no_such, ()),
}


def _collection(path: Mapping[str, str]) -> tuple[str, Callable[[Catalog], list[Item]]]:
    name = path["collection"]
    if name not in COLLECTIONS:
        raise NotFound(
            f"Query path '/rest/metadata/{shown(name)}' invalid. Metadata path \"{shown(name)}\" does not exist."
            f" Valid examples: /rest/metadata/fields or /rest/metadata/objects.{did_you_mean(name, COLLECTIONS)}"
        )
    return COLLECTIONS[name]


def _page(items: list[Item], given: Mapping[str, str]) -> tuple[list[Item], bool, bool]:
    """Part of the items, and whether there are some before and after it."""
    after, before = given.get("starting_after"), given.get("ending_before")
    if after and before:
        raise BadUserInput("Only one of 'endingBefore' and 'startingAfter' may be provided")
    limit = min(query.number_of_records("limit", given["limit"]) if "limit" in given else MOST, MOST)
    ids = [item["id"] for item in items]
    if before:
        end = _place(ids, before)
        start = max(0, end - limit)
    else:
        start = _place(ids, after) + 1 if after else 0
        end = min(len(items), start + limit)
    return items[start:end], start > 0, end < len(items)


def _place(ids: Sequence[UUID], cursor: str) -> int:
    try:
        return ids.index(_decoded(cursor))
    except ValueError:
        raise BadUserInput(f"Invalid cursor: {shown(cursor)}") from None


def _cursor(item_id: UUID) -> str:
    return base64.urlsafe_b64encode(orjson.dumps({"id": item_id})).rstrip(b"=").decode()


def _decoded(cursor: str) -> UUID:
    """Raises ValueError. A bare id is a cursor, too."""
    try:
        return UUID(cursor)
    except ValueError:
        pass
    padded = cursor.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(cursor.rstrip("=")) % 4)
    try:
        value = orjson.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError from error
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise ValueError
    return UUID(value["id"])
