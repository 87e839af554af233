"""Bad inputs to duplicates, upserts, groups, merges, links, searches, patterns: the answer, no change."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.settings import Settings
from schema.api import Api
from schema.catalog.model import Catalog
from tests.api.test_errors import fingerprint
from tests.conftest import GraphQL, Workspace, run_server
from tests.records import NOWHERE, Json, create, create_many, error, make, number

BAD, NONE, INVALID = "BAD_USER_INPUT", "NOT_FOUND", "GRAPHQL_VALIDATION_FAILED"

# A name, an operation, its variables, and the answer. Records 1 to 9 are people; 1 has the e-mail a@x.co, 2 b@x.co, and
# 7 is deleted. 11 is a company of acme.com.
Case = tuple[str, str, Json, str, str]

MERGE = "mutation ($ids: [UUID!], $i: Int) { mergePeople(ids: $ids, conflictPriorityIndex: $i) { id } }"
MERGES: list[Case] = [
    ("of one", MERGE, {"ids": [number(1)]}, BAD, "At least 2 record IDs are required for merge"),
    ("of none", MERGE, {"ids": []}, BAD, "At least 2 record IDs are required for merge"),
    ("of nothing", MERGE, {}, BAD, "At least 2 record IDs are required for merge"),
    ("of ten", MERGE, {"ids": [number(n) for n in range(1, 11)]}, BAD, "Maximum 9 records can be merged at once"),
    ("with itself", MERGE, {"ids": [number(1)] * 2}, BAD, "A record cannot be merged with itself: ids must differ"),
    ("of a missing one", MERGE, {"ids": [number(1), NOWHERE]}, NONE, "One or more records not found"),
    ("of a deleted one", MERGE, {"ids": [number(1), number(7)]}, NONE, "One or more records not found"),
    ("of another object", MERGE, {"ids": [number(1), number(11)]}, NONE, "One or more records not found"),
    (
        "a dry run of a missing one",
        "mutation ($ids: [UUID!]) { mergePeople(ids: $ids, dryRun: true) { id } }",
        {"ids": [number(1), NOWHERE]},
        NONE,
        "One or more records not found",
    ),
    (
        "an index past the end",
        MERGE,
        {"ids": [number(1), number(2)], "i": 2},
        BAD,
        "Invalid conflict priority '2'. Valid options for 2 records: 0-1",
    ),
    (
        "a negative index",
        MERGE,
        {"ids": [number(1), number(2), number(3)], "i": -1},
        BAD,
        "Invalid conflict priority '-1'. Valid options for 3 records: 0-2",
    ),
]

UPSERT = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d, upsert: true) { id } }"
BY_EMAIL: Json = {"emails": {"primaryEmail": "b@x.co"}}
UPSERTS: list[Case] = [
    (
        "two records for one",
        UPSERT,
        {"d": [{"city": "new"}, {"id": number(1), **BY_EMAIL}]},
        BAD,
        "Multiple records found with the same unique field values for record 1 of the batch: one by id and another by"
        " emails.primaryEmail. Cannot determine which record to update.",
    ),
    (
        "one record by two",
        UPSERT,
        {"d": [{"city": "new"}, {"id": number(2), "city": "x"}, BY_EMAIL]},
        BAD,
        "Records 1 and 2 of the batch are the same existing record",
    ),
    (
        "the same id twice",
        UPSERT,
        {"d": [{"id": NOWHERE}, {"city": "new"}, {"id": NOWHERE}]},
        BAD,
        "Records 0 and 2 of the batch have the same id",
    ),
    (
        "the same e-mail twice",
        UPSERT,
        {"d": [{"emails": {"primaryEmail": "new@x.co"}}, {"emails": {"primaryEmail": "New@x.co "}}]},
        BAD,
        "Records 0 and 1 of the batch have the same emails.primaryEmail",
    ),
    (
        "the mask of a secret for a new record",
        'mutation { createWebhook(data: {targetUrl: "https://a.example", secret: "********"}, upsert: true) { id } }',
        {},
        BAD,
        "Record 0 of the batch is new: the mask of a secret is not a secret",
    ),
    (
        "a reference to nothing",
        UPSERT,
        {"d": [{"id": number(1), "city": "new"}, {"companyId": NOWHERE}]},
        BAD,
        f'[1].companyId: "{NOWHERE}" is the id of no record',
    ),
    (
        "a nested create",
        UPSERT,
        {"d": [{"company": {"create": {"name": "x"}}}]},
        BAD,
        "With upsert, relations can only be connected",
    ),
    (
        "an id that another row has as its e-mail",
        UPSERT,
        {"d": [{"id": number(3), "emails": {"primaryEmail": "a@x.co"}}]},
        BAD,
        "Multiple records found with the same unique field values for record 0 of the batch: one by id and another by"
        " emails.primaryEmail. Cannot determine which record to update.",
    ),
]

GROUP = "query ($g: [PersonGroupByInput!]) { peopleGroupBy(groupBy: $g) { totalCount } }"
GROUPS: list[Case] = [
    ("by nothing", GROUP, {"g": []}, BAD, "groupBy must name at least one field"),
    ("by null", GROUP, {}, BAD, "groupBy must name at least one field"),
    ("by false", GROUP, {"g": [{"city": False}]}, BAD, "groupBy must name at least one field"),
    ("by a field twice", GROUP, {"g": [{"city": True}, {"city": True}]}, BAD, "groupBy must not name a field twice"),
    (
        "by JSON",
        "{ auditLogsGroupBy(groupBy: [{properties: true}]) { totalCount } }",
        {},
        BAD,
        'Field "properties" cannot be grouped by',
    ),
    (
        "by a part that is JSON",
        GROUP,
        {"g": [{"emails": {"additionalEmails": True}}]},
        BAD,
        'Field "emails.additionalEmails" cannot be grouped by',
    ),
    (
        "by an array",
        "{ webhooksGroupBy(groupBy: [{operations: true}]) { totalCount } }",
        {},
        BAD,
        'Field "operations" cannot be grouped by',
    ),
    (
        "by several choices",
        "{ workflowsGroupBy(groupBy: [{statuses: true}]) { totalCount } }",
        {},
        BAD,
        'Field "statuses" cannot be grouped by',
    ),
    (
        "by a secret",
        "{ webhooksGroupBy(groupBy: [{secret: true}]) { totalCount } }",
        {},
        BAD,
        'Field "secret" cannot be grouped by',
    ),
    (
        "in no time zone",
        GROUP,
        {"g": [{"createdAt": {"timeZone": "Nowhere/Land"}}]},
        BAD,
        'Invalid time zone "Nowhere/Land"',
    ),
    (
        "in a time zone that is a path",
        GROUP,
        {"g": [{"createdAt": {"granularity": "DAY", "timeZone": "../etc"}}]},
        BAD,
        'Invalid time zone "../etc"',
    ),
    (
        "a negative limit",
        "{ peopleGroupBy(groupBy: [{city: true}], limit: -1) { totalCount } }",
        {},
        BAD,
        "Limit argument must be non-negative",
    ),
    (
        "an order by what is not grouped by",
        "{ peopleGroupBy(groupBy: [{city: true}], orderBy: [{jobTitle: AscNullsLast}]) { totalCount } }",
        {},
        BAD,
        'orderBy: field "jobTitle" is not in groupBy',
    ),
    (
        "a view",
        f'{{ peopleGroupBy(groupBy: [{{city: true}}], viewId: "{NOWHERE}") {{ totalCount }} }}',
        {},
        BAD,
        "viewId is not supported: state the view's filters in filter",
    ),
]

CREATE = "mutation ($d: PersonCreateInput) { createPerson(data: $d) { id } }"
UPDATE = f'mutation ($d: PersonUpdateInput) {{ updatePerson(id: "{number(1)}", data: $d) {{ id }} }}'
UPDATES = 'mutation ($d: CompanyUpdateInput) { updateCompanies(filter: {name: {eq: "Acme"}}, data: $d) { id } }'
COMPANY = "mutation ($d: CompanyCreateInput) { createCompany(data: $d) { id } }"
CONNECT: Json = {"where": {"domainName": {"primaryLinkUrl": "https://acme.com"}}}
NOBODY: Json = {"where": {"domainName": {"primaryLinkUrl": "https://nobody.example"}}}


def to_one(verb: str, query: str) -> list[Case]:
    return [
        (
            f"{verb}: connect and disconnect",
            query,
            {"d": {"city": "new", "company": {"connect": CONNECT, "disconnect": True}}},
            BAD,
            "company: cannot connect and disconnect at once",
        ),
        (
            f"{verb}: connect and create",
            query,
            {"d": {"company": {"connect": CONNECT, "create": {"name": "new"}}}},
            BAD,
            "company: cannot connect and create at once",
        ),
        (
            f"{verb}: connect to nothing",
            query,
            {"d": {"city": "new", "company": {"connect": NOBODY}}},
            BAD,
            "Expected 1 record to connect to company, but found 0 for domainNamePrimaryLinkUrl ="
            " https://nobody.example",
        ),
        (
            f"{verb}: connect to an id of nothing",
            query,
            {"d": {"city": "new", "company": {"connect": {"where": {"id": NOWHERE}}}}},
            BAD,
            f'companyId: "{NOWHERE}" is the id of no record',
        ),
        (
            f"{verb}: connect without a where",
            query,
            {"d": {"company": {"connect": {}}}},
            BAD,
            "company: connect needs a where",
        ),
        (
            f"{verb}: connect with an empty where",
            query,
            {"d": {"company": {"connect": {"where": {}}}}},
            BAD,
            "company: connect needs a where",
        ),
        (
            f"{verb}: connect with two keys",
            query,
            {"d": {"company": {"connect": {"where": {"id": number(11), **CONNECT["where"]}}}}},
            BAD,
            "company: connect needs the id or all values of one unique key",
        ),
        (
            f"{verb}: connect with a bad id",
            query,
            {"d": {"company": {"connect": {"where": {"id": "nope"}}}}},
            BAD,
            'Value "nope" is not a valid UUID',
        ),
        (
            f"{verb}: the relation and its key",
            query,
            {"d": {"companyId": number(11), "company": {"disconnect": True}}},
            BAD,
            "company and companyId cannot be both provided.",
        ),
    ]


LINKS: list[Case] = [
    *to_one("create", CREATE),
    *to_one("update", UPDATE),
    (
        "a cycle through the relation",
        COMPANY,
        {"d": {"people": {"create": [{"company": {"create": {"name": "x"}}}]}}},
        BAD,
        "company of a nested person is the record that it is created in",
    ),
    (
        "a cycle through the key",
        COMPANY,
        {"d": {"people": {"create": [{"companyId": number(11)}]}}},
        BAD,
        "companyId of a nested person is the record that it is created in",
    ),
    (
        "four levels",
        COMPANY,
        {
            "d": {
                "opportunities": {
                    "create": [{"pointOfContact": {"create": {"noteTargets": {"create": [{"note": {"create": {}}}]}}}}]
                }
            }
        },
        BAD,
        "note: nested creates may be at most 3 levels deep",
    ),
    (
        "a nested create of what is not unique",
        COMPANY,
        {"d": {"people": {"create": [{"emails": {"primaryEmail": "a@x.co"}}]}}},
        BAD,
        'emails.primaryEmail: "a@x.co" is already used',
    ),
    (
        "a nested create with a bad value",
        COMPANY,
        {"d": {"people": {"create": [{"city": "a\0"}]}}},
        BAD,
        'Invalid value for field "city": text must not contain NUL',
    ),
    (
        "to-many in an update of many",
        UPDATES,
        {"d": {"people": {"create": [{}]}}},
        BAD,
        "people cannot be given where many records are written at once",
    ),
    (
        "a nested create in an update of many",
        UPDATES,
        {"d": {"accountOwner": {"create": {"userId": NOWHERE}}}},
        BAD,
        "Nested creates are not possible where many records are written at once",
    ),
    (
        "a mask in a nested create",
        'mutation { createConnectedAccount(data: {accessToken: "********", accountOwnerId: "MEMBER"}) { id } }',
        {},
        BAD,
        'Invalid value for field "accessToken": the mask of a secret is not a secret',
    ),
]

SEARCH = """query ($q: String!, $n: Int!, $a: String, $in: [String!]) {
  search(searchInput: $q, limit: $n, after: $a, includedObjectNameSingulars: $in) { pageInfo { endCursor } }
}"""
SEARCHES: list[Case] = [
    ("a negative limit", SEARCH, {"q": "x", "n": -1}, BAD, "Limit argument must be non-negative"),
    ("an unknown object", SEARCH, {"q": "x", "n": 1, "in": ["nope"]}, BAD, 'There is no object "nope"'),
    ("a bad cursor", SEARCH, {"q": "x", "n": 1, "a": "!"}, BAD, "Invalid cursor: !"),
    ("a cursor of a page", SEARCH, {"q": "x", "n": 1, "a": "eyJpZCI6MX0"}, BAD, "Invalid cursor: eyJpZCI6MX0"),
    (
        "a filter without an operator",
        '{ search(searchInput: "x", limit: 1, filter: {id: {}}) { pageInfo { endCursor } } }',
        {},
        BAD,
        "Field id in the filter has no operator. Use is: NULL to find missing values",
    ),
    (
        "no limit",
        '{ search(searchInput: "x") { pageInfo { endCursor } } }',
        {},
        INVALID,
        "Argument 'Query.search(limit:)' of type 'Int!' is required, but it was not provided.",
    ),
]

FILTER = "query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }"
FILTERS: list[Case] = [
    ("a relation given null", FILTER, {"f": {"company": None}}, BAD, "Relation company in the filter must not be null"),
    (
        "a quantifier given null",
        FILTER,
        {"f": {"noteTargets": {"some": None}}},
        BAD,
        "some of relation noteTargets in the filter must not be null",
    ),
    (
        "a bad value through a relation",
        FILTER,
        {"f": {"company": {"id": {"eq": "nope"}}}},
        BAD,
        'Value "nope" is not a valid UUID',
    ),
    (
        "a leaf without an operator through a relation",
        FILTER,
        {"f": {"noteTargets": {"every": {"note": {"title": {}}}}}},
        BAD,
        "Field title in the filter has no operator. Use is: NULL to find missing values",
    ),
    (
        "an order through a to-many relation",
        "{ people(orderBy: [{noteTargets: {id: AscNullsLast}}]) { totalCount } }",
        {},
        INVALID,
        "Expected value of type 'PersonOrderByInput' not to include unknown field 'noteTargets', found: { noteTargets:"
        " { id: AscNullsLast } }.",
    ),
    (
        "a cursor of another order",
        '{ people(orderBy: [{company: {name: AscNullsLast}}], after: "eyJpZCI6IngifQ") { totalCount } }',
        {},
        BAD,
        "Invalid cursor: eyJpZCI6IngifQ does not belong to this order",
    ),
    *(
        (
            f"{operator} that is no expression: {pattern}",
            FILTER,
            {"f": {"city": {operator: pattern}}},
            BAD,
            "A regular expression is not valid.",
        )
        for operator in ("regex", "iregex")
        for pattern in ("(", "[a", "a{2,1}", "*", "\\", "(?<=a", "a**+")
    ),
]

SECRETS: list[Case] = [
    *(
        (
            f"a filter: {operator}",
            f"{{ webhooks(filter: {{secret: {{{operator}: {operand}}}}}) {{ totalCount }} }}",
            {},
            BAD,
            f'Field "secret" cannot be filtered with {operator}: it can only be tested with is',
        )
        for operator, operand in (
            ("eq", '"s"'),
            ("neq", '"s"'),
            ("in", '["s"]'),
            ("gt", '"s"'),
            ("like", '"s%"'),
            ("startsWith", '"s"'),
            ("regex", '"^s"'),
        )
    ),
    (
        "a filter through a relation",
        'query { messageChannels(filter: {connectedAccount: {accessToken: {eq: "s"}}}) { totalCount } }',
        {},
        BAD,
        'Field "accessToken" cannot be filtered with eq: it can only be tested with is',
    ),
    (
        "an order",
        "{ webhooks(orderBy: [{secret: AscNullsLast}]) { totalCount } }",
        {},
        BAD,
        'Field "secret" is not sortable',
    ),
    (
        "an order through a relation",
        "{ messageChannels(orderBy: [{connectedAccount: {refreshToken: AscNullsLast}}]) { totalCount } }",
        {},
        BAD,
        'Field "refreshToken" is not sortable',
    ),
    (
        "an order of groups",
        "{ webhooksGroupBy(groupBy: [{targetUrl: true}], orderBy: [{secret: AscNullsLast}]) { totalCount } }",
        {},
        BAD,
        'Field "secret" is not sortable',
    ),
    (
        "an order of records of groups",
        "{ webhooksGroupBy(groupBy: [{targetUrl: true}], orderByForRecords: [{secret: AscNullsLast}]) { totalCount } }",
        {},
        BAD,
        'Field "secret" is not sortable',
    ),
    (
        "an aggregate",
        "{ webhooks { countUniqueValuesSecret } }",
        {},
        BAD,
        "countUniqueValuesSecret is not available: secret is a secret",
    ),
    (
        "an aggregate of groups",
        "{ webhooksGroupBy(groupBy: [{targetUrl: true}]) { countUniqueValuesSecret } }",
        {},
        BAD,
        "countUniqueValuesSecret is not available: secret is a secret",
    ),
    (
        "an order of groups by an aggregate",
        "{ webhooksGroupBy(groupBy: [{targetUrl: true}], orderBy: [{aggregate: {countUniqueValuesSecret:"
        " AscNullsLast}}]) { totalCount } }",
        {},
        BAD,
        "countUniqueValuesSecret is not available: secret is a secret",
    ),
]

DUPLICATES_OF = "query ($i: [ID], $d: [PersonCreateInput]) { personDuplicates(ids: $i, data: $d) { totalCount } }"
DUPLICATES: list[Case] = [
    ("of nothing", DUPLICATES_OF, {}, BAD, 'You have to provide either "data" or "ids" argument'),
    (
        "of both",
        DUPLICATES_OF,
        {"i": [number(1)], "d": [{}]},
        BAD,
        'You cannot provide both "data" and "ids" arguments',
    ),
    (
        "of no data",
        DUPLICATES_OF,
        {"d": []},
        BAD,
        'The "data" condition can not be empty when "ids" input not provided',
    ),
    ("of a null id", DUPLICATES_OF, {"i": [number(1), None]}, BAD, '"ids" must not contain null'),
    ("of null data", DUPLICATES_OF, {"d": [None]}, BAD, '"data" must not contain null'),
    ("of a bad id", DUPLICATES_OF, {"i": ["nope"]}, BAD, 'Value "nope" is not a valid UUID'),
    (
        "of too many",
        DUPLICATES_OF,
        {"i": [number(1)] * 1001},
        BAD,
        "Maximum number of records to find duplicates of is 1000.",
    ),
]

TABLES = {
    "merge": MERGES,
    "upsert": UPSERTS,
    "group": GROUPS,
    "link": LINKS,
    "search": SEARCHES,
    "filter": FILTERS,
    "secret": SECRETS,
    "duplicates": DUPLICATES,
}


@pytest_asyncio.fixture
async def records(graphql: GraphQL, catalog: Catalog) -> None:
    people: list[Json] = [{"id": number(n), "city": "x"} for n in range(1, 10)]
    people[0]["emails"] = {"primaryEmail": "a@x.co"}
    people[1]["emails"] = {"primaryEmail": "b@x.co"}
    people[6]["deletedAt"] = "2025-01-01T00:00:00Z"
    await create_many(graphql, catalog, "person", people)
    await create(graphql, "Company", id=number(11), name="Acme", domainName={"primaryLinkUrl": "https://acme.com"})
    await create(graphql, "Webhook", targetUrl="https://a.example", secret="a secret of ours")
    await make(graphql, catalog, "messageChannel")


@pytest.mark.parametrize("table", TABLES)
async def test_faults(graphql: GraphQL, workspace: Workspace, connection: Any, records: None, table: str) -> None:
    before = await fingerprint(connection, workspace)
    found = {}
    for name, query, variables, _, _ in TABLES[table]:
        found[name] = await error(graphql, query.replace("MEMBER", str(workspace.member_id)), **variables)
        assert await fingerprint(connection, workspace) == before, name
    assert found == {name: (code, message) for name, _, _, code, message in TABLES[table]}


RUNAWAY = r"^(.+)(.+)(.+)\1\2\3$"


async def test_an_expression_that_runs_away(
    settings: Settings, api: Api, graphql: GraphQL, workspace: Workspace
) -> None:
    await create(graphql, "Person", city="".join(chr(97 + n * n % 26) for n in range(600)))
    with run_server(settings.model_copy(update={"statement_timeout_ms": 300}), api) as server:
        async with httpx.AsyncClient(base_url=server.url, headers=workspace.headers, timeout=60) as client:
            for operator in ("regex", "iregex"):
                query = f"query ($p: String) {{ people(filter: {{city: {{{operator}: $p}}}}) {{ totalCount }} }}"
                response = await client.post("/graphql", json={"query": query, "variables": {"p": RUNAWAY}})
                (found,) = response.json()["errors"]
                assert found["extensions"]["code"] == "TIMEOUT"
                assert found["message"] == "The statement took longer than its time limit."
                harmless = await client.post("/graphql", json={"query": query, "variables": {"p": "^abe"}})
                assert harmless.json() == {"data": {"people": {"totalCount": 1}}}
