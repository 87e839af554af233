"""Two workspaces: what one does with an id of the other is what it does with an id of nothing."""

import json
from typing import Any

import pytest

from schema.catalog.model import Catalog, ObjectType
from schema.declare.names import capital
from tests.conftest import GraphQL
from tests.records import NOWHERE, OBJECTS, Json, create, create_many, data, make, only, required, selection


def attempts(object_type: ObjectType) -> list[tuple[str, str]]:
    """Every operation that can name a record by id: the type of the operation and its root field with $id in it."""
    one, many, type_name = object_type.name, object_type.plural, object_type.type_name
    own = selection(object_type)
    by_id, by_list = "filter: {id: {eq: $id}}", "filter: {id: {in: [$id]}}"
    every = "or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]"
    connection = (
        f"{{ totalCount edges {{ cursor node {{ {own} }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"
    )
    queries = [
        f"{one}({by_id}) {{ {own} }}",
        f"{one}(filter: {{id: {{eq: $id}}, {every}}}) {{ {own} }}",
        f"{many}({by_id}) {connection}",
        f"{many}(filter: {{id: {{in: [$id]}}, {every}}}) {connection}",
        f"{many}({by_id}, last: 1) {connection}",
    ]
    mutations = [
        f"update{type_name}(id: $id, data: {{}}) {{ {own} }}",
        f"update{capital(many)}({by_id}, data: {{}}) {{ {own} }}",
        f"update{capital(many)}({by_list}, data: {{deletedAt: null}}) {{ {own} }}",
        *(f"{verb}{type_name}(id: $id) {{ {own} }}" for verb in ("delete", "restore", "destroy")),
        *(f"{verb}{capital(many)}({by_list}) {{ {own} }}" for verb in ("delete", "restore", "destroy")),
    ]
    for relation in object_type.to_one:
        mutations.append(f"update{capital(many)}(filter: {{{relation.foreign_key}: {{eq: $id}}}}, data: {{}}) {{ id }}")
        queries.append(f"{many}(filter: {{{relation.foreign_key}: {{eq: $id}}}}) {{ totalCount }}")
    return [("query", field) for field in queries] + [("mutation", field) for field in mutations]


async def everything(graphql: GraphQL, object_type: ObjectType) -> Any:
    own, every = selection(object_type), "filter: {or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
    return await data(graphql, f"{{ {object_type.plural}({every}) {{ edges {{ node {{ {own} }} }} }} }}")


def without(value: Any, record_id: str) -> str:
    return str(value).replace(record_id, "the id")


@pytest.mark.parametrize("name", OBJECTS)
async def test_an_id_of_another_workspace_is_an_id_of_nothing(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, name: str
) -> None:
    object_type = catalog.objects[name]
    live = await make(other_graphql, catalog, name, 1)
    deleted = await make(other_graphql, catalog, name, 2)
    gone = f"mutation ($id: ID) {{ delete{object_type.type_name}(id: $id) {{ id }} }}"
    await only(other_graphql, gone, id=deleted)
    await make(graphql, catalog, name, 1)  # so that there is something to see here
    theirs, ours = await everything(other_graphql, object_type), await everything(graphql, object_type)

    for kind, field in attempts(object_type):
        query = f"{kind} ($id: ID) {{ {field} }}"
        nothing = await graphql(query, id=NOWHERE)
        for record_id in (live, deleted):
            assert without(await graphql(query, id=record_id), record_id) == without(nothing, NOWHERE), field
    assert await everything(other_graphql, object_type) == theirs
    assert await everything(graphql, object_type) == ours


@pytest.mark.parametrize("name", OBJECTS)
async def test_a_record_of_another_workspace_cannot_be_linked(
    graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, name: str
) -> None:
    object_type = catalog.objects[name]
    type_name, plural = object_type.type_name, capital(object_type.plural)
    mine = await make(graphql, catalog, name, 1)
    least = await required(graphql, catalog, object_type, 2)
    before = await everything(graphql, object_type)
    create_one = f"mutation ($d: {type_name}CreateInput) {{ create{type_name}(data: $d) {{ id }} }}"
    create_all = f"mutation ($d: [{type_name}CreateInput!]) {{ create{plural}(data: $d) {{ id }} }}"
    update_one = f"mutation ($id: ID, $d: {type_name}UpdateInput) {{ update{type_name}(id: $id, data: $d) {{ id }} }}"
    update_all = (
        f"mutation ($id: ID, $d: {type_name}UpdateInput)"
        f" {{ update{plural}(filter: {{id: {{eq: $id}}}}, data: $d) {{ id }} }}"
    )
    for relation in object_type.to_one:
        target = await make(other_graphql, catalog, relation.target, 3)
        answers: list[list[Any]] = []
        for key in (target, NOWHERE):
            link = {relation.foreign_key: key}
            answers.append(
                [
                    await graphql(create_one, d={**least, **link}),
                    await graphql(create_all, d=[{**least, **link}]),
                    await graphql(update_one, id=mine, d=link),
                    await graphql(update_all, id=mine, d=link),
                ]
            )
        assert json.loads(json.dumps(answers[0]).replace(target, NOWHERE)) == answers[1]
        for n, answer in enumerate(answers[1]):
            (error,) = answer["errors"]
            place = "[0]." if n == 1 else ""
            assert error["message"] == f'{place}{relation.foreign_key}: "{NOWHERE}" is the id of no record'
    assert await everything(graphql, object_type) == before


async def test_the_same_id_and_unique_values_in_both(graphql: GraphQL, other_graphql: GraphQL) -> None:
    """Neither an id nor a unique value tells whether the other workspace has it."""
    company = {"id": NOWHERE, "domainName": {"primaryLinkUrl": "https://acme.com"}}
    person = {"id": NOWHERE, "emails": {"primaryEmail": "ada@acme.com"}, "companyId": NOWHERE}
    view_field = {"id": NOWHERE, "fieldMetadataId": NOWHERE, "viewId": NOWHERE}
    for graphql_of, name in ((other_graphql, "theirs"), (graphql, "ours")):
        await create(graphql_of, "Company", **company, name=name)
        await create(graphql_of, "Person", **person, city=name)
        await create(graphql_of, "View", id=NOWHERE, objectMetadataId=NOWHERE)
        await create(graphql_of, "ViewField", **view_field)
    query = """{ company(filter: {id: {is: NOT_NULL}}) { name people { totalCount edges { node { city company { name }
      } } } }
      people { totalCount } }"""

    def answer(name: str, count: int = 1) -> Json:
        edges = [{"node": {"city": name, "company": {"name": name}}}] * count
        return {
            "company": {"name": name, "people": {"totalCount": count, "edges": edges}},
            "people": {"totalCount": count},
        }

    assert await data(graphql, query) == answer("ours")
    assert await data(other_graphql, query) == answer("theirs")
    destroy = "mutation ($id: ID) { destroyPerson(id: $id) { city } a: destroyViews(filter: {id: {eq: $id}}) { id } }"
    assert await data(graphql, destroy, id=NOWHERE) == {"destroyPerson": {"city": "ours"}, "a": [{"id": NOWHERE}]}
    assert await data(graphql, query) == answer("ours", 0)
    assert await data(other_graphql, query) == answer("theirs")
    assert await data(other_graphql, "{ viewFields { totalCount } views { totalCount } }") == {
        "viewFields": {"totalCount": 1},
        "views": {"totalCount": 1},
    }


async def test_a_destroy_stays_in_its_workspace(graphql: GraphQL, other_graphql: GraphQL) -> None:
    """The same ids and the same links on both sides: dependants and references of one side only."""
    for side in (graphql, other_graphql):
        await create(side, "Company", id=NOWHERE)
        await create(side, "Person", id=NOWHERE, companyId=NOWHERE)
        await create(side, "NoteTarget", id=NOWHERE, companyId=NOWHERE)
    await only(graphql, "mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=NOWHERE)
    query = "{ companies { totalCount } noteTargets { totalCount } people { edges { node { companyId } } } }"
    assert await data(graphql, query) == {
        "companies": {"totalCount": 0},
        "noteTargets": {"totalCount": 0},
        "people": {"edges": [{"node": {"companyId": None}}]},
    }
    assert await data(other_graphql, query) == {
        "companies": {"totalCount": 1},
        "noteTargets": {"totalCount": 1},
        "people": {"edges": [{"node": {"companyId": NOWHERE}}]},
    }


async def test_a_workflow_takes_along_what_is_in_its_workspace(graphql: GraphQL, other_graphql: GraphQL) -> None:
    for side in (graphql, other_graphql):
        await create(side, "Workflow", id=NOWHERE)
        await create(side, "WorkflowVersion", id=NOWHERE, workflowId=NOWHERE)
    count = "{ workflows { totalCount } workflowVersions { totalCount } }"
    some: Json = {"workflows": {"totalCount": 1}, "workflowVersions": {"totalCount": 1}}
    none: Json = {"workflows": {"totalCount": 0}, "workflowVersions": {"totalCount": 0}}
    await only(graphql, "mutation ($id: ID) { deleteWorkflow(id: $id) { id } }", id=NOWHERE)
    assert (await data(graphql, count), await data(other_graphql, count)) == (none, some)
    await only(other_graphql, "mutation ($id: ID) { deleteWorkflow(id: $id) { id } }", id=NOWHERE)
    await only(graphql, "mutation ($id: ID) { restoreWorkflow(id: $id) { id } }", id=NOWHERE)
    assert (await data(graphql, count), await data(other_graphql, count)) == (some, none)


async def test_cursors_carry_no_rights(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog) -> None:
    for side in (graphql, other_graphql):
        await create_many(side, catalog, "company", [{"name": f"n{n}"} for n in range(4)])
    query = """query ($after: String) { companies(first: 2, after: $after, orderBy: [{name: AscNullsFirst}]) {
      edges { node { id name } cursor } pageInfo { hasPreviousPage hasNextPage endCursor } totalCount } }"""
    theirs = await only(other_graphql, query)
    page = await only(graphql, query, after=theirs["pageInfo"]["endCursor"])
    own = {edge["node"]["id"] for edge in (await only(graphql, "{ companies { edges { node { id } } } }"))["edges"]}
    assert {edge["node"]["id"] for edge in page["edges"]} <= own
    assert [edge["node"]["name"] for edge in page["edges"]][-1] == "n3" and page["totalCount"] == 4


async def test_writes_to_all_stay_here(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog) -> None:
    """Filters that every record of every workspace matches."""
    for side in (graphql, other_graphql):
        await create_many(side, catalog, "company", [{"name": "n"}] * 2)
    before = await everything(other_graphql, catalog.objects["company"])
    for field in (
        'updateCompanies(filter: {name: {eq: "n"}}, data: {employees: 1}) { id }',
        "deleteCompanies(filter: {id: {is: NOT_NULL}}) { id }",
        "restoreCompanies(filter: {or: [{id: {is: NOT_NULL}}, {name: {is: NULL}}]}) { id }",
        "destroyCompanies(filter: {not: {id: {is: NULL}}}) { id }",
    ):
        assert len(await only(graphql, f"mutation {{ {field} }}")) == 2
        assert await everything(other_graphql, catalog.objects["company"]) == before
