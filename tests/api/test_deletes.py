"""What a delete, a restore and a destroy take along."""

from typing import Any
from uuid import UUID

import pytest

from schema.catalog.model import Catalog, Relation
from schema.declare.names import uncapital
from tests.conftest import GraphQL
from tests.records import (
    EVERY,
    OBJECTS,
    Json,
    a_moment,
    create,
    data,
    error,
    make,
    only,
)

# Workflows


async def test_a_workflow_takes_its_parts_along(graphql: GraphQL) -> None:
    async def deleted(parts: dict[str, str]) -> Json:
        answer = {}
        for type_name, part in parts.items():
            query = f'{{ {uncapital(type_name)}(filter: {{id: {{eq: "{part}"}}, and: [{EVERY}]}}) {{ deletedAt }} }}'
            answer[type_name] = (await only(graphql, query))["deletedAt"]
        return answer

    workflow = await create(graphql, "Workflow")
    version = await create(graphql, "WorkflowVersion", workflowId=workflow)
    run = await create(graphql, "WorkflowRun", workflowId=workflow, workflowVersionId=version)
    listener = await create(graphql, "WorkflowEventListener", workflowId=workflow)
    favorite = await create(graphql, "Favorite", workflowId=workflow)
    early = await create(graphql, "WorkflowRun", workflowId=workflow, workflowVersionId=version)
    await only(graphql, "mutation ($id: ID) { deleteWorkflowRun(id: $id) { id } }", id=early)
    elsewhere = await create(graphql, "WorkflowVersion", workflowId=await create(graphql, "Workflow"))
    along = {"WorkflowVersion": version, "WorkflowRun": run, "WorkflowEventListener": listener}
    before = (await deleted({"WorkflowRun": early}))["WorkflowRun"]

    for one in (True, False):
        where = "id: $id" if one else "filter: {id: {eq: $id}}"
        name = "Workflow" if one else "Workflows"
        await a_moment()
        gone = await only(graphql, f"mutation ($id: ID) {{ delete{name}({where}) {{ deletedAt }} }}", id=workflow)
        stamp = gone["deletedAt"] if one else gone[0]["deletedAt"]
        assert await deleted(along) == dict.fromkeys(along, stamp)
        assert await deleted({"WorkflowRun": early}) == {"WorkflowRun": before}
        assert await deleted({"WorkflowVersion": elsewhere, "Favorite": favorite}) == {
            "WorkflowVersion": None,
            "Favorite": None,
        }
        await only(graphql, f"mutation ($id: ID) {{ restore{name}({where}) {{ id }} }}", id=workflow)
        assert await deleted(along) == dict.fromkeys(along)
        assert await deleted({"WorkflowRun": early}) == {"WorkflowRun": before}


async def test_no_other_soft_delete_touches_anything_else(graphql: GraphQL, catalog: Catalog) -> None:
    cascading = {
        (relation.source, relation.name)
        for object_type in catalog.objects.values()
        for relation in object_type.to_many
        if relation.soft_cascade
    }
    assert cascading == {("workflow", "versions"), ("workflow", "runs"), ("workflow", "eventListeners")}
    company = await create(graphql, "Company")
    person = await create(graphql, "Person", companyId=company)
    await only(graphql, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=company)
    query = "query ($id: ID) { person(filter: {id: {eq: $id}}) { companyId deletedAt } }"
    assert await only(graphql, query, id=person) == {"companyId": company, "deletedAt": None}


# Destroying


@pytest.mark.parametrize("name", OBJECTS)
async def test_destroy_takes_dependants_and_clears_references(
    graphql: GraphQL, catalog: Catalog, connection: Any, name: str
) -> None:
    """One record refers to the destroyed one by each of its relations; those go or stay as the model says."""
    object_type = catalog.objects[name]
    kept = await make(graphql, catalog, name, 1)
    target = await make(graphql, catalog, name, 2)
    referring: list[tuple[Relation, str, str]] = []
    for relation in object_type.to_many:
        one = await make(graphql, catalog, relation.target, 1, **{relation.foreign_key: target})
        other = await make(graphql, catalog, relation.target, 2, **{relation.foreign_key: kept})
        if relation.target not in ("view", "workflow"):
            deleted = f"mutation ($id: ID) {{ delete{catalog.objects[relation.target].type_name}(id: $id) {{ id }} }}"
            await only(graphql, deleted, id=one)  # soft-deleted rows are no exception
        referring.append((relation, one, other))

    type_name = object_type.type_name
    own = " ".join(f"{relation.name} {{ totalCount }}" for relation in object_type.to_many)
    query = f"mutation ($id: ID) {{ destroy{type_name}(id: $id) {{ id deletedAt {own} }} }}"
    answer = await only(graphql, query, id=target)
    assert answer["id"] == target
    assert await error(graphql, query, id=target) == ("NOT_FOUND", "Record not found")

    for relation, one, other in referring:
        read = f'SELECT "{relation.foreign_key}" AS key FROM "{relation.target}" WHERE id = $1'
        row = await connection.fetchrow(read, UUID(one))
        if relation.cascade:
            assert row is None, f"{relation.target}.{relation.foreign_key}"
        else:
            assert row is not None and row["key"] is None, f"{relation.target}.{relation.foreign_key}"
        assert str(await connection.fetchval(read, UUID(other))) == kept


async def test_destroy_goes_down_all_levels(graphql: GraphQL, catalog: Catalog) -> None:
    """A member's account's channel's association goes; the message that it was about stays."""
    member = await make(graphql, catalog, "workspaceMember")
    account = await create(graphql, "ConnectedAccount", accountOwnerId=member)
    channel = await create(graphql, "MessageChannel", connectedAccountId=account)
    message = await create(graphql, "Message")
    await create(graphql, "MessageChannelMessageAssociation", messageChannelId=channel, messageId=message)
    await create(graphql, "MessageFolder", messageChannelId=channel)
    company = await create(graphql, "Company", accountOwnerId=member)
    counts = """{ connectedAccounts { totalCount } messageChannels { totalCount } messageFolders { totalCount }
      messageChannelMessageAssociations { totalCount } messages { totalCount } companies { totalCount } }"""

    async def counted() -> list[int]:
        return [found["totalCount"] for found in (await data(graphql, counts)).values()]

    assert await counted() == [1, 1, 1, 1, 1, 1]
    destroy = """mutation ($id: ID) { destroyWorkspaceMembers(filter: {id: {eq: $id}}) {
      connectedAccounts { edges { node { messageChannels { totalCount } } } } accountOwnerForCompanies { totalCount }
      } }"""
    assert await only(graphql, destroy, id=member) == [
        {
            "connectedAccounts": {"edges": [{"node": {"messageChannels": {"totalCount": 1}}}]},
            "accountOwnerForCompanies": {"totalCount": 1},
        }
    ]
    assert await counted() == [0, 0, 0, 0, 1, 1]
    read = "query ($id: ID) { company(filter: {id: {eq: $id}}) { accountOwnerId createdAt updatedAt } }"
    cleared = await only(graphql, read, id=company)
    assert cleared["accountOwnerId"] is None and cleared["updatedAt"] >= cleared["createdAt"]


async def test_a_record_that_is_reached_twice_goes_once(graphql: GraphQL) -> None:
    workflow = await create(graphql, "Workflow")
    version = await create(graphql, "WorkflowVersion", workflowId=workflow)
    run = await create(graphql, "WorkflowRun", workflowId=workflow, workflowVersionId=version)
    await create(graphql, "Favorite", workflowId=workflow, workflowVersionId=version, workflowRunId=run)
    await create(graphql, "TimelineActivity", workflowRunId=run, workflowVersionId=version)
    destroy = "mutation ($id: ID) { destroyWorkflow(id: $id) { runs { totalCount } favorites { totalCount } } }"
    expected = {"runs": {"totalCount": 1}, "favorites": {"totalCount": 1}}
    assert await only(graphql, destroy, id=workflow) == expected
    left = """{ workflowVersions { totalCount } workflowRuns { totalCount } favorites { totalCount }
      timelineActivities { totalCount } }"""
    assert [found["totalCount"] for found in (await data(graphql, left)).values()] == [0, 0, 0, 0]


async def test_a_dependant_goes_although_it_also_refers_elsewhere(graphql: GraphQL) -> None:
    """A row that both depends on a destroyed one and refers to another goes; one that only refers is cleared."""
    company, person = await create(graphql, "Company"), await create(graphql, "Person")
    target = await create(
        graphql, "NoteTarget", companyId=company, personId=person, noteId=await create(graphql, "Note")
    )
    opportunity = await create(graphql, "Opportunity", companyId=company, pointOfContactId=person)
    await only(graphql, "mutation ($id: ID) { destroyCompany(id: $id) { id } }", id=company)
    query = """query ($t: ID, $o: ID) { noteTargets(filter: {id: {eq: $t}}) { totalCount }
      opportunity(filter: {id: {eq: $o}}) { companyId pointOfContactId } }"""
    assert await data(graphql, query, t=target, o=opportunity) == {
        "noteTargets": {"totalCount": 0},
        "opportunity": {"companyId": None, "pointOfContactId": person},
    }


async def test_what_is_nothing_without_its_owner_goes_with_it(graphql: GraphQL, catalog: Catalog) -> None:
    """A target without its task or note would say that nothing is about someone."""
    person = await create(graphql, "Person")
    task = await create(graphql, "Task", taskTargets={"create": [{"personId": person}]}, attachments={"create": [{}]})
    note = await create(graphql, "Note", noteTargets={"create": [{"personId": person}]}, attachments={"create": [{}]})
    await only(graphql, "mutation ($id: ID) { destroyTask(id: $id) { id } }", id=task)
    await only(graphql, "mutation ($id: ID) { destroyNote(id: $id) { id } }", id=note)
    for plural in ("taskTargets", "noteTargets", "attachments"):
        assert (await only(graphql, f"{{ {plural}(filter: {EVERY}) {{ totalCount }} }}"))["totalCount"] == 0
