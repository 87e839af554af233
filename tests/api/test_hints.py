"""What an error says besides what is wrong: the name that was meant, or what there is. Nothing where it cannot know."""

import httpx
import pytest

DIRECTIONS = "Its values are 'AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'."
OPERATORS = (
    "Its fields are 'eq', 'neq', 'in', 'gt', 'gte', 'lt', 'lte', 'startsWith', 'endsWith', 'like', 'ilike', 'regex',"
    " 'iregex', 'is'."
)


@pytest.mark.parametrize(
    ("query", "end"),
    [
        ("{people{id}}", "The records are in its edges: 'edges { node { id } }'."),
        ("{companies{edges{node{people{city}}}}}", "The records are in its edges: 'edges { node { city } }'."),
        ("{people{items{id}}}", "on type 'PersonConnection'."),
        ("{person{edges{node{id}}}}", "is one record, not a connection: select its fields themselves."),
        ("{contacts{totalCount}}", "Cannot query field 'contacts' on type 'Query'."),
        ("{peoples{totalCount}}", "Did you mean 'people'?"),
        ('{updatePerson(id:"x"){id}}', "It is a field of 'Mutation'."),
        ("mutation{people{totalCount}}", "It is a field of 'Query'."),
        ("{opportunities(filter:{stage:{eq:FOO}}){totalCount}}", "'MEETING', 'PROPOSAL', 'CUSTOMER'."),
        ("{people(orderBy:[{city:asc}]){totalCount}}", DIRECTIONS),
        ('{people(orderBy:[{city:"AscNullsFirst"}]){totalCount}}', DIRECTIONS),
        ("{people(orderBy:[{citty:AscNullsFirst}]){totalCount}}", "Did you mean 'city'?"),
        ('{people(filter:{city:{contains:"x"}}){totalCount}}', OPERATORS),
        ('{people(filter:{city:{startswith:"x"}}){totalCount}}', "Did you mean 'startsWith'?"),
        ('{people(filter:{city:"x"}){totalCount}}', OPERATORS),
        ("{companies(filter:{people:{some:{nam:1}}}){totalCount}}", "Did you mean 'name'?"),
        ("{companies(filter:{or:[{people:{some:{nam:1}}}]}){totalCount}}", "Did you mean 'name'?"),
        ('mutation{createPeople(data:[{name:"x"}]){id}}', "Its fields are 'firstName', 'lastName'."),
        ('mutation{createPerson(data:{firstName:"x"}){id}}', 'found: { firstName: "x" }.'),
        ("{people(where:{}){totalCount}}", "'offset', 'filter', 'orderBy'."),
        (
            "{people(fliter:{}){totalCount}}",
            "Unknown argument 'fliter' on field 'Query.people'. Did you mean 'filter'?",
        ),
        ("query($f:PersonFilterInptu){people(filter:$f){totalCount}}", "Did you mean 'PersonFilterInput'?"),
        ("{people @skip(iff:true){totalCount}}", "Unknown argument 'iff' on directive '@skip'."),
    ],
)
async def test_a_fault_in_a_document(client: httpx.AsyncClient, query: str, end: str) -> None:
    [error, *_] = (await client.post("/graphql", json={"query": query})).json()["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert error["message"].endswith(end)


@pytest.mark.parametrize(
    ("type_", "value", "end"),
    [
        (
            "OpportunityFilterInput",
            {"stage": {"foo": "NEW"}},
            "Its fields are 'eq', 'neq', 'in', 'containsAny', 'is', 'isEmptyArray'.",
        ),
        ("OpportunityFilterInput", {"name": {"contains": "x"}}, OPERATORS),
        ("OpportunityFilterInput", {"name": "x"}, OPERATORS),
        ("OpportunityFilterInput", {"nmae": {}}, "Did you mean 'name'?"),
        ("OpportunityFilterInput", {"title": {}}, "is not defined by type 'OpportunityFilterInput'."),
    ],
)
async def test_a_fault_in_a_variable(client: httpx.AsyncClient, type_: str, value: object, end: str) -> None:
    query = f"query($f:{type_}){{opportunities(filter:$f){{totalCount}}}}"
    response = await client.post("/graphql", json={"query": query, "variables": {"f": value}})
    [error] = response.json()["errors"]
    assert error["message"].endswith(end)


async def test_many_faults_have_no_hints(client: httpx.AsyncClient) -> None:
    """Among hundreds of names they are dear to find."""
    query = "{people{edges{node{" + " ".join(f"nmae{n}:nmae" for n in range(20)) + "}}}}"
    errors = (await client.post("/graphql", json={"query": query})).json()["errors"]
    assert len(errors) == 20
    assert not [error for error in errors if "Did you mean" in error["message"]]


@pytest.mark.parametrize("authorization", ["{token}", "Token {token}", "Bearer", "Basic {token}"])
@pytest.mark.parametrize("path", ["/graphql?query={__typename}", "/rest/people", "/metadata?query={__typename}"])
async def test_a_token_without_bearer(
    anonymous: httpx.AsyncClient, client: httpx.AsyncClient, authorization: str, path: str
) -> None:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    response = await anonymous.get(path, headers={"Authorization": authorization.format(token=token)})
    assert response.status_code == 401
    assert "the Authorization header must be 'Bearer TOKEN'" in response.text
