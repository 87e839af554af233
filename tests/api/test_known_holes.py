"""The classes of hole that servers like this one have had, each tried here or in the tests that docs/security.md names.

The inputs are data, in `hostile/`: whoever hears of another one adds a line.
"""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.conftest import GraphQL, Server, Workspace
from tests.records import create, only

HOSTILE: dict[str, list[str]] = json.loads((Path(__file__).parent / "hostile" / "sql.json").read_text())
COUNT = "{ companies { totalCount } }"
CREATE = 'mutation { createCompany(data: {name: "Acme"}) { id } }'
GROUPS = "query ($by: [PersonGroupByInput!]) { peopleGroupBy(groupBy: $by) { totalCount } }"
PAGE = "query ($after: String, $by: [PersonOrderByInput]) { people(after: $after, orderBy: $by) { totalCount } }"
DATABASE_TEXTS = ("syntax error", "SQLSTATE", "relation ", "column ", "asyncpg", "Traceback")


def refused(response: httpx.Response) -> None:
    """A fault of the client's, that says nothing of the database."""
    body = response.json()
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, body
    assert codes or (response.status_code, body["error"]) == (400, "BadRequestException"), body
    said = " ".join(error["message"] for error in body["errors"]) if codes else " ".join(body["messages"])
    assert not [text for text in DATABASE_TEXTS if text in said]


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> httpx.Response:
    return await client.post("/graphql", json={"query": query, "variables": variables})


@pytest.mark.parametrize("zone", HOSTILE["time zones"])
async def test_time_zones(client: httpx.AsyncClient, statements: list[str], zone: str) -> None:
    by = [{"createdAt": {"granularity": "DAY", "timeZone": zone}}]
    refused(await ask(client, GROUPS, by=by))
    refused(await client.get("/rest/people/groupBy", params={"group_by": json.dumps(by)}))
    assert statements == []


@pytest.mark.parametrize("granularity", HOSTILE["granularities"])
async def test_granularities(client: httpx.AsyncClient, statements: list[str], granularity: str) -> None:
    by = [{"createdAt": {"granularity": granularity}}]
    refused(await ask(client, GROUPS, by=by))
    refused(await client.get("/rest/people/groupBy", params={"group_by": json.dumps(by)}))
    assert statements == []


@pytest.mark.parametrize("order", HOSTILE["orders"])
async def test_order_fields(client: httpx.AsyncClient, statements: list[str], order: str) -> None:
    refused(await ask(client, PAGE, by=[{order: "AscNullsFirst"}]))
    refused(await ask(client, PAGE, by=[{"createdAt": order}]))
    refused(await client.get("/rest/people", params={"order_by": order}))
    assert statements == []


@pytest.mark.parametrize("text", HOSTILE["cursors"])
async def test_cursors(client: httpx.AsyncClient, statements: list[str], text: str) -> None:
    for cursor in (text, base64.urlsafe_b64encode(text.encode()).decode()):
        refused(await ask(client, PAGE, after=cursor, by=[{"createdAt": "AscNullsFirst"}]))
        refused(await client.get("/rest/people", params={"starting_after": cursor, "order_by": "createdAt"}))
    assert statements == []


@pytest.mark.parametrize("locale", HOSTILE["locales"])
async def test_locales(client: httpx.AsyncClient, statements: list[str], locale: str) -> None:
    """There are none: text is compared the same everywhere, whatever a client says of its language."""
    query = "{ people(orderBy: [{city: AscNullsFirst}]) { edges { node { city } } } }"
    plain = await ask(client, query)
    headers = {"Accept-Language": locale, "X-Locale": locale, "Content-Language": locale}
    asked = await client.post("/graphql", json={"query": query}, headers=headers)
    assert asked.content == plain.content
    assert len(set(statements)) == 1 and locale not in statements[0]


@pytest.mark.parametrize(
    "query", ["{ peple { id } }", "{ people { edges { node { nmae } } } }", "{ people(fliter: {}) { totalCount } }"]
)
async def test_suggestions_are_for_those_who_have_a_token(anonymous: httpx.AsyncClient, query: str) -> None:
    for path in ("/graphql", "/metadata"):
        response = await anonymous.post(path, json={"query": query})
        assert response.status_code == 401
        assert "Did you mean" not in response.text and "people" not in response.text
    assert "companies" not in (await anonymous.get("/rest/compnies")).json()["messages"][0]


async def test_get_changes_nothing(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    response = await client.get("/graphql", params={"query": CREATE})
    assert response.status_code == 405
    assert (await only(graphql, COUNT))["totalCount"] == 0


FORMS = (
    ("application/x-www-form-urlencoded", f"query={CREATE}"),
    ("text/plain", json.dumps({"query": CREATE})),
    (
        "multipart/form-data; boundary=x",
        f'--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{CREATE}\r\n--x--',
    ),
)


@pytest.mark.parametrize(("kind", "body"), FORMS)
async def test_what_a_form_of_another_site_can_send(
    client: httpx.AsyncClient, graphql: GraphQL, kind: str, body: str
) -> None:
    headers = {"Content-Type": kind, "Origin": "https://elsewhere.example"}
    for path in ("/graphql", "/rest/companies"):
        assert (await client.post(path, content=body, headers=headers)).status_code == 415
    assert (await only(graphql, COUNT))["totalCount"] == 0


async def test_what_a_browser_sends_by_itself_is_no_token(anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    """Cookies and addresses: so no other site can act for who is logged in."""
    cookie = {"Cookie": f"token={workspace.token}; Authorization=Bearer {workspace.token}"}
    named = {"token": workspace.token, "access_token": workspace.token, "authorization": f"Bearer {workspace.token}"}
    for path in ("/rest/companies", "/graphql"):
        for response in (
            await anonymous.get(path, headers=cookie, params={"query": COUNT} if path == "/graphql" else {}),
            await anonymous.get(path, params={**named, "query": COUNT} if path == "/graphql" else named),
        ):
            assert response.status_code == 401


async def test_operations_do_not_come_in_batches(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    """By which a limit on requests would count many as one."""
    for batch in ([{"query": CREATE}], [{"query": CREATE}] * 100, []):
        response = await client.post("/graphql", json=batch)
        assert response.status_code == 400 and len(response.json()["errors"]) == 1
    assert (await only(graphql, COUNT))["totalCount"] == 0


@pytest.mark.parametrize("directive", ["@a", "@skip(if: false)", "@include(if: true)", "@live", "@deprecated"])
async def test_directives_without_number(client: httpx.AsyncClient, statements: list[str], directive: str) -> None:
    """Neither the work nor the answer grows with them: the document is refused for the first few, or for its size."""
    for number in (100, 1_000, 100_000):
        response = await ask(client, f"{{ people {{ totalCount {directive * number} }} }}")
        assert {error["extensions"]["code"] for error in response.json()["errors"]} <= {
            *("GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX", "GRAPHQL_PARSE_FAILED"),
        }
        assert len(response.content) < 20_000
    assert statements == []


async def test_a_value_is_never_part_of_a_statement(
    server: Server, client: httpx.AsyncClient, graphql: GraphQL, statements: list[str]
) -> None:
    """Wherever a text may stand, it is a parameter; and it is answered as it was given."""
    mark = '\'; DROP TABLE "person"; -- ${jndi}'
    own = await create(graphql, "Person", city=mark, jobTitle=mark)
    query = """query ($f: PersonFilterInput, $s: String!) { people(filter: $f) { edges { node { id city } } }
      search(searchInput: $s, limit: 5) { edges { node { recordId } } } }"""
    tests = [{"city": {operator: mark}} for operator in ("eq", "startsWith", "endsWith", "like", "ilike")]
    for test in (*tests, {"city": {"in": [mark]}}):
        found = (await ask(client, query, f=test, s=mark)).json()
        assert found["data"]["people"]["edges"] == [{"node": {"id": own, "city": mark}}]
    rest = await client.get("/rest/people", params={"filter": f"city[eq]:{orjson.dumps(mark).decode()}"})
    assert [record["id"] for record in rest.json()["data"]["people"]] == [own]
    assert statements and not [statement for statement in statements if "jndi" in statement or "DROP" in statement]
