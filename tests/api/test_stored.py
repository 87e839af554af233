"""What is stored of what a write is given: defaults, parts of composites, secrets, who created it, times and ids."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from schema.catalog.model import Catalog
from schema.declare.columns import NOW
from tests.conftest import VAULT, GraphQL, Server, Workspace
from tests.records import (
    LONG_AGO,
    MASK,
    NOWHERE,
    OBJECTS,
    Json,
    a_moment,
    create,
    data,
    error,
    make,
    only,
    required,
    selection,
)

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
        "primaryPhoneNumber": "2079460000",
        "primaryPhoneCountryCode": "GB",
        "primaryPhoneCallingCode": "+44",
        "additionalPhones": [{"number": "2", "countryCode": "", "callingCode": ""}],
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
        (
            "phones",
            {"additionalPhones": ["+33612"]},
            {"additionalPhones": [{"number": "+33612", "countryCode": "", "callingCode": ""}]},
        ),
        (
            "phones",
            {"primaryPhoneNumber": "+33 6 12 34 56 78"},
            {"primaryPhoneNumber": "612345678", "primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"},
        ),
        ("phones", {"primaryPhoneNumber": ""}, {"primaryPhoneNumber": ""}),
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


PHONE_PARTS = "{ id phones { primaryPhoneNumber primaryPhoneCountryCode primaryPhoneCallingCode } }"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"primaryPhoneNumber": "020 7946 0001"}, ("2079460001", "GB", "+44")),
        ({"primaryPhoneNumber": "+33 6 12 34 56 78"}, ("612345678", "FR", "+33")),
        ({"primaryPhoneNumber": "9"}, ("9", "GB", "+44")),
        ({"primaryPhoneCountryCode": "de"}, ("2079460000", "DE", "+49")),
        ({"primaryPhoneCallingCode": "+49"}, ("2079460000", "DE", "+49")),
        ({"primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"}, ("2079460000", "FR", "+33")),
        ({"primaryPhoneCountryCode": "FR"}, ("2079460000", "FR", "")),
        ({"primaryPhoneNumber": "612345678", "primaryPhoneCountryCode": "FR"}, ("612345678", "FR", "+33")),
        ({"primaryPhoneNumber": ""}, ("", "GB", "+44")),
    ],
)
@pytest.mark.parametrize("upsert", [False, True])
async def test_a_part_of_a_phone_is_understood_with_the_others(
    graphql: GraphQL, given: Json, stored: tuple[str, str, str], upsert: bool
) -> None:
    person = await create(graphql, "Person", **PERSON)
    query = f"mutation ($id: ID, $d: PersonUpdateInput) {{ updatePerson(id: $id, data: $d) {PHONE_PARTS} }}"
    variables: Json = {"id": person, "d": {"phones": given}}
    if upsert:
        query = f"mutation ($d: PersonCreateInput!) {{ createPerson(data: $d, upsert: true) {PHONE_PARTS} }}"
        variables = {"d": {"id": person, "phones": given}}
    for _ in range(3):  # planned anew, seen before and remembered
        record = await only(graphql, query, **variables)
        assert record["id"] == person and tuple(record["phones"].values()) == stored


async def test_a_part_of_the_phones_of_many_is_refused(graphql: GraphQL) -> None:
    query = 'mutation ($d: PersonUpdateInput) { updatePeople(filter: {city: {eq: "x"}}, data: $d) { id } }'
    for given, missing in (
        ({"primaryPhoneNumber": "612345678"}, "primaryPhoneCountryCode"),
        ({"primaryPhoneCountryCode": "FR"}, "primaryPhoneNumber"),
        ({"primaryPhoneNumber": "9", "primaryPhoneCountryCode": "FR"}, "primaryPhoneCallingCode"),
    ):
        code, message = await error(graphql, query, d={"phones": given})
        assert code == "BAD_USER_INPUT" and message.startswith(f'Field "phones.{missing}" must be given too')
    whole = {"primaryPhoneNumber": "9", "primaryPhoneCountryCode": "FR", "primaryPhoneCallingCode": "+33"}
    assert await only(graphql, query, d={"phones": whole}) == []
    assert await only(graphql, query, d={"phones": {"primaryPhoneNumber": "+33612345678"}}) == []


# Secrets

SECRETS = [("webhook", "secret"), ("connectedAccount", "accessToken"), ("connectedAccount", "refreshToken")]


@pytest.mark.parametrize(("name", "field"), SECRETS)
async def test_a_secret(graphql: GraphQL, catalog: Catalog, connection: Any, name: str, field: str) -> None:
    type_name = catalog.objects[name].type_name
    needed = {} if name == "webhook" else {"accountOwnerId": await make(graphql, catalog, "workspaceMember")}
    make_one = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ id {field} }} }}"
    made = await only(graphql, make_one, d={**needed, field: "s3cret, a long one"})
    assert made[field] == MASK
    change = f"mutation ($id: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $id, data: $d) {{ {field} }} }}"

    async def stored() -> Any:
        row = await connection.fetchrow(f'SELECT workspace_id, "{field}" FROM "{name}" WHERE id = $1', UUID(made["id"]))
        assert not row[1] or (row[1].startswith("sealed:1:") and "long one" not in row[1])
        return VAULT.open(*row)

    for given, shown, kept in [
        (MASK, MASK, "s3cret, a long one"),
        ("another long one", MASK, "another long one"),
        ("", "", ""),
        ("and again one more", MASK, "and again one more"),
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


# Times

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

    # What changes no value changes nothing, and whatever is given, updatedAt is stamped: it rises with each change.
    same_id = ({"id": made["id"]}, {"id": made["id"].upper()})
    for given in ({}, {"updatedAt": LONG_AGO}, {"updatedAt": None}, {"name": ""}, *same_id):
        assert await only(graphql, update, id=made["id"], d=given) == restored, given
    for n in range(20):
        given = {"name": f"{n}", "updatedAt": LONG_AGO}
        updated = await only(graphql, update, id=made["id"], d=given)
        assert updated["updatedAt"] > restored["updatedAt"] and updated["createdAt"] == LONG_AGO
        restored = updated
    other = "2002-02-03T04:05:06.000Z"
    assert (await only(graphql, update, id=made["id"], d={"createdAt": other}))["createdAt"] == other
    gone = await only(graphql, update, id=made["id"], d={"deletedAt": other})
    assert gone["deletedAt"] == other and gone["updatedAt"] > other
    many = "mutation { updateCompanies(filter: {not: {deletedAt: {is: NULL}}}, data: {deletedAt: null}) { deletedAt } }"
    assert await only(graphql, many) == [{"deletedAt": None}]


async def test_deleting_and_restoring_twice_changes_nothing(graphql: GraphQL) -> None:
    company = await create(graphql, "Company")
    ids = "filter: {id: {in: [$id]}}"
    for verb in ("delete", "restore"):
        one = f"mutation ($id: ID) {{ {verb}Company(id: $id) {TIMES} }}"
        with_relation = f"mutation ($id: ID) {{ {verb}Company(id: $id) {{ id updatedAt people {{ totalCount }} }} }}"
        many = f"mutation ($id: ID) {{ {verb}Companies({ids}) {TIMES} }}"
        first = await only(graphql, one, id=company)
        await a_moment()
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
