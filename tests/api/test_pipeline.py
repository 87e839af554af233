"""The pipeline and the general way through GraphQL execution answer alike, faults included."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

import asyncpg
import orjson
import pytest

from app.database.sqlstate import translate
from schema.api import Api
from schema.catalog.model import Catalog, ObjectType
from schema.context import (
    Answer,
    Caller,
    Deliveries,
    EventFilter,
    Fetch,
    GraphQLRequest,
    Policy,
    Printing,
    RecordEvent,
    Row,
    Statement,
)
from schema.execution.execute import Executor
from tests.conftest import GraphQL, Workspace
from tests.records import NOWHERE, Json, create_many

T = TypeVar("T")
ADA, BOB = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
ACME = "00000000-0000-4000-8000-00000000000a"


@dataclass(frozen=True, slots=True)
class Undone:
    """The process as the executor sees it, on one connection inside a transaction that is rolled back."""

    connection: Any
    catalog: Catalog
    caller: Caller
    lock: asyncio.Lock  # a connection runs one statement at a time, so root fields wait for each other
    policy: Policy
    once: None = None

    def in_turns(self) -> Self:
        return self

    def origin(self) -> str:
        return "{}"

    async def fetch(self, statement: Statement) -> Sequence[Row]:
        try:
            async with self.lock, self.connection.transaction():
                found: Sequence[Row] = await self.connection.fetch(statement.text, *statement.values)
                return found
        except asyncpg.PostgresError as error:
            raise translate(error, self.catalog) from error

    async def read(self, statement: Statement) -> Sequence[Row]:
        return await self.fetch(statement)

    async def transact(self, work: Callable[[Fetch], Awaitable[T]]) -> T:
        async with self.connection.transaction():
            return await work(self.fetch)

    def wrote(self, object_types: Iterable[ObjectType]) -> None:
        pass

    async def workspace_name(self) -> str:
        raise AssertionError("not a field of an object")

    @property
    def deliveries(self) -> Deliveries:
        raise AssertionError("not a field of an object")

    async def mint_api_key_token(self, key_id: UUID, expires_at: datetime) -> str:
        raise AssertionError("not a field of an object")

    def events(self, wanted: EventFilter, after: int | None) -> AsyncGenerator[RecordEvent, None]:
        raise AssertionError("nothing here subscribes")


def without_database(catalog: Catalog) -> Undone:
    """To prepare requests for, not to run them."""
    return Undone(None, catalog, Caller(UUID(int=0), "API", ""), asyncio.Lock(), Policy())


DOCUMENTS: list[tuple[str, str, Json]] = [
    ("a page", "{ people { totalCount edges { cursor node { id name { firstName } company { name } } } } }", {}),
    ("one record",
     '{ person(filter: {city: {eq: "x"}}) { __typename id city company { people { totalCount } } } }', {}),
    ("several roots",
     "{ a: people { totalCount } b: companies { totalCount } person(filter: {id: {is: NULL}}) { id } }", {}),
    ("repeated roots", "{ people { totalCount } ...F people { edges { node { id } } } }"
     " fragment F on Query { people { pageInfo { hasNextPage } } }", {}),
    ("fragments on roots", "{ ... { people { totalCount } } ... on Query { companies { __typename } } }", {}),
    ("__typename of the root", "{ __typename people { totalCount } }", {}),
    ("only __typename of the root", "{ __typename }", {}),
    ("introspection", "{ __schema { queryType { name } } people { totalCount } }", {}),
    ("skipped", "query ($s: Boolean = true) { people @skip(if: $s) { totalCount }"
     " companies @include(if: $s) { totalCount } }", {}),
    ("skipped by null", "query ($s: Boolean = true) { people @include(if: $s) { totalCount } }", {"s": None}),
    ("a write skipped by null",
     "mutation ($s: Boolean = false) { createPerson(data: {}) @skip(if: $s) { id } }", {"s": None}),
    ("all skipped", "{ people @skip(if: true) { totalCount } }", {}),
    ("nothing selected in the end", "{ people { totalCount @skip(if: true) } }", {}),
    ("variables", "query ($f: PersonFilterInput, $n: Int = 1, $o: [PersonOrderByInput]) { people(filter: $f, first: $n,"
     " orderBy: $o) { edges { node { id } } } }",
     {"f": {"or": [{"city": {"in": ["x"]}}]}, "o": {"city": "DescNullsLast"}}),
    ("variables that are not given",
     "query ($f: PersonFilterInput, $n: Int) { people(filter: $f, first: $n) { totalCount } }", {}),
    ("variables that are null",
     "query ($f: PersonFilterInput, $n: Int) { people(filter: $f, first: $n) { totalCount } }",
     {"f": None, "n": None}),
    ("too many variables", "query ($n: Int) { people(first: $n) { totalCount } }", {"n": 1, "m": 2}),
    ("a variable that is missing", "query ($n: Int!) { people(first: $n) { totalCount } }", {}),
    ("a variable that does not fit", "query ($n: Int) { people(first: $n) { totalCount } }", {"n": "1"}),
    ("several that do not fit",
     "query ($n: Int, $f: PersonFilterInput) { people(first: $n, filter: $f) { totalCount } }",
     {"n": "1", "f": {"nope": 1, "city": 1}}),
    ("a variable that is not declared", "{ people(first: $n) { totalCount } }", {"n": 1}),
    ("a variable that is not used", "query ($n: Int) { people { totalCount } }", {}),
    ("ids either way", "query ($a: UUID, $b: ID!) { a: person(filter: {id: {eq: $a}}) { id }"
     " people(filter: {id: {in: [$a, $b]}}) { totalCount } }", {"a": ADA.upper(), "b": BOB}),
    ("a bad id", "query ($a: UUID) { person(filter: {id: {eq: $a}}) { id } }", {"a": "nope"}),
    ("a bad literal", '{ people(filter: {createdAt: {gt: "now"}}) { totalCount } }', {}),
    ("an argument that does not fit through a variable",
     "mutation ($id: ID) { createBlocklist(data: {workspaceMemberId: $id}) { id } }", {}),
    ("not found", f'{{ person(filter: {{id: {{eq: "{NOWHERE}"}}}}) {{ id }} }}', {}),
    ("a bad cursor among others", '{ a: people(after: "!") { totalCount } b: people { totalCount } }', {}),
    ("two faults", '{ a: people(after: "!") { totalCount } b: people(first: -1) { totalCount } }', {}),
    ("a nested fault", '{ companies { edges { node { people(last: 1, first: 1) { totalCount } } } } }', {}),
    ("repeated with a fault", '{ people(after: "!") { totalCount } people(after: "!") { edges { cursor } } }', {}),
    ("aggregates and duplicates", "query ($ids: [ID]) { people { countEmptyCity percentageEmptyCity }"
     " personDuplicates(ids: $ids) { totalCount } }", {"ids": [ADA]}),
    ("look-ups side by side",
     'query ($a: ID, $b: ID, $n: ID) { a: person(filter: {id: {eq: $a}}) { city company { name } }'
     ' b: person(filter: {id: {eq: $b}}) { id } c: person(filter: {id: {eq: $n}}) { id } }',
     {"a": ADA, "b": BOB, "n": NOWHERE}),
    ("no operation", "fragment F on Query { __typename }", {}),
    ("a syntax error", "{ people { ", {}),
    ("an unknown field", "{ people { nope } nope }", {}),
    ("an unknown fragment", "{ people { ...F } }", {}),
    ("an unused fragment", "{ people { totalCount } } fragment F on Query { __typename }", {}),
    ("differing arguments", "{ people(first: 1) { totalCount } people(first: 2) { totalCount } }", {}),
    ("a subscription", "subscription { people { totalCount } }", {}),
    ("create",
     f'mutation {{ createPerson(data: {{companyId: "{ACME}"}}) {{ company {{ name }} createdBy {{ name }} }} }}', {}),
    ("create many", "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { city position } }",
     {"d": [{"city": "a"}, {"city": "b"}]}),
    ("create through variables", "mutation ($s: TaskStatusEnum, $p: Position, $j: RawJSONScalar, $t: DateTime) {"
     " createTask(data: {status: $s, position: $p, dueAt: $t, createdBy: {source: EMAIL}})"
     " { status position dueAt createdBy { source } }"
     " createAuditLog(data: {properties: {a: [$j, 1.5, null]}}) { properties } }",
     {"s": "DONE", "p": "first", "j": {"x": [1]}, "t": "2025-01-01"}),
    ("update, delete, restore, destroy",
     "mutation ($id: ID!) { u: updatePerson(id: $id, data: {city: \"u\"}) { city }"
     " d: deletePerson(id: $id) { city people: company { people { totalCount } } }"
     " r: restorePerson(id: $id) { deletedAt }"
     " x: destroyPerson(id: $id) { id company { id } } again: destroyPerson(id: $id) { id } }", {"id": ADA}),
    ("many", 'mutation { u: updatePeople(filter: {city: {eq: "x"}}, data: {city: "y"}) { id city }'
     ' d: deletePeople(filter: {city: {eq: "y"}}) { id } x: destroyPeople(filter: {}) { id } }', {}),
    ("serial with a fault between",
     'mutation { a: createCompany(data: {name: "m"}) { name } '
     ' b: updateCompany(id: "nope", data: {}) { id }'
     ' c: updateCompanies(filter: {name: {eq: "m"}}, data: {employees: 2}) { employees } }', {}),
    ("__typename of a mutation", 'mutation { __typename createCompany(data: {name: "m"}) { __typename name } }', {}),
    ("a foreign key to nothing", f'mutation {{ createPerson(data: {{companyId: "{NOWHERE}"}}) {{ id }} }}', {}),
    ("a duplicate", f'mutation {{ createCompany(data: {{id: "{ACME}"}}) {{ id }} }}', {}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), [pytest.param(*case[1:], id=case[0]) for case in DOCUMENTS])
async def test_both_ways_answer_alike(
    graphql: GraphQL,
    catalog: Catalog,
    api: Api,
    connection: Any,
    workspace: Workspace,
    document: str,
    variables: Json,
) -> None:
    await create_many(graphql, catalog, "company", [{"id": ACME, "name": "Acme"}])
    people = [{"id": ADA, "city": "x", "companyId": ACME}, {"id": BOB, "city": "x"}]
    await create_many(graphql, catalog, "person", people)
    await both(api, catalog, connection, workspace, GraphQLRequest(document, variables))


async def both(api: Api, catalog: Catalog, connection: Any, workspace: Workspace, request: GraphQLRequest) -> Answer:
    """The pipeline's answer, after comparing it with the other's. Each way begins with the same database."""
    caller = Caller(workspace.id, "API", "Test key")

    general = Executor(api.schema, api.execute.documents)
    answers = []
    for run in (api.execute, api.execute, api.execute, general):  # the pipeline: new, seen before, and remembered
        transaction = connection.transaction()
        await transaction.start()
        try:
            answers.append(await run(request, Undone(connection, catalog, caller, asyncio.Lock(), Policy())))
        finally:
            await transaction.rollback()
    first, again, remembered, expected = map(shown, answers)
    assert first == expected
    assert again == expected
    assert remembered == expected
    return answers[0]


def shown(answer: Answer) -> tuple[Any, Any, bool]:
    """As the client sees it; errors of root fields that ran side by side may come in any order."""
    errors = sorted(answer.errors, key=lambda error: str(error.get("path")))
    data = orjson.loads(orjson.dumps(answer.data))
    return data if data is None else list(data.items()), errors, answer.executed


NAMED = """query A { people { totalCount } } query B($n: Int) { companies(first: $n) { totalCount } }
  mutation C { createNote(data: {}) { title } }"""


VARYING: list[tuple[str, list[Json]]] = [
    ("query ($s: Boolean!) { people @skip(if: $s) { totalCount } notes { totalCount } }", [{"s": True}, {"s": False}]),
    ("query ($s: Boolean!) { people { totalCount @skip(if: $s) edges { cursor } } }", [{"s": True}, {"s": False}]),
    (
        "query ($n: Int, $c: String) { people(first: $n) { edges { node { company { people(filter: {city: {eq: $c}}) {"
        " totalCount } } } } } }",
        [{"n": 1}, {"n": 2, "c": "x"}, {"n": 0, "c": "y"}, {}],
    ),
    ("query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }",
     [{}, {"f": {"city": {"eq": "y"}}}, {"f": None}]),
    ("query ($o: [PersonOrderByInput]) { people(orderBy: $o) { edges { cursor } } }",
     [{}, {"o": {"id": "DescNullsLast"}}]),
    ("query ($i: Boolean!) { people { ... @include(if: $i) { edges { node { id } } } ...F } }"
     " fragment F on PersonConnection { totalCount @include(if: $i) }", [{"i": True}, {"i": False}]),
    ("mutation ($c: String) { createPerson(data: {city: $c}) { city } }", [{}, {"c": None}, {"c": "a"}]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), VARYING, ids=[case[0][:60] for case in VARYING])
async def test_what_is_remembered_of_a_document_holds_no_variable(
    graphql: GraphQL,
    catalog: Catalog,
    api: Api,
    connection: Any,
    workspace: Workspace,
    document: str,
    variables: list[Json],
) -> None:
    await create_many(graphql, catalog, "company", [{"id": ACME}])
    await create_many(graphql, catalog, "person", [{"city": "x", "companyId": ACME}, {"city": "y", "companyId": ACME}])
    for given in (*variables, *reversed(variables)):
        await both(api, catalog, connection, workspace, GraphQLRequest(document, given))


@pytest.mark.parametrize("name", [None, "", "A", "B", "C", "D"])
@pytest.mark.parametrize("read_only", [False, True])
async def test_operation_names(
    api: Api, catalog: Catalog, connection: Any, workspace: Workspace, name: str | None, read_only: bool
) -> None:
    answer = await both(
        api, catalog, connection, workspace, GraphQLRequest(NAMED, {"n": 1}, operation_name=name, read_only=read_only)
    )
    works = name in ("A", "B") or (name == "C" and not read_only)
    assert (answer.errors == ()) == works
    if name == "C" and read_only:
        assert answer.errors[0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("letters", [1, 100, 1000])
async def test_documents_of_any_length(
    api: Api, catalog: Catalog, connection: Any, workspace: Workspace, letters: int
) -> None:
    """Long ones are not remembered."""
    fields = " ".join(f"a{n}{'x' * letters}: name" for n in range(150))
    answer = await both(
        api, catalog, connection, workspace, GraphQLRequest(f"{{ companies {{ edges {{ node {{ {fields} }} }} }} }}")
    )
    assert answer.errors == ()


async def test_shapes(api: Api, catalog: Catalog, connection: Any, workspace: Workspace) -> None:
    query = "mutation { createCompany(data: {}) { name accountOwner { id } people { edges { node { id } } } } }"
    printing = Printing(plain_lists=True, null_paths=frozenset({("accountOwner",)}))
    answer = await both(api, catalog, connection, workspace, GraphQLRequest(query, printing=printing))
    assert orjson.loads(orjson.dumps(answer.data)) == {
        "createCompany": {"name": "", "accountOwner": None, "people": []}
    }


async def test_the_pipeline_is_taken(api: Api, workspace: Workspace, catalog: Catalog) -> None:
    """Otherwise the tests above would compare one way with itself."""
    context = without_database(catalog)
    for document, short in [
        ("{ people { totalCount } companies { totalCount } }", True),
        ("mutation { createNote(data: {}) { id } }", True),
        ("{ __typename people { totalCount } }", False),
        ("{ __schema { queryType { name } } }", False),
        ("{ nope }", False),
    ]:
        assert (api.execute.pipeline.prepared(GraphQLRequest(document), context) is not None) == short, document
