"""Every operation of every object, from the first create to the destroy, and every kind of value there and back."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from schema.catalog.model import Catalog, ObjectType
from schema.declare.names import capital
from tests.conftest import GraphQL
from tests.records import OBJECTS, Json, Name, answered, data, error, full, literal, only, required, selection, value


class Operations:
    """The operations of one object, each answering every field and the object's first relation."""

    def __init__(self, graphql: GraphQL, object_type: ObjectType) -> None:
        self.graphql = graphql
        self.type_name = object_type.type_name
        self.one, self.many = object_type.name, object_type.plural
        self.selection = f"{selection(object_type)} {_relation(object_type)}"

    async def read(self, record_id: str) -> Any:
        query = f"query ($id: ID) {{ {self.one}(filter: {{id: {{eq: $id}}}}) {{ {self.selection} }} }}"
        answer = await self.graphql(query, id=record_id)
        if answer["data"][self.one] is None:
            assert [e["extensions"]["code"] for e in answer["errors"]] == ["NOT_FOUND"]
        return answer["data"][self.one]

    async def page(self, where: Json) -> Any:
        connection = f"{{ totalCount edges {{ node {{ {self.selection} }} }} }}"
        query = f"query ($filter: {self.type_name}FilterInput) {{ {self.many}(filter: $filter) {connection} }}"
        found = await only(self.graphql, query, filter=where)
        nodes = [edge["node"] for edge in found["edges"]]
        assert found["totalCount"] == len(nodes)
        return nodes

    async def create(self, data: Json) -> Any:
        arguments = f"($data: {self.type_name}CreateInput)"
        return await self._run(f"create{self.type_name}", arguments, "data: $data", data=data)

    async def create_many(self, data: list[Json]) -> Any:
        arguments = f"($data: [{self.type_name}CreateInput!])"
        return await self._run(f"create{capital(self.many)}", arguments, "data: $data", data=data)

    async def update(self, record_id: str, data: Json) -> Any:
        arguments = f"($id: ID, $data: {self.type_name}UpdateInput)"
        return await self._run(f"update{self.type_name}", arguments, "id: $id, data: $data", id=record_id, data=data)

    async def update_many(self, where: Json, data: Json) -> Any:
        arguments = f"($filter: {self.type_name}FilterInput, $data: {self.type_name}UpdateInput)"
        given = "filter: $filter, data: $data"
        return await self._run(f"update{capital(self.many)}", arguments, given, filter=where, data=data)

    async def by_id(self, verb: str, record_id: str) -> Any:
        return await self._run(f"{verb}{self.type_name}", "($id: ID)", "id: $id", id=record_id)

    async def by_filter(self, verb: str, where: Json) -> Any:
        arguments = f"($filter: {self.type_name}FilterInput)"
        return await self._run(f"{verb}{capital(self.many)}", arguments, "filter: $filter", filter=where)

    async def _run(self, field: str, arguments: str, given: str, **variables: Any) -> Any:
        query = f"mutation {arguments} {{ {field}({given}) {{ {self.selection} }} }}"
        return await only(self.graphql, query, **variables)


def _relation(object_type: ObjectType) -> str:
    relation = next(iter(object_type.relations.values()), None)
    if relation is None:
        return ""
    return f"{relation.name} {{ totalCount }}" if relation.is_to_many else f"{relation.name} {{ id }}"


def _related(object_type: ObjectType, given: Json) -> Json:
    """What the relation answers of a record without dependants."""
    relation = next(iter(object_type.relations.values()), None)
    if relation is None:
        return {}
    if relation.is_to_many:
        return {relation.name: {"totalCount": 0}}
    key = given.get(relation.foreign_key)
    return {relation.name: {"id": key} if key else None}


def _without(record: Json, *names: str) -> Json:
    return {name: value for name, value in record.items() if name not in names}


@pytest.mark.parametrize("name", OBJECTS)
async def test_the_life_of_records(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    run = Operations(graphql, object_type)

    # Created with the least and with all, alone and in a batch: what was written is answered, then and later.
    least = await required(graphql, catalog, object_type)
    first = await run.create(least)
    assert {key: first[key] for key in least} == least
    assert UUID(first["id"]).version == 7
    assert first["deletedAt"] is None and first["createdAt"] == first["updatedAt"]
    assert await run.read(first["id"]) == first

    batch = [{**await required(graphql, catalog, object_type, n), **full(object_type, n)} for n in (1, 2, 3)]
    many = await run.create_many(batch)
    for given, record in zip(batch, many, strict=True):
        expected = answered(object_type, given) | _related(object_type, given)
        assert {key: record[key] for key in expected} == expected
        assert await run.read(record["id"]) == record
    ids = [record["id"] for record in many]
    assert await run.page({"id": {"in": ids}}) == many
    assert set(ids) | {first["id"]} <= {record["id"] for record in await run.page({})}

    # Updated, one and many: what was not given stays.
    changed = full(object_type, 4)
    updated = await run.update(first["id"], changed)
    expected = answered(object_type, changed)
    assert {key: updated[key] for key in expected} == expected
    assert updated["createdAt"] == first["createdAt"] and updated["updatedAt"] >= first["updatedAt"]
    assert {key: updated[key] for key in least if key not in expected} == _without(least, *expected)
    assert await run.read(first["id"]) == updated
    touched = await run.update_many({"id": {"in": ids}}, {})
    assert [_without(record, "updatedAt") for record in touched] == [_without(record, "updatedAt") for record in many]

    # Deleted, one and many: out of sight, but there.
    deleted = await run.by_id("delete", first["id"])
    assert deleted["deletedAt"] == deleted["updatedAt"] > updated["createdAt"]
    assert _without(deleted, "deletedAt", "updatedAt") == _without(updated, "deletedAt", "updatedAt")
    assert await run.read(first["id"]) is None
    gone = await run.by_filter("delete", {"id": {"in": ids}})
    assert [record["id"] for record in gone] == ids and all(record["deletedAt"] for record in gone)
    everyone = {"id": {"in": [first["id"], *ids]}}
    assert await run.page(everyone) == []
    seen = await run.page({**everyone, "not": {"deletedAt": {"is": "NULL"}}})
    assert seen == [deleted, *gone]

    # Restored, one and many.
    restored = await run.by_id("restore", first["id"])
    assert restored["deletedAt"] is None
    assert _without(restored, "updatedAt") == _without(updated, "updatedAt")
    back = await run.by_filter("restore", {"id": {"in": ids}})
    assert [_without(record, "updatedAt") for record in back] == [_without(record, "updatedAt") for record in many]
    assert await run.page(everyone) == [restored, *back]

    # Destroyed, live and deleted: answered as they were, and gone for good.
    assert await run.by_id("destroy", first["id"]) == restored
    last = await run.by_id("delete", ids[0])
    assert await run.by_filter("destroy", {"id": {"in": ids}}) == [last, *back[1:]]
    assert await run.page({**everyone, "not": {"deletedAt": {"is": "NULL"}}}) == []
    assert await run.by_filter("restore", {"id": {"in": ids}}) == []


@pytest.mark.parametrize("name", OBJECTS)
async def test_times_and_ids_can_be_given(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    least = await required(graphql, catalog, object_type)
    times = {
        "createdAt": "2001-02-03T04:05:06.789Z",
        "updatedAt": "2002-02-03T04:05:06.789Z",
        "deletedAt": "2003-02-03T04:05:06.789Z",
    }
    given = {"id": str(uuid4()), **times}
    run = Operations(graphql, object_type)
    created = await run.create({**least, **given})
    assert {key: created[key] for key in given} == given
    assert await run.by_id("destroy", given["id"]) == created


IDS = (
    "2eb8aa08-6a1f-11ee-b962-0242ac120002",  # version 1
    "5df41881-3aed-3515-88a7-2f4a814cf09e",  # 3
    "497f6eca-6276-4993-bfeb-53cbbbba6f08",  # 4
    "2ed6657d-e927-568b-95e1-2665a8aea6a2",  # 5
    "1ec9414c-232a-6b00-b3c8-9e6bdeced846",  # 6
    "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",  # 7
    "320c3d4d-cc00-875b-8ec9-32d5f69181c0",  # 8
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000001",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
)


@pytest.mark.parametrize("given", IDS)
async def test_any_id(graphql: GraphQL, given: str) -> None:
    create = "mutation ($id: ID) { createCompany(data: {id: $id}) { id } }"
    assert await data(graphql, create, id=given.upper()) == {"createCompany": {"id": given}}
    assert await error(graphql, create, id=given) == ("BAD_USER_INPUT", f'id: "{given}" is already used')
    link = "mutation ($id: UUID) { createPerson(data: {companyId: $id}) { companyId company { id } } }"
    found = {"companyId": given, "company": {"id": given}}
    assert await data(graphql, link, id=given.upper()) == {"createPerson": found}
    for form in (given, given.upper()):
        page = await only(graphql, f'{{ companies(filter: {{id: {{eq: "{form}"}}}}) {{ edges {{ node {{ id }} }} }} }}')
        assert page == {"edges": [{"node": {"id": given}}]}
        listed = await only(
            graphql, "query ($ids: [ID]) { people(filter: {companyId: {in: $ids}}) { totalCount } }", ids=[form]
        )
        assert listed == {"totalCount": 1}


# Kind by kind: a field, what is given and what is answered. What is given is written as variable and as literal.
VALUES: tuple[tuple[str, str, Any, Any], ...] = (
    ("company", "employees", 1, 1),
    ("company", "employees", -0.1, -0.1),
    ("company", "employees", 1e300, 1e300),
    ("company", "employees", 5e-324, 5e-324),
    ("company", "employees", 123456789012345680, 123456789012345680),
    ("company", "employees", 0.1 + 0.2, 0.1 + 0.2),
    ("company", "position", -17.25, -17.25),
    ("company", "name", '\u2028\u00e9\U0001f989 "\\\n\t\x7f\x01', '\u2028\u00e9\U0001f989 "\\\n\t\x7f\x01'),
    ("company", "name", "", ""),
    ("company", "idealCustomerProfile", True, True),
    ("task", "dueAt", "2025-04-14", "2025-04-14T00:00:00.000Z"),
    ("task", "dueAt", "2025-04-14T03:24:16", "2025-04-14T03:24:16.000Z"),
    ("task", "dueAt", "2025-04-14T03:24:16.1239999Z", "2025-04-14T03:24:16.123Z"),
    ("task", "dueAt", "2025-12-31T23:59:59.9999+02:00", "2025-12-31T21:59:59.999Z"),
    ("task", "dueAt", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ("task", "dueAt", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ("task", "dueAt", "1969-12-31T23:59:59.9991Z", "1969-12-31T23:59:59.999Z"),
    ("task", "dueAt", None, None),
    ("task", "body", "plain *text*", "plain *text*"),
    ("task", "body", None, None),
    ("auditLog", "properties", {}, {}),
    ("auditLog", "properties", [], []),
    ("auditLog", "properties", [[1, [2.5, None]], {"a": {"b": []}}], [[1, [2.5, None]], {"a": {"b": []}}]),
    ("auditLog", "properties", "text", "text"),
    ("auditLog", "properties", "", ""),
    ("auditLog", "properties", 0, 0),
    ("auditLog", "properties", False, False),
    ("auditLog", "properties", 2**63, 2**63),
    ("auditLog", "properties", -(10**30), -(10**30)),
    ("auditLog", "properties", None, None),
    ("auditLog", "recordId", "497F6ECA-6276-4993-BFEB-53CBBBBA6F08", "497f6eca-6276-4993-bfeb-53cbbbba6f08"),
    ("webhook", "operations", [], []),
    (
        "connectedAccount",
        "scopes",
        ["a,b", 'q"', "\\", "{x}", "", "null", " é "],
        ["a,b", 'q"', "\\", "{x}", "", "null", " é "],
    ),
    ("webhook", "operations", "*.created", ["*.created"]),
    ("webhook", "description", None, None),
    (
        "opportunity",
        "amount",
        {"amountMicros": 12345678901234567890, "currencyCode": "EUR"},
        {"amountMicros": 12345678901234567890, "currencyCode": "EUR"},
    ),
    ("opportunity", "amount", {"amountMicros": "0.10", "currencyCode": ""}, {"amountMicros": 0.1, "currencyCode": ""}),
    ("opportunity", "amount", {"amountMicros": -1e-7}, {"amountMicros": -1e-7, "currencyCode": ""}),
    ("opportunity", "amount", {}, {"amountMicros": None, "currencyCode": ""}),
    (
        "person",
        "phones",
        {"additionalPhones": [{"number": "1"}]},
        {
            "additionalPhones": [{"number": "1", "countryCode": "", "callingCode": ""}],
            "primaryPhoneNumber": "",
            "primaryPhoneCountryCode": "",
            "primaryPhoneCallingCode": "",
        },
    ),
)


@pytest.mark.parametrize(("name", "field", "given", "expected"), VALUES)
async def test_a_value_there_and_back(
    graphql: GraphQL, catalog: Catalog, name: str, field: str, given: Any, expected: Any
) -> None:
    object_type = catalog.objects[name]
    composite = object_type.fields[field].composite
    parts = f"{{ {' '.join(part.name for part in composite.parts)} }}" if composite else ""
    type_name = object_type.type_name
    data = {**await required(graphql, catalog, object_type), field: given}
    create = f"mutation ($data: {type_name}CreateInput) {{ create{type_name}(data: $data) {{ id {field} {parts} }} }}"
    made = await only(graphql, create, data=data)
    assert made[field] == expected
    arguments = f"($id: ID, $data: {type_name}UpdateInput)"
    update = f"mutation {arguments} {{ update{type_name}(id: $id, data: $data) {{ {field} {parts} }} }}"
    assert await only(graphql, update, id=made["id"], data=data) == {field: expected}
    inline = f"mutation {{ create{type_name}(data: {literal(data)}) {{ {field} {parts} }} }}"
    assert await only(graphql, inline) == {field: expected}
    inline = f'mutation {{ update{type_name}(id: "{made["id"]}", data: {literal(data)}) {{ {field} {parts} }} }}'
    assert await only(graphql, inline) == {field: expected}


async def test_every_value_of_every_enum(graphql: GraphQL, catalog: Catalog) -> None:
    for object_type in catalog.objects.values():
        columns = [column for column in object_type.columns.values() if column.options and column.part is None]
        if not columns:
            continue
        create = (
            f"mutation ($data: {object_type.type_name}CreateInput) {{ create{object_type.type_name}(data: $data)"
            f" {{ {' '.join(column.name for column in columns)} }} }}"
        )
        most = max(len(column.options.values) for column in columns if column.options)
        for n in range(most):
            least = await required(graphql, catalog, object_type, n)
            given = {column.name: value(column, n) for column in columns}
            assert await only(graphql, create, data={**least, **given}) == given
            if not least:
                names = {key: _named(chosen) for key, chosen in given.items()}
                inline = f"mutation {{ {create[create.index('{') + 1 :].replace('$data', literal(names))}"
                assert await only(graphql, inline) == given


def _named(chosen: Any) -> Any:
    return [Name(item) for item in chosen] if isinstance(chosen, list) else Name(chosen)
