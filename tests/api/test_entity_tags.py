"""ETag, If-None-Match and If-Match over REST, and `ifUnchangedSince` in GraphQL."""

import asyncio
from typing import Any

import httpx
import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import NOWHERE, OBJECTS, a_moment, create, make

HELD = ("PATCH", "PUT", "DELETE")


async def tag_of(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200
    return answer.headers["etag"].removeprefix("W/")


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_object(client: httpx.AsyncClient, graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    path = f"/rest/{object_type.plural}/{await make(graphql, catalog, name)}"
    read = await client.get(path)
    (record,) = read.json()["data"].values()
    etag = read.headers["etag"].removeprefix("W/")
    assert etag.startswith(f'"{record["updatedAt"]}-')
    assert "_updatedAt" not in read.text and read.text.startswith(f'{{"data":{{"{name}":{{')

    again = await client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"].removeprefix("W/")) == (304, b"", etag)

    stale = etag.replace(record["updatedAt"], "2001-02-03T04:05:06.789Z")
    refused = await client.delete(path, headers={"If-Match": stale})
    assert (refused.status_code, refused.json()["error"]) == (412, "PreconditionFailedException")
    assert (await client.get(path)).text == read.text
    assert (await client.delete(path, headers={"If-Match": etag})).status_code == 200
    assert (await client.get(path)).status_code == 404


async def test_the_tag_tells_what_was_asked_for(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    company = await create(graphql, "Company", name="Before")
    path = f"/rest/companies/{company}"
    tags = {await tag_of(client, path + asked) for asked in ("", "?depth=0", "?fields=name", "?fields=name,updatedAt")}
    assert len(tags) == 4
    assert (await client.get(f"{path}?fields=name")).json()["data"]["company"] == {"id": company, "name": "Before"}

    before = await tag_of(client, path)
    await create(graphql, "Person", companyId=company)
    after = await tag_of(client, path)
    assert after != before, "a related record is part of the answer"
    assert after.rpartition("-")[0] == before.rpartition("-")[0], "and not of the record"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("*",), 304),
        (("{}",), 304),
        (("W/{}",), 304),
        (('"other", W/{}',), 304),
        (('"other"', "{}"), 304),
        (('"other"',), 200),
        (("nothing",), 200),
    ],
)
async def test_if_none_match(client: httpx.AsyncClient, graphql: GraphQL, lines: tuple[str, ...], status: int) -> None:
    path = f"/rest/people/{await create(graphql, 'Person')}?depth=0"
    etag = await tag_of(client, path)
    headers = [("If-None-Match", line.format(etag)) for line in lines]
    answer = await client.get(path, headers=headers)
    assert (answer.status_code, bool(answer.content)) == (status, status == 200)


async def test_a_packed_answer_has_a_weak_tag(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    path = f"/rest/people/{await create(graphql, 'Person', jobTitle='x' * 2000)}"
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"


async def test_pages_of_other_origins_may_read_it(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    path = f"/rest/people/{await create(graphql, 'Person')}"
    answer = await client.get(path, headers={"Origin": "https://app.example"})
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Idempotency-Replayed", "X-Ignored-Parameters"} <= set(exposed)


@pytest.mark.parametrize("method", HELD)
async def test_if_match(client: httpx.AsyncClient, graphql: GraphQL, method: str) -> None:
    path = f"/rest/people/{await create(graphql, 'Person')}"
    body: dict[str, Any] = {} if method == "DELETE" else {"json": {"jobTitle": "Engineer"}}

    async def held(tag: str, where: str = path) -> int:
        return (await client.request(method, where, headers={"If-Match": tag}, **body)).status_code

    old = await tag_of(client, path)
    await client.patch(path, json={"city": "Rome"})
    current = await tag_of(client, f"{path}?fields=id")
    assert await held(old) == 412
    assert await held('"another"') == 412
    assert await held("unquoted") == 400
    assert await held(f"{old}, {current}") == 400
    assert await held(current, f"/rest/people/{NOWHERE}") == 404
    assert (await client.get(path)).json()["data"]["person"]["jobTitle"] == ""
    assert await held(f"W/{current}") == 200


async def test_any_version(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    path = f"/rest/people/{await create(graphql, 'Person')}"
    assert (await client.patch(path, headers={"If-Match": "*"}, json={"city": "Rome"})).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/rest/people"),
        ("PATCH", "/rest/people?filter=city[eq]:Rome"),
        ("DELETE", "/rest/people?filter=city[eq]:Rome"),
    ],
)
async def test_only_changes_of_one_record_are_held(client: httpx.AsyncClient, method: str, path: str) -> None:
    body: dict[str, Any] = {} if method == "DELETE" else {"json": {"jobTitle": "Engineer"}}
    answer = await client.request(method, path, headers={"If-Match": '"x"'}, **body)
    assert answer.status_code == 400
    assert answer.json()["messages"] == ["If-Match is for changes of one record by its id"]


async def test_of_many_that_read_the_same_version_one_writes(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    path = f"/rest/people/{await create(graphql, 'Person')}"
    for turn in range(5):
        etag = await tag_of(client, path)
        writes = [client.patch(path, headers={"If-Match": etag}, json={"jobTitle": f"{turn}.{n}"}) for n in range(8)]
        answers = await asyncio.gather(*writes)
        assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]
        (winner,) = [answer for answer in answers if answer.status_code == 200]
        (record,) = winner.json()["data"].values()
        assert (await client.get(path)).json()["data"]["person"]["jobTitle"] == record["jobTitle"]


async def test_nothing_that_comes_along_is_written(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    person, company = await create(graphql, "Person"), await create(graphql, "Company")
    mutation = """mutation ($id: ID, $data: CompanyUpdateInput, $since: DateTime) {
        updateCompany(id: $id, data: $data, ifUnchangedSince: $since) { id } }"""
    people: dict[str, Any]
    for people in ({"connect": [{"where": {"id": person}}]}, {"create": [{"jobTitle": "New"}]}):
        answer = await graphql(mutation, id=company, data={"people": people}, since="2001-02-03T04:05:06.789Z")
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["PRECONDITION_FAILED"], answer
    read = await graphql("{ people { edges { node { companyId } } } }")
    assert [edge["node"] for edge in read["data"]["people"]["edges"]] == [{"companyId": None}]


@pytest.mark.parametrize("verb", ["update", "delete", "restore", "destroy"])
async def test_graphql(graphql: GraphQL, verb: str) -> None:
    person = await create(graphql, "Person")
    if verb == "restore":
        await graphql("mutation ($id: ID) { deletePerson(id: $id) { id } }", id=person)
    data = ', data: {jobTitle: "Engineer"}' if verb == "update" else ""
    mutation = f"""mutation ($id: ID, $since: DateTime) {{
        {verb}Person(id: $id{data}, ifUnchangedSince: $since) {{ id updatedAt company {{ id }} }} }}"""

    async def now() -> Any:
        filter = "{or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
        read = await graphql(
            f"{{ people(filter: {filter}) {{ edges {{ node {{ updatedAt deletedAt jobTitle }} }} }} }}"
        )
        return read["data"]["people"]["edges"][0]["node"]

    before = await now()
    await a_moment()
    answer = await graphql(mutation, id=person, since="2001-02-03T04:05:06.789Z")
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["PRECONDITION_FAILED"]
    assert await now() == before
    missing = await graphql(mutation, id=NOWHERE, since=before["updatedAt"])
    assert [error["extensions"]["code"] for error in missing["errors"]] == ["NOT_FOUND"]
    done = await graphql(mutation, id=person, since=before["updatedAt"])
    assert "errors" not in done, done
