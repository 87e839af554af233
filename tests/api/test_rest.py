"""REST's reads and creates over HTTP, for all objects, and the example of the API documentation."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schema.catalog.loading import load
from schema.catalog.model import Catalog, ObjectType
from tests.conftest import GraphQL, Workspace
from tests.rest_shim.calls import get, keys, minimal, post

OBJECTS = tuple(load().objects)


def field_selection(object_type: ObjectType) -> str:
    return " ".join(
        f"{field.name} {{ {' '.join(part.name for part in field.composite.parts)} }}" if field.composite else field.name
        for field in object_type.fields.values()
    )


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_object(client: httpx.AsyncClient, graphql: GraphQL, catalog: Catalog, name: str) -> None:
    """Created one by one and in a batch, then found one by one and as a page: the same records, as in GraphQL."""
    object_type = catalog.objects[name]
    plural, type_name = object_type.plural, object_type.type_name

    response = await client.post(f"/rest/{plural}", json=await minimal(client, catalog, object_type))
    assert response.status_code == 201, response.text
    created = response.json()["data"][f"create{type_name}"]
    assert list(created) == keys(object_type, 1)

    batch = [await minimal(client, catalog, object_type) for _ in range(3)]
    response = await client.post(f"/rest/batch/{plural}?depth=0", json=batch)
    assert response.status_code == 201, response.text
    answer = response.json()
    assert list(answer) == ["data"]
    assert list(answer["data"]) == [f"create{plural[:1].upper()}{plural[1:]}"]
    (many,) = answer["data"].values()
    assert [list(record) for record in many] == [keys(object_type, 0)] * 3
    assert [record["id"] for record in many] == sorted(record["id"] for record in many)

    assert await get(client, f"{plural}/{created['id']}") == {"data": {name: created}}

    page = await get(client, plural, limit=1000, depth=0)
    assert list(page) == ["data", "pageInfo", "totalCount"]
    assert list(page["pageInfo"]) == ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"]
    records = {record["id"]: record for record in page["data"][plural]}
    assert page["totalCount"] == len(records)
    assert [records[record["id"]] for record in many] == many

    query = f"query ($id: ID) {{ {name}(filter: {{id: {{eq: $id}}}}) {{ {field_selection(object_type)} }} }}"
    assert await graphql(query, id=many[1]["id"]) == {"data": {name: many[1]}}


SEED = """
{
    "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
    "createdAt": "2019-08-24T14:15:22Z",
    "updatedAt": "2019-08-24T14:15:22Z",
    "deletedAt": null,
    "messages": [
        {
            "headerMessageId": "string",
            "subject": "string",
            "text": "string",
            "receivedAt": "2019-08-24T14:15:22Z",
            "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
            "createdAt": "2019-08-24T14:15:22Z",
            "updatedAt": "2019-08-24T14:15:22Z",
            "deletedAt": null,
            "messageThreadId": "f2cc176f-f0d8-45d5-aa2b-3b361c163967",
            "messageThread": null,
            "messageParticipants": [
                {
                    "role": "from",
                    "handle": "string",
                    "displayName": "string",
                    "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
                    "createdAt": "2019-08-24T14:15:22Z",
                    "updatedAt": "2019-08-24T14:15:22Z",
                    "deletedAt": null,
                    "messageId": "8540d774-4863-4d2b-b788-4ecb19412e85",
                    "personId": "f3e5ff26-28ff-4cd6-9b1b-e303a185a13a",
                    "workspaceMemberId": "19b2e9e0-2ca5-440b-89b8-7d3df62cd046",
                    "message": null,
                    "person": null,
                    "workspaceMember": null
                }
            ],
            "messageChannelMessageAssociations": [
                {
                    "messageExternalId": "string",
                    "messageThreadExternalId": "string",
                    "direction": "INCOMING",
                    "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
                    "createdAt": "2019-08-24T14:15:22Z",
                    "updatedAt": "2019-08-24T14:15:22Z",
                    "deletedAt": null,
                    "messageChannelId": "75ffdad4-1f3d-4135-8650-e108fea3e73d",
                    "messageId": "8540d774-4863-4d2b-b788-4ecb19412e85",
                    "messageChannel": null,
                    "message": null
                }
            ]
        }
    ]
}
"""
"""The record in the API documentation's example for Create Many messageThreads; it is live, so `deletedAt` is null."""


class Pairs(tuple[tuple[str, Any], ...]):
    """An object with its keys in order."""


def shape(value: Any) -> Any:
    """The keys, their order, the nesting and the nulls of a value."""
    if isinstance(value, Pairs):
        return Pairs((key, shape(inner)) for key, inner in value)
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return None if value is None else type(value)


async def test_the_example_of_the_documentation(client: httpx.AsyncClient, catalog: Catalog) -> None:
    thread = await post(client, "messageThreads", {})
    message = await post(
        client,
        "messages",
        {
            "headerMessageId": "h",
            "subject": "s",
            "text": "t",
            "receivedAt": "2019-08-24T14:15:22Z",
            "messageThreadId": thread["id"],
        },
    )
    person = await post(client, "people", {})
    member = await post(client, "workspaceMembers", await minimal(client, catalog, catalog.objects["workspaceMember"]))
    channel = await post(client, "messageChannels", await minimal(client, catalog, catalog.objects["messageChannel"]))
    ids = {"messageId": message["id"], "personId": person["id"], "workspaceMemberId": member["id"]}
    await post(client, "messageParticipants", [{"role": "from", "handle": "h", "displayName": "d", **ids}])
    external = {"messageExternalId": "1", "messageThreadExternalId": "2", "direction": "INCOMING"}
    association = {**external, "messageChannelId": channel["id"], "messageId": message["id"]}
    await post(client, "messageChannelMessageAssociations", [association])

    response = await client.get(f"/rest/messageThreads/{thread['id']}?depth=2")
    ((_, data),) = json.loads(response.content, object_pairs_hook=Pairs)
    ((_, record),) = data
    assert shape(record) == shape(json.loads(SEED, object_pairs_hook=Pairs))


async def test_the_request_of_the_documentation(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/batch/messageThreads", json=[{}])
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    (thread,) = response.json()["data"]["createMessageThreads"]
    assert list(thread) == ["id", "createdAt", "updatedAt", "deletedAt", "messages"]
    assert thread["messages"] == []


async def test_an_empty_batch(client: httpx.AsyncClient) -> None:
    response = await client.post("/rest/batch/people", json=[])
    assert (response.status_code, response.json()) == (201, {"data": {"createPeople": []}})


async def test_one_path_for_both_apis(client: httpx.AsyncClient) -> None:
    """What a create fills in, normalises and hides, it does here as there."""
    company = await post(client, "companies", {"name": "Acme", "domainName": {"primaryLinkUrl": "https://ACME.com/"}})
    assert company["domainName"]["primaryLinkUrl"] == "https://acme.com"
    assert company["createdBy"]["source"] == "API"
    assert isinstance(company["position"], float | int)
    webhook = await post(client, "webhooks", {"targetUrl": "https://example.com", "secret": "s3cret, a long one"})
    assert webhook["secret"] == "********"


@pytest.mark.parametrize("path", ["people/", "people//"])
async def test_a_trailing_slash_is_ignored(client: httpx.AsyncClient, path: str) -> None:
    assert (await get(client, path, limit=0))["data"] == {"people": []}


async def test_the_content_type_of_no_body_does_not_matter(client: httpx.AsyncClient) -> None:
    response = await client.get("/rest/people?limit=0", headers={"Content-Type": "text/plain"})
    assert response.status_code == 200


async def test_another_workspace_sees_nothing(client: httpx.AsyncClient, other_workspace: Workspace) -> None:
    person = await post(client, "people", {"city": "Here"})
    for path in (f"/rest/people/{person['id']}", f"/rest/people?starting_after={person['id']}"):
        response = await client.get(path, headers=other_workspace.headers)
        assert "Here" not in response.text
    answers = []
    for own_id in (person["id"], str(uuid4())):
        given = {"personId": own_id}
        response = await client.post("/rest/noteTargets", json=given, headers=other_workspace.headers)
        assert response.status_code == 400
        answers.append(response.text.replace(own_id, "ID"))
    assert answers[0] == answers[1]


async def test_a_member_creates_in_his_name(client: httpx.AsyncClient, workspace: Workspace) -> None:
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    response = await client.post("/rest/people", json={}, headers=headers)
    actor = response.json()["data"]["createPerson"]["createdBy"]
    assert (actor["source"], actor["workspaceMemberId"]) == ("MANUAL", str(workspace.member_id))


async def test_values_are_understood_as_in_graphql(client: httpx.AsyncClient) -> None:
    given = {
        "emails": {"primaryEmail": "Joe <JOE@x.com>", "additionalEmails": ["mailto:j@xn--bcher-kva.de"]},
        "phones": {"primaryPhoneNumber": "+33 6 12 34 56 78", "additionalPhones": ["+33612"]},
        "linkedinLink": {"primaryLinkUrl": "linkedin.com/in/joe"},
    }
    made = (await client.post("/rest/people", json=given)).json()["data"]["createPerson"]
    assert made["emails"] == {"primaryEmail": "joe@x.com", "additionalEmails": ["j@bücher.de"]}
    assert made["phones"] == {
        "primaryPhoneNumber": "612345678",
        "primaryPhoneCountryCode": "FR",
        "primaryPhoneCallingCode": "+33",
        "additionalPhones": [{"number": "+33612", "countryCode": "", "callingCode": ""}],
    }
    assert made["linkedinLink"]["primaryLinkUrl"] == "https://linkedin.com/in/joe"
    for filter in (
        'emails.primaryEmail[eq]:"mailto:joe@x.com"',
        'linkedinLink.primaryLinkUrl[eq]:"linkedin.com/in/joe"',
    ):
        found = (await client.get("/rest/people", params={"filter": filter})).json()
        assert [person["id"] for person in found["data"]["people"]] == [made["id"]], filter
    answered = (await client.get(f"/rest/people/{made['id']}")).json()["data"]["person"]
    assert {key: answered[key] for key in given} == {key: made[key] for key in given}


async def test_lists_hold_nothing_but_their_keys(client: httpx.AsyncClient) -> None:
    for phones, place in (
        ({"additionalPhones": [{"number": "9", "foo": 1}]}, "phones.additionalPhones[0].foo"),
        ({"primaryPhoneCountryCode": "XX"}, "phones.primaryPhoneCountryCode"),
    ):
        refused = await client.post("/rest/people", json={"phones": phones})
        assert refused.status_code == 400
        assert place in refused.json()["messages"][0]
