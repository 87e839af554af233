"""What a key with scopes may do: of every root field and route just what it was given, by whatever way it is named."""

import re
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from rest_shim.operations import OPERATIONS as REST_OPERATIONS
from rest_shim.operations import Body, RestOperation
from schema.catalog.model import Catalog, ObjectType
from schema.catalog.operations import OPERATIONS, Operation, Verb
from schema.values.refusals import Refusal
from schema.values.scopes import RIGHTS, scope
from tests.api.scoped import WITH, Key
from tests.conftest import GraphQL, Workspace
from tests.records import OBJECTS, create, make, number, only, required


def lacks(answer: Any, *scopes: str) -> bool:
    (found,) = answer["errors"]
    message = f"This API key lacks the scope{'s' * (len(scopes) > 1)} {', '.join(scopes)}"
    return (found["extensions"]["code"], found["message"]) == ("FORBIDDEN", message)


ARGUMENTS = {
    Verb.FIND_MANY: "",
    Verb.FIND_ONE: "(filter: {id: {eq: $id}})",
    Verb.FIND_DUPLICATES: "(ids: [$id])",
    Verb.GROUP_BY: "(groupBy: [{createdAt: {granularity: YEAR}}])",
    Verb.MERGE: "(ids: [$one, $other], conflictPriorityIndex: 0)",
}


def field(operation: Operation, object_type: ObjectType) -> str:
    """A root field that asks for no more than the operation itself."""
    by_id = "filter: {id: {in: [$id]}}" if operation.many else "id: $id"
    match operation.verb:
        case Verb.CREATE:
            arguments = f"(data: {'$all' if operation.many else '$d'})"
        case Verb.UPDATE:
            arguments = f'({by_id}, data: {{createdAt: "2020-01-01"}})'
        case verb:
            arguments = ARGUMENTS.get(verb, f"({by_id})")
    selected = "totalCount" if operation.result.value.endswith(("Connection", "Connection!]")) else "id"
    return f"{operation.field_name(object_type)}{arguments} {{ {selected} }}"


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_root_field_and_route(graphql: GraphQL, catalog: Catalog, having: WITH, name: str) -> None:
    """With all scopes but those that it takes, an operation is refused; with just these, it passes."""
    object_type = catalog.objects[name]
    least = await required(graphql, catalog, object_type, 5)
    variables = {
        "id": "ID",
        "one": "UUID!",
        "other": "UUID!",
        "d": f"{object_type.type_name}CreateInput",
        "all": f"[{object_type.type_name}CreateInput!]",
    }
    others = [f"{one.plural}:*" for one in catalog.objects.values() if one is not object_type]
    keys: dict[tuple[str, ...], tuple[Key, Key]] = {}
    for operation in OPERATIONS:
        taken = scopes_of(object_type, operation)
        if taken not in keys:
            rest = [scope(object_type.plural, right) for right in RIGHTS]
            keys[taken] = await having(*taken), await having(*others, *(one for one in rest if one not in taken))

    for operation in filter(lambda one: one.applies(object_type), OPERATIONS):
        taken = scopes_of(object_type, operation)
        allowed, refused = keys[taken]
        own_id, other = await make(graphql, catalog, name, 1), await make(graphql, catalog, name, 2)
        asked = field(operation, object_type)
        used = ", ".join(f"${one}: {type_}" for one, type_ in variables.items() if re.search(rf"\${one}\b", asked))
        query = f"{'mutation' if operation.is_mutation else 'query'}{used and f' ({used})'} {{ {asked} }}"
        given = {"id": own_id, "one": own_id, "other": other, "d": least, "all": [least]}
        for _ in range(2):  # planned anew, and as it is remembered
            assert lacks(await refused(query, **given), *sorted(taken)), query
        answer = await allowed(query, **given)
        assert "errors" not in answer or is_else(name, answer["errors"][0]["message"]), (query, answer)

    for rest_operation in filter(lambda one: one.graphql.applies(object_type), REST_OPERATIONS):
        allowed, refused = keys[scopes_of(object_type, rest_operation.graphql)]
        own_id, other = await make(graphql, catalog, name, 1), await make(graphql, catalog, name, 2)
        method, path, body = request(rest_operation, object_type, own_id, other, least)
        response = await refused.rest(method, path, body)
        assert (response.status_code, response.json()["error"]) == (403, "ForbiddenException"), (method, path)
        response = await allowed.rest(method, path, body)
        assert response.is_success or is_else(name, response.json()["messages"][0]), (method, path, response.text)


def scopes_of(object_type: ObjectType, operation: Operation) -> tuple[str, ...]:
    return tuple(scope(object_type.plural, right) for right in operation.rights)


def is_else(name: str, message: str) -> bool:
    """What is no matter of scopes: the rules of keys and webhooks, and a key that another record has."""
    if name == "viewField" and "already used" in message:
        return True
    return name in ("apiKey", "webhook") and message in {refusal.value for refusal in Refusal}


def request(
    operation: RestOperation, object_type: ObjectType, own_id: str, other: str, least: Any
) -> tuple[str, str, Any]:
    path = operation.paths[0].format(plural=object_type.plural, id=own_id)
    if operation.danger:
        path += f"?filter=id[in]:[{own_id}]"
    if operation.graphql.verb is Verb.GROUP_BY:
        path += '?group_by=[{"createdAt":{"granularity":"YEAR"}}]'
    bodies: dict[Body, Any] = {
        Body.RECORD: {"createdAt": "2020-01-01"} if operation.graphql.verb is Verb.UPDATE else least,
        Body.RECORDS: [least],
        Body.DUPLICATES: {"ids": [own_id]},
        Body.MERGE: {"ids": [own_id, other], "conflictPriorityIndex": 0},
    }
    return operation.methods[0], path, bodies.get(operation.body)


READS = (
    "{ people { edges { node { id company { name } } } } }",
    "{ people { edges { node { id company { __typename } } } } }",
    '{ people(filter: {company: {name: {ilike: "a%"}}}) { totalCount } }',
    "{ people(filter: {or: [{not: {company: {id: {is: NULL}}}}]}) { totalCount } }",
    "{ people(orderBy: [{company: {name: AscNullsLast}}]) { edges { node { id } } } }",
    "{ companies { totalCount } }",
    "{ companies { countUniqueValuesName } }",
    "{ companiesGroupBy(groupBy: [{name: true}]) { totalCount } }",
    '{ companyDuplicates(data: [{name: "Acme"}]) { totalCount } }',
    '{ events(filter: {object: "company"}) { edges { node { id } } } }',
    '{ search(searchInput: "", limit: 5, includedObjectNameSingulars: ["company"]) { edges { cursor } } }',
    "{ people { edges { node { ... on Person { company { people { totalCount } } } } } } }",
    "{ a: person(filter: {id: {is: NOT_NULL}}) { id } b: person(filter: {id: {is: NOT_NULL}}) { company { id } } }",
)


@pytest.mark.parametrize("query", READS)
async def test_whatever_is_read_of_another_object(graphql: GraphQL, having: WITH, query: str) -> None:
    await create(graphql, "Person", company={"create": {"name": "Acme"}})
    without, with_it = (
        await having("people:*", "notes:*", "companies:update"),
        await having("people:read", "companies:read"),
    )
    for _ in range(2):
        assert all(
            (found["extensions"]["code"], found["message"])
            == ("FORBIDDEN", "This API key lacks the scope companies:read")
            for found in (await without(query))["errors"]
        )
        assert "errors" not in await with_it(query)


CONNECT = '{connect: {where: {domainName: {primaryLinkUrl: "https://a.com"}}}}'
WRITES = {
    'mutation { createPerson(data: {company: {create: {name: "Acme"}}}) { id } }': ("companies:create",),
    f"mutation {{ createPerson(data: {{company: {CONNECT}}}) {{ id }} }}": ("companies:read",),
    'mutation { createCompany(data: {name: "x", people: {create: [{city: "y"}]}}) { id } }': ("companies:create",),
    'mutation { createPerson(data: {city: "x"}) { id company { id } } }': ("companies:read",),
    'mutation { updatePerson(id: "{id}", data: {city: "x"}) { company { id } } }': ("companies:read",),
    'mutation { updatePeople(filter: {company: {name: {eq: "x"}}}, data: {city: "y"}) { id } }': ("companies:read",),
}


@pytest.mark.parametrize(("query", "missing"), WRITES.items())
async def test_whatever_is_written_of_another_object(
    graphql: GraphQL, having: WITH, query: str, missing: tuple[str, ...]
) -> None:
    person = await create(graphql, "Person")
    await create(graphql, "Company", domainName={"primaryLinkUrl": "https://a.com"})
    query = query.replace("{id}", person)
    before = await only(graphql, "{ people { totalCount } }"), await only(graphql, "{ companies { totalCount } }")
    assert lacks(await (await having("people:*"))(query), *missing)
    assert before == (
        await only(graphql, "{ people { totalCount } }"),
        await only(graphql, "{ companies { totalCount } }"),
    )
    assert "errors" not in await (await having("people:*", *missing))(query)


async def test_attaching_takes_an_update_of_what_is_attached(graphql: GraphQL, having: WITH) -> None:
    person = await create(graphql, "Person", emails={"primaryEmail": "ada@example.com"})
    where = '{connect: [{where: {emails: {primaryEmail: "ada@example.com"}}}]}'
    query = f"mutation {{ createCompany(data: {{people: {where}}}) {{ id }} }}"
    assert lacks(await (await having("companies:*"))(query), "people:read", "people:update")
    assert "errors" not in await (await having("companies:create", "people:read", "people:update"))(query)
    assert person


async def test_ids_are_answered_without_reading(graphql: GraphQL, having: WITH) -> None:
    """Who may only create learns the id of what was created, and nothing more by naming it."""
    key = await having("people:create", "people:update", "people:delete", "people:destroy")
    made = await only(key, 'mutation { createPerson(data: {city: "x"}) { __typename id } }')
    for query in (
        'mutation { createPerson(data: {city: "x"}) { city } }',
        'mutation ($id: ID) { updatePerson(id: $id, data: {city: "y"}) { id createdAt } }',
        'mutation { updatePeople(filter: {city: {eq: "x"}}, data: {city: "y"}) { id } }',
        'mutation { destroyPeople(filter: {or: [{city: {like: "%"}}]}) { id } }',
    ):
        assert lacks(await key(query, **({"id": made["id"]} if "$id" in query else {})), "people:read")
    assert await only(key, 'mutation ($id: ID) { updatePerson(id: $id, data: {city: "y"}) { id } }', id=made["id"])
    assert await only(key, "mutation ($id: ID) { destroyPeople(filter: {id: {in: [$id]}}) { id } }", id=made["id"])

    rest = await key.rest("POST", "/people", {"city": "x"})
    assert (rest.status_code, [*rest.json()["data"]["createPerson"]]) == (201, ["id"])
    assert (await key.rest("POST", "/people?fields=city", {"city": "x"})).status_code == 403


async def test_what_depth_adds_is_left_out(graphql: GraphQL, having: WITH) -> None:
    company = await create(graphql, "Company", name="Acme", people={"create": [{"city": "x"}]})
    key = await having("people:read", "notes:read", "noteTargets:read")
    for depth in (0, 1, 2):
        (person,) = (await key.rest("GET", f"/people?depth={depth}")).json()["data"]["people"]
        assert person["companyId"] == company
        relations: Any = {"company": None, "noteTargets": []} if depth else {}
        assert {
            name: value for name, value in person.items() if name in ("company", "noteTargets", "favorites")
        } == relations
    named = await key.rest("GET", "/people?fields=city,company.name")
    assert named.status_code == 403 and named.json()["messages"] == ["This API key lacks the scope companies:read"]
    assert (await key.rest("GET", "/people?filter=companyId[is]:NOT_NULL")).status_code == 200


async def test_search_and_feed_tell_of_what_may_be_read(graphql: GraphQL, having: WITH) -> None:
    await create(graphql, "Company", name="Findable")
    await create(graphql, "Person", name={"firstName": "Findable"})
    query = '{ search(searchInput: "Findable", limit: 9) { edges { node { objectNameSingular } } } }'
    for scopes, names in {
        ("people:read",): ["person"],
        ("*:read",): ["company", "person"],
        ("people:create",): [],
    }.items():
        found = (await only(await having(*scopes), query))["edges"]
        assert sorted(edge["node"]["objectNameSingular"] for edge in found) == names


async def test_an_update_of_deleted_at_is_a_delete(graphql: GraphQL, having: WITH) -> None:
    key, person = await having("people:read", "people:create", "people:update"), await create(graphql, "Person")
    gone = "2026-01-01T00:00:00.000Z"
    update = "mutation ($id: ID, $d: PersonUpdateInput) { updatePerson(id: $id, data: $d) { deletedAt } }"
    upsert = "mutation ($d: PersonCreateInput!) { createPerson(data: $d, upsert: true) { deletedAt } }"
    any_of_them = {"and": [{"id": {"eq": person}}, {"deletedAt": {"is": "NOT_NULL"}}]}
    many = (
        "mutation ($f: PersonFilterInput, $d: PersonUpdateInput) { updatePeople(filter: $f, data: $d) { deletedAt } }"
    )
    assert lacks(await key(update, id=person, d={"deletedAt": gone}), "people:delete")
    assert lacks(await key(upsert, d={"id": person, "deletedAt": gone}), "people:delete")
    assert (await key.rest("PATCH", f"/people/{person}", {"deletedAt": gone})).status_code == 403
    read = (await key.rest("GET", f"/people/{person}?depth=0")).json()["data"]["person"]
    assert (await key.rest("PUT", f"/people/{person}", {**read, "city": "Rome"})).status_code == 200
    assert (await only(graphql, update, id=person, d={"deletedAt": gone}))["deletedAt"] == gone
    assert lacks(await key(many, f=any_of_them, d={"deletedAt": None}), "people:delete")
    assert lacks(await key(upsert, d={"id": person, "deletedAt": None}), "people:delete")
    assert (await only(key, upsert, d={"id": person, "city": "Oslo"}))["deletedAt"] == gone


async def test_what_an_operation_does_by_itself_takes_nothing(graphql: GraphQL, having: WITH) -> None:
    person = await create(graphql, "Person")
    await create(graphql, "NoteTarget", personId=person)
    await create(graphql, "Opportunity", pointOfContactId=person)
    assert "errors" not in await (await having("people:destroy"))(
        "mutation ($id: ID) { destroyPerson(id: $id) { id } }", id=person
    )


async def test_a_webhook_tells_no_more_than_who_writes_it_may_read(graphql: GraphQL, having: WITH) -> None:
    key, reader = await having("webhooks:*", "people:read"), await having("webhooks:*", "*:read")
    made = "mutation ($d: WebhookCreateInput!) { createWebhook(data: $d) { id } }"
    for operations in (["*.*"], ["company.created"], ["*.deleted"], ["person.*", "company.*"], None):
        given = {"targetUrl": "https://example.com", **({} if operations is None else {"operations": operations})}
        (found,) = (await key(made, d=given))["errors"]
        assert (found["extensions"]["code"], found["message"]) == ("FORBIDDEN", Refusal.TELLING.value)
        assert "errors" not in await reader(made, d=given)
    own = (await only(key, made, d={"targetUrl": "https://example.com", "operations": ["person.*"]}))["id"]
    update = "mutation ($id: ID, $d: WebhookUpdateInput) { updateWebhook(id: $id, data: $d) { id } }"
    assert "errors" not in await key(update, id=own, d={"operations": ["person.created"]})
    all_of_it = await create(graphql, "Webhook", targetUrl="https://example.com", operations=["*.*"])
    for own_id, change in ((own, {"operations": ["*.*"]}), (all_of_it, {"targetUrl": "https://mine.example.com"})):
        (found,) = (await key(update, id=own_id, d=change))["errors"]
        assert found["message"] == Refusal.TELLING.value
    assert "errors" not in await key("mutation ($id: ID) { deleteWebhook(id: $id) { id } }", id=all_of_it)
    (found,) = (await key("mutation ($id: ID) { restoreWebhook(id: $id) { id } }", id=all_of_it))["errors"]
    assert found["message"] == Refusal.TELLING.value


async def test_a_webhook_that_told_of_more_is_not_led_elsewhere(graphql: GraphQL, having: WITH) -> None:
    """Its deliveries that wait, or are asked for once more, would go there."""
    key = await having("webhooks:*", "people:read")
    update = "mutation ($id: ID, $d: WebhookUpdateInput) { updateWebhook(id: $id, data: $d) { id } }"
    upsert = "mutation ($d: WebhookCreateInput!) { createWebhook(data: $d, upsert: true) { id } }"
    mine = {"targetUrl": "https://mine.example.com", "operations": ["person.*"]}
    hook = await create(graphql, "Webhook", targetUrl="https://example.com", operations=["company.*"])
    gone = {**mine, "deletedAt": "2026-01-01T00:00:00Z"}
    for ask in (
        key(update, id=hook, d=mine),
        key(upsert, d={"id": hook, **mine}),
        key(update, id=hook, d=gone),
        key(update, id=hook, d={"operations": ["person.*"]}),
    ):
        (found,) = (await ask)["errors"]
        assert found["message"] == Refusal.TELLING.value
    assert "errors" not in await key("mutation ($id: ID) { deleteWebhook(id: $id) { id } }", id=hook)
    (found,) = (await key(upsert, d={"id": hook, **mine}))["errors"]
    assert found["message"] == Refusal.TELLING.value
    assert "errors" not in await graphql(upsert, d={"id": hook, **mine})


async def test_deliveries_are_told_of_what_may_be_read(
    graphql: GraphQL,
    having: WITH,
    connection: "asyncpg.Connection[asyncpg.Record]",
    workspace: Workspace,
) -> None:
    """A webhook that wants less now has the deliveries of when it wanted more."""
    hook = await create(graphql, "Webhook", targetUrl="https://example.com", operations=["person.*"])
    for n, name in enumerate(("company.created", "person.created")):
        await connection.execute(
            "INSERT INTO webhook_delivery (workspace_id, id, webhook_id, event_id, event_name, record_id, content,"
            " due_at, status) VALUES ($1, $2, $3, $2, $4, $2, '{}', now(), 'DEAD')",
            *(workspace.id, UUID(number(n)), UUID(hook), name),
        )
    key = await having("webhooks:read", "webhooks:update", "people:read")
    page = "{ webhookDeliveries { edges { node { eventName } } } }"
    assert [edge["node"]["eventName"] for edge in (await only(key, page))["edges"]] == ["person.created"]
    again = "mutation ($id: ID!) { redeliverWebhook(deliveryId: $id) { eventName } }"
    (found,) = (await key(again, id=number(0)))["errors"]
    assert found["extensions"]["code"] == "NOT_FOUND"
    assert (await only(key, again, id=number(1)))["eventName"] == "person.created"
    assert len((await only(await having("webhooks:read", "*:read"), page))["edges"]) == 3
    assert len((await only(graphql, page))["edges"]) == 3


async def test_deliveries_take_rights_on_webhooks(having: WITH) -> None:
    key, mint = await having("people:*"), "generateApiKeyToken"
    asked = {
        "{ webhookDeliveries { edges { cursor } } }": "webhooks:read",
        f'mutation {{ redeliverWebhook(deliveryId: "{number(1)}") {{ id }} }}': "webhooks:update",
        f'mutation {{ replayWebhook(id: "{number(1)}", since: "2020-01-01") {{ count }} }}': "webhooks:update",
        f'mutation {{ testWebhook(id: "{number(1)}") {{ id }} }}': "webhooks:update",
        f'mutation {{ {mint}(apiKeyId: "{number(1)}", expiresAt: "2999-01-01") {{ token }} }}': "apiKeys:create",
        f'mutation {{ revokeApiKey(input: {{id: "{number(1)}"}}) {{ id }} }}': "apiKeys:read apiKeys:update",
    }
    for query, missing in asked.items():
        assert lacks(await key(query), *missing.split()), query


async def test_nothing_is_granted_by_an_empty_list(having: WITH) -> None:
    key = await having()
    assert lacks(await key("{ people { totalCount } }"), "people:read")
    assert (await only(key, "{ currentWorkspace { id } }"))["id"]


async def test_an_answer_is_not_repeated_to_a_key_that_lost_a_scope(graphql: GraphQL, having: WITH) -> None:
    """Where a write comes again, nothing of it is planned that would be refused."""
    email, written = {"primaryEmail": "ada@x.example"}, "{ id jobTitle }"
    ids = [await create(graphql, "Person", jobTitle=f"Secret {n}") for n in range(4)]
    key = await having("people:*", "companies:read")

    async def upsert() -> httpx.Response:
        query = f"mutation ($d: PersonCreateInput!) {{ createPerson(data: $d, upsert: true) {written} }}"
        return await key.post("/graphql", "a", query=query, variables={"d": {"emails": email, "jobTitle": "Secret"}})

    async def merge() -> httpx.Response:
        query = f"mutation ($i: [UUID!]!) {{ mergePeople(ids: $i, conflictPriorityIndex: 0) {written} }}"
        return await key.post("/graphql", "b", query=query, variables={"i": ids[:2]})

    async def rest() -> httpx.Response:
        return await key.post("/rest/people?depth=0", "c", jobTitle="Secret")

    async def written_back() -> httpx.Response:
        return await key.post(
            "/rest/batch/people?upsert=true&depth=0", "d", json=[{"id": ids[2], "jobTitle": "Secret"}]
        )

    ways = (upsert, merge, rest, written_back)
    assert all("Secret" in answer.text for answer in [await ask() for ask in ways])
    again = [await ask() for ask in ways]
    assert all("Secret" in answer.text and answer.headers["idempotency-replayed"] for answer in again)
    (own,) = (await only(graphql, '{ apiKeys(filter: {name: {eq: "Scoped"}}) { edges { node { id } } } }'))["edges"]
    narrow = "mutation ($id: ID, $s: [String!]) { updateApiKey(id: $id, data: {scopes: $s}) { id } }"
    for scopes in (["people:create", "people:update", "people:delete"], ["companies:read"]):
        await only(graphql, narrow, id=own["node"]["id"], s=scopes)
        for ask in ways:
            answer = await ask()
            assert "Secret" not in answer.text and ("FORBIDDEN" in answer.text or answer.status_code == 403), ask
    await only(graphql, narrow, id=own["node"]["id"], s=["*:*"])
    assert all("Secret" in answer.text for answer in [await ask() for ask in ways])
