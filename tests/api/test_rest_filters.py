"""REST's `filter` and `order_by` over HTTP: what they find, however they are encoded, and that bytes do no harm."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Server, Workspace
from tests.rest_shim.calls import get, post

PEOPLE: tuple[dict[str, Any], ...] = (
    {"city": "Paris", "position": 1, "name": {"firstName": "Ada", "lastName": "A"}, "jobTitle": 'say "hi", (all)'},
    {"city": "paris", "position": 2, "name": {"firstName": "Bob", "lastName": "A"}, "jobTitle": "100% \\ sure"},
    {"city": "Rome", "position": 3, "name": {"firstName": "Cy", "lastName": "B"}, "jobTitle": "it's"},
    {"city": "a,b", "position": 4, "name": {"firstName": "Di", "lastName": "B"}, "jobTitle": ""},
)


@pytest.fixture
async def people(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = await post(client, "people", list(PEOPLE))
    return made


async def names(client: httpx.AsyncClient, **parameters: Any) -> str:
    body = await get(client, "people", fields="name", **parameters)
    return " ".join(person["name"]["firstName"] for person in body["data"]["people"])


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ("city[eq]:Paris", "Ada"),
        ('city[eq]:"Paris"', "Ada"),
        ("city[neq]:Paris", "Bob Cy Di"),
        ("city[in]:[Rome,'a,b']", "Cy Di"),
        ("city[ilike]:PAR%", "Ada Bob"),
        ("city[like]:par%", "Bob"),
        ("city[startsWith]:Pa", "Ada"),
        ("city[endsWith]:s", "Ada Bob"),
        ("city[gt]:Q", "Bob Cy Di"),
        ("city[gte]:Rome,city[lte]:Rome", "Cy"),
        ("position[lt]:2", "Ada"),
        ("position[in]:[1,4.0]", "Ada Di"),
        ("name.lastName[eq]:B", "Cy Di"),
        ("createdBy.source[eq]:API", "Ada Bob Cy Di"),
        ("createdBy.source[in]:[EMAIL]", ""),
        ("companyId[is]:NULL", "Ada Bob Cy Di"),
        ("createdAt[gte]:2020-01-01T00:00:00.000Z", "Ada Bob Cy Di"),
        ("createdAt[lt]:2020-01-01", ""),
        ('jobTitle[eq]:"say \\"hi\\", (all)"', "Ada"),
        ("jobTitle[eq]:'say \"hi\", (all)'", "Ada"),
        ('jobTitle[like]:"100\\% %"', "Bob"),
        ('jobTitle[endsWith]:"\\\\ sure"', "Bob"),
        ('jobTitle[eq]:"it\'s"', "Cy"),
        ("jobTitle[eq]:it's", "Cy"),
        ('jobTitle[eq]:""', "Di"),
        ("or(city[eq]:Rome,and(position[gt]:1,name.firstName[ilike]:b%))", "Bob Cy"),
        ("not(or(city[eq]:Rome,city[ilike]:paris))", "Di"),
        (" and ( city[eq]:Rome , position [ gt ] : 2 ) ", "Cy"),
        ("or(city[eq]:Rome,city[eq]:Paris),position[gt]:1", "Cy"),
        ("deletedAt[is]:NOT_NULL", ""),
    ],
)
async def test_finds(client: httpx.AsyncClient, people: list[dict[str, Any]], filter_: str, found: str) -> None:
    assert await names(client, filter=filter_) == found


async def test_multi_selects_arrays_and_json(client: httpx.AsyncClient) -> None:
    await post(client, "webhooks", [{"operations": ["*.*"]}, {"operations": []}])
    for filter_, count in (
        ("operations[isEmptyArray]:true", 1),
        ("operations[isEmptyArray]:false", 1),
        ("operations[containsIlike]:%*%", 1),
        ("operations[is]:NOT_NULL", 2),
    ):
        assert (await get(client, "webhooks", filter=filter_))["totalCount"] == count
    await post(client, "people", {"emails": {"primaryEmail": "a@b.co", "additionalEmails": ["c@d.co"]}})
    assert (await get(client, "people", filter='emails.additionalEmails[like]:"%c@d%"'))["totalCount"] == 1


@pytest.mark.parametrize("query", ["filter=city[eq]:Rome", "filter=" + quote('city[eq]:"Rome"', safe="")])
async def test_brackets_come_raw_and_encoded(
    server: Server, workspace: Workspace, people: list[dict[str, Any]], query: str
) -> None:
    assert await raw(server, workspace, f"/rest/people?fields=city&{query}".encode()) == (
        200,
        f'{{"data":{{"people":[{{"city":"Rome","id":"{people[2]["id"]}"}}]}}',
    )


async def raw(server: Server, workspace: Workspace, target: bytes) -> tuple[int, str]:
    """The status of a request whose target is sent as it is, and the beginning of its body."""
    host, port = server.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"Host: x\r\nAuthorization: Bearer {workspace.token}\r\nConnection: close\r\n\r\n"
    writer.write(b"GET " + target + b" HTTP/1.1\r\n" + head.encode())
    answer = await reader.read()
    writer.close()
    lines, _, body = answer.partition(b"\r\n\r\n")
    return int(lines.split()[1]), body.decode().split(',"pageInfo"')[0]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("position", "Ada Bob Cy Di"),
        ("position[DescNullsLast]", "Di Cy Bob Ada"),
        ("name.lastName[DescNullsFirst],name.firstName[AscNullsLast]", "Cy Di Ada Bob"),
        ('[{"name":{"lastName":"DescNullsLast"}},{"position":"AscNullsFirst"}]', "Cy Di Ada Bob"),
        ("id[DescNullsLast]", "Di Cy Bob Ada"),
    ],
)
async def test_orders(client: httpx.AsyncClient, people: list[dict[str, Any]], order: str, found: str) -> None:
    assert await names(client, order_by=order) == found
    first = await get(client, "people", order_by=order, limit=2)
    rest = await names(client, order_by=order, starting_after=first["pageInfo"]["endCursor"])
    assert rest == " ".join(found.split()[2:])
    back = await names(client, order_by=order, limit=1, ending_before=first["pageInfo"]["endCursor"])
    assert back == found.split()[0]


async def test_a_filter_is_counted_whole(client: httpx.AsyncClient, people: list[dict[str, Any]]) -> None:
    body = await get(client, "people", filter="position[gt]:1", limit=1, starting_after=people[1]["id"])
    assert (body["totalCount"], len(body["data"]["people"]), body["pageInfo"]["hasNextPage"]) == (3, 1, True)


NAMES = st.sampled_from(["filter", "order_by", "limit", "starting_after", "ending_before", "fields", "depth", "x"])
SIGNS = st.sampled_from([*"andorty()[]:,.\"'\\ %;é\0\n0", "city", "[eq]", "in", "NULL", "name.firstName"])
VALUES = st.lists(SIGNS, max_size=12).map(lambda signs: "".join(signs).encode())
PATHS = st.sampled_from(["people", "people/x", "batch/people", "metadata/fields", "people/duplicates", ""])


@pytest.fixture(scope="module")
def sender(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as made:
        yield made


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, name=NAMES, value=st.binary(max_size=40) | VALUES)
def test_random_bytes_are_never_an_internal_error(
    sender: httpx.Client, workspace: Workspace, path: str, name: str, value: bytes
) -> None:
    target = f"/rest/{path}?{name}={quote(value, safe='')}"
    response = sender.get(target, headers=workspace.headers)
    assert response.status_code < 500, (target, response.text)
    if response.status_code >= 400:
        assert list(response.json()) == ["statusCode", "error", "messages"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["POST", "PATCH", "PUT", "DELETE"]),
    path=PATHS,
    content=st.binary(max_size=60) | st.lists(st.sampled_from([*'{}[]":,\\u0d83', "null", "1e999"])).map("".join),
)
def test_random_bodies_are_never_an_internal_error(
    sender: httpx.Client, workspace: Workspace, method: str, path: str, content: bytes | str
) -> None:
    headers = {**workspace.headers, "Content-Type": "application/json"}
    response = sender.request(method, f"/rest/{path}", content=content, headers=headers)
    assert response.status_code < 500, (method, path, content, response.text)
