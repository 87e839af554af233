"""The schema as clients read it over HTTP: nothing that libraries of earlier specifications cannot read."""

from typing import Any

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query

# What graphql-core 3.2 and graphql-js 16 know.
LOCATIONS = {
    *("QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"),
    *("VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE"),
    *("UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION"),
}
FULL = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)


async def introspected(client: httpx.AsyncClient, path: str) -> Any:
    answer = (await client.post(path, json={"query": FULL})).json()
    assert "errors" not in answer
    return answer["data"]


@pytest.mark.parametrize("path", ["/graphql", "/metadata"])
async def test_a_client_schema_can_be_built(client: httpx.AsyncClient, path: str) -> None:
    data = await introspected(client, path)
    assert build_client_schema(data).query_type


@pytest.mark.parametrize("path", ["/graphql", "/metadata"])
async def test_every_location_of_a_directive_is_known_to_all(client: httpx.AsyncClient, path: str) -> None:
    directives = {entry["name"]: entry for entry in (await introspected(client, path))["__schema"]["directives"]}
    assert {"skip", "include", "deprecated", "specifiedBy"} <= directives.keys()
    named = {location for entry in directives.values() for location in entry["locations"]}
    assert named <= LOCATIONS
    assert directives["deprecated"]["locations"] == [
        "FIELD_DEFINITION",
        "ARGUMENT_DEFINITION",
        "INPUT_FIELD_DEFINITION",
        "ENUM_VALUE",
    ]
    (reason,) = directives["deprecated"]["args"]
    assert (reason["name"], reason["defaultValue"]) == ("reason", '"No longer supported"')
