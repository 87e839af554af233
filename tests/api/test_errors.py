"""Bad inputs, each as a variable and as a literal: the message, the code, and a database that is as it was."""

import json
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.api.fault import Fault
from tests.api.faults_coerced import COERCED
from tests.api.faults_planned import PLANNED
from tests.conftest import GraphQL, Workspace
from tests.records import NOWHERE, OBJECTS, create

MUTATIONS = ("create", "update", "delete", "restore", "destroy")


@pytest_asyncio.fixture
async def names(graphql: GraphQL, workspace: Workspace) -> dict[str, str]:
    """Ids by the names that the tables use."""
    person = await create(graphql, "Person", city="x", emails={"primaryEmail": "ada@example.com"})
    view = await create(graphql, "View", objectMetadataId=NOWHERE)
    await create(graphql, "ViewField", fieldMetadataId=view, viewId=view)
    account = await create(graphql, "ConnectedAccount", accountOwnerId=str(workspace.member_id))
    await create(graphql, "Task", status="DONE")
    return {"NOWHERE": NOWHERE, "PERSON": person, "VIEW": view, "ACCOUNT": account}


def named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [named(item, names) for item in value]
    if isinstance(value, str):
        for name, record_id in names.items():
            value = value.replace(name, record_id)
    return value


async def fingerprint(connection: Any, workspace: Workspace) -> dict[str, tuple[int, str]]:
    """How many rows of the workspace every table has, and a checksum of them."""
    tables = " UNION ALL ".join(
        f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY id), ''))"
        f' FROM "{name}" t WHERE workspace_id = $1'
        for name in OBJECTS
    )
    return {row[0]: (row[1], row[2]) for row in await connection.fetch(tables, workspace.id)}


class Ask:
    """Asks with V as a variable or as a literal; the answer's only error. The database must be as it was."""

    def __init__(self, client: httpx.AsyncClient, connection: Any, workspace: Workspace, names: dict[str, str]) -> None:
        self.client, self.connection, self.workspace, self.names = client, connection, workspace, names

    async def variable(self, field: str, type_name: str, value: Any) -> tuple[str, str]:
        asked = field.replace(": V", ": $v")
        return await self._error(f"{self._kind(field)} ($v: {type_name}) {{ {asked} }}", named(value, self.names))

    async def literal(self, field: str, text: str) -> tuple[str, str]:
        return await self._error(f"{self._kind(field)} {{ {field.replace(': V', f': {text}')} }}", None)

    def _kind(self, field: str) -> str:
        return "mutation" if field.startswith(MUTATIONS) else "query"

    async def _error(self, query: str, value: Any) -> tuple[str, str]:
        before = await fingerprint(self.connection, self.workspace)
        body = json.dumps({"query": named(query, self.names), "variables": {"v": value}})
        response = await self.client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
        (error,) = response.json()["errors"]
        assert set(error) <= {"message", "locations", "path", "extensions"} and set(error["extensions"]) <= {
            "code",
            "field",
            "index",
        }
        assert await fingerprint(self.connection, self.workspace) == before
        return error["extensions"]["code"], error["message"]


@pytest.fixture
def ask(client: httpx.AsyncClient, connection: Any, workspace: Workspace, names: dict[str, str]) -> Ask:
    return Ask(client, connection, workspace, names)


@pytest.mark.parametrize("fault", PLANNED, ids=lambda fault: fault.name)
async def test_a_fault_of_a_value(ask: Ask, fault: Fault) -> None:
    expected = (fault.code, named(fault.message, ask.names))
    assert await ask.variable(fault.field, fault.type_name, fault.value) == expected
    if fault.literal is not None:
        assert await ask.literal(fault.field, fault.literal) == expected


@pytest.mark.parametrize("fault", COERCED, ids=lambda fault: fault.name)
async def test_a_value_that_does_not_fit_the_schema(ask: Ask, fault: Fault) -> None:
    found = await ask.variable(fault.field, fault.type_name, fault.value)
    assert found == (fault.code, f"Variable '$v' has invalid value{fault.message}")
    if fault.literal is not None:
        expected = ("GRAPHQL_VALIDATION_FAILED", fault.literal_message)
        assert await ask.literal(fault.field, fault.literal) == expected


async def test_infinite_numbers_can_only_be_literals(ask: Ask) -> None:
    infinite = ("BAD_USER_INPUT", 'Invalid number for field "employees": Infinity')
    assert await ask.literal("createCompany(data: {employees: V}) { id }", "1e999") == infinite
    assert await ask.literal("companies(filter: {employees: {lt: V}}) { totalCount }", "-1e999") == (
        "BAD_USER_INPUT",
        'Invalid number for field "employees": -Infinity',
    )
    position = ("GRAPHQL_VALIDATION_FAILED", 'Invalid number for field "position": Infinity')
    assert await ask.literal("createPerson(data: {position: V}) { id }", "1e999") == position
    properties = ("BAD_USER_INPUT", 'Invalid value for field "properties": JSON numbers must be finite')
    assert await ask.literal("createAuditLog(data: {properties: V}) { id }", "[1e999]") == properties


async def test_a_pattern_that_ends_in_a_lone_backslash(ask: Ask) -> None:
    for operator in ("like", "ilike"):
        field = f"people(filter: {{city: {{{operator}: V}}}}) {{ totalCount }}"
        message = "Invalid filter value for field city: the pattern ends in a lone backslash"
        assert await ask.variable(field, "String", "x\\") == ("BAD_USER_INPUT", message)


async def test_a_regular_expression_that_is_none(ask: Ask) -> None:
    for operator in ("regex", "iregex"):
        field = f"people(filter: {{city: {{{operator}: V}}}}) {{ totalCount }}"
        assert await ask.variable(field, "String", "(") == ("BAD_USER_INPUT", "A regular expression is not valid.")


async def test_a_required_relation_through_a_variable_that_is_null(ask: Ask) -> None:
    code, message = await ask.variable("createBlocklist(data: {workspaceMemberId: V}) { id }", "UUID", None)
    assert code == "BAD_USER_INPUT" and "workspaceMemberId" in message
    code, message = await ask.literal("createBlocklist(data: {workspaceMemberId: V}) { id }", "null")
    assert code == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ people { totalCount }", "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        ("{ people { nope } }", "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nope' on type 'PersonConnection'."),
        (
            "query ($v: Int) { people(after: $v) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$v' of type 'Int' used in position expecting type 'String'.",
        ),
        (
            "query ($v: [ID]) { people(filter: {id: {eq: $v}}) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$v' of type '[ID]' used in position expecting type 'ID'.",
        ),
        (
            "query ($v: String) { people(filter: {id: {eq: $v}}) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Variable '$v' of type 'String' used in position expecting type 'ID'.",
        ),
        (
            "query ($v: Int!) { people(first: $v) { totalCount } }",
            "BAD_USER_INPUT",
            "Variable '$v' has invalid value: Expected a value of non-null type 'Int!' to be provided.",
        ),
        (
            "query A { __typename } query B { __typename }",
            "GRAPHQL_VALIDATION_FAILED",
            "Must provide operation name if query contains multiple operations.",
        ),
        (
            "{ people(first: 1) { totalCount } people(first: 2) { totalCount } }",
            "GRAPHQL_VALIDATION_FAILED",
            "Fields 'people' conflict because they have differing arguments. Use different aliases on the fields to"
            " fetch both if this was intentional.",
        ),
    ],
)
async def test_a_document(graphql: GraphQL, query: str, code: str, message: str) -> None:
    answer = await graphql(query)
    found = [(error["extensions"]["code"], error["message"]) for error in answer["errors"]]
    assert found == [(code, message)]


async def test_a_fault_of_one_root_field_leaves_the_others(graphql: GraphQL) -> None:
    answer = await graphql(
        """{
          good: people { totalCount }
          bad: people(after: "!") { totalCount }
          nobody: person(filter: {city: {eq: "x"}}) { id }
        }"""
    )
    assert answer["data"] == {"good": {"totalCount": 0}, "bad": None, "nobody": None}
    errors = sorted(answer["errors"], key=lambda error: str(error["path"]))
    assert errors == [
        {
            "message": "Invalid cursor: !",
            "path": ["bad"],
            "locations": [{"line": 3, "column": 11}],
            "extensions": {"code": "BAD_USER_INPUT"},
        },
        {
            "message": "Record not found",
            "path": ["nobody"],
            "locations": [{"line": 4, "column": 11}],
            "extensions": {"code": "NOT_FOUND"},
        },
    ]
