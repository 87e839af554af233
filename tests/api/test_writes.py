"""What writes do beyond storing what they are given: defaults, normalisation, times, dependants, order and limits."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from app.settings import Settings
from schema.catalog import Catalog, Relation
from schema.columns import NOW
from schema.execute import Executor
from schema.names import uncapital
from tests.conftest import GraphQL, Server, Workspace, run_server
from tests.records import (
    MASK,
    NOWHERE,
    OBJECTS,
    Json,
    create,
    create_many,
    data,
    error,
    make,
    only,
    required,
    selection,
)


def number(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


# Defaults


@pytest.mark.parametrize("name", OBJECTS)
async def test_defaults(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    """What a create does not give, and what null gives, is the declared default."""
    object_type = catalog.objects[name]
    type_name = object_type.type_name
    query = (
        f"mutation ($data: {type_name}CreateInput) {{ create{type_name}(data: $data) {{ {selection(object_type)} }} }}"
    )
    least = await required(graphql, catalog, object_type)
    nulls = {
        field.name: None
        for field in object_type.fields.values()
        if field.name not in least and not field.required_on_create and not field.is_foreign_key
    }
    absent = await only(graphql, query, data=least)
    null = await only(graphql, query, data={**await required(graphql, catalog, object_type, 1), **nulls})
    for field in object_type.fields.values():
        if field.name in least or field.name in ("id", "position") or field is object_type.actor:
            continue
        for column in field.columns:
            given, from_null = absent[field.name], null[field.name]
            if field.composite:
                given, from_null = given[column.part], from_null[column.part]
            if column.default is NOW:
                assert given == absent["createdAt"] and from_null == null["createdAt"]
            else:
                assert given == column.default, column.path
                assert from_null == (None if field.composite is None and column.nullable else column.default)


async def test_null_in_an_update(graphql: GraphQL, catalog: Catalog) -> None:
    company = await create(
        graphql,
        "Company",
        name="n",
        employees=5,
        idealCustomerProfile=True,
        domainName={"primaryLinkUrl": "https://a.com", "primaryLinkLabel": "l", "secondaryLinks": [{"url": "x"}]},
        address={"addressCity": "c", "addressLat": 1.5},
    )
    query = f"""mutation ($id: ID, $data: CompanyUpdateInput) {{
      updateCompany(id: $id, data: $data) {{ {selection(catalog.objects["company"])} }} }}"""
    nulls = dict.fromkeys(("name", "employees", "idealCustomerProfile", "domainName", "address"))
    updated = await only(graphql, query, id=company, data=nulls)
    assert {key: updated[key] for key in nulls} == {
        "name": "",
        "employees": None,
        "idealCustomerProfile": False,
        "domainName": {"primaryLinkLabel": "", "primaryLinkUrl": "", "secondaryLinks": []},
        "address": {
            **dict.fromkeys(("addressStreet1", "addressStreet2", "addressCity"), ""),
            **dict.fromkeys(("addressPostcode", "addressState", "addressCountry"), ""),
            "addressLat": None,
            "addressLng": None,
        },
    }


PERSON: Json = {
    "name": {"firstName": "Ada", "lastName": "Lovelace"},
    "emails": {"primaryEmail": "ada@example.com", "additionalEmails": ["a@b.c"]},
    "phones": {
        "primaryPhoneNumber": "1",
        "primaryPhoneCountryCode": "GB",
        "primaryPhoneCallingCode": "+44",
        "additionalPhones": [{"number": "2"}],
    },
    "linkedinLink": {
        "primaryLinkLabel": "l",
        "primaryLinkUrl": "https://x.y",
        "secondaryLinks": [{"url": "https://z"}],
    },
}


@pytest.mark.parametrize(
    ("field", "given", "changed"),
    [
        ("name", {"lastName": "King"}, {"lastName": "King"}),
        ("name", {"lastName": None}, {"lastName": ""}),
        ("name", {}, {}),
        ("emails", {"additionalEmails": ["X@Y.z"]}, {"additionalEmails": ["x@y.z"]}),
        ("emails", {"additionalEmails": None}, {"additionalEmails": None}),
        ("emails", {"primaryEmail": " B@B.b "}, {"primaryEmail": "b@b.b"}),
        ("emails", {"primaryEmail": None}, {"primaryEmail": ""}),
        ("emails", None, {"primaryEmail": "", "additionalEmails": None}),
        ("phones", {"additionalPhones": [{"number": "3"}]}, {"additionalPhones": [{"number": "3"}]}),
        ("phones", {"primaryPhoneNumber": "9"}, {"primaryPhoneNumber": "9"}),
        ("linkedinLink", {"primaryLinkUrl": "HTTPS://A.b/"}, {"primaryLinkUrl": "https://a.b"}),
        ("linkedinLink", {"secondaryLinks": []}, {"secondaryLinks": []}),
    ],
)
@pytest.mark.parametrize("many", [False, True])
async def test_a_partial_composite_changes_only_what_it_gives(
    graphql: GraphQL, catalog: Catalog, field: str, given: Any, changed: Json, many: bool
) -> None:
    person = await create(graphql, "Person", **PERSON)
    where = "filter: {id: {eq: $id}}" if many else "id: $id"
    answered = selection(catalog.objects["person"])
    query = f"""mutation ($id: ID, $data: PersonUpdateInput) {{
      {"updatePeople" if many else "updatePerson"}({where}, data: $data) {{ {answered} }} }}"""
    updated = await only(graphql, query, id=person, data={field: given})
    record = updated[0] if many else updated
    expected = {**PERSON, field: {**PERSON[field], **changed}}
    assert {key: record[key] for key in PERSON} == expected


# Normalisation


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://Acme.com/", "https://acme.com"),
        ("HTTP://ACME.com", "http://acme.com"),
        ("https://Acme.com/Path/", "https://acme.com/Path/"),
        ("https://Acme.com?Q=1", "https://acme.com?Q=1"),
        ("https://User@Acme.com:8080/", "https://User@acme.com:8080"),
        ("Acme.com", "Acme.com"),
        ("Acme.com/", "Acme.com/"),
        ("not a url", "not a url"),
        ("", ""),
        (None, ""),
    ],
)
async def test_links(graphql: GraphQL, given: str | None, stored: str) -> None:
    link = {"primaryLinkUrl": given, "secondaryLinks": [{"label": "L", "url": given}]}
    query = """mutation ($d: CompanyCreateInput) {
      createCompany(data: $d) { id domainName { primaryLinkUrl secondaryLinks } } }"""
    made = await only(graphql, query, d={"domainName": link})
    assert made["domainName"] == {"primaryLinkUrl": stored, "secondaryLinks": [{"label": "L", "url": stored or given}]}
    update = """mutation ($id: ID, $d: CompanyUpdateInput) {
      updateCompany(id: $id, data: $d) { domainName { primaryLinkUrl } } }"""
    assert await only(graphql, update, id=made["id"], d={"domainName": {"primaryLinkUrl": given}}) == {
        "domainName": {"primaryLinkUrl": stored}
    }


RICH_TEXTS: list[tuple[Json, str | None, str | None]] = [
    # What is given, and the markdown and the BlockNote types that are answered.
    ({"markdown": "# Title\n\nSome **bold** text"}, "# Title\n\nSome **bold** text", "heading,paragraph"),
    ({"markdown": "* a\n* b"}, "* a\n* b", "bulletListItem,bulletListItem"),
    ({"markdown": ""}, "", None),
    ({"markdown": None}, "", None),
    ({}, "", None),
    ({"blocknote": '[{"type":"paragraph","content":[{"type":"text","text":"hi","styles":{}}]}]'}, "hi", "paragraph"),
    ({"blocknote": '[{"type":"unknown","content":"kept"}]', "markdown": "other"}, "other", "unknown"),
    ({"blocknote": "", "markdown": "text"}, "text", None),
]


def _types(blocknote: str) -> str | None:
    return ",".join(block["type"] for block in orjson.loads(blocknote)) if blocknote else None


@pytest.mark.parametrize(("given", "markdown", "types"), RICH_TEXTS, ids=[str(case[0])[:40] for case in RICH_TEXTS])
async def test_rich_text(graphql: GraphQL, given: Json, markdown: str, types: str | None) -> None:
    query = "mutation ($d: NoteCreateInput) { createNote(data: $d) { id bodyV2 { markdown blocknote } } }"
    made = await only(graphql, query, d={"bodyV2": given})
    assert made["bodyV2"]["markdown"].rstrip("\n") == markdown
    assert _types(made["bodyV2"]["blocknote"]) == types
    old = await create(graphql, "Note", bodyV2={"markdown": "old"})
    update = (
        "mutation ($id: ID, $d: NoteUpdateInput) { updateNote(id: $id, data: $d) { bodyV2 { markdown blocknote } } }"
    )
    changed = (await only(graphql, update, id=old, d={"bodyV2": given}))["bodyV2"]
    assert (changed["markdown"].rstrip("\n"), _types(changed["blocknote"])) == (markdown, types)


async def test_rich_text_there_and_back(graphql: GraphQL) -> None:
    """What one notation makes of the other is made again of it."""
    markdown = (
        "# One\n\n## Two\n\nA *b* **c** ~~d~~ `e` [f](https://g.h)\n\n* i\n  * j\n\n1. k\n2. l\n\n> m\n\n```py\nn\n```"
    )
    query = "mutation ($d: TaskCreateInput) { createTask(data: $d) { bodyV2 { markdown blocknote } } }"
    first = (await only(graphql, query, d={"bodyV2": {"markdown": markdown}}))["bodyV2"]
    second = (await only(graphql, query, d={"bodyV2": {"blocknote": first["blocknote"]}}))["bodyV2"]
    third = (await only(graphql, query, d={"bodyV2": {"markdown": second["markdown"]}}))["bodyV2"]
    assert _types(second["blocknote"]) == _types(third["blocknote"]) == _types(first["blocknote"])
    assert second["markdown"] == third["markdown"]


# Secrets

SECRETS = [("webhook", "secret"), ("connectedAccount", "accessToken"), ("connectedAccount", "refreshToken")]


@pytest.mark.parametrize(("name", "field"), SECRETS)
async def test_a_secret(graphql: GraphQL, catalog: Catalog, connection: Any, name: str, field: str) -> None:
    type_name = catalog.objects[name].type_name
    needed = {} if name == "webhook" else {"accountOwnerId": await make(graphql, catalog, "workspaceMember")}
    make_one = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ id {field} }} }}"
    made = await only(graphql, make_one, d={**needed, field: "s3cret"})
    assert made[field] == MASK
    change = f"mutation ($id: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $id, data: $d) {{ {field} }} }}"

    async def stored() -> Any:
        return await connection.fetchval(f'SELECT "{field}" FROM "{name}" WHERE id = $1', UUID(made["id"]))

    for given, shown, kept in [
        (MASK, MASK, "s3cret"),
        ("other", MASK, "other"),
        ("", "", ""),
        ("again", MASK, "again"),
        (None, "", ""),
    ]:
        assert await only(graphql, change, id=made["id"], d={field: given}) == {field: shown}
        assert await stored() == kept
        read = f'{{ {name}(filter: {{id: {{eq: "{made["id"]}"}}}}) {{ {field} }} }}'
        assert await only(graphql, read) == {field: shown}
    refused = await error(graphql, make_one, d={**needed, field: MASK})
    assert refused == ("BAD_USER_INPUT", f'Invalid value for field "{field}": the mask of a secret is not a secret')


# Who created it


@pytest.mark.parametrize("name", ["person", "company", "opportunity", "note", "task", "workflow"])
async def test_created_by(server: Server, graphql: GraphQL, workspace: Workspace, catalog: Catalog, name: str) -> None:
    type_name = catalog.objects[name].type_name
    shown = "{ createdBy { source workspaceMemberId name context } }"
    query = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {shown} }}"
    key: Json = {"source": "API", "workspaceMemberId": None, "name": "Test key", "context": {}}
    member = {
        "source": "MANUAL",
        "workspaceMemberId": str(workspace.member_id),
        "name": "Ada Lovelace",
        "context": {},
    }
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:

        async def as_member(query: str, **variables: Any) -> Any:
            return (await client.post("/graphql", json={"query": query, "variables": variables})).json()

        for ask, actor in ((graphql, key), (as_member, member)):
            for given, expected in [
                ({}, actor),
                ({"createdBy": None}, actor),
                ({"createdBy": {}}, actor),
                ({"createdBy": {"source": "IMPORT"}}, {**actor, "source": "IMPORT"}),
                ({"createdBy": {"source": None}}, actor),
                ({"createdBy": {"context": {"a": 1}}}, actor),
            ]:
                assert await only(ask, query, d=given) == {"createdBy": expected}, given
            many = f"create{catalog.objects[name].plural.capitalize()}"
            batch = f"mutation {{ {many}(data: [{{}}, {{createdBy: {{source: EMAIL}}}}]) {shown} }}"
            assert await only(ask, batch) == [{"createdBy": actor}, {"createdBy": {**actor, "source": "EMAIL"}}]


async def test_created_by_stays_when_another_updates(server: Server, graphql: GraphQL, workspace: Workspace) -> None:
    note = await create(graphql, "Note")
    headers = {"Authorization": f"Bearer {workspace.member_token}"}
    query = f'mutation {{ updateNote(id: "{note}", data: {{title: "t"}}) {{ createdBy {{ source name }} }} }}'
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as client:
        answer = (await client.post("/graphql", json={"query": query})).json()
    assert answer == {"data": {"updateNote": {"createdBy": {"source": "API", "name": "Test key"}}}}
    update = """mutation ($id: ID, $d: NoteUpdateInput) {
      updateNote(id: $id, data: $d) { createdBy { source context name } } }"""
    changed = await only(graphql, update, id=note, d={"createdBy": {"context": {"a": [1]}, "source": "WORKFLOW"}})
    assert changed == {"createdBy": {"source": "WORKFLOW", "context": {"a": [1]}, "name": "Test key"}}


# Positions

ABSENT = object()


def _data(position: Any) -> Json:
    return {} if position is ABSENT else {"position": position}


@pytest.mark.parametrize(
    ("before", "given", "expected"),
    [
        ([], [ABSENT], [1]),
        ([], [ABSENT, ABSENT, ABSENT], [1, 2, 3]),
        ([], ["last", None], [1, 2]),
        ([], ["first", ABSENT], [1, 2]),
        ([], [7, ABSENT, None], [7, 2, 3]),
        ([5, 9], [ABSENT], [4]),
        ([5, 9], ["first"], [4]),
        ([5, 9], ["last"], [10]),
        ([5, 9], [None], [10]),
        ([5, 9], [0], [0]),
        ([5, 9], [-2.5], [-2.5]),
        ([5, 9], [ABSENT, "first", ABSENT], [2, 3, 4]),
        ([5, 9], ["last", None, "last"], [10, 11, 12]),
        ([5, 9], [ABSENT, "last", 6, "first", None], [0, 11, 6, 3, 14]),
    ],
    ids=lambda value: str(["absent" if item is ABSENT else item for item in value]),
)
async def test_positions_of_new_records(
    graphql: GraphQL, before: list[float], given: list[Any], expected: list[float]
) -> None:
    many = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) { position } }"
    await only(graphql, many, d=[{"position": position} for position in before])
    created = await only(graphql, many, d=[_data(position) for position in given])
    assert [record["position"] for record in created] == expected


@pytest.mark.parametrize(("given", "expected"), [(ABSENT, 4), (None, 10), ("first", 4), ("last", 10), (3.5, 3.5)])
async def test_the_position_of_one_new_record(graphql: GraphQL, catalog: Catalog, given: Any, expected: float) -> None:
    await create_many(graphql, catalog, "task", [{"position": 5}, {"position": 9}])
    one = "mutation ($d: TaskCreateInput) { createTask(data: $d) { position } }"
    assert await only(graphql, one, d=_data(given)) == {"position": expected}


async def test_positions_count_deleted_records_and_no_other_workspace(graphql: GraphQL, other_graphql: GraphQL) -> None:
    gone = await create(graphql, "Company", position=-7)
    await only(graphql, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=gone)
    query = "mutation { createCompany(data: {}) { position } }"
    assert await only(graphql, query) == {"position": -8}
    assert await only(other_graphql, query) == {"position": 1}


@pytest.mark.parametrize(
    ("given", "one", "many"),
    [
        (ABSENT, 5, [5, 7]),
        (2.5, 2.5, [2.5, 2.5]),
        ("first", 4, [3, 4]),
        ("last", 10, [10, 11]),
        (None, 10, [10, 11]),
    ],
)
async def test_positions_in_updates(
    graphql: GraphQL, catalog: Catalog, given: Any, one: float, many: list[float]
) -> None:
    positions = [{"id": number(n), "position": position} for n, position in enumerate([5, 7, 9])]
    await create_many(graphql, catalog, "company", positions)
    update = f'mutation ($d: CompanyUpdateInput) {{ updateCompany(id: "{number(0)}", data: $d) {{ position }} }}'
    assert await only(graphql, update, d=_data(given)) == {"position": one}
    await only(graphql, f'mutation {{ updateCompany(id: "{number(0)}", data: {{position: 5}}) {{ id }} }}')
    ids = f'["{number(0)}", "{number(1)}"]'
    arguments = f"filter: {{id: {{in: {ids}}}}}, data: $d"
    update = f"mutation ($d: CompanyUpdateInput) {{ updateCompanies({arguments}) {{ position }} }}"
    assert [record["position"] for record in await only(graphql, update, d=_data(given))] == many


async def test_a_position_that_is_an_ordinary_number(graphql: GraphQL) -> None:
    for query in ("createFavorite(data: {}) { position }", "createFavoriteFolder(data: {}) { position }"):
        assert await only(graphql, f"mutation {{ {query} }}") == {"position": 0}


# Times

LONG_AGO = "2001-02-03T04:05:06.789Z"
EVERY = "{or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
TIMES = "{ id createdAt updatedAt deletedAt }"


async def test_times(graphql: GraphQL) -> None:
    query = f"mutation ($d: CompanyCreateInput) {{ createCompany(data: $d) {TIMES} }}"
    made = await only(graphql, query, d=dict.fromkeys(("createdAt", "updatedAt", "deletedAt"), LONG_AGO))
    assert (made["createdAt"], made["updatedAt"], made["deletedAt"]) == (LONG_AGO,) * 3

    # Deleted from the start, it cannot be updated until it is restored.
    update = f"mutation ($id: ID, $d: CompanyUpdateInput) {{ updateCompany(id: $id, data: $d) {TIMES} }}"
    assert await error(graphql, update, id=made["id"], d={}) == ("NOT_FOUND", "Record not found")
    restored = await only(graphql, f"mutation ($id: ID) {{ restoreCompany(id: $id) {TIMES} }}", id=made["id"])
    assert restored["deletedAt"] is None and restored["createdAt"] == LONG_AGO and restored["updatedAt"] > LONG_AGO

    # updatedAt is stamped, whatever is given; createdAt and deletedAt can be set.
    for given in ({}, {"updatedAt": LONG_AGO}, {"updatedAt": None}, {"id": made["id"]}, {"id": made["id"].upper()}):
        await connection_sleep()
        updated = await only(graphql, update, id=made["id"], d=given)
        assert updated["updatedAt"] > restored["updatedAt"], given
        assert updated["createdAt"] == LONG_AGO
        restored = updated
    other = "2002-02-03T04:05:06.000Z"
    assert (await only(graphql, update, id=made["id"], d={"createdAt": other}))["createdAt"] == other
    gone = await only(graphql, update, id=made["id"], d={"deletedAt": other})
    assert gone["deletedAt"] == other and gone["updatedAt"] > other
    many = "mutation { updateCompanies(filter: {not: {deletedAt: {is: NULL}}}, data: {deletedAt: null}) { deletedAt } }"
    assert await only(graphql, many) == [{"deletedAt": None}]


async def connection_sleep() -> None:
    """Until the next millisecond, which is what times are told apart by."""
    await asyncio.sleep(0.002)


async def test_deleting_and_restoring_twice_changes_nothing(graphql: GraphQL) -> None:
    company = await create(graphql, "Company")
    ids = "filter: {id: {in: [$id]}}"
    for verb in ("delete", "restore"):
        one = f"mutation ($id: ID) {{ {verb}Company(id: $id) {TIMES} }}"
        with_relation = f"mutation ($id: ID) {{ {verb}Company(id: $id) {{ id updatedAt people {{ totalCount }} }} }}"
        many = f"mutation ($id: ID) {{ {verb}Companies({ids}) {TIMES} }}"
        first = await only(graphql, one, id=company)
        await connection_sleep()
        assert await only(graphql, one, id=company) == first
        again = await only(graphql, with_relation, id=company)
        assert again == {"id": company, "updatedAt": first["updatedAt"], "people": {"totalCount": 0}}
        assert await only(graphql, many, id=company) == []
        assert (await only(graphql, one, id=company)) == first


# Ids in updates


@pytest.mark.parametrize(
    ("field", "where"), [("updateCompany", "id: $id"), ("updateCompanies", "filter: {id: {eq: $id}}")]
)
async def test_an_id_cannot_be_changed(graphql: GraphQL, field: str, where: str) -> None:
    company = await create(graphql, "Company")
    query = f"mutation ($id: ID, $d: CompanyUpdateInput) {{ {field}({where}, data: $d) {{ id }} }}"
    message = "The id of a record cannot be changed"
    assert await error(graphql, query, id=company, d={"id": NOWHERE}) == ("BAD_USER_INPUT", message)
    if field == "updateCompanies":
        assert await error(graphql, query, id=company, d={"id": company}) == ("BAD_USER_INPUT", message)
    assert await data(graphql, query, id=company, d={"id": None})


# Workflows


async def test_a_workflow_takes_its_parts_along(graphql: GraphQL) -> None:
    async def deleted(parts: dict[str, str]) -> Json:
        answer = {}
        for type_name, part in parts.items():
            query = f'{{ {uncapital(type_name)}(filter: {{id: {{eq: "{part}"}}, and: [{EVERY}]}}) {{ deletedAt }} }}'
            answer[type_name] = (await only(graphql, query))["deletedAt"]
        return answer

    workflow = await create(graphql, "Workflow")
    version = await create(graphql, "WorkflowVersion", workflowId=workflow)
    run = await create(graphql, "WorkflowRun", workflowId=workflow, workflowVersionId=version)
    listener = await create(graphql, "WorkflowEventListener", workflowId=workflow)
    favorite = await create(graphql, "Favorite", workflowId=workflow)
    early = await create(graphql, "WorkflowRun", workflowId=workflow, workflowVersionId=version)
    await only(graphql, "mutation ($id: ID) { deleteWorkflowRun(id: $id) { id } }", id=early)
    elsewhere = await create(graphql, "WorkflowVersion", workflowId=await create(graphql, "Workflow"))
    along = {"WorkflowVersion": version, "WorkflowRun": run, "WorkflowEventListener": listener}
    before = (await deleted({"WorkflowRun": early}))["WorkflowRun"]

    for one in (True, False):
        where = "id: $id" if one else "filter: {id: {eq: $id}}"
        name = "Workflow" if one else "Workflows"
        await connection_sleep()
        gone = await only(graphql, f"mutation ($id: ID) {{ delete{name}({where}) {{ deletedAt }} }}", id=workflow)
        stamp = gone["deletedAt"] if one else gone[0]["deletedAt"]
        assert await deleted(along) == dict.fromkeys(along, stamp)
        assert await deleted({"WorkflowRun": early}) == {"WorkflowRun": before}
        assert await deleted({"WorkflowVersion": elsewhere, "Favorite": favorite}) == {
            "WorkflowVersion": None,
            "Favorite": None,
        }
        await only(graphql, f"mutation ($id: ID) {{ restore{name}({where}) {{ id }} }}", id=workflow)
        assert await deleted(along) == dict.fromkeys(along)
        assert await deleted({"WorkflowRun": early}) == {"WorkflowRun": before}


async def test_no_other_soft_delete_touches_anything_else(graphql: GraphQL, catalog: Catalog) -> None:
    cascading = {
        (relation.source, relation.name)
        for object_type in catalog.objects.values()
        for relation in object_type.to_many
        if relation.soft_cascade
    }
    assert cascading == {("workflow", "versions"), ("workflow", "runs"), ("workflow", "eventListeners")}
    company = await create(graphql, "Company")
    person = await create(graphql, "Person", companyId=company)
    await only(graphql, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=company)
    query = "query ($id: ID) { person(filter: {id: {eq: $id}}) { companyId deletedAt } }"
    assert await only(graphql, query, id=person) == {"companyId": company, "deletedAt": None}


# Destroying


@pytest.mark.parametrize("name", OBJECTS)
async def test_destroy_takes_dependants_and_clears_references(
    graphql: GraphQL, catalog: Catalog, connection: Any, name: str
) -> None:
    """One record refers to the destroyed one by each of its relations; those go or stay as the model says."""
    object_type = catalog.objects[name]
    kept = await make(graphql, catalog, name, 1)
    target = await make(graphql, catalog, name, 2)
    referring: list[tuple[Relation, str, str]] = []
    for relation in object_type.to_many:
        one = await make(graphql, catalog, relation.target, 1, **{relation.foreign_key: target})
        other = await make(graphql, catalog, relation.target, 2, **{relation.foreign_key: kept})
        if relation.target not in ("view", "workflow"):
            deleted = f"mutation ($id: ID) {{ delete{catalog.objects[relation.target].type_name}(id: $id) {{ id }} }}"
            await only(graphql, deleted, id=one)  # soft-deleted rows are no exception
        referring.append((relation, one, other))

    type_name = object_type.type_name
    own = " ".join(f"{relation.name} {{ totalCount }}" for relation in object_type.to_many)
    query = f"mutation ($id: ID) {{ destroy{type_name}(id: $id) {{ id deletedAt {own} }} }}"
    answer = await only(graphql, query, id=target)
    assert answer["id"] == target
    assert await error(graphql, query, id=target) == ("NOT_FOUND", "Record not found")

    for relation, one, other in referring:
        read = f'SELECT "{relation.foreign_key}" AS key FROM "{relation.target}" WHERE id = $1'
        row = await connection.fetchrow(read, UUID(one))
        if relation.cascade:
            assert row is None, f"{relation.target}.{relation.foreign_key}"
        else:
            assert row is not None and row["key"] is None, f"{relation.target}.{relation.foreign_key}"
        assert str(await connection.fetchval(read, UUID(other))) == kept


async def test_destroy_goes_down_all_levels(graphql: GraphQL, catalog: Catalog) -> None:
    """A member's account's channel's association goes; the message that it was about stays."""
    member = await make(graphql, catalog, "workspaceMember")
    account = await create(graphql, "ConnectedAccount", accountOwnerId=member)
    channel = await create(graphql, "MessageChannel", connectedAccountId=account)
    message = await create(graphql, "Message")
    await create(graphql, "MessageChannelMessageAssociation", messageChannelId=channel, messageId=message)
    await create(graphql, "MessageFolder", messageChannelId=channel)
    company = await create(graphql, "Company", accountOwnerId=member)
    counts = """{ connectedAccounts { totalCount } messageChannels { totalCount } messageFolders { totalCount }
      messageChannelMessageAssociations { totalCount } messages { totalCount } companies { totalCount } }"""

    async def counted() -> list[int]:
        return [found["totalCount"] for found in (await data(graphql, counts)).values()]

    assert await counted() == [1, 1, 1, 1, 1, 1]
    destroy = """mutation ($id: ID) { destroyWorkspaceMembers(filter: {id: {eq: $id}}) {
      connectedAccounts { edges { node { messageChannels { totalCount } } } } accountOwnerForCompanies { totalCount }
      } }"""
    assert await only(graphql, destroy, id=member) == [
        {
            "connectedAccounts": {"edges": [{"node": {"messageChannels": {"totalCount": 1}}}]},
            "accountOwnerForCompanies": {"totalCount": 1},
        }
    ]
    assert await counted() == [0, 0, 0, 0, 1, 1]
    read = "query ($id: ID) { company(filter: {id: {eq: $id}}) { accountOwnerId createdAt updatedAt } }"
    cleared = await only(graphql, read, id=company)
    assert cleared["accountOwnerId"] is None and cleared["updatedAt"] >= cleared["createdAt"]


async def test_a_record_that_is_reached_twice_goes_once(graphql: GraphQL) -> None:
    workflow = await create(graphql, "Workflow")
    version = await create(graphql, "WorkflowVersion", workflowId=workflow)
    run = await create(graphql, "WorkflowRun", workflowId=workflow, workflowVersionId=version)
    await create(graphql, "Favorite", workflowId=workflow, workflowVersionId=version, workflowRunId=run)
    await create(graphql, "TimelineActivity", workflowRunId=run, workflowVersionId=version)
    destroy = "mutation ($id: ID) { destroyWorkflow(id: $id) { runs { totalCount } favorites { totalCount } } }"
    expected = {"runs": {"totalCount": 1}, "favorites": {"totalCount": 1}}
    assert await only(graphql, destroy, id=workflow) == expected
    left = """{ workflowVersions { totalCount } workflowRuns { totalCount } favorites { totalCount }
      timelineActivities { totalCount } }"""
    assert [found["totalCount"] for found in (await data(graphql, left)).values()] == [0, 0, 0, 0]


async def test_a_dependant_goes_although_it_also_refers_elsewhere(graphql: GraphQL) -> None:
    """A row that both depends on a destroyed one and refers to another goes; one that only refers is cleared."""
    company, person = await create(graphql, "Company"), await create(graphql, "Person")
    target = await create(
        graphql, "NoteTarget", companyId=company, personId=person, noteId=await create(graphql, "Note")
    )
    opportunity = await create(graphql, "Opportunity", companyId=company, pointOfContactId=person)
    await only(graphql, "mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=company)
    query = """query ($t: ID, $o: ID) { noteTargets(filter: {id: {eq: $t}}) { totalCount }
      opportunity(filter: {id: {eq: $o}}) { companyId pointOfContactId } }"""
    assert await data(graphql, query, t=target, o=opportunity) == {
        "noteTargets": {"totalCount": 0},
        "opportunity": {"companyId": None, "pointOfContactId": person},
    }


# Many at once

VERBS = ["update", "delete", "restore", "destroy"]


def many(verb: str, where: str, selected: str = "{ id }") -> str:
    declared = "($ids: [ID])" if "$ids" in where else ""
    data = ", data: {}" if verb == "update" else ""
    return f"mutation {declared} {{ {verb}Companies(filter: {where}{data}) {selected} }}"


async def some(graphql: GraphQL, catalog: Catalog, verb: str, count: int = 4) -> list[str]:
    """Companies that the verb works on, created in the opposite order of their ids."""
    deleted = {"deletedAt": LONG_AGO} if verb == "restore" else {}
    ids = [number(n) for n in range(count)]
    await create_many(graphql, catalog, "company", [{"id": each, "name": "n", **deleted} for each in reversed(ids)])
    return ids


@pytest.mark.parametrize("selected", ["{ id }", "{ id people { totalCount } }"])
@pytest.mark.parametrize("verb", VERBS)
async def test_many_answer_in_the_order_of_ids_or_of_the_list(
    graphql: GraphQL, catalog: Catalog, verb: str, selected: str
) -> None:
    async def answered(where: str, listed: list[str]) -> list[str]:
        ids = await some(graphql, catalog, verb)
        found = await only(graphql, many(verb, where, selected), ids=listed)
        await only(graphql, many("destroy", "{id: {in: $ids}}"), ids=ids)
        return [record["id"] for record in found]

    a, b, c, d = (number(n) for n in range(4))
    assert await answered("{id: {in: $ids}}", [c, a, d.upper()]) == [c, a, d]
    assert await answered("{id: {in: $ids}}", [c, NOWHERE, a, c]) == [c, a]
    assert await answered('{id: {in: $ids}, name: {eq: "n"}}', [c, a, d]) == [a, c, d]
    assert await answered("{or: [{id: {in: $ids}}, {id: {in: $ids}}]}", [c, a]) == [a, c]
    assert await answered('{name: {eq: "n"}}', []) == [a, b, c, d]


@pytest.mark.parametrize("verb", VERBS)
async def test_many_that_match_nothing(graphql: GraphQL, catalog: Catalog, verb: str) -> None:
    await some(graphql, catalog, verb)
    assert await only(graphql, many(verb, '{name: {eq: "nothing"}}')) == []
    assert await only(graphql, many(verb, "{id: {in: $ids}}", "{ people { totalCount } }"), ids=[NOWHERE]) == []
    assert await only(graphql, many(verb, "{not: {}}")) == []


NO_CONDITION = [
    "null",
    "{}",
    "{and: []}",
    "{and: null}",
    "{and: [null]}",
    "{and: [{}, {and: []}]}",
    "{or: []}",
    "{or: [{}]}",
    '{or: [{name: {eq: "n"}}, {}]}',
    "{not: null}",
    "{not: {not: {}}}",
    '{not: {and: [{not: {}}, {name: {eq: "n"}}]}}',
]


@pytest.mark.parametrize("verb", VERBS)
async def test_many_without_a_condition_are_refused(graphql: GraphQL, catalog: Catalog, verb: str) -> None:
    await some(graphql, catalog, verb, 1)
    refused = ("BAD_USER_INPUT", "A non-empty filter is required")
    for where in NO_CONDITION:
        assert await error(graphql, many(verb, where)) == refused, where
    query = many(verb, "$filter").replace("mutation", "mutation ($filter: CompanyFilterInput)")
    assert await error(graphql, query) == refused


async def test_which_rows_many_see(graphql: GraphQL, catalog: Catalog) -> None:
    """Live ones, unless the filter mentions deletedAt; a restore the deleted ones, a destroy both."""
    live, gone = number(1), number(2)
    await create_many(graphql, catalog, "company", [{"id": live}, {"id": gone, "deletedAt": LONG_AGO}])
    both = "{id: {in: $ids}}"
    every = "{id: {in: $ids}, or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"

    async def answered(verb: str, where: str) -> list[str]:
        return [record["id"] for record in await only(graphql, many(verb, where), ids=[live, gone])]

    assert await answered("update", both) == [live]
    assert await answered("update", every) == [live, gone]
    assert await answered("restore", every) == [gone]
    assert await answered("restore", both) == []
    assert await answered("delete", both) == [live, gone]
    assert await answered("delete", both) == []
    assert await answered("destroy", both) == [live, gone]


# Limits


async def test_limits(executor: Executor, settings: Settings, workspace: Workspace) -> None:
    limits = {"max_affected_records": 3, "max_batch_size": 3}
    with run_server(settings.model_copy(update=limits), executor) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers) as client:

            async def ask(query: str, **variables: Any) -> Any:
                return (await client.post("/graphql", json={"query": query, "variables": variables})).json()

            batch = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) { id } }"
            ids = [record["id"] for record in await only(ask, batch, d=[{"name": "n"}] * 3)]
            refused = ("BAD_USER_INPUT", "Maximum number of records to create is 3.")
            assert await error(ask, batch, d=[{"name": "m"}] * 4) == refused
            assert await only(ask, '{ companies(filter: {name: {eq: "m"}}) { totalCount } }') == {"totalCount": 0}
            for verb in ("update", "delete", "restore", "destroy"):
                if verb == "restore":
                    assert len(await only(ask, many("delete", '{name: {eq: "n"}}'))) == 3
                assert len(await only(ask, many(verb, '{name: {eq: "n"}}'))) == 3
                if verb in ("delete", "destroy"):
                    await only(ask, many("restore", "{id: {in: $ids}}"), ids=ids)
                if verb == "destroy":
                    await only(ask, batch, d=[{"name": "n"}] * 3)
            await only(ask, batch, d=[{"name": "n"}])
            everything = f"{{ companies(filter: {EVERY}) {{ edges {{ node {{ id updatedAt deletedAt }} }} }} }}"
            before = await only(ask, everything)
            assert len(before["edges"]) == 4
            too_many = ("BAD_USER_INPUT", "Cannot change more than 3 records at once")
            for verb in ("update", "delete", "destroy"):
                assert await error(ask, many(verb, '{name: {eq: "n"}}')) == too_many
                assert await only(ask, everything) == before
            for each in [edge["node"]["id"] for edge in before["edges"]]:
                await only(ask, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=each)
            before = await only(ask, everything)
            assert await error(ask, many("restore", '{name: {eq: "n"}}')) == too_many
            assert await only(ask, everything) == before


@pytest.mark.parametrize("selected", ["{ id name }", "{ id name people { totalCount } }"])
async def test_a_batch_is_answered_in_the_order_of_its_input(graphql: GraphQL, selected: str) -> None:
    """All of it, whatever the ids and unique values, up to the limit."""
    records: list[Json] = [
        {"name": f"{n}", "domainName": {"primaryLinkUrl": f"https://{n * 7919 % 1000}.com"}} for n in range(1000)
    ]
    for n in range(1, 1000, 2):
        records[n]["id"] = number(n * 7919 % 1000)
    query = f"mutation ($d: [CompanyCreateInput!]) {{ createCompanies(data: $d) {selected} }}"
    answer = await only(graphql, query, d=records)
    assert [record["name"] for record in answer] == [record["name"] for record in records]
    assert [record["id"] for record in answer[1::2]] == [record["id"] for record in records[1::2]]
    generated = [record["id"] for record in answer[0::2]]
    assert generated == sorted(generated)
    message = "Maximum number of records to create is 1000."
    assert await error(graphql, query, d=[{}] * 1001) == ("BAD_USER_INPUT", message)


async def test_a_batch_of_none_and_of_one(graphql: GraphQL) -> None:
    query = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) { name } }"
    assert await only(graphql, query, d=[]) == []
    assert await only(graphql, query, d={"name": "one"}) == [{"name": "one"}]


async def test_records_of_a_batch_give_different_fields(graphql: GraphQL) -> None:
    query = """mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) {
      name employees idealCustomerProfile createdAt address { addressCity addressLat } } }"""
    records: list[Json] = [
        {"name": "a"},
        {"employees": 3},
        {"idealCustomerProfile": True, "createdAt": LONG_AGO},
        {"address": {"addressLat": 2}},
    ]
    answer = await only(graphql, query, d=records)
    now = [record.pop("createdAt") for record in answer]
    none = {"addressCity": "", "addressLat": None}
    assert answer == [
        {"name": "a", "employees": None, "idealCustomerProfile": False, "address": none},
        {"name": "", "employees": 3, "idealCustomerProfile": False, "address": none},
        {"name": "", "employees": None, "idealCustomerProfile": True, "address": none},
        {"name": "", "employees": None, "idealCustomerProfile": False, "address": {**none, "addressLat": 2}},
    ]
    assert now[2] == LONG_AGO and min(now[0], now[1], now[3]) > LONG_AGO


async def test_a_batch_is_all_or_nothing(graphql: GraphQL) -> None:
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id } }"
    twice = [{"city": "x"}, {"emails": {"primaryEmail": "a@b.c"}}, {"emails": {"primaryEmail": "A@B.C"}}]
    message = "Duplicate Emails. Please set a unique one."
    assert await error(graphql, query, d=twice) == ("BAD_USER_INPUT", message)
    assert await only(graphql, "{ people { totalCount } }") == {"totalCount": 0}
    assert len(await only(graphql, query, d=[{"emails": {"primaryEmail": ""}}] * 3)) == 3


# Unique values


async def test_the_unique_value_of_a_deleted_record_is_free(graphql: GraphQL) -> None:
    person = {"emails": {"primaryEmail": "ada@example.com"}}
    first = await create(graphql, "Person", **person)
    query = "mutation ($d: PersonCreateInput) { createPerson(data: $d) { id } }"
    duplicate = ("BAD_USER_INPUT", "Duplicate Emails. Please set a unique one.")
    assert await error(graphql, query, d=person) == duplicate
    await only(graphql, "mutation ($id: ID) { deletePerson(id: $id) { id } }", id=first)
    second = await create(graphql, "Person", **person)
    assert await error(graphql, "mutation ($id: ID) { restorePerson(id: $id) { id } }", id=first) == duplicate
    many = "mutation ($ids: [ID]) { restorePeople(filter: {id: {in: $ids}}) { id } }"
    assert await error(graphql, many, ids=[first]) == duplicate
    await only(graphql, "mutation ($id: ID) { destroyPerson(id: $id) { id } }", id=second)
    assert await only(graphql, many, ids=[first]) == [{"id": first}]
    third = await create(graphql, "Person")
    update = "mutation ($id: ID, $d: PersonUpdateInput) { updatePerson(id: $id, data: $d) { id } }"
    assert await error(graphql, update, id=third, d=person) == duplicate
    assert await only(graphql, update, id=first, d=person) == {"id": first}


# At the same time


async def test_concurrent_creates(graphql: GraphQL) -> None:
    """Batches of the same unique values in opposite orders: for each value one wins, and nobody deadlocks."""
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id } }"

    def batch(order: int) -> list[Json]:
        return [{"emails": {"primaryEmail": f"{n}@example.com"}} for n in range(40)][::order]

    answers = await asyncio.gather(*(graphql(query, d=batch(1 if n % 2 else -1)) for n in range(8)))
    codes = Counter(e["extensions"]["code"] for answer in answers for e in answer.get("errors", ()))
    assert codes == {"BAD_USER_INPUT": 7}
    assert await only(graphql, "{ people { totalCount } }") == {"totalCount": 40}
    plain = await asyncio.gather(*(graphql("mutation { createCompany(data: {}) { position } }") for _ in range(20)))
    assert not any("errors" in answer for answer in plain)


async def test_concurrent_updates_in_opposite_orders(graphql: GraphQL, catalog: Catalog) -> None:
    ids = await some(graphql, catalog, "update", 60)
    update = (
        "mutation ($ids: [ID], $name: String) { updateCompanies(filter: {id: {in: $ids}}, data: {name: $name}) { id } }"
    )
    answers = await asyncio.gather(
        *(graphql(update, ids=ids[:: 1 if n % 2 else -1], name=f"n{n}") for n in range(12)),
        *(graphql(many("delete" if n % 2 else "restore", "{id: {in: $ids}}"), ids=ids[::-1]) for n in range(4)),
    )
    assert [answer["errors"] for answer in answers if "errors" in answer] == []
    read = f"{{ companies(filter: {EVERY}) {{ edges {{ node {{ name deletedAt }} }} }} }}"
    edges = (await only(graphql, read))["edges"]
    assert len({(edge["node"]["name"], edge["node"]["deletedAt"] is None) for edge in edges}) <= 2


async def test_concurrent_destroys_and_creates_of_dependants(graphql: GraphQL, catalog: Catalog) -> None:
    """Whoever comes second finds the record gone, or is told of the conflict; no error is ours."""
    for _ in range(5):
        company = await create(graphql, "Company")
        destroy = graphql("mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=company)
        link = "mutation ($id: UUID) { createNoteTarget(data: {companyId: $id}) { id } }"
        answers = await asyncio.gather(destroy, *(graphql(link, id=company) for _ in range(4)))
        codes = {e["extensions"]["code"] for answer in answers for e in answer.get("errors", ())}
        assert codes <= {"BAD_USER_INPUT", "CONFLICT"}


async def test_deleting_many_that_are_deleted_changes_nothing(graphql: GraphQL) -> None:
    await graphql('mutation { createPeople(data: [{city: "a"}, {city: "b"}]) { id } }')
    first = await graphql('mutation { deletePeople(filter: {city: {eq: "a"}}) { city deletedAt updatedAt } }')
    everywhere = "or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]"
    both = await graphql(f"mutation {{ deletePeople(filter: {{{everywhere}}}) {{ city deletedAt updatedAt }} }}")
    assert [found["city"] for found in both["data"]["deletePeople"]] == ["a", "b"]
    assert both["data"]["deletePeople"][0] == first["data"]["deletePeople"][0]
    live = await graphql('mutation { deletePeople(filter: {city: {in: ["a", "b"]}}) { city } }')
    assert live["data"]["deletePeople"] == []


async def test_a_create_answers_what_it_points_to_in_one_statement(graphql: GraphQL, statements: list[str]) -> None:
    """Live records only, two relations away too; what points back is read by a second statement."""
    member = await create(graphql, "WorkspaceMember", name={"firstName": "Ada"}, userId=NOWHERE)
    company = await create(graphql, "Company", name="Acme", accountOwnerId=member)
    gone = await create(graphql, "Company", name="Gone")
    await data(graphql, "mutation ($id: ID!) { deleteCompany(id: $id) { id } }", id=gone)
    query = """mutation ($d: [PersonCreateInput!]) { createPeople(data: $d)
      { city companyId company { name accountOwner { name { firstName } } %s } } }"""
    batch = [{"city": "a", "companyId": company}, {"city": "b", "companyId": gone}, {"city": "c"}]
    acme = {"name": "Acme", "accountOwner": {"name": {"firstName": "Ada"}}}
    statements.clear()
    assert await only(graphql, query % "", d=batch) == [
        {"city": "a", "companyId": company, "company": acme},
        {"city": "b", "companyId": gone, "company": None},
        {"city": "c", "companyId": None, "company": None},
    ]
    assert len(statements) == 1
    statements.clear()
    assert (await only(graphql, query % "people { totalCount }", d=batch[:1]))[0]["company"]["people"] == {
        "totalCount": 2
    }
    assert len(statements) == 2
