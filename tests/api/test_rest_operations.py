"""Every REST operation on every object over HTTP: the seven of the documentation, and what later versions added."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from rest_shim.operations import OPERATIONS
from schema.catalog.loading import load
from schema.catalog.model import Catalog, ObjectType
from tests.rest_shim.calls import get, keys, minimal, post

OBJECTS = tuple(load().objects)
MOMENT, LATER = "2020-01-02T03:04:05.678Z", "2021-01-02T03:04:05.678Z"
Json = dict[str, Any]
Send = Callable[..., Awaitable[Any]]


@pytest.fixture
def send(client: httpx.AsyncClient) -> Send:
    """`await send("PATCH", "people/…?depth=0", json)` → the body of an answer without errors."""

    async def made(method: str, path: str, json: Any = None, status: int = 200) -> Any:
        response = await client.request(method, f"/rest/{path}", json=json)
        assert response.status_code == status, response.text
        return response.json()

    return made


def capital(name: str) -> str:
    return name[:1].upper() + name[1:]


async def records(client: httpx.AsyncClient, catalog: Catalog, object_type: ObjectType, count: int) -> list[Json]:
    made: list[Json] = await post(
        client, object_type.plural, [await minimal(client, catalog, object_type) for _ in range(count)]
    )
    return made


@pytest.mark.parametrize("name", OBJECTS)
async def test_the_seven(client: httpx.AsyncClient, catalog: Catalog, send: Send, name: str) -> None:
    object_type = catalog.objects[name]
    one, many, plural = capital(name), capital(object_type.plural), object_type.plural
    data = [await minimal(client, catalog, object_type) for _ in range(3)]
    shown = keys(object_type, 1)

    body = await send("POST", plural, data[0], 201)
    assert list(body["data"]) == [f"create{one}"]
    first = body["data"][f"create{one}"]
    body = await send("POST", f"batch/{plural}", data[1:], 201)
    created = [first, *body["data"][f"create{many}"]]
    assert [list(record) for record in created] == [shown] * 3

    ids = [record["id"] for record in created]
    body = await get(client, plural, filter=f"id[in]:[{','.join(ids)}]", order_by="id[DescNullsLast]")
    assert [record["id"] for record in body["data"][plural]] == sorted(ids, reverse=True)
    assert body["totalCount"] == 3
    assert await get(client, f"{plural}/{ids[0]}") == {"data": {name: first}}

    for method, moment in (("PATCH", MOMENT), ("PUT", LATER)):
        body = await send(method, f"{plural}/{ids[0]}", {"createdAt": moment})
        updated = body["data"][f"update{one}"]
        assert updated == {**first, "createdAt": moment, "updatedAt": updated["updatedAt"]}
        assert list(updated) == shown

    assert await send("DELETE", f"{plural}/{ids[0]}") == {"data": {f"delete{one}": {"id": ids[0]}}}
    assert (await client.get(f"/rest/{plural}/{ids[0]}?depth=0")).status_code == 404
    body = await get(client, plural, filter=f"id[in]:[{','.join(ids)}],deletedAt[is]:NOT_NULL")
    assert body["totalCount"] == 0


@pytest.mark.parametrize("name", OBJECTS)
async def test_find_duplicates(client: httpx.AsyncClient, catalog: Catalog, send: Send, name: str) -> None:
    """One group for each input, in the order of the inputs."""
    object_type = catalog.objects[name]
    (record,) = await records(client, catalog, object_type, 1)
    body = await send("POST", f"{object_type.plural}/duplicates?depth=0", {"ids": [str(uuid4()), record["id"]]})
    assert [list(group) for group in body["data"]] == [["totalCount", "pageInfo", f"{name}Duplicates"]] * 2
    assert body["data"][0] == {
        "totalCount": 0,
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
        f"{name}Duplicates": [],
    }
    body = await send(
        "POST", f"{object_type.plural}/duplicates", {"data": [await minimal(client, catalog, object_type)]}
    )
    assert len(body["data"]) == 1


@pytest.mark.parametrize("name", OBJECTS)
async def test_soft_deleted_and_restored(client: httpx.AsyncClient, catalog: Catalog, send: Send, name: str) -> None:
    object_type = catalog.objects[name]
    one, plural = capital(name), object_type.plural
    record = (await records(client, catalog, object_type, 1))[0]
    path = f"{plural}/{record['id']}"
    for restore in (f"restore/{path}", f"{path}/restore"):
        body = await send("DELETE", f"{path}?soft_delete=true")
        assert body == {"data": {f"delete{one}": {"id": record["id"]}}}
        assert (await client.get(f"/rest/{path}")).status_code == 404
        trash = await get(client, plural, filter=f"deletedAt[is]:NOT_NULL,id[eq]:{record['id']}", depth=0)
        assert trash["data"][plural][0]["deletedAt"] is not None
        body = await send("PATCH", restore)
        restored = body["data"][f"restore{one}"]
        assert restored == {**record, "updatedAt": restored["updatedAt"]}
    assert await send("DELETE", f"{path}?soft_delete=false") == {"data": {f"delete{one}": {"id": record["id"]}}}


@pytest.mark.parametrize("name", OBJECTS)
async def test_many_by_a_filter(client: httpx.AsyncClient, catalog: Catalog, send: Send, name: str) -> None:
    object_type = catalog.objects[name]
    many, plural = capital(object_type.plural), object_type.plural
    ids = [record["id"] for record in await records(client, catalog, object_type, 3)]
    chosen, wanted = f"filter=id[in]:[{ids[2]},{ids[0]}]", [ids[2], ids[0]]

    for method, moment in (("PATCH", MOMENT), ("PUT", LATER)):
        body = await send(method, f"{plural}?{chosen}", {"createdAt": moment})
        assert list(body["data"]) == [f"update{many}"]
        found = body["data"][f"update{many}"]
        assert [(record["id"], record["createdAt"]) for record in found] == [
            (wanted_id, moment) for wanted_id in wanted
        ]
        assert [list(record) for record in found] == [keys(object_type, 1)] * 2

    expected = {"data": {f"delete{many}": [{"id": wanted_id} for wanted_id in wanted]}}
    for restore in (f"restore/{plural}", f"{plural}/restore"):
        assert await send("DELETE", f"{plural}?{chosen}&soft_delete=true") == expected
        body = await send("PATCH", f"{restore}?{chosen}&depth=0")
        assert [list(record) for record in body["data"][f"restore{many}"]] == [keys(object_type, 0)] * 2
    assert await send("DELETE", f"{plural}?{chosen}") == expected
    assert (await get(client, plural, filter=f"id[in]:[{','.join(ids)}]"))["totalCount"] == 1


async def test_many_that_match_nothing(send: Send) -> None:
    nobody = f"people?filter=id[eq]:{uuid4()}"
    assert await send("PATCH", nobody, {"city": "x"}) == {"data": {"updatePeople": []}}
    assert await send("DELETE", nobody) == {"data": {"deletePeople": []}}


@pytest.mark.parametrize("batch", [False, True])
async def test_upsert(client: httpx.AsyncClient, send: Send, batch: bool) -> None:
    """What exists is found by a unique field and updated, and answered as a create is."""
    made = await post(client, "people", {"emails": {"primaryEmail": "ada@example.com"}, "city": "London"})
    data: Any = {"emails": {"primaryEmail": "Ada@example.com"}, "jobTitle": "Analyst"}
    path, data = ("batch/people", [data, {"city": "Rome"}]) if batch else ("people", data)
    (answer,) = (await send("POST", f"{path}?upsert=true&depth=0", data, 201))["data"].values()
    found = answer[0] if batch else answer
    assert (found["id"], found["city"], found["jobTitle"]) == (made["id"], "London", "Analyst")
    if batch:
        assert answer[1]["city"] == "Rome"
    assert (await get(client, "people", limit=0))["totalCount"] == 1 + batch


async def test_duplicates_are_found(client: httpx.AsyncClient, send: Send) -> None:
    ada = {"name": {"firstName": "Ada", "lastName": "Lovelace"}}
    first, second, _ = await post(client, "people", [ada, {**ada, "city": "London"}, {"city": "London"}])
    by_id = (await send("POST", "people/duplicates?fields=city", {"ids": [first["id"]]}))["data"]
    assert by_id[0]["personDuplicates"] == [{"city": "London", "id": second["id"]}]
    by_data = (await send("POST", "people/duplicates", {"data": [ada, {}]}))["data"]
    assert [group["totalCount"] for group in by_data] == [2, 0]
    assert [record["id"] for record in by_data[0]["personDuplicates"]] == [first["id"], second["id"]]
    assert list(by_data[0]["personDuplicates"][0]["name"]) == ["firstName", "lastName"]
    assert await send("POST", "people/duplicates", {"ids": []}) == {"data": []}


async def test_a_write_is_no_more_statements_than_in_graphql(
    client: httpx.AsyncClient, send: Send, statements: list[str]
) -> None:
    person = await post(client, "people", {})
    for method, path, json, most in (
        ("PATCH", f"people/{person['id']}", {"city": "x"}, 2),
        ("PATCH", f"people/{person['id']}?depth=0", {"city": "y"}, 1),
        ("PATCH", "people?filter=city[eq]:y", {"city": "z"}, 2),
        ("DELETE", f"people/{person['id']}", None, 1),
    ):
        statements.clear()
        await send(method, path, json)
        assert len(statements) <= most


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if "fields" in o.parameters], ids=lambda o: o.operation_id)
async def test_fields_and_depth_wherever_records_are_answered(
    client: httpx.AsyncClient, catalog: Catalog, send: Send, operation: Any
) -> None:
    company, person = await post(client, "companies", {"name": "Acme"}), await post(client, "people", {"city": "Rome"})
    linked = {"city": "Rome", "companyId": company["id"]}
    await send("PATCH", f"people/{person['id']}", linked)
    bodies = {"createOne{One}": linked, "createMany{Many}": [linked], "mergeMany{Many}": None}
    if operation.operation_id in ("mergeMany{Many}", "groupBy{Many}"):
        pytest.skip("tested by itself")
    await post(client, "people", {"name": {"firstName": "Ada", "lastName": "Lovelace"}, **linked})
    ada = {"data": [{"name": {"firstName": "Ada", "lastName": "Lovelace"}}]}
    body = bodies.get(operation.operation_id, ada if "Duplicates" in operation.operation_id else {"city": "Rome"})
    if operation.operation_id.startswith("restore"):
        await send("DELETE", f"people/{person['id']}?soft_delete=true")
    path = operation.paths[0][1:].format(plural="people", id=person["id"])
    query = f"filter=id[eq]:{person['id']}&" if operation.danger else ""

    async def answered(parameters: str) -> Json:
        if operation.operation_id.startswith("restore"):
            await send("DELETE", f"people/{person['id']}?soft_delete=true")
        asked = await send(operation.methods[0], f"{path}?{query}{parameters}", body, operation.status)
        found = asked["data"]
        while isinstance(found, list) or "id" not in found:
            found = found[0] if isinstance(found, list) else next(v for v in reversed(found.values()) if v)
        return dict(found)

    assert await answered("fields=company.name,city") | {"id": ""} == {
        "city": "Rome",
        "id": "",
        "company": {"name": "Acme", "id": company["id"]},
    }
    person_type, company_type = catalog.objects["person"], catalog.objects["company"]
    assert list(await answered("depth=0")) == keys(person_type, 0)
    assert list((await answered(""))["company"]) == [*company_type.fields, "accountOwner"]
    assert list((await answered("depth=2"))["company"]) == keys(company_type, 1)


async def test_a_relation_is_connected_as_in_graphql(client: httpx.AsyncClient, send: Send) -> None:
    company = await post(client, "companies", {"name": "Acme"})
    person = await post(client, "people", {"company": {"connect": {"where": {"id": company["id"]}}}})
    assert (person["companyId"], person["company"]["name"]) == (company["id"], "Acme")
    body = await send("PATCH", f"people/{person['id']}", {"company": {"disconnect": True}})
    assert body["data"]["updatePerson"]["companyId"] is None
