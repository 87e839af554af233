"""`/rest/metadata`: the model as clients of Twenty read it, with ids that never change."""

from typing import Any

import httpx

from schema.catalog.model import Catalog
from schema.declare.stable_ids import field_id, object_id
from tests.rest_shim.calls import get


async def test_objects(client: httpx.AsyncClient, catalog: Catalog) -> None:
    body = await get(client, "metadata/objects")
    objects = body["data"]["objects"]
    assert [found["nameSingular"] for found in objects] == list(catalog.objects)
    assert body["totalCount"] == 37
    person = next(found for found in objects if found["nameSingular"] == "person")
    assert person["id"] == person["universalIdentifier"] == str(object_id("person"))
    assert person["icon"] == "IconUser"
    assert person["labelIdentifierFieldMetadataId"] == str(field_id("person", "name"))
    assert (person["namePlural"], person["labelPlural"], person["isSystem"]) == ("people", "People", False)
    names = [field["name"] for field in person["fields"]]
    assert names == [*catalog.objects["person"].fields, *catalog.objects["person"].relations]
    assert await get(client, f"metadata/objects/{person['id'].upper()}") == {"data": {"object": person}}


async def test_fields(client: httpx.AsyncClient) -> None:
    stage = (await get(client, f"metadata/fields/{field_id('opportunity', 'stage')}"))["data"]["field"]
    assert (stage["type"], stage["defaultValue"], stage["isNullable"]) == ("SELECT", "'NEW'", False)
    assert [option["value"] for option in stage["options"]][:2] == ["NEW", "SCREENING"]
    assert stage["objectMetadataId"] == str(object_id("opportunity"))
    to_one = (await get(client, f"metadata/fields/{field_id('person', 'company')}"))["data"]["field"]
    to_many = (await get(client, f"metadata/fields/{field_id('company', 'people')}"))["data"]["field"]
    assert (to_one["type"], to_one["fromRelationMetadata"]) == ("RELATION", None)
    assert to_one["toRelationMetadata"]["fromObjectMetadata"]["nameSingular"] == "company"
    assert to_one["toRelationMetadata"]["fromFieldMetadataId"] == to_many["id"]
    assert to_many["fromRelationMetadata"]["toFieldMetadataId"] == to_one["id"]
    assert to_many["fromRelationMetadata"]["id"] == to_one["toRelationMetadata"]["id"]
    person = {"id": str(object_id("person")), "nameSingular": "person", "namePlural": "people"}
    company = {"id": str(object_id("company")), "nameSingular": "company", "namePlural": "companies"}
    assert to_one["relation"] == {
        "type": "MANY_TO_ONE",
        "sourceObjectMetadata": person,
        "targetObjectMetadata": company,
        "sourceFieldMetadata": {"id": to_one["id"], "name": "company"},
        "targetFieldMetadata": {"id": to_many["id"], "name": "people"},
    }
    assert (to_many["relation"]["type"], to_many["relation"]["targetObjectMetadata"]) == ("ONE_TO_MANY", person)
    assert stage["relation"] is None
    assert (to_one["icon"], to_one["universalIdentifier"]) == ("IconBuildingSkyscraper", to_one["id"])


async def test_pages(client: httpx.AsyncClient) -> None:
    whole = [field["id"] for field in (await get(client, "metadata/fields"))["data"]["fields"]]
    walked: list[str] = []
    parameters: dict[str, Any] = {"limit": 300}
    while True:
        body = await get(client, "metadata/fields", **parameters)
        assert body["pageInfo"]["hasPreviousPage"] is bool(walked)
        walked += [field["id"] for field in body["data"]["fields"]]
        parameters["starting_after"] = body["pageInfo"]["endCursor"]
        if not body["pageInfo"]["hasNextPage"]:
            break
    assert walked == whole
    assert body["totalCount"] == len(whole)
    back = await get(client, "metadata/fields", limit=2, ending_before=whole[3])
    assert [field["id"] for field in back["data"]["fields"]] == whole[1:3]
    assert (await get(client, "metadata/fields", limit=0))["pageInfo"]["startCursor"] is None
