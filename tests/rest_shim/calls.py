"""Calls of REST that must succeed, and the least data that makes a record of any object."""

from typing import Any
from uuid import uuid4

import httpx

from schema.catalog.model import Catalog, Field, ObjectType


async def post(client: httpx.AsyncClient, plural: str, body: Any) -> Any:
    """Creates one record, or a list of them; gives what is answered."""
    path = f"/rest/batch/{plural}" if isinstance(body, list) else f"/rest/{plural}"
    response = await client.post(path, json=body)
    assert response.status_code == 201, response.text
    (answered,) = response.json()["data"].values()
    return answered


async def get(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    response = await client.get(f"/rest/{path}", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


async def minimal(client: httpx.AsyncClient, catalog: Catalog, object_type: ObjectType) -> dict[str, Any]:
    """Valid data of the required fields alone; what it refers to is created first."""
    required = [field for field in object_type.fields.values() if field.required_on_create]
    return {field.name: await _value(client, catalog, object_type, field) for field in required}


async def _value(client: httpx.AsyncClient, catalog: Catalog, object_type: ObjectType, field: Field) -> Any:
    for relation in object_type.to_one:
        if relation.foreign_key == field.name:
            target = catalog.objects[relation.target]
            return (await post(client, target.plural, await minimal(client, catalog, target)))["id"]
    return {"UUID": str(uuid4()), "DATE_TIME": "2030-01-02T03:04:05.678Z"}[field.kind_name]


def keys(object_type: ObjectType, depth: int) -> list[str]:
    """The keys of a record of its own, in order."""
    return [*object_type.fields, *(object_type.relations if depth else ())]
