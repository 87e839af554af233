"""Two workspaces that have the same ids, values and links: what one does stays there."""

from typing import Any

from schema.catalog.model import Catalog, ObjectType
from tests.conftest import GraphQL
from tests.records import NOWHERE, Json, create, create_many, data, only, selection


async def everything(graphql: GraphQL, object_type: ObjectType) -> Any:
    own, every = selection(object_type), "filter: {or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
    return await data(graphql, f"{{ {object_type.plural}({every}) {{ edges {{ node {{ {own} }} }} }} }}")


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
