"""The description of the API: valid OpenAPI, true to what the server answers, and the page that shows it."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from rest_shim.deliveries import OPERATIONS as DELIVERIES
from rest_shim.openapi.document import description
from rest_shim.openapi.part import described as described_part
from rest_shim.openapi.part import parts
from rest_shim.operations import OPERATIONS
from schema.catalog.loading import load
from schema.catalog.model import Catalog, Field, Relation
from tests.rest_shim.calls import get, minimal, post

OBJECTS = tuple(load().objects)
MOST_CHARACTERS = 100_000
SEVEN = (
    ("/{many}", "get", "findMany{Many}", "Find Many {many}"),
    ("/{many}", "post", "createOne{One}", "Create One {one}"),
    ("/batch/{many}", "post", "createMany{Many}", "Create Many {many}"),
    ("/{many}/{{id}}", "get", "findOne{One}", "Find One {one}"),
    ("/{many}/{{id}}", "delete", "deleteOne{One}", "Delete One {one}"),
    ("/{many}/{{id}}", "patch", "UpdateOne{One}", "Update One {one}"),
    ("/{many}/duplicates", "post", "find{One}Duplicates", "Find {one} Duplicates"),
)


@pytest.fixture(scope="module")
def described(catalog: Catalog) -> Any:
    return description(catalog)


def test_valid(described: Any) -> None:
    validate(described)
    assert described["openapi"] == "3.1.1"


def test_the_seven_of_every_object(described: Any, catalog: Catalog) -> None:
    for object_type in catalog.objects.values():
        one, many = object_type.name, object_type.plural
        names = {"one": one, "many": many, "One": one[0].upper() + one[1:], "Many": many[0].upper() + many[1:]}
        for path, method, operation_id, summary in SEVEN:
            found = described["paths"][path.format(**names)][method]
            assert (found["operationId"], found["summary"]) == (operation_id.format(**names), summary.format(**names))
            assert found["tags"] == [many]


def test_every_operation_is_described_once(described: Any, catalog: Catalog) -> None:
    methods = [entry for path in described["paths"].values() for entry in path.values()]
    ids = [entry["operationId"] for entry in methods]
    assert len(set(ids)) == len(ids)
    routes = sum(
        len(operation.methods) * len(operation.paths)
        for operation in OPERATIONS
        for object_type in catalog.objects.values()
        if operation.graphql.applies(object_type)
    )
    assert len(ids) == routes + 6 + len(DELIVERIES)


def test_nothing_is_said_of_webhooks_that_are_not_sent(described: Any) -> None:
    assert "webhooks" not in described


def test_schemas_are_named_and_required_as_documented(described: Any, catalog: Catalog) -> None:
    schemas = described["components"]["schemas"]
    for object_type in catalog.objects.values():
        name = object_type.type_name
        required = [field.name for field in object_type.fields.values() if field.required_on_create]
        assert schemas[name].get("required", []) == required
        assert "required" not in schemas[f"{name}ForUpdate"]
        items: list[Field | Relation] = [*object_type.fields.values(), *object_type.relations.values()]
        described_names = [name for item in items for name in item.names]
        assert list(schemas[f"{name}ForResponse"]["properties"]) == described_names


def objects_within(schema: Any) -> Iterator[Any]:
    """Every schema in a description that is of type object, alone or among others."""
    if isinstance(schema, dict):
        kind = schema.get("type")
        if "object" in (kind if isinstance(kind, list) else [kind]):
            yield schema
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        yield from objects_within(inner)


def test_an_object_is_nothing_else_besides(described: Any) -> None:
    """Generators of clients make a class of it, and cannot where it may be null by the same word."""
    for found in objects_within(described["components"]["schemas"]):
        assert found["type"] == "object" and (found.get("properties") or found["additionalProperties"] is True)


def test_what_is_created_does_not_lead_to_itself(described: Any) -> None:
    """Where all objects lead to each other, schemathesis does not come to an end."""
    schemas = described["components"]["schemas"]

    def reached(name: str, path: tuple[str, ...] = ()) -> None:
        assert name not in path
        for inner in re.findall(r"#/components/schemas/(\w+)", json.dumps(schemas[name])):
            reached(inner, (*path, name))

    for name in schemas:
        if not name.endswith("ForResponse"):
            reached(name)


def test_the_lists_of_composites(described: Any) -> None:
    schemas = described["components"]["schemas"]
    text = {"type": ["string", "null"]}
    for suffix in ("", "Input"):
        emails = schemas[f"Emails{suffix}"]["properties"]["additionalEmails"]
        assert emails == {"type": ["array", "null"], "items": {"type": "string"}}
        phones = schemas[f"Phones{suffix}"]["properties"]["additionalPhones"]["items"]
        assert phones == {"type": "object", "properties": dict.fromkeys(("number", "countryCode", "callingCode"), text)}
        links = schemas[f"Links{suffix}"]["properties"]["secondaryLinks"]["items"]
        assert links == {"type": "object", "properties": dict.fromkeys(("label", "url"), text)}


async def test_lists_and_relations_are_answered_and_written_as_described(
    client: httpx.AsyncClient, described: Any, answers: Any
) -> None:
    company = await post(client, "companies", {"domainName": {"primaryLinkUrl": "https://acme.example"}})
    person = {
        "emails": {"primaryEmail": "a@example.com", "additionalEmails": ["b@example.com"]},
        "phones": {"additionalPhones": [{"number": "2079460000", "countryCode": "GB", "callingCode": "+44"}]},
        "linkedinLink": {"secondaryLinks": [{"label": "Other", "url": "https://example.com"}]},
        "company": {"connect": {"where": {"domainName": {"primaryLinkUrl": "https://acme.example"}}}},
        "noteTargets": {"create": [{"note": {"create": {"title": "Hello"}}}]},
    }
    registry: Any = Registry().with_resource("urn:api", DRAFT202012.create_resource(described))
    OAS31Validator({"$ref": "urn:api#/components/schemas/Person"}, registry=registry).validate(person)
    made = await post(client, "people", person)
    assert made["companyId"] == company["id"] and len(made["noteTargets"]) == 1
    answers("/people/{id}", "get", 200, await get(client, f"people/{made['id']}", depth=2))


async def test_groups_are_answered_as_described(client: httpx.AsyncClient, described: Any, answers: Any) -> None:
    await post(client, "companies", {"name": "Acme"})
    asked = {"group_by": '[{"name":true}]', "aggregate": '["totalCount"]', "include_records_sample": "true"}
    groups = await get(client, "companies/groupBy", **asked)
    answers("/companies/groupBy", "get", 200, groups)
    assert groups[0]["totalCount"] == 1 and len(groups[0]["records"]) == 1
    content = described["paths"]["/companies/groupBy"]["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["items"]["additionalProperties"] is True


async def test_served_in_both_places(client: httpx.AsyncClient, described: Any) -> None:
    for path in ("/rest/open-api/core", "/open-api/core", "/rest/open-api/core/"):
        assert (await client.get(path)).json() == described


def test_what_a_token_may_be_refused_is_described_everywhere(described: Any) -> None:
    for path, methods in described["paths"].items():
        for method, entry in methods.items():
            if entry["operationId"] != "GetOpenApiSchema":
                assert {"401", "403", "429", "503"} <= entry["responses"].keys(), (method, path)


def test_each_operation_is_in_one_part(described: Any, catalog: Catalog) -> None:
    """Without what the whole says of itself. All that a part refers to is in it, and it is small enough to be drawn."""
    found = []
    for name in parts(catalog):
        part = described_part(catalog, name)
        assert len(json.dumps(part)) < MOST_CHARACTERS
        assert [tag["name"] for tag in part["tags"]] == [name]
        found += [entry["operationId"] for path in part["paths"].values() for entry in path.values()]
        for reference in set(re.findall(r'"#/components/(\w+)/(\w+)"', json.dumps(part))):
            assert reference[1] in part["components"][reference[0]]
    whole = [entry["operationId"] for path in described["paths"].values() for entry in path.values()]
    assert sorted(found) == sorted(set(whole) - {"GetOpenApiSchema"})


@pytest.mark.parametrize("name", ["people", "workspaceMembers", "events", "webhookDeliveries", "metadata"])
def test_a_part_is_valid(catalog: Catalog, described: Any, name: str) -> None:
    part = described_part(catalog, name)
    validate(part)
    assert part["paths"] == {path: methods for path, methods in described["paths"].items() if path in part["paths"]}


def test_a_part_describes_relations_one_level_deep(catalog: Catalog) -> None:
    schemas = described_part(catalog, "people")["components"]["schemas"]
    assert "company" in schemas["PersonForResponse"]["properties"]
    assert "name" in schemas["CompanyForResponse"]["properties"]
    assert "people" not in schemas["CompanyForResponse"]["properties"]


async def test_a_part_has_several_addresses(client: httpx.AsyncClient, catalog: Catalog) -> None:
    for start in ("/rest/open-api/core", "/open-api/core"):
        for address in (f"{start}/people", f"{start}?object=people", f"{start}/people?scoped=true"):
            assert (await client.get(address)).json() == described_part(catalog, "people")
        for address in (f"{start}/person", f"{start}?object=person"):
            response = await client.get(address)
            assert response.status_code == 404
            assert response.json()["messages"] == ["object 'person' not found. Did you mean 'people'?"]
        assert (await client.post(f"{start}/people")).status_code == 405


async def test_a_part_needs_a_token(anonymous: httpx.AsyncClient) -> None:
    """Not even whether there is an object is told without."""
    for name in ("people", "nothing"):
        assert list((await anonymous.get(f"/rest/open-api/core/{name}")).json()["paths"]) == ["/open-api/core"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}])
async def test_without_a_good_token_there_is_a_base(anonymous: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for path in ("/rest/open-api/core", "/open-api/core"):
        response = await anonymous.get(path, headers=headers)
        assert response.status_code == 200
        assert list(response.json()["paths"]) == ["/open-api/core"]
        validate(response.json())


@pytest.fixture(scope="module")
def answers(described: Any) -> Any:
    """`answers(path, method, status, body)` fails unless the body is as described."""
    registry: Any = Registry().with_resource("urn:api", DRAFT202012.create_resource(described))

    def check(path: str, method: str, status: int, body: Any) -> None:
        response = described["paths"][path][method]["responses"][str(status)]
        place = f"urn:api#/paths/{path.replace('/', '~1')}/{method}/responses/{status}"
        if "$ref" in response:
            place = f"urn:api{response['$ref']}"
        schema = {"$ref": f"{place}/content/application~1json/schema".replace("{", "%7B").replace("}", "%7D")}
        OAS31Validator(schema, registry=registry).validate(body)

    return check


@pytest.mark.parametrize("name", OBJECTS)
async def test_records_are_answered_as_described(
    client: httpx.AsyncClient, catalog: Catalog, answers: Any, name: str
) -> None:
    object_type = catalog.objects[name]
    plural = object_type.plural
    response = await client.post(f"/rest/{plural}?depth=2", json=await minimal(client, catalog, object_type))
    answers(f"/{plural}", "post", 201, response.json())
    answers(f"/{plural}", "get", 200, await get(client, plural, depth=2))
    answers(f"/{plural}", "get", 400, (await client.get(f"/rest/{plural}?depth=3")).json())


async def test_examples_can_be_created(client: httpx.AsyncClient, described: Any, catalog: Catalog) -> None:
    for object_type in catalog.objects.values():
        example = described["components"]["schemas"][object_type.type_name]["example"]
        needed = await minimal(client, catalog, object_type)
        linked = {key: value for key, value in needed.items() if object_type.fields[key].is_foreign_key}
        assert await post(client, object_type.plural, {**example, **linked})


async def test_metadata_is_as_described(client: httpx.AsyncClient, answers: Any) -> None:
    for plural, singular in (("objects", "object"), ("fields", "field")):
        page = await get(client, f"metadata/{plural}")
        answers(f"/metadata/{plural}", "get", 200, page)
        one = await get(client, f"metadata/{plural}/{page['data'][plural][0]['id']}")
        assert list(one["data"]) == [singular]
        answers(f"/metadata/{plural}/{{id}}", "get", 200, one)


async def test_the_reference_is_a_page(anonymous: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(anonymous.get(path) for path in ("/rest", "/rest/")))
    for response in answers:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in response.headers["content-security-policy"]
    assert (await anonymous.post("/rest")).status_code == 405
