"""The feed over HTTP, in both APIs: what it says of events, its pages, and what it refuses."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from app.database.pool import Connection
from app.events.batch import Batches, Outcome
from app.events.relay import BATCH
from schema.catalog.model import Catalog
from tests.app.events.outbox import Outbox
from tests.conftest import GraphQL, Workspace
from tests.records import NOWHERE, OBJECTS, Json, make, only

NODE = """
number id name object action recordId record before updatedFields diff
actor { source name workspaceMemberId apiKeyId } requestId eventDate
"""
PAGE = f"""
query ($after: String, $first: Int, $filter: EventFilterInput) {{
  events(after: $after, first: $first, filter: $filter) {{
    edges {{ cursor node {{ {NODE} }} }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""


@pytest_asyncio.fixture
async def outbox(connection: Connection, catalog: Catalog, workspace: Workspace) -> Outbox:
    return Outbox(connection, catalog, workspace.id)


@cache
def batches(catalog: Catalog) -> Batches:
    return Batches(catalog)


async def relayed(outbox: Outbox) -> str:
    """Relays all that waits; gives the cursor of the log's end."""
    connection, workspace_id = outbox.connection, outbox.workspace_id
    while await batches(outbox.catalog).relay(connection, workspace_id, BATCH, ()) is not Outcome.ALL:
        pass
    last = await connection.fetchval("SELECT last_number FROM event_log WHERE workspace_id = $1", workspace_id)
    return str(last or 0)


async def five(outbox: Outbox) -> tuple[str, list[UUID]]:
    """Events of three people: of the first one created, updated and deleted. Gives the cursor before them."""
    start = await relayed(outbox)
    ids = [await outbox.create("person", city=city) for city in ("Rome", "Oslo", "Bern")]
    for own_id in ids:
        await outbox.put("person", "created", None, await outbox.stored("person", own_id))
    await outbox.changed("person", ids[0], {"city": "Milan"})
    row = await outbox.stored("person", ids[0])
    await outbox.put("person", "deleted", row, {**row, "deletedAt": "2026-01-02T03:04:05+00:00"})
    await relayed(outbox)
    return start, ids


async def page(graphql: GraphQL, **variables: Any) -> Json:
    found: Json = await only(graphql, PAGE, **variables)
    return found


def nodes(found: Json) -> list[Json]:
    return [edge["node"] for edge in found["edges"]]


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_object_in_both_apis(
    graphql: GraphQL, client: httpx.AsyncClient, catalog: Catalog, outbox: Outbox, name: str
) -> None:
    """An event's record is what the API answers, field by field."""
    object_type = catalog.objects[name]
    own_id = UUID(await make(graphql, catalog, name))
    start = await relayed(outbox)
    fields = " ".join(
        field.name
        if field.composite is None
        else f"{field.name} {{ {' '.join(part or '' for part in field.by_part)} }}"
        for field in object_type.fields.values()
    )
    record = await only(graphql, f'{{ {name}(filter: {{ id: {{ eq: "{own_id}" }} }}) {{ {fields} }} }}')
    row = await outbox.stored(name, own_id)
    earlier = {**row, "createdAt": "2001-02-03T04:05:06.789+00:00"}
    await outbox.put(name, "created", None, row)
    await outbox.put(name, "updated", earlier, row)
    await outbox.put(name, "destroyed", row, None)
    await relayed(outbox)

    created, updated, destroyed = nodes(await page(graphql, after=start))
    assert (created["record"], destroyed["record"]) == (record, record)
    assert [event["name"] for event in (created, updated, destroyed)] == [
        f"{name}.{action}" for action in ("created", "updated", "destroyed")
    ]
    assert (updated["record"], updated["before"]) == (record, {**record, "createdAt": "2001-02-03T04:05:06.789Z"})
    assert updated["updatedFields"] == ["createdAt"]
    assert updated["diff"] == {"createdAt": {"before": "2001-02-03T04:05:06.789Z", "after": record["createdAt"]}}
    assert [created[key] for key in ("before", "updatedFields", "diff")] == [None] * 3
    answer = await client.get("/rest/events", params={"after": start})
    assert answer.status_code == 200
    assert answer.json()["data"]["events"] == [created, updated, destroyed]
    assert answer.json()["pageInfo"] == {"hasNextPage": False, "endCursor": str(destroyed["number"])}


async def test_who_did_it_and_when(graphql: GraphQL, outbox: Outbox, workspace: Workspace) -> None:
    start = await relayed(outbox)
    own_id = await outbox.create("company")
    row = await outbox.stored("company", own_id)
    by = {"source": "MANUAL", "name": 'Ada "L"', "workspaceMemberId": str(workspace.member_id), "requestId": "r7"}
    at = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
    await outbox.put("company", "created", None, row, by=by, at=at)
    await relayed(outbox)
    (event,) = nodes(await page(graphql, after=start))
    assert event["actor"] == {
        "source": "MANUAL",
        "name": 'Ada "L"',
        "workspaceMemberId": str(workspace.member_id),
        "apiKeyId": None,
    }
    assert (event["requestId"], event["eventDate"]) == ("r7", "2026-03-04T05:06:07.089Z")
    assert (event["object"], event["action"], event["recordId"]) == ("company", "created", str(own_id))
    assert {event["before"], event["diff"]} == {None} and event["updatedFields"] is None


async def test_pages(graphql: GraphQL, client: httpx.AsyncClient, outbox: Outbox) -> None:
    start, _ = await five(outbox)
    whole = nodes(await page(graphql, after=start))
    assert [event["action"] for event in whole] == ["created", "created", "created", "updated", "deleted"]
    assert [event["number"] for event in whole] == list(range(int(start) + 1, int(start) + 6))
    seen, cursor, more = [], start, True
    while more:
        found = await page(graphql, after=cursor, first=2)
        assert [edge["cursor"] for edge in found["edges"]] == [str(node["number"]) for node in nodes(found)]
        seen += nodes(found)
        cursor, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert seen == whole
    assert await page(graphql, after=cursor) == {
        "edges": [],
        "pageInfo": {"hasNextPage": False, "endCursor": cursor},
    }
    assert await page(graphql, after=start, first=0) == {
        "edges": [],
        "pageInfo": {"hasNextPage": True, "endCursor": start},
    }
    rest = await client.get("/rest/events", params={"after": start, "first": 2})
    assert rest.json() == {
        "data": {"events": whole[:2]},
        "pageInfo": {"hasNextPage": True, "endCursor": str(whole[1]["number"])},
    }
    for words in (f"starting_after={start}&limit=2", f"starting_after={start}&after={start}&first=2"):
        assert (await client.get(f"/rest/events?{words}")).json() == rest.json()
    for words, named in (("limit=2&first=3", "limit"), ("starting_after=1&after=2", "starting_after")):
        refused = await client.get(f"/rest/events?{words}")
        assert refused.status_code == 400 and f"'{named}'" in refused.json()["messages"][0]
    everything = await page(graphql)
    assert nodes(everything)[-5:] == whole


async def test_filters(graphql: GraphQL, client: httpx.AsyncClient, outbox: Outbox) -> None:
    start, ids = await five(outbox)
    company = await outbox.create("company")
    await outbox.put("company", "created", None, await outbox.stored("company", company), at=datetime.now(UTC))
    end = await relayed(outbox)
    hour = timedelta(hours=1)
    for filter, expected in (
        ({"object": "company"}, ["company.created"]),
        ({"action": "deleted"}, ["person.deleted"]),
        ({"recordId": str(ids[0])}, ["person.created", "person.updated", "person.deleted"]),
        ({"recordId": str(ids[0]).upper(), "action": "updated"}, ["person.updated"]),
        ({"object": "person", "action": "created", "recordId": str(ids[2])}, ["person.created"]),
        ({"object": "company", "action": "deleted"}, []),
        ({"since": (datetime.now(UTC) - hour).isoformat(), "object": "company"}, ["company.created"]),
        ({"since": (datetime.now(UTC) + hour).isoformat()}, []),
        ({"object": None, "recordId": NOWHERE}, []),
    ):
        found = await page(graphql, after=start, filter=filter)
        assert [event["name"] for event in nodes(found)] == expected, filter
        assert found["pageInfo"] == {"hasNextPage": False, "endCursor": end}
        given = {name: value for name, value in filter.items() if value}
        answer = await client.get("/rest/events", params={"after": start, **given})
        assert answer.json()["data"]["events"] == nodes(found)


async def test_since_a_moment(graphql: GraphQL, outbox: Outbox) -> None:
    start = await relayed(outbox)
    own_id = await outbox.create("person")
    row = await outbox.stored("person", own_id)
    for n in range(3):
        await outbox.put("person", "created", None, row, at=datetime.now(UTC))
        await relayed(outbox)
        if n == 0:
            moment = datetime.now(UTC)
            await asyncio.sleep(0.01)
    found = await page(graphql, filter={"since": moment.isoformat()})
    assert [event["number"] for event in nodes(found)] == [int(start) + 2, int(start) + 3]


async def test_only_what_is_asked_for(graphql: GraphQL, outbox: Outbox, statements: list[str]) -> None:
    start, _ = await five(outbox)
    statements.clear()
    query = """
    query ($after: String) {
      __typename
      log: events(after: $after, first: 1) {
        __typename
        edges { __typename at: cursor event: node { __typename n: number who: actor { __typename name } ...More } }
        info: pageInfo { __typename end: endCursor }
      }
    }
    fragment More on Event { action object }
    """
    answer = await graphql(query, after=start)
    number = int(start) + 1
    assert answer == {
        "data": {
            "__typename": "Query",
            "log": {
                "__typename": "EventConnection",
                "edges": [
                    {
                        "__typename": "EventEdge",
                        "at": str(number),
                        "event": {
                            "__typename": "Event",
                            "n": number,
                            "who": {"__typename": "EventActor", "name": "Key"},
                            "action": "created",
                            "object": "person",
                        },
                    }
                ],
                "info": {"__typename": "EventPageInfo", "end": str(number)},
            },
        }
    }
    (statement,) = statements
    assert "record::text" not in statement and "json_object_agg" not in statement
    assert (
        await graphql("query ($after: String) { events(after: $after) { pageInfo { hasNextPage } } }", after=start)
    )["data"] == {"events": {"pageInfo": {"hasNextPage": False}}}


async def test_edges_by_several_keys(graphql: GraphQL, outbox: Outbox, statements: list[str]) -> None:
    start, _ = await five(outbox)
    statements.clear()
    query = """
    query ($after: String) {
      events(after: $after, first: 2) {
        some: edges { cursor } edges { node { number } } edges { node { action } } pageInfo { hasNextPage }
      }
    }
    """
    one, two = int(start) + 1, int(start) + 2
    assert (await graphql(query, after=start))["data"]["events"] == {
        "some": [{"cursor": str(one)}, {"cursor": str(two)}],
        "edges": [{"node": {"number": n, "action": "created"}} for n in (one, two)],
        "pageInfo": {"hasNextPage": True},
    }
    assert len(statements) == 1


async def test_workspaces_see_their_own(
    graphql: GraphQL, other_graphql: GraphQL, outbox: Outbox, other_workspace: Workspace
) -> None:
    _, ids = await five(outbox)
    other = Outbox(outbox.connection, outbox.catalog, other_workspace.id)
    await relayed(other)
    assert [event for event in nodes(await page(other_graphql)) if event["recordId"] in map(str, ids)] == []
    assert nodes(await page(other_graphql, filter={"recordId": str(ids[0])})) == []
    assert len(nodes(await page(graphql, filter={"recordId": str(ids[0])}))) == 3


async def test_a_cursor_past_the_retention(graphql: GraphQL, client: httpx.AsyncClient, outbox: Outbox) -> None:
    start, _ = await five(outbox)
    first = int(start) + 1
    await outbox.connection.execute(
        "DELETE FROM event WHERE workspace_id = $1 AND number < $2", outbox.workspace_id, first + 2
    )
    assert len(nodes(await page(graphql, after=str(first + 1)))) == 3
    gone: list[Json] = [{"after": "0"}, {"after": str(first)}, {"after": str(first), "filter": {"object": "company"}}]
    for variables in gone:
        answer = await graphql(PAGE, **variables)
        (error,) = answer["errors"]
        assert answer["data"] is None
        assert error["extensions"] == {"code": "GONE", "after": str(first + 1)}
        assert error["message"].endswith(f"are not kept any more. Start anew after {first + 1}")
    refused = await client.get("/rest/events", params={"after": str(first)})
    assert (refused.status_code, refused.json()) == (
        410,
        {
            "statusCode": 410,
            "error": "GoneException",
            "messages": [f"Events after {first} are not kept any more. Start anew after {first + 1}"],
        },
    )
    assert [event["number"] for event in nodes(await page(graphql))] == [first + 2, first + 3, first + 4]
    await outbox.connection.execute("DELETE FROM event WHERE workspace_id = $1", outbox.workspace_id)
    (error,) = (await graphql(PAGE, after=str(first)))["errors"]
    assert error["extensions"]["after"] == str(first + 4)
    assert nodes(await page(graphql, after=str(first + 4))) == []


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"after": "x"}, "Invalid cursor: x is not the number of an event"),
        ({"after": ""}, "Invalid cursor:  is not the number of an event"),
        ({"after": "-1"}, "Invalid cursor: -1 is not the number of an event"),
        ({"after": "9" * 30}, f"Invalid cursor: {'9' * 30} is not the number of an event"),
        ({"after": "123456789"}, "Invalid cursor: 123456789 is beyond the end of the log, which is "),
        ({"first": -1}, "First argument must be non-negative"),
        ({"filter": {"object": "companies"}}, "filter.object: there is no object 'companies'. Did you mean 'company'?"),
        ({"filter": {"object": "Person"}}, "filter.object: there is no object 'Person'. Did you mean 'person'?"),
        ({"filter": {"object": "thing"}}, "filter.object: there is no object 'thing'."),
        (
            {"filter": {"action": "create"}},
            "filter.action: there is no action 'create'. There are created, updated, deleted, restored, destroyed",
        ),
        ({"filter": {"recordId": "x"}}, 'Value "x" is not a valid UUID'),
        ({"filter": {"since": "yesterday"}}, "Variable '$filter' has invalid value at .since: Invalid date-time"),
    ],
)
async def test_what_is_refused(graphql: GraphQL, client: httpx.AsyncClient, variables: Json, message: str) -> None:
    (error,) = (await graphql(PAGE, **variables))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message.replace('"$filter"', "'$filter'")) or error["message"].startswith(
        message
    )
    parameters = {**variables, **variables.get("filter", {})}
    parameters.pop("filter", None)
    if parameters.get("after") == "":
        return  # an empty parameter counts as not given
    refused = await client.get("/rest/events", params=parameters)
    assert (refused.status_code, refused.json()["error"]) == (400, "BadRequestException")


@pytest.mark.parametrize("name", ["offset", "ending_before", "order_by", "x"])
async def test_unknown_parameters_are_refused(client: httpx.AsyncClient, name: str) -> None:
    refused = await client.get("/rest/events", params={name: "1"})
    assert refused.status_code == 400
    assert refused.json()["messages"][0].startswith(f"Unknown query parameter '{name}'.")


async def test_methods_and_tokens(client: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
    refused = await client.post("/rest/events", json={})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert (await anonymous.get("/rest/events")).status_code == 401
    assert (await client.head("/rest/events/")).status_code == 200


async def test_a_page_is_clamped(graphql: GraphQL, connection: Connection, workspace: Workspace) -> None:
    last = await connection.fetchval("SELECT last_number FROM event_log WHERE workspace_id = $1", workspace.id) or 0
    await connection.execute(
        "INSERT INTO event (workspace_id, number, day, object, action, record_id, record, origin, happened_at,"
        " recorded_at) SELECT $1, n, current_date, 'person', 'created', gen_random_uuid(), '{}', '{}', now(), now()"
        " FROM generate_series($2::int, $3) n",
        *(workspace.id, last + 1, last + 1100),
    )
    await connection.execute(
        "INSERT INTO event_log (workspace_id, last_number) VALUES ($1, $2)"
        " ON CONFLICT (workspace_id) DO UPDATE SET last_number = excluded.last_number",
        *(workspace.id, last + 1100),
    )
    found = await page(graphql, after=str(last), first=5000)
    assert (len(found["edges"]), found["pageInfo"]["hasNextPage"]) == (1000, True)
    assert len((await page(graphql, after=str(last)))["edges"]) == 60
    assert found["pageInfo"]["endCursor"] == str(last + 1000)
