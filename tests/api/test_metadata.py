"""`/metadata` over HTTP: what clients load when they start, by their own queries."""

from typing import Any

import httpx
import pytest

from schema.catalog.model import Catalog
from schema.declare.stable_ids import field_id, object_id
from tests.conftest import Workspace

# What the web client asks for at its start, version 0.51.
OBJECT_METADATA_ITEMS = """
query ObjectMetadataItems($objectFilter: ObjectFilter, $fieldFilter: FieldFilter) {
  objects(paging: { first: 1000 }, filter: $objectFilter) {
    edges {
      node {
        id dataSourceId nameSingular namePlural labelSingular labelPlural description icon isCustom isRemote isActive
        isSystem isSearchable createdAt updatedAt labelIdentifierFieldMetadataId imageIdentifierFieldMetadataId shortcut
        isLabelSyncedWithName duplicateCriteria standardOverrides { labelSingular labelPlural description icon }
        indexMetadatas(paging: { first: 100 }) {
          edges {
            node {
              id createdAt updatedAt name indexWhereClause indexType isUnique
              indexFieldMetadatas(paging: { first: 100 }) {
                edges { node { id createdAt updatedAt order fieldMetadataId } }
              }
            }
          }
        }
        fields(paging: { first: 1000 }, filter: $fieldFilter) {
          edges {
            node {
              id type name label description icon isCustom isActive isSystem isNullable isUnique createdAt updatedAt
              defaultValue options settings isLabelSyncedWithName standardOverrides { label description icon }
              relationDefinition {
                relationId direction
                sourceObjectMetadata { id nameSingular namePlural }
                sourceFieldMetadata { id name }
                targetObjectMetadata { id nameSingular namePlural }
                targetFieldMetadata { id name }
              }
            }
          }
        }
      }
    }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""

# The same in later versions.
LATER_OBJECT_METADATA_ITEMS = """
query ObjectMetadataItems {
  objects(paging: { first: 1000 }) {
    edges {
      node {
        id universalIdentifier nameSingular namePlural labelSingular labelPlural icon isCustom isActive isSystem
        isSearchable
        fieldsList {
          id universalIdentifier type name label icon isUnique isUIReadOnly isNullable defaultValue options settings
          relation {
            type
            sourceObjectMetadata { id nameSingular namePlural } targetObjectMetadata { id nameSingular namePlural }
            sourceFieldMetadata { id name } targetFieldMetadata { id name }
          }
          morphRelations {
            type
            targetObjectMetadata { id nameSingular namePlural } targetFieldMetadata { id name }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""

# What a workflow tool's node asks for to offer objects and fields to choose from.
NODE_OBJECTS = """
query { objects(paging: { first: 200 }, filter: { isActive: { is: true }, isSystem: { is: false } }) {
  edges { node { id nameSingular namePlural labelSingular labelPlural isCustom } }
} }
"""
NODE_FIELDS = """
query ObjectFields($id: UUID!) { object(id: $id) {
  nameSingular
  fields(paging: { first: 200 }, filter: { isActive: { is: true }, isSystem: { is: false } }) {
    edges { node { id name label type isNullable defaultValue options
      fromRelationMetadata { id relationType toObjectMetadata { nameSingular } toFieldMetadataId }
      toRelationMetadata { id relationType fromObjectMetadata { nameSingular } fromFieldMetadataId }
    } }
  }
} }
"""
NODE_TYPE = """
{ __type(name: "Object") { name kind fields { name type { kind name ofType { name kind } } } } }
"""


async def ask(client: httpx.AsyncClient, query: str, path: str = "/metadata", **variables: Any) -> Any:
    response = await client.post(path, json={"query": query, "variables": variables})
    answer = response.json()
    assert response.status_code == 200 and "errors" not in answer, answer
    return answer["data"]


async def error(client: httpx.AsyncClient, query: str) -> tuple[str, str]:
    (found,) = (await client.post("/metadata", json={"query": query})).json()["errors"]
    return found["extensions"]["code"], found["message"]


def nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


@pytest.mark.parametrize("path", ["/metadata", "/graphql"])
async def test_the_start_of_the_web_client(
    client: httpx.AsyncClient, catalog: Catalog, statements: list[str], path: str
) -> None:
    objects = (await ask(client, OBJECT_METADATA_ITEMS, path))["objects"]
    assert [node["nameSingular"] for node in nodes(objects)] == list(catalog.objects)
    assert not objects["pageInfo"]["hasNextPage"]
    person = next(node for node in nodes(objects) if node["nameSingular"] == "person")
    company = next(field for field in nodes(person["fields"]) if field["name"] == "company")
    assert company["type"] == "RELATION" and company["relationDefinition"]["direction"] == "MANY_TO_ONE"
    assert company["relationDefinition"]["targetObjectMetadata"]["nameSingular"] == "company"
    assert company["relationDefinition"]["targetFieldMetadata"]["name"] == "people"
    assert nodes(person["indexMetadatas"])[0]["indexFieldMetadatas"]["edges"]
    assert statements == []
    variables = {"objectFilter": {"isActive": {"is": True}}, "fieldFilter": {"isActive": {"is": True}}}
    assert (await ask(client, OBJECT_METADATA_ITEMS, path, **variables))["objects"] == objects
    variables = {"objectFilter": {"isCustom": {"is": True}}, "fieldFilter": {}}
    assert (await ask(client, OBJECT_METADATA_ITEMS, path, **variables))["objects"]["edges"] == []


async def test_the_start_of_a_later_web_client(client: httpx.AsyncClient, catalog: Catalog) -> None:
    objects = nodes((await ask(client, LATER_OBJECT_METADATA_ITEMS))["objects"])
    company = next(node for node in objects if node["nameSingular"] == "company")
    people = next(field for field in company["fieldsList"] if field["name"] == "people")
    assert people["relation"] == {
        "type": "ONE_TO_MANY",
        "sourceObjectMetadata": {"id": company["id"], "nameSingular": "company", "namePlural": "companies"},
        "targetObjectMetadata": {
            "id": next(node["id"] for node in objects if node["nameSingular"] == "person"),
            "nameSingular": "person",
            "namePlural": "people",
        },
        "sourceFieldMetadata": {"id": people["id"], "name": "people"},
        "targetFieldMetadata": {"id": people["relation"]["targetFieldMetadata"]["id"], "name": "company"},
    }
    assert people["morphRelations"] is None
    assert (company["icon"], people["icon"]) == ("IconBuildingSkyscraper", "IconUser")
    assert company["universalIdentifier"] == str(object_id("company"))
    assert people["universalIdentifier"] == str(field_id("company", "people"))
    for described in (*objects, *(field for node in objects for field in node["fieldsList"])):
        assert described["icon"].startswith("Icon")
        assert described["universalIdentifier"] == described["id"]


async def test_the_start_of_a_workflow_node(client: httpx.AsyncClient) -> None:
    objects = nodes((await ask(client, NODE_OBJECTS))["objects"])
    assert {"person", "company", "opportunity", "note", "task"} <= {node["nameSingular"] for node in objects}
    opportunity = next(node for node in objects if node["nameSingular"] == "opportunity")
    found = (await ask(client, NODE_FIELDS, id=opportunity["id"]))["object"]
    fields = {field["name"]: field for field in nodes(found["fields"])}
    assert fields["stage"]["type"] == "SELECT" and fields["stage"]["defaultValue"] == "'NEW'"
    assert fields["stage"]["options"][0]["value"] == "NEW"
    assert "companyId" not in fields and fields["company"]["toRelationMetadata"]["fromObjectMetadata"] == {
        "nameSingular": "company"
    }
    described = (await ask(client, NODE_TYPE))["__type"]
    assert described["kind"] == "OBJECT"
    assert {"nameSingular", "fields", "fieldsList"} <= {field["name"] for field in described["fields"]}


async def test_one_by_id(client: httpx.AsyncClient) -> None:
    (node,) = nodes((await ask(client, "{ fields(paging: {last: 1}) { edges { node { id name } } } }"))["fields"])
    query = "query ($id: UUID!) { field(id: $id) { id name object { id } } }"
    found = (await ask(client, query, id=node["id"].upper()))["field"]
    assert (found["id"], found["name"]) == (node["id"], node["name"])
    as_id = (
        "query ($id: ID!) { object(id: $id) { id fields(paging: {first: 1}) { edges { node { object { id } } } } } }"
    )
    parent = (await ask(client, as_id, id=found["object"]["id"]))["object"]
    assert nodes(parent["fields"])[0]["object"] == {"id": parent["id"]}


async def test_pages_lead_through_all_fields(client: httpx.AsyncClient, catalog: Catalog) -> None:
    query = """query ($paging: CursorPaging) {
      fields(paging: $paging) { edges { node { id } cursor } pageInfo { hasNextPage endCursor } }
    }"""
    seen: list[str] = []
    paging: dict[str, Any] = {"first": 300}
    while paging:
        found = (await ask(client, query, paging=paging))["fields"]
        seen += [node["id"] for node in nodes(found)]
        assert found["edges"][-1]["cursor"] == found["pageInfo"]["endCursor"]
        paging = {"first": 300, "after": found["pageInfo"]["endCursor"]} if found["pageInfo"]["hasNextPage"] else {}
    expected = sum(len(o.fields) + len(o.relations) for o in catalog.objects.values())
    assert len(seen) == len(set(seen)) == expected
    assert len((await ask(client, "{ fields { edges { node { id } } } }"))["fields"]["edges"]) == 10


async def test_filters_by_id(client: httpx.AsyncClient) -> None:
    ids = [node["id"] for node in nodes((await ask(client, "{ objects { edges { node { id } } } }"))["objects"])]
    query = "query ($filter: ObjectFilter!) { objects(filter: $filter) { edges { node { id } } } }"
    for filter, expected in (
        ({"id": {"eq": ids[3].upper()}}, [ids[3]]),
        ({"id": {"in": [ids[1], ids[0]]}}, ids[:2]),
        ({"or": [{"id": {"eq": ids[0]}}, {"id": {"eq": ids[4]}}]}, [ids[0], ids[4]]),
        ({"isSearchable": {"is": True}, "isSystem": {"is": True}, "isRemote": {"is": True}}, []),
    ):
        assert [node["id"] for node in nodes((await ask(client, query, filter=filter))["objects"])] == expected


NOWHERE = "01234567-89ab-7def-8123-456789abcdef"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f'{{ object(id: "{NOWHERE}") {{ id }} }}', ("NOT_FOUND", f"There is no object {NOWHERE}")),
        (f'{{ field(id: "{NOWHERE}") {{ id }} }}', ("NOT_FOUND", f"There is no field {NOWHERE}")),
        ("{ objects(paging: {first: -1}) { edges { cursor } } }", None),
        ('{ objects(paging: {after: "x"}) { edges { cursor } } }', ("BAD_USER_INPUT", "Invalid cursor: x")),
        ("{ objects(filter: {isCustom: {}}) { edges { cursor } } }", None),
        ("{ people { totalCount } }", ("GRAPHQL_VALIDATION_FAILED", "Cannot query field 'people' on type 'Query'.")),
    ],
)
async def test_faults(client: httpx.AsyncClient, query: str, expected: tuple[str, str] | None) -> None:
    code, message = await error(client, query)
    assert (code, message) == expected if expected else code == "BAD_USER_INPUT"


async def test_a_bad_token_fails_whatever_is_asked(anonymous: httpx.AsyncClient, workspace: Workspace) -> None:
    """Clients probe with this whether their token is good."""
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {workspace.token[:-2]}"}):
        refused = await anonymous.post("/metadata", json={"query": "{ __typename }"}, headers=headers)
        assert refused.status_code == 401
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    answered = await anonymous.post("/metadata", json={"query": "{ __typename }"}, headers=workspace.headers)
    assert answered.json() == {"data": {"__typename": "Query"}}


async def test_get_and_the_playground(client: httpx.AsyncClient) -> None:
    found = await client.get("/metadata", params={"query": "{ objects(paging: {first: 1}) { edges { node { id } } } }"})
    assert len(found.json()["data"]["objects"]["edges"]) == 1
    page = await client.get("/metadata", headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    refused = await client.delete("/metadata")
    assert refused.status_code == 405 and refused.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


async def test_rest_shows_the_same_model(client: httpx.AsyncClient) -> None:
    """Ids, names, types and defaults: a client may take the one from here and the other from there."""
    query = (
        "{ fields(paging: {first: 1000}) { edges { node { id name type label isNullable isUnique defaultValue } } } }"
    )
    fields = {field["id"]: field for field in nodes((await ask(client, query))["fields"])}
    shown = (await client.get("/rest/metadata/fields")).json()["data"]["fields"]
    assert {field["id"]: {key: field[key] for key in fields[field["id"]]} for field in shown} == fields
