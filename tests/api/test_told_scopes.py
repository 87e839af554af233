"""What a key with scopes is told of what it may do: by introspection, OpenAPI, the model, and streams."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from graphql import build_client_schema, get_introspection_query, validate_schema

from schema.catalog.model import Catalog
from tests.api.scoped import WITH
from tests.conftest import GraphQL, Server, Workspace
from tests.happened import Happening, happened
from tests.records import only
from tests.streams import socket

FIELDS = (
    "{ __schema { queryType { fields { name } } mutationType { fields { name } } types { name fields { name } } } }"
)


async def test_introspection_tells_what_the_key_may_do(anonymous: httpx.AsyncClient, having: WITH) -> None:
    key = await having("people:read", "people:create", "notes:update")

    async def asked(path: str, query: str = FIELDS) -> Any:
        return (await anonymous.post(path, json={"query": query}, headers=key.headers)).json()["data"]

    schema = (await asked("/graphql?scoped=true"))["__schema"]
    queries = {field["name"] for field in schema["queryType"]["fields"]}
    assert {"people", "person", "peopleGroupBy", "personDuplicates", "search", "events"} <= queries
    assert not {"companies", "notes", "webhookDeliveries"} & queries
    assert {field["name"] for field in schema["mutationType"]["fields"]} == {
        *("createPerson", "createPeople", "updateNote", "updateNotes")
    }
    types = {one["name"]: {field["name"] for field in one["fields"] or ()} for one in schema["types"]}
    assert "company" not in types["Person"] and "companyId" in types["Person"] and "Company" not in types
    whole = (await asked("/graphql"))["__schema"]
    assert len(whole["types"]) > 5 * len(types) and whole == (await asked("/graphql?scoped=1"))["__schema"]
    assert await asked("/graphql?scoped=true", "{ people { totalCount } }") == {"people": {"totalCount": 0}}


async def test_introspection_of_every_grant_is_a_valid_schema(
    anonymous: httpx.AsyncClient, having: WITH, client: httpx.AsyncClient
) -> None:
    whole = (await client.post("/graphql?scoped=true", json={"query": get_introspection_query()})).json()["data"]
    for scopes in ((), ("*:read",), ("companies:create",), ("people:*", "companies:read"), ("*:*",)):
        asked = {"query": get_introspection_query()}
        key = await having(*scopes)
        told = (await anonymous.post("/graphql?scoped=true", json=asked, headers=key.headers)).json()["data"]
        assert validate_schema(build_client_schema(told)) == []
        assert len(told["__schema"]["types"]) < len(whole["__schema"]["types"]) or scopes == ("*:*",)


async def test_open_api_and_metadata_tell_what_the_key_may_do(having: WITH, catalog: Catalog) -> None:
    key = await having("people:read", "companies:create")
    described = (await key.rest("GET", "/open-api/core?scoped=true")).json()
    paths = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert {("/people", "get"), ("/people/{id}", "get"), ("/companies", "post")} <= paths
    assert not {("/people", "post"), ("/companies", "get"), ("/notes", "get")} & paths
    assert len((await key.rest("GET", "/open-api/core")).json()["paths"]) > 3 * len(described["paths"])
    part = (await key.rest("GET", "/open-api/core/companies?scoped=true")).json()
    assert [*part["paths"]["/companies"]] == ["post"] and "PersonForResponse" in part["components"]["schemas"]
    assert (await key.rest("GET", "/open-api/core/notes?scoped=true")).json()["paths"] == {}
    objects = (await key.rest("GET", "/metadata/objects?scoped=true")).json()["data"]["objects"]
    assert {one["nameSingular"] for one in objects} == {"person", "company"}
    assert (await key.rest("GET", "/metadata/objects")).json()["totalCount"] == len(catalog.objects)


# Streams


async def test_a_subscription_tells_of_what_may_be_read(
    server: Server, workspace: Workspace, connection: "asyncpg.Connection[asyncpg.Record]", having: WITH
) -> None:
    key = await having("people:read")
    for name in ("company", "person", "company", "person"):
        await happened(connection, workspace.id, Happening(name, "created", uuid4(), {"x": 1}))
    query = "subscription ($given: OnDbEventInput!) { onDbEvent(input: $given) { objectNameSingular } }"
    async with socket(server.url, key.token) as told:
        await told.subscribe(query, "1", given={"after": "0"})
        names = [(await told.next())["data"]["onDbEvent"]["objectNameSingular"] for _ in range(2)]
        assert names == ["person", "person"]
        await told.nothing()
        await told.subscribe(query, "2", given={"objectNameSingular": "company"})
        message = await told.message()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")
        await told.subscribe("query @live { companies { totalCount } }", "3")
        message = await told.message()
        assert message["payload"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_stream_ends_when_the_scopes_of_its_key_change(server: Server, graphql: GraphQL, having: WITH) -> None:
    key = await having("people:read", "companies:read")
    own_id = (await only(graphql, '{ apiKeys(filter: {name: {eq: "Scoped"}}) { edges { node { id } } } }'))["edges"][0]
    update = "mutation ($id: ID, $d: ApiKeyUpdateInput) { updateApiKey(id: $id, data: $d) { scopes } }"
    async with socket(server.url, key.token) as told:
        assert await only(graphql, update, id=own_id["node"]["id"], d={"name": "Renamed"})
        await told.nothing()
        assert await only(graphql, update, id=own_id["node"]["id"], d={"scopes": ["people:read"]})
        assert (await told.closed())[1] == "Forbidden: The scopes of this API Key have changed"
