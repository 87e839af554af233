"""What a selection answers: names and fragments, variables and directives, connections and relations at every depth."""

from typing import Any

import pytest
import pytest_asyncio

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import Json, create_many, data, only

ACME, EMPTY = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000e"
ADA, BOB, CY, DEE = (f"00000000-0000-4000-8000-0000000000{n}" for n in ("01", "02", "03", "04"))
ONE, TWO, THREE = (f"00000000-0000-4000-9000-0000000000{n}" for n in ("01", "02", "03"))


@pytest_asyncio.fixture
async def records(graphql: GraphQL, catalog: Catalog) -> None:
    """Acme with Ada, Bob and Cy; Dee without a company; Ada is the contact of three opportunities, Bob of one of
    Acme."""
    companies = [{"id": ACME, "name": "Acme", "employees": 3}, {"id": EMPTY, "name": "Empty", "employees": 0}]
    await create_many(graphql, catalog, "company", companies)
    people: list[Json] = [
        {"id": ADA, "name": {"firstName": "Ada"}, "city": "x", "companyId": ACME, "position": 3},
        {"id": BOB, "name": {"firstName": "Bob"}, "city": "y", "companyId": ACME, "position": 2},
        {"id": CY, "name": {"firstName": "Cy"}, "city": "x", "companyId": ACME, "position": 1},
        {"id": DEE, "name": {"firstName": "Dee"}, "city": "z", "position": 4},
    ]
    await create_many(graphql, catalog, "person", people)
    opportunities: list[Json] = [
        {"id": ONE, "name": "One", "pointOfContactId": ADA, "companyId": ACME, "stage": "MEETING", "position": 1},
        {"id": TWO, "name": "Two", "pointOfContactId": ADA, "stage": "NEW", "position": 2},
        {"id": THREE, "name": "Three", "pointOfContactId": ADA, "stage": "NEW", "position": 3},
    ]
    await create_many(graphql, catalog, "opportunity", opportunities)


Case = tuple[str, str, Json, Json]
CASES: list[Case] = [
    (
        "aliases",
        """{
          a: company(filter: {name: {eq: "Acme"}}) { x: name y: name name n: employees first: people(first: 1) {
            e: edges { c: node { f: name { g: firstName firstName } } } t: totalCount } last: people(last: 1) {
            edges { node { id } } totalCount } }
          b: company(filter: {name: {eq: "Empty"}}) { id: name }
        }""",
        {},
        {
            "a": {
                "x": "Acme",
                "y": "Acme",
                "name": "Acme",
                "n": 3,
                "first": {"e": [{"c": {"f": {"g": "Ada", "firstName": "Ada"}}}], "t": 3},
                "last": {"edges": [{"node": {"id": CY}}], "totalCount": 3},
            },
            "b": {"id": "Empty"},
        },
    ),
    (
        "fragments",
        """query { person(filter: {city: {eq: "y"}}) { ...Person ... on Person { company { ...Company } } ... { city }
        } }
        fragment Company on Company { name ... on Company { employees } people(filter: {city: {eq: "x"}}) { ...People
        } }
        fragment People on PersonConnection { edges { ...Edge } }
        fragment Edge on PersonEdge { node { ...Name } }
        fragment Person on Person { id ...Name ...Name }
        fragment Name on Person { name { ...First } }
        fragment First on FullName { firstName }""",
        {},
        {
            "person": {
                "id": BOB,
                "name": {"firstName": "Bob"},
                "company": {
                    "name": "Acme",
                    "employees": 3,
                    "people": {
                        "edges": [{"node": {"name": {"firstName": "Ada"}}}, {"node": {"name": {"firstName": "Cy"}}}]
                    },
                },
                "city": "y",
            }
        },
    ),
    (
        "keys that are repeated",
        """{
          people(first: 1) { edges { node { id } } }
          people(first: 1) { totalCount edges { node { name { firstName } company { id } } } }
          people(first: 1) { edges { cursor node { name { lastName } company { name people { totalCount } } } } }
          ...Again
        }
        fragment Again on Query { people(first: 1) { edges { node { company { people { edges { node { id } } } } } } } }
        """,
        {},
        {
            "people": {
                "edges": [
                    {
                        "node": {
                            "id": ADA,
                            "name": {"firstName": "Ada", "lastName": ""},
                            "company": {
                                "id": ACME,
                                "name": "Acme",
                                "people": {
                                    "totalCount": 3,
                                    "edges": [{"node": {"id": ADA}}, {"node": {"id": BOB}}, {"node": {"id": CY}}],
                                },
                            },
                        },
                        "cursor": "eyJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9",
                    }
                ],
                "totalCount": 4,
            }
        },
    ),
    (
        "__typename everywhere",
        """{ __typename companies(first: 1, filter: {name: {eq: "Acme"}}) { __typename pageInfo { __typename t:
        __typename
          hasNextPage } edges { __typename node { __typename domainName { __typename } people(first: 1) { __typename
          edges { t: __typename node { company { __typename } } } } } } } }""",
        {},
        {
            "__typename": "Query",
            "companies": {
                "__typename": "CompanyConnection",
                "pageInfo": {"__typename": "PageInfo", "t": "PageInfo", "hasNextPage": False},
                "edges": [
                    {
                        "__typename": "CompanyEdge",
                        "node": {
                            "__typename": "Company",
                            "domainName": {"__typename": "Links"},
                            "people": {
                                "__typename": "PersonConnection",
                                "edges": [{"t": "PersonEdge", "node": {"company": {"__typename": "Company"}}}],
                            },
                        },
                    }
                ],
            },
        },
    ),
    (
        "only __typename of a connection",
        "{ people { __typename } }",
        {},
        {"people": {"__typename": "PersonConnection"}},
    ),
    ("only the count", "{ people { totalCount } }", {}, {"people": {"totalCount": 4}}),
    (
        "only the page",
        "{ people(first: 2) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
        {},
        {
            "people": {
                "pageInfo": {
                    "hasNextPage": True,
                    "hasPreviousPage": False,
                    "startCursor": "eyJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9",
                    "endCursor": "eyJpZCI6IjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMiJ9",
                }
            }
        },
    ),
    (
        "cursors without nodes",
        "{ people(first: 1, orderBy: [{name: {firstName: DescNullsLast}, position: AscNullsFirst}])"
        " { edges { cursor } } }",
        {},
        {
            "people": {
                "edges": [
                    {
                        "cursor": "eyJuYW1lIjp7ImZpcnN0TmFtZSI6IkRlZSJ9LCJwb3NpdGlvbiI6NCwiaWQiOiIwMDAwMDAwMC0w"
                        "MDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDQifQ"
                    }
                ]
            }
        },
    ),
    (
        "edges without anything of them",
        "{ people(first: 2) { edges { __typename } } }",
        {},
        {"people": {"edges": [{"__typename": "PersonEdge"}] * 2}},
    ),
    (
        "variables anywhere",
        """query ($name: String = "Acme", $cities: [String!], $first: Int = 1, $unset: Int, $order: OrderByDirection,
          $stage: OpportunityStageEnum, $filters: [OpportunityFilterInput], $id: ID, $is: FilterIs = NOT_NULL) {
          companies(filter: {name: {eq: $name}, id: {is: $is}}) { edges { node {
            people(filter: {or: [{city: {in: $cities}}, {id: {eq: $id}}]}, first: $first, after: null, limit: $unset,
              orderBy: [{position: $order}]) { totalCount edges { node { id
                pointOfContactForOpportunities(filter: {stage: {eq: $stage}, and: $filters}) { totalCount } } } } } }
          } }""",
        {
            "cities": ["x", "none"],
            "order": "DescNullsLast",
            "stage": "NEW",
            "filters": [{"name": {"startsWith": "T"}}, {"not": {"name": {"eq": "Two"}}}],
            "id": BOB,
        },
        {
            "companies": {
                "edges": [
                    {
                        "node": {
                            "people": {
                                "totalCount": 3,
                                "edges": [{"node": {"id": ADA, "pointOfContactForOpportunities": {"totalCount": 1}}}],
                            }
                        }
                    }
                ]
            }
        },
    ),
    (
        "variables that are not given are absent",
        """query ($filter: PersonFilterInput, $order: [PersonOrderByInput], $first: Int, $and: [PersonFilterInput],
          $name: FullNameFilterInput) { a: people(filter: $filter, orderBy: $order, first: $first) { totalCount }
          b: people(filter: {and: $and, not: $filter}) { totalCount } c: people(filter: {name: $name}) { totalCount }
          }""",
        {},
        {"a": {"totalCount": 4}, "b": {"totalCount": 4}, "c": {"totalCount": 4}},
    ),
    (
        "null as good as absent",
        "query ($n: Int, $s: String) { people(first: $n, last: null, after: $s, before: null, filter: null,"
        " orderBy: null, limit: null, offset: null) { totalCount edges { node { id } } } }",
        {"n": None, "s": None},
        {"people": {"totalCount": 4, "edges": [{"node": {"id": each}} for each in (ADA, BOB, CY, DEE)]}},
    ),
    (
        "directives",
        """query ($yes: Boolean = true, $no: Boolean!) { people(first: 1) { totalCount @skip(if: $yes)
          edges @include(if: $yes) { cursor @include(if: $no) node { id @skip(if: $no) name @include(if: $yes)
          @skip(if: $no)
          { firstName lastName @skip(if: true) } company @skip(if: $yes) { id } ...P @include(if: $no)
          ... on Person @skip(if: $no) { city } ... @include(if: false) { jobTitle } people: company { name
          people(first: 1) @include(if: $no) { totalCount } } } } }
          never: companies @skip(if: $yes) { totalCount } }
        fragment P on Person { createdAt }""",
        {"no": False},
        {
            "people": {
                "edges": [{"node": {"id": ADA, "name": {"firstName": "Ada"}, "city": "x", "people": {"name": "Acme"}}}]
            }
        },
    ),
    (
        "nothing left",
        "{ people @skip(if: true) { totalCount } }",
        {},
        {},
    ),
    (
        "nothing left of a connection",
        '{ people { totalCount @skip(if: true) } company(filter: {name: {eq: "Acme"}}) { people { edges { node { id'
        " @skip(if: true) } } } } }",
        {},
        {"people": {}, "company": {"people": {"edges": [{"node": {}}, {"node": {}}, {"node": {}}]}}},
    ),
    (
        "several roots",
        """{ one: person(filter: {name: {firstName: {eq: "Dee"}}}) { company { id } companyId } companies { totalCount }
          two: people(filter: {companyId: {is: NULL}}) { edges { node { id } } } notes { totalCount } tasks { edges {
          node { id } } } }""",
        {},
        {
            "one": {"company": None, "companyId": None},
            "companies": {"totalCount": 2},
            "two": {"edges": [{"node": {"id": DEE}}]},
            "notes": {"totalCount": 0},
            "tasks": {"edges": []},
        },
    ),
    (
        "there and back again",
        """{ opportunity(filter: {name: {eq: "One"}}) { pointOfContact { company { opportunities { edges { node {
        pointOfContact
          { company { people(last: 1) { edges { node { company { name accountOwner { id } } } } } } } } } } } } } }""",
        {},
        {
            "opportunity": {
                "pointOfContact": {
                    "company": {
                        "opportunities": {
                            "edges": [
                                {
                                    "node": {
                                        "pointOfContact": {
                                            "company": {
                                                "people": {
                                                    "edges": [
                                                        {"node": {"company": {"name": "Acme", "accountOwner": None}}}
                                                    ]
                                                }
                                            }
                                        }
                                    }
                                }
                            ]
                        }
                    }
                }
            }
        },
    ),
    (
        "the same relation under two names with other arguments",
        """{ company(filter: {name: {eq: "Acme"}}) { people(filter: {city: {eq: "x"}}) { totalCount }
          others: people(filter: {not: {city: {eq: "x"}}}) { totalCount edges { node { id } } }
          none: people(first: 0) { totalCount edges { node { id } } pageInfo { hasNextPage startCursor endCursor } } }
          }""",
        {},
        {
            "company": {
                "people": {"totalCount": 2},
                "others": {"totalCount": 1, "edges": [{"node": {"id": BOB}}]},
                "none": {
                    "totalCount": 3,
                    "edges": [],
                    "pageInfo": {"hasNextPage": True, "startCursor": None, "endCursor": None},
                },
            }
        },
    ),
]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("query", "variables", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
async def test_a_selection(graphql: GraphQL, query: str, variables: Json, expected: Json) -> None:
    for _ in range(2):  # the second time from what is remembered of the document
        answer = await data(graphql, query, **variables)
        assert answer == expected
        assert list(answer) == list(expected)


@pytest.mark.usefixtures("records")
async def test_keys_stand_in_the_order_of_the_document(graphql: GraphQL) -> None:
    query = (
        '{ person(filter: {city: {eq: "y"}}) { city company { name id } id name { lastName firstName } __typename } }'
    )
    found = await only(graphql, query)
    assert list(found) == ["city", "company", "id", "name", "__typename"]
    assert (list(found["company"]), list(found["name"])) == (["name", "id"], ["lastName", "firstName"])


# Nested connections, every argument for each parent


def page_of(*ids: str, total: int, before: bool = False, after: bool = False) -> Json:
    return {
        "totalCount": total,
        "edges": [{"node": {"id": each}} for each in ids],
        "pageInfo": {"hasPreviousPage": before, "hasNextPage": after},
    }


NESTED: list[tuple[str, Json, Json]] = [
    ("", page_of(ADA, BOB, CY, total=3), page_of(total=0)),
    ("(first: 2)", page_of(ADA, BOB, total=3, after=True), page_of(total=0)),
    ("(first: 3)", page_of(ADA, BOB, CY, total=3), page_of(total=0)),
    ("(last: 2)", page_of(BOB, CY, total=3, before=True), page_of(total=0)),
    ("(limit: 1)", page_of(ADA, total=3, after=True), page_of(total=0)),
    ("(limit: 1, first: 2)", page_of(ADA, BOB, total=3, after=True), page_of(total=0)),
    ("(offset: 1)", page_of(BOB, CY, total=3, before=True), page_of(total=0)),
    ("(offset: 1, first: 1)", page_of(BOB, total=3, before=True, after=True), page_of(total=0)),
    ("(offset: 5)", page_of(total=3, before=True), page_of(total=0)),
    ("(first: 0)", page_of(total=3, after=True), page_of(total=0)),
    ("(last: 0)", page_of(total=3, before=True), page_of(total=0)),
    (f'(after: "{BOB}")', page_of(CY, total=3, before=True), page_of(total=0)),
    (f'(after: "{CY}")', page_of(total=3, before=True), page_of(total=0)),
    (f'(before: "{CY}")', page_of(ADA, BOB, total=3, after=True), page_of(total=0)),
    (f'(before: "{CY}", last: 1)', page_of(BOB, total=3, before=True, after=True), page_of(total=0)),
    ('(filter: {city: {eq: "x"}})', page_of(ADA, CY, total=2), page_of(total=0)),
    ('(filter: {city: {eq: "x"}}, first: 1)', page_of(ADA, total=2, after=True), page_of(total=0)),
    ("(orderBy: [{position: AscNullsFirst}])", page_of(CY, BOB, ADA, total=3), page_of(total=0)),
    (
        "(orderBy: {city: DescNullsLast, id: DescNullsLast}, first: 2)",
        page_of(BOB, CY, total=3, after=True),
        page_of(total=0),
    ),
]


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(("arguments", "acme", "empty"), NESTED, ids=[case[0] for case in NESTED])
async def test_a_nested_connection_at_several_depths(graphql: GraphQL, arguments: str, acme: Json, empty: Json) -> None:
    """The same page below a list, below one record, and at the end of a longer way."""
    connection = (
        f"people{arguments} {{ totalCount edges {{ node {{ id }} }} pageInfo {{ hasPreviousPage hasNextPage }} }}"
    )
    query = f"""{{
      companies(orderBy: [{{name: AscNullsFirst}}]) {{ edges {{ node {{ {connection} }} }} }}
      company(filter: {{name: {{eq: "Acme"}}}}) {{ {connection} }}
      opportunity(filter: {{name: {{eq: "One"}}}}) {{ pointOfContact {{ company {{ opportunities {{ edges {{ node {{
        company {{ {connection} }} }} }} }} }} }} }}
    }}"""
    assert await data(graphql, query) == {
        "companies": {"edges": [{"node": {"people": acme}}, {"node": {"people": empty}}]},
        "company": {"people": acme},
        "opportunity": {
            "pointOfContact": {"company": {"opportunities": {"edges": [{"node": {"company": {"people": acme}}}]}}}
        },
    }


@pytest.mark.usefixtures("records")
async def test_nested_cursors_lead_on(graphql: GraphQL) -> None:
    query = """query ($after: String) { companies(first: 1) { edges { node { people(first: 1, after: $after,
      orderBy: [{city: DescNullsFirst}]) { edges { node { id } cursor } pageInfo { startCursor endCursor } } } } } }"""
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = (await only(graphql, query, after=after))["edges"][0]["node"]["people"]
        (edge,) = page["edges"]
        assert page["pageInfo"] == {"startCursor": edge["cursor"], "endCursor": edge["cursor"]}
        seen.append(edge["node"]["id"])
        after = edge["cursor"]
    assert seen == [BOB, ADA, CY]


# To-one relations


@pytest.mark.usefixtures("records")
async def test_a_relation_to_a_deleted_record_is_null_and_its_id_stays(graphql: GraphQL) -> None:
    await only(graphql, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=ACME)
    person = {"companyId": ACME, "company": None}
    query = """query ($id: UUID) { person(filter: {id: {eq: $id}}) { companyId company { name } }
      people(filter: {companyId: {eq: "00000000-0000-4000-8000-00000000000A"}}) { totalCount edges { node { companyId
      company { name } } } }
      opportunity(filter: {name: {eq: "One"}}) { companyId company { id } pointOfContact { companyId company { name }
      } } }"""
    assert await data(graphql, query, id=ADA) == {
        "person": person,
        "people": {"totalCount": 3, "edges": [{"node": person}] * 3},
        "opportunity": {"companyId": ACME, "company": None, "pointOfContact": person},
    }
    link = "mutation ($id: ID) { createPerson(data: {companyId: $id}) { companyId company { id } } }"
    assert await only(graphql, link, id=ACME) == {"companyId": ACME, "company": None}
    await only(graphql, "mutation ($id: ID) { restoreCompany(id: $id) { id } }", id=ACME)
    assert (await data(graphql, query, id=ADA))["person"] == {"companyId": ACME, "company": {"name": "Acme"}}


# Mutations answer any selection


@pytest.mark.usefixtures("records")
async def test_mutations_answer_relations(graphql: GraphQL) -> None:
    people = '(first: 1, filter: {city: {eq: "x"}}) { totalCount edges { node { id } } }'
    selected = f"{{ name {{ firstName }} company {{ name people{people} }} }}"
    company = {"name": "Acme", "people": {"totalCount": 2, "edges": [{"node": {"id": ADA}}]}}
    bob: dict[str, Any] = {"name": {"firstName": "Bob"}, "company": company}
    for field in (
        f'updatePerson(id: "{BOB}", data: {{}})',
        f'deletePerson(id: "{BOB}")',
        f'restorePerson(id: "{BOB}")',
        f'destroyPerson(id: "{BOB}")',
    ):
        assert await only(graphql, f"mutation {{ {field} {selected} }}") == bob, field
    made = f'createPerson(data: {{city: "x", companyId: "{ACME}", name: {{firstName: "Bob"}}}})'
    answer = await only(graphql, f"mutation {{ {made} {selected} }}")
    assert answer == {**bob, "company": {**company, "people": {"totalCount": 3, "edges": [{"node": {"id": ADA}}]}}}
    many = 'filter: {city: {eq: "x"}, name: {firstName: {eq: "Cy"}}}'
    cy = {"name": {"firstName": "Cy"}, "company": answer["company"]}
    gone = {**cy, "company": {**company, "people": {"totalCount": 2, "edges": [{"node": {"id": ADA}}]}}}
    for field, expected in (
        (f'updatePeople({many}, data: {{jobTitle: "j"}})', cy),
        (f"deletePeople({many})", gone),
        (f"restorePeople({many})", cy),
        (f"destroyPeople({many})", cy),
    ):
        assert await only(graphql, f"mutation {{ {field} {selected} }}") == [expected], field


@pytest.mark.usefixtures("records")
async def test_mutations_run_in_order_and_answer_apart(graphql: GraphQL) -> None:
    query = f"""mutation {{
      a: createPerson(data: {{id: "{THREE}", city: "n"}}) {{ city }}
      b: updatePerson(id: "{THREE}", data: {{city: "m"}}) {{ city }}
      bad: updatePerson(id: "{ONE}", data: {{city: "m"}}) {{ city }}
      c: destroyPerson(id: "{THREE}") {{ city }}
    }}"""
    answer = await graphql(query)
    assert answer["data"] == {"a": {"city": "n"}, "b": {"city": "m"}, "bad": None, "c": {"city": "m"}}
    assert [(e["path"], e["extensions"]["code"]) for e in answer["errors"]] == [(["bad"], "NOT_FOUND")]
