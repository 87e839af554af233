"""Values as form tools and sync clients send them: `""` for nothing and `"50"` for a number, in both APIs."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from schema.catalog.loading import load
from schema.catalog.model import Catalog, Column, ObjectType
from schema.declare import kinds
from tests.conftest import GraphQL
from tests.records import data, error, make, only, required, value

Json = dict[str, Any]

TEXTS = (kinds.TEXT, kinds.RICH_TEXT, kinds.ARRAY, kinds.ID)


def nullable(object_type: ObjectType) -> Iterator[Column]:
    """The columns that hold no text, can be null and are written by clients."""
    for column in object_type.columns.values():
        any_json = column.kind is kinds.RAW_JSON and column.normalise is None
        is_end = column.name in ("deletedAt", "revokedAt")  # which updates do not undo
        if column.nullable and not (is_end or any_json or column.kind in TEXTS or column.read_only or column.secret):
            yield column


def one_of_each_kind() -> Iterator[tuple[str, str]]:
    """An object and a column for each kind that can be null, as a part of a composite and on its own."""
    seen = set()
    for object_type in load().objects.values():
        for column in nullable(object_type):
            kind = (column.kind.name, column.part is None, column.kind.is_list)
            if (
                kind not in seen and object_type.position is not column and column.name != "revokedAt"
            ):  # stays, once set
                seen.add(kind)
                yield object_type.name, column.name


def given(column: Column, one: Any) -> Json:
    return {column.field: one if column.part is None else {column.part: one}}


def found(record: Any, column: Column) -> Any:
    return record[column.field] if column.part is None else record[column.field][column.part]


def wanted(column: Column) -> str:
    return column.field if column.part is None else f"{column.field} {{ {column.part} }}"


@pytest.mark.parametrize(("name", "column_name"), list(one_of_each_kind()))
async def test_nothing_for_a_field_that_can_be_null(
    graphql: GraphQL, client: httpx.AsyncClient, catalog: Catalog, name: str, column_name: str
) -> None:
    object_type = catalog.objects[name]
    column, type_name = object_type.columns[column_name], object_type.type_name
    filled, empty = given(column, value(column, 1)), given(column, "")
    needed = await required(graphql, catalog, object_type)
    create = f"mutation ($data: {type_name}CreateInput) {{ create{type_name}(data: $data) {{ {wanted(column)} }} }}"
    assert found(await only(graphql, create, data={**needed, **empty}), column) is None

    update = (
        f"mutation ($id: ID, $data: {type_name}UpdateInput)"
        f" {{ update{type_name}(id: $id, data: $data) {{ {wanted(column)} }} }}"
    )
    filled_id = await make(graphql, catalog, name, 1, **filled)
    assert found(await only(graphql, update, id=filled_id, data=empty), column) is None

    path = f"/rest/{object_type.plural}/{filled_id}"
    assert (await client.patch(path, json=filled)).status_code == 200
    response = await client.patch(path, json=empty)
    assert found(response.json()["data"][f"update{type_name}"], column) is None, response.text

    assert (await client.patch(path, json=filled)).status_code == 200
    upserted = await client.post(f"/rest/{object_type.plural}?upsert=true", json={"id": filled_id, **needed, **empty})
    assert found(upserted.json()["data"][f"create{type_name}"], column) is None, upserted.text


@pytest.mark.parametrize(
    ("field", "type_name", "one", "path"),
    [
        ("createPerson(data: {createdAt: $v}) { id }", "DateTime", "", "createdAt"),
        ("createOpportunity(data: {stage: $v}) { id }", "OpportunityStageEnum", "", "stage"),
        ("createBlocklist(data: {workspaceMemberId: $v}) { id }", "UUID!", "", "workspaceMemberId"),
    ],
)
async def test_nothing_for_a_field_that_cannot(
    graphql: GraphQL, field: str, type_name: str, one: str, path: str
) -> None:
    found = await error(graphql, f"mutation ($v: {type_name}) {{ {field} }}", v=one)
    assert found == ("BAD_USER_INPUT", f'Field "{path}" must not be empty')


async def test_nothing_for_a_position_is_the_end(graphql: GraphQL) -> None:
    people = await data(
        graphql,
        """mutation ($empty: Position) {
          first: createPerson(data: {position: 5}) { position }
          last: createPerson(data: {position: $empty}) { position }
        }""",
        empty="",
    )
    assert people["last"]["position"] == 6


@pytest.mark.parametrize(
    ("filter", "type_name", "message"),
    [
        ("tasks(filter: {dueAt: {gt: $v}}) { totalCount }", "Date", 'Invalid date-time: ""'),
        ("companies(filter: {employees: {eq: $v}}) { totalCount }", "Float", '"employees": "" is not a NUMBER value'),
        (
            "opportunities(filter: {amount: {amountMicros: {eq: $v}}}) { totalCount }",
            "BigFloat",
            'Invalid number for field "amount.amountMicros": ""',
        ),
        (
            "tasks(filter: {status: {eq: $v}}) { totalCount }",
            "TaskStatusEnum",
            '"" is not one of TODO, IN_PROGRESS, DONE',
        ),
        ("people(filter: {companyId: {eq: $v}}) { totalCount }", "ID", 'Value "" is not a valid UUID'),
    ],
)
async def test_nothing_to_compare_with(graphql: GraphQL, filter: str, type_name: str, message: str) -> None:
    code, found = await error(graphql, f"query ($v: {type_name}) {{ {filter} }}", v="")
    assert code == "BAD_USER_INPUT" and message in found


async def test_whole_numbers_as_text(graphql: GraphQL, client: httpx.AsyncClient) -> None:
    company = {"employees": "50", "annualRecurringRevenue": {"amountMicros": "1500"}, "position": "7"}
    wanted = "employees position annualRecurringRevenue { amountMicros }"
    created = await only(
        graphql, f"mutation ($data: CompanyCreateInput) {{ createCompany(data: $data) {{ {wanted} }} }}", data=company
    )
    assert created == {"employees": 50, "annualRecurringRevenue": {"amountMicros": 1500}, "position": 7}
    response = await client.post("/rest/companies?fields=employees", json={"employees": "-12"})
    assert response.json()["data"]["createCompany"]["employees"] == -12
    for bad in ("12.5", "x", "1e3", " 1"):
        response = await client.post("/rest/companies", json={"employees": bad})
        assert response.status_code == 400, bad
        assert response.json()["messages"] == [
            f"Invalid value at employees: Float cannot represent non numeric value: '{bad}'"
        ]


async def test_a_literal_is_a_number_or_not(graphql: GraphQL) -> None:
    """However often it comes: a document that was seen before may be read with its literals as variables."""
    for number in ("1", "2", "3"):
        code, _ = await error(graphql, f'mutation {{ createCompany(data: {{employees: "{number}"}}) {{ id }} }}')
        assert code == "GRAPHQL_VALIDATION_FAILED"


async def test_a_number_for_an_amount_says_what_it_lacks(client: httpx.AsyncClient, graphql: GraphQL) -> None:
    response = await client.post("/rest/opportunities", json={"name": "Deal", "amount": 1500})
    assert (response.status_code, response.json()["messages"]) == (
        400,
        [
            "Invalid value at amount: Expected value of type 'CurrencyCreateInput' to be an object, found: 1500."
            " Its fields are 'amountMicros', 'currencyCode'."
        ],
    )
    code, message = await error(
        graphql,
        "mutation ($data: OpportunityCreateInput) { createOpportunity(data: $data) { id } }",
        data={"amount": 1500},
    )
    assert code == "BAD_USER_INPUT" and "amountMicros" in message


async def test_every_fault_of_a_variable_is_told_in_json(graphql: GraphQL) -> None:
    people = [{"name": {"firstName": True}}, None, {"nope": 1, "city": ["x"], "emails": "x"}]
    answer = await graphql("mutation ($data: [PersonCreateInput!]) { createPeople(data: $data) { id } }", data=people)
    place = "Variable '$data' has invalid value at"
    assert [found["message"] for found in answer["errors"]] == [
        f"{place} [0].name.firstName: String cannot represent a non string value: true",
        f"{place} [1]: Expected value of non-null type 'PersonCreateInput!' not to be null.",
        f"{place} [2].emails: Expected value of type 'EmailsCreateInput' to be an object, found: \"x\"."
        " Its fields are 'primaryEmail', 'additionalEmails'.",
        f'{place} [2].city: String cannot represent a non string value: ["x"]',
        f"{place} [2]: Field 'nope' is not defined by type 'PersonCreateInput'. Did you mean 'name'?",
    ]
