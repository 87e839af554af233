"""A caller who knows all of another workspace's ids, texts and cursors is answered as one who made them up.

For every root field and every route, byte for byte, but for ids of requests and times; and none of the others' rows
changes. The cases are in `strangers`; a root field, an argument or a route without one fails here.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import orjson
import pytest

from app.events.batch import Batches, Outcome
from app.events.relay import BATCH
from rest_shim.operations import OPERATIONS as REST_OPERATIONS
from rest_shim.operations import PATHS
from rest_shim.routes import handlers
from schema.api import Api
from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operations import OPERATIONS, Operation, Result, root_fields
from schema.execution.execute import graphql_schema
from tests.api.strangers import OTHERS, OURS, ROUTES, STREAMS, THEIRS, Ask, Own, Words, any_of, asks, cases
from tests.conftest import GraphQL, NewWorkspace, Server, Workspace, asking
from tests.records import OBJECTS, Json, create, full, make, only, required, selection

LAST_EVENT = "SELECT last_number FROM event_log WHERE workspace_id = $1"
TABLES = (
    "SELECT table_name FROM information_schema.columns WHERE column_name = 'workspace_id' AND table_schema = 'public'"
)
AT_WORK = """mutation ($id: ID) {
  updateWebhook(id: $id, data: {pausedAt: null, operations: ["*.*"], fields: []}) { id } }"""
TOLD_APART = {"x-request-id", "date", "etag"}


@dataclass(frozen=True, slots=True)
class Strangers:
    """`theirs` are words of the other workspace, `nobodys` their twin. `own` are the caller's records by object."""

    database_url: str
    other: UUID
    there: httpx.Client
    here: httpx.Client
    theirs: Words
    nobodys: Words
    own: Mapping[str, Own]

    def rows(self) -> Mapping[str, str]:
        """A hash of the other workspace's rows, by table."""
        return asyncio.run(_rows(self.database_url, self.other))


@pytest.fixture(scope="module")
def strangers(server: Server, database_url: str, catalog: Catalog, new_workspace: NewWorkspace) -> Iterator[Strangers]:
    """The caller has the most rights that there are: the token of the first member, who is an admin."""
    there, here = (asyncio.run(_made(new_workspace)) for _ in range(2))
    words, _ = asyncio.run(_filled(server, catalog, database_url, there, THEIRS))
    _, own = asyncio.run(_filled(server, catalog, database_url, here, OURS))
    with _client(server, there) as of_there, _client(server, here) as of_here:
        yield Strangers(database_url, there.id, of_there, of_here, words, words.twin(), own)


async def _made(new_workspace: NewWorkspace) -> Workspace:
    return await new_workspace()


def _client(server: Server, workspace: Workspace) -> httpx.Client:
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    return httpx.Client(base_url=server.url, headers=headers, timeout=60)


async def _filled(
    server: Server, catalog: Catalog, database_url: str, workspace: Workspace, n: int
) -> tuple[Words, Mapping[str, Own]]:
    """Two records of each object, one of them deleted, that are linked wherever they can be."""
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=60) as client:
        graphql = asking(client)
        live = {}
        for name, object_type in catalog.objects.items():
            data = {**await required(graphql, catalog, object_type, n), **full(object_type, n)}
            live[name] = await create(graphql, object_type.type_name, **data)
        deleted = {name: await make(graphql, catalog, name, n + 1) for name in OBJECTS}
        own = {}
        for name, object_type in catalog.objects.items():
            await _link(graphql, object_type, live[name], live)
            await only(graphql, _by_id("delete", object_type), id=deleted[name])
            own[name] = Own(live[name], await required(graphql, catalog, object_type, n))
        await only(graphql, AT_WORK, id=live["webhook"])
        delivery = await only(
            graphql, "mutation ($id: ID!) { testWebhook(id: $id) { id eventId } }", id=live["webhook"]
        )
        number = await _told(database_url, catalog, workspace.id)
    return Words(live, deleted, n, delivery["id"], delivery["eventId"], str(number)), own


def _by_id(verb: str, object_type: ObjectType) -> str:
    return f"mutation ($id: ID) {{ {verb}{object_type.type_name}(id: $id) {{ id }} }}"


async def _link(graphql: GraphQL, object_type: ObjectType, own: str, targets: Mapping[str, str]) -> None:
    data = {relation.foreign_key: targets[relation.target] for relation in object_type.to_one}
    type_name = object_type.type_name
    query = f"mutation ($id: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $id, data: $d) {{ id }} }}"
    await only(graphql, query, id=own, d=data)


async def _told(database_url: str, catalog: Catalog, workspace_id: UUID) -> int:
    """Relays what has happened; gives the number of the last event."""
    connection = await asyncpg.connect(database_url)
    try:
        while await Batches(catalog).relay(connection, workspace_id, BATCH, ()) is not Outcome.ALL:
            pass
        return int(await connection.fetchval(LAST_EVENT, workspace_id))
    finally:
        await connection.close()


async def _rows(database_url: str, workspace_id: UUID) -> Mapping[str, str]:
    connection = await asyncpg.connect(database_url)
    try:
        tables = [row["table_name"] for row in await connection.fetch(TABLES)]
        parts = [
            f"SELECT '{table}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS hash"
            f' FROM "{table}" t WHERE workspace_id = $1'
            for table in tables
        ]
        found = await connection.fetch(" UNION ALL ".join(parts), workspace_id)
        return {row["name"]: row["hash"] for row in found}
    finally:
        await connection.close()


def _document(operation: Operation, object_type: ObjectType, given: Json) -> str:
    """The operation with the arguments given as variables, and all own fields selected."""
    types = {name: type_.format(type=object_type.type_name) for name, type_ in operation.arguments.items()}
    declared = ", ".join(f"${name}: {types[name]}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)
    kind = "mutation" if operation.is_mutation else "query"
    own = "id" if "upsert" in given else selection(object_type)
    page = f"totalCount edges {{ cursor node {{ {own} }} }} pageInfo {{ hasNextPage hasPreviousPage }}"
    shown = page if operation.result in (Result.CONNECTION, Result.CONNECTIONS) else own
    if operation.result is Result.GROUPS:
        shown = "groupByDimensionValues totalCount edges { node { id } }"
    return f"{kind} ({declared}) {{ {operation.field_name(object_type)}({passed}) {{ {shown} }} }}"


def _graphql(client: httpx.Client, query: str, variables: Json | None = None, path: str = "/graphql") -> httpx.Response:
    return client.post(path, json={"query": query, "variables": variables or {}})


def _said(response: httpx.Response, strangers: Strangers) -> tuple[int, Any, str]:
    """All of an answer that may not differ: status, headers, and the body with made up words."""
    headers = {name: value for name, value in response.headers.items() if name not in TOLD_APART}
    text = strangers.theirs.without(response.text, strangers.nobodys)
    headers.pop("content-length", None)
    return response.status_code, headers, re.sub(r"[\d-]{10}T[\d:.]{12}Z", "a time", text)


@pytest.mark.parametrize("name", OBJECTS)
def test_every_operation(strangers: Strangers, catalog: Catalog, name: str) -> None:
    object_type, own, before = catalog.objects[name], strangers.own[name], strangers.rows()
    for operation in OPERATIONS:
        if not operation.applies(object_type):
            continue
        theirs = cases(operation, object_type, strangers.theirs, own)
        nobodys = cases(operation, object_type, strangers.nobodys, own)
        assert {argument for given in theirs for argument in given} == set(operation.arguments)
        for known, made_up in zip(theirs, nobodys, strict=True):
            query = _document(operation, object_type, known)
            answers = [_graphql(strangers.here, query, given) for given in (known, made_up)]
            if "upsert" in known:
                _forget(strangers, object_type, answers)
                continue
            assert _said(answers[0], strangers) == _said(answers[1], strangers), query
            assert "GRAPHQL_VALIDATION_FAILED" not in answers[0].text, answers[0].text
    assert strangers.rows() == before


def _forget(strangers: Strangers, object_type: ObjectType, answers: list[httpx.Response]) -> None:
    """Destroys what was made with their texts, which is no record of theirs."""
    found = [made for answer in answers for made in answer.json()["data"].values()]
    made = {record["id"] for one in found for record in (one if isinstance(one, list) else [one])}
    assert made.isdisjoint(strangers.theirs.ids())
    for own in made:
        destroyed = _graphql(strangers.here, _by_id("destroy", object_type), {"id": own})
        assert "errors" not in destroyed.json()


@pytest.mark.parametrize("name", OBJECTS)
def test_the_others_find_what_the_words_say(strangers: Strangers, catalog: Catalog, name: str) -> None:
    """So that the words are no empty ones."""
    object_type = catalog.objects[name]
    query = f"query ($f: {object_type.type_name}FilterInput) {{ {object_type.plural}(filter: $f) {{ totalCount }} }}"
    for words, least in ((strangers.theirs, 2), (strangers.nobodys, 0)):
        found = _graphql(strangers.there, query, {"f": any_of(object_type, words)}).json()["data"]
        count = found[object_type.plural]["totalCount"]
        assert count >= 2 if least else count == 0


@pytest.mark.parametrize("name", OBJECTS)
def test_a_life_under_the_same_id(strangers: Strangers, catalog: Catalog, name: str) -> None:
    """A record that has the id of one of theirs is another one: made, changed, deleted, destroyed."""
    object_type, before = catalog.objects[name], strangers.rows()
    type_name, own = object_type.type_name, strangers.theirs.live[name]
    create = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ id }} }}"
    update = f"mutation ($id: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $id, data: $d) {{ id }} }}"
    data = {**strangers.own[name].least, "id": own}
    done = [_graphql(strangers.here, create, {"d": data}), _graphql(strangers.here, update, {"id": own, "d": {}})]
    done += [
        _graphql(strangers.here, _by_id(verb, object_type), {"id": own}) for verb in ("delete", "restore", "destroy")
    ]
    assert [list(answer.json()["data"].values()) for answer in done] == [[{"id": own}]] * 5
    assert strangers.rows() == before


@pytest.mark.parametrize("name", OBJECTS)
def test_every_route(strangers: Strangers, catalog: Catalog, name: str) -> None:
    object_type, own, before = catalog.objects[name], strangers.own[name], strangers.rows()
    for operation in REST_OPERATIONS:
        if not operation.graphql.applies(object_type):
            continue
        known = list(asks(operation, object_type, strangers.theirs, own))
        made_up = list(asks(operation, object_type, strangers.nobodys, own))
        assert {ask.method for ask in known} == set(operation.methods) or not object_type.to_one
        _compare(strangers, known, made_up)
    assert strangers.rows() == before


def _compare(strangers: Strangers, known: list[Ask], made_up: list[Ask]) -> None:
    for pair in zip(known, made_up, strict=True):
        answers = [_rest(strangers.here, ask) for ask in pair]
        assert _said(answers[0], strangers) == _said(answers[1], strangers), pair[0]
        assert answers[0].status_code < 500


def _rest(client: httpx.Client, ask: Ask) -> httpx.Response:
    content = None if ask.body is None else orjson.dumps(ask.body)
    return client.request(ask.method, f"/rest{ask.path}", content=content)


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_root_field(strangers: Strangers, api: Api, name: str) -> None:
    before = strangers.rows()
    for path, schema in (("/graphql", api.schema), ("/metadata", api.execute_metadata.schema)):
        built = graphql_schema(schema)
        for kind, parent in (("query", built.query_type), ("mutation", built.mutation_type)):
            if parent is None or name not in parent.fields:
                continue
            for known, made_up in zip(OTHERS[name](strangers.theirs), OTHERS[name](strangers.nobodys), strict=True):
                first, second = (
                    _graphql(strangers.here, f"{kind} {{ {field} }}", path=path) for field in (known, made_up)
                )
                assert _said(first, strangers) == _said(second, strangers), known
                assert "GRAPHQL_VALIDATION_FAILED" not in first.text, first.text
    assert strangers.rows() == before


@pytest.mark.parametrize("path", ROUTES)
def test_every_other_route(strangers: Strangers, path: str) -> None:
    before = strangers.rows()
    _compare(strangers, ROUTES[path](strangers.theirs), ROUTES[path](strangers.nobodys))
    assert strangers.rows() == before


@pytest.mark.parametrize("name", STREAMS)
def test_every_stream(strangers: Strangers, name: str) -> None:
    """Of the first moment of each: who asks for what has happened already is told at once."""
    for words in (strangers.theirs, strangers.nobodys):
        (field,) = STREAMS[name](words)
        assert list(_streamed(strangers.here, field)) == []
    assert "person" in next(_streamed(strangers.there, STREAMS[name](strangers.theirs)[0]))


def _streamed(client: httpx.Client, field: str) -> Iterator[str]:
    """The data of events that come within half a second of each other."""
    headers = {"Accept": "text/event-stream"}
    asked = {"query": f"subscription {{ {field} }}"}
    try:
        with client.stream("POST", "/graphql", json=asked, headers=headers, timeout=0.5) as response:
            assert response.status_code == 200
            yield from (line for line in response.iter_lines() if line.startswith("data:"))
    except httpx.ReadTimeout:
        return


def test_there_is_a_case_for_every_root_field_and_route(api: Api, catalog: Catalog) -> None:
    built = [graphql_schema(schema) for schema in (api.schema, api.execute_metadata.schema)]
    present = {
        name for one in built for parent in (one.query_type, one.mutation_type) if parent for name in parent.fields
    }
    assert present == {field.name for field in root_fields(catalog)} | OTHERS.keys()
    streams = {name for one in built if one.subscription_type for name in one.subscription_type.fields}
    assert streams == STREAMS.keys()

    async def nobody(request: Any) -> Any:
        raise AssertionError

    page = ""  # of REST itself
    assert {*handlers(nobody), page} == {*PATHS, *ROUTES}
    assert {path for operation in REST_OPERATIONS for path in operation.paths} == set(PATHS)
