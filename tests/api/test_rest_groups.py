"""REST's merge and groupBy: their envelopes, parameters and faults."""

from typing import Any

import httpx
import pytest

from schema.catalog.loading import load
from schema.catalog.model import Catalog
from tests.rest_shim.calls import keys, minimal, post

NESTED = '[{"a":' + '{"a":' * 600 + "1" + "}" * 600 + "}]"
MERGED = tuple(name for name, object_type in load().objects.items() if object_type.traits.duplicates)


@pytest.mark.parametrize("name", MERGED)
async def test_merges_wherever_duplicates_are_known(client: httpx.AsyncClient, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    one, plural = object_type.type_name, object_type.plural
    ids = [(await post(client, plural, await minimal(client, catalog, object_type)))["id"] for _ in range(2)]
    data = {"ids": ids, "conflictPriorityIndex": 1}
    response = await client.patch(f"/rest/{plural}/merge?depth=0", json={**data, "dryRun": True})
    assert response.status_code == 200, response.text
    assert list(response.json()["data"]) == [f"merge{one}"]
    response = await client.patch(f"/rest/{plural}/merge", json=data)
    assert response.status_code == 200, response.text
    merged = response.json()["data"][f"merge{one}"]
    assert merged["id"] == ids[1]
    assert list(merged) == keys(object_type, 1)
    assert (await client.get(f"/rest/{plural}/{ids[0]}")).status_code == 404
    assert (await client.get(f"/rest/{plural}/{ids[1]}")).status_code == 200


@pytest.fixture
async def people(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    data = [{"city": "Rome", "jobTitle": "a"}, {"city": "Rome", "jobTitle": "b"}, {"city": "Oslo", "jobTitle": "c"}]
    made: list[dict[str, Any]] = await post(client, "people", data)
    return made


async def grouped(client: httpx.AsyncClient, plural: str = "people", **parameters: str) -> Any:
    response = await client.get(f"/rest/{plural}/groupBy", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


async def test_groups_are_a_bare_array(client: httpx.AsyncClient, people: list[dict[str, Any]]) -> None:
    by_city = '[{"city":true}]'
    aggregate = '["totalCount","countUniqueValuesJobTitle"]'
    assert await grouped(client, group_by=by_city, aggregate=aggregate) == [
        {"groupByDimensionValues": ["Oslo"], "totalCount": 1, "countUniqueValuesJobTitle": 1},
        {"groupByDimensionValues": ["Rome"], "totalCount": 2, "countUniqueValuesJobTitle": 2},
    ]
    assert await grouped(client, group_by=by_city, filter="jobTitle[gt]:a", limit="1") == [
        {"groupByDimensionValues": ["Oslo"]}
    ]
    for order in ("city[DescNullsLast]", '[{"aggregate":{"countNotEmptyId":"DescNullsLast"}}]'):
        found = await grouped(client, group_by=by_city, order_by=order)
        assert [group["groupByDimensionValues"] for group in found] == [["Rome"], ["Oslo"]]


async def test_groups_with_samples(client: httpx.AsyncClient, people: list[dict[str, Any]]) -> None:
    parameters = {"group_by": '[{"city":true}]', "include_records_sample": "true", "fields": "jobTitle"}
    groups = await grouped(client, order_by_for_records="jobTitle[DescNullsLast]", **parameters)
    assert groups[1] == {
        "groupByDimensionValues": ["Rome"],
        "records": [
            {"jobTitle": "b", "id": people[1]["id"]},
            {"jobTitle": "a", "id": people[0]["id"]},
        ],
    }
    whole = await grouped(client, group_by='[{"city":true}]', include_records_sample="true")
    assert whole[0]["records"][0]["id"] == people[2]["id"]
    assert whole[0]["records"][0]["noteTargets"] == []


async def test_groups_without_null_values(client: httpx.AsyncClient) -> None:
    await post(client, "companies", [{"employees": 3}, {}])
    by_size = '[{"employees":true}]'
    values = [group["groupByDimensionValues"] for group in await grouped(client, "companies", group_by=by_size)]
    assert sorted(map(str, values)) == ["['3']", "[None]"]
    found = await grouped(client, "companies", group_by=by_size, omit_null_values="true", filter="employees[gt]:0")
    assert [group["groupByDimensionValues"] for group in found] == [["3"]]


async def test_groups_by_time(client: httpx.AsyncClient) -> None:
    await post(client, "people", [{"createdAt": "2024-02-03T04:05:06Z"}, {"createdAt": "2024-08-03T04:05:06Z"}])
    found = await grouped(
        client, group_by='[{"createdAt":{"granularity":"YEAR"}}]', aggregate='["totalCount"]', omit_null_values="true"
    )
    assert found == [{"groupByDimensionValues": ["2024-01-01T00:00:00.000Z"], "totalCount": 2}]


@pytest.mark.parametrize(
    ("group_by", "groups"),
    [
        ('[{"city":true,"companyId":false}]', 2),
        ('[{"city":true,"companyId":null,"name":{"firstName":null}}]', 2),
        ('[{"city":true},{"name":{"firstName":true,"lastName":false}}]', 2),
        ('[{"createdAt":{"timeZone":"Europe/Paris"}}]', 2),
        ('[{"createdAt":{}}]', 2),
        ('[{"city":true,"name":{}}]', 2),
        ('[{"companyId":true}]', 1),
    ],
)
async def test_only_what_is_grouped_by_must_not_be_null(client: httpx.AsyncClient, group_by: str, groups: int) -> None:
    (acme,) = await post(client, "companies", [{"name": "Acme"}])
    ada = {"city": "a", "name": {"firstName": "Ada"}, "createdAt": "2024-02-03T04:05:06Z", "companyId": acme["id"]}
    await post(client, "people", [ada, {"city": "b", "createdAt": "2024-08-03T04:05:06Z"}])
    assert len(await grouped(client, group_by=group_by, omit_null_values="true")) == groups


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "people/groupBy", None, 400, "'group_by' parameter is missing"),
        ("GET", "people/groupBy?group_by=[]", None, 400, "'group_by' parameter is missing"),
        ("GET", "people/groupBy?group_by=city", None, 400, "'group_by' parameter invalid. It must be a JSON array"),
        ("GET", 'people/groupBy?group_by=[{"town":true}]', None, 400, "Field 'town' is not defined"),
        ("GET", "people/groupBy?group_by=[1]", None, 400, "Invalid value"),
        (
            "GET",
            'people/groupBy?group_by=[{"city":true}]&aggregate=["count"]',
            None,
            400,
            "'aggregate' parameter invalid. Unknown aggregate 'count'.",
        ),
        ("GET", 'people/groupBy?group_by=[{"city":true}]&aggregate=[{}]', None, 400, "'aggregate' parameter invalid"),
        ("GET", 'people/groupBy?group_by=[{"town":true}]&omit_null_values=true', None, 400, "Field 'town' is not"),
        ("GET", f"people/groupBy?group_by={NESTED}&omit_null_values=true", None, 400, "Field 'a' is not defined"),
        ("PATCH", "people/merge", {"ids": []}, 400, "At least 2 record IDs are required for merge"),
        ("PATCH", "people/merge", {"ids": [], "dry": 1}, 400, "Field 'dry' is not known here. Did you mean 'dryRun'?"),
        ("PATCH", "people/merge", {"ids": ["x", "y"]}, 400, "is not a valid UUID"),
        ("PATCH", "people/merge", [], 400, "Body must be an object"),
        ("PATCH", "messageThreads/merge", {}, 404, "messageThreads have no duplicate criteria"),
    ],
)
async def test_faults(client: httpx.AsyncClient, method: str, path: str, body: Any, status: int, message: str) -> None:
    response = await client.request(method, f"/rest/{path}", json=body)
    assert response.status_code == status, response.text
    assert message in response.json()["messages"][0]
