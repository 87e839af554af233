"""RestDocuments: valid against the real schema for every object, and just what each depth asks for."""

from collections.abc import Callable
from typing import Any

import pytest
from graphql import GraphQLSchema, parse, validate
from graphql.utilities import strip_ignored_characters

from rest_shim.document import REMEMBERED_CHARACTERS, Asked, Document, RestDocuments
from rest_shim.operations import OPERATIONS
from rest_shim.selection import Wanted, named
from schema.catalog.model import Catalog
from schema.context import Printing

DEPTHS = (0, 1, 2)
BY_ID = {operation.operation_id: operation for operation in OPERATIONS}


@pytest.fixture
def document(catalog: Catalog, documents: RestDocuments) -> "Make":
    """`document("findOne{One}", "person", 1)`"""

    def make(operation_id: str, name: str, wanted: Wanted, **asked: Any) -> Document:
        return documents.get(BY_ID[operation_id], catalog.objects[name], Asked(wanted, **asked))

    return make


Make = Callable[..., Document]


def same(document: Document, text: str, *null_paths: str) -> None:
    assert strip_ignored_characters(document.text) == strip_ignored_characters(text)
    assert document.printing == Printing(
        plain_lists=True, null_paths=frozenset(tuple(p.split(".")) for p in null_paths)
    )


@pytest.mark.parametrize("depth", DEPTHS)
def test_valid_for_every_object(catalog: Catalog, documents: RestDocuments, schema: GraphQLSchema, depth: int) -> None:
    for object_type in catalog.objects.values():
        for operation in OPERATIONS:
            for soft in (False, True) if operation.graphql.applies(object_type) else ():
                document = documents.get(operation, object_type, Asked(depth, soft=soft, samples=True))
                assert validate(schema, parse(document.text)) == []


def test_depth_0_has_no_relations(document: Make) -> None:
    same(
        document("findMany{Many}", "noteTarget", 0),
        """
        query (
          $first: Int, $last: Int, $before: String, $after: String, $limit: Int, $offset: Int,
          $filter: NoteTargetFilterInput, $orderBy: [NoteTargetOrderByInput]
        ) {
          noteTargets(
            first: $first, last: $last, before: $before, after: $after, limit: $limit, offset: $offset,
            filter: $filter, orderBy: $orderBy
          ) {
            edges { node { ...NoteTarget } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            totalCount
          }
        }
        fragment NoteTarget on NoteTarget {
          id createdAt updatedAt deletedAt noteId personId companyId opportunityId
        }
        """,
    )


def test_depth_1_has_direct_relations(document: Make) -> None:
    same(
        document("createOne{One}", "messageFolder", 1),
        """
        mutation ($data: MessageFolderCreateInput, $upsert: Boolean) {
          createMessageFolder(data: $data, upsert: $upsert) {
            ...MessageFolder
            messageChannel { ...MessageChannel connectedAccount { id } }
          }
        }
        fragment MessageFolder on MessageFolder {
          name syncCursor id createdAt updatedAt deletedAt messageChannelId
        }
        fragment MessageChannel on MessageChannel {
          visibility handle type isContactAutoCreationEnabled contactAutoCreationPolicy
          excludeNonProfessionalEmails excludeGroupEmails isSyncEnabled syncCursor syncedAt syncStatus syncStage
          syncStageStartedAt throttleFailureCount id createdAt updatedAt deletedAt connectedAccountId
        }
        """,
        "messageChannel.connectedAccount",
    )


def test_depth_2_has_one_level_more(document: Make) -> None:
    same(
        document("findOne{One}", "messageThread", 2),
        """
        query ($filter: MessageThreadFilterInput) {
          messageThread(filter: $filter) {
            _updatedAt: updatedAt ...MessageThread
            messages(first: 60, orderBy: [{id: DescNullsLast}]) { edges { node {
              ...Message
              messageThread { id }
              messageParticipants(first: 60, orderBy: [{id: DescNullsLast}]) { edges { node {
                ...MessageParticipant message { id } person { id } workspaceMember { id }
              } } }
              messageChannelMessageAssociations(first: 60, orderBy: [{id: DescNullsLast}]) { edges { node {
                ...MessageChannelMessageAssociation messageChannel { id } message { id }
              } } }
            } } }
          }
        }
        fragment MessageThread on MessageThread { id createdAt updatedAt deletedAt }
        fragment Message on Message {
          headerMessageId subject text receivedAt id createdAt updatedAt deletedAt messageThreadId
        }
        fragment MessageParticipant on MessageParticipant {
          role handle displayName id createdAt updatedAt deletedAt messageId personId workspaceMemberId
        }
        fragment MessageChannelMessageAssociation on MessageChannelMessageAssociation {
          messageExternalId messageThreadExternalId direction id createdAt updatedAt deletedAt messageChannelId
          messageId
        }
        """,
        "messages.messageThread",
        "messages.messageParticipants.message",
        "messages.messageParticipants.person",
        "messages.messageParticipants.workspaceMember",
        "messages.messageChannelMessageAssociations.messageChannel",
        "messages.messageChannelMessageAssociations.message",
    )


def test_only_a_to_one_relation_leads_back(document: Make) -> None:
    """`company.people` of a person's company is a to-many relation: it is answered, that person among them."""
    made = document("findOne{One}", "person", 2)
    assert ("company", "accountOwner") not in made.printing.null_paths
    assert ("company", "people", "company") in made.printing.null_paths


def test_the_count_is_asked_for_only_where_it_is_answered(document: Make) -> None:
    assert "totalCount" in document("findMany{Many}", "person", 1).text
    assert "totalCount" not in document("findMany{Many}", "person", 1, counted=False).text
    assert "totalCount" not in document("createMany{Many}", "person", 1).text


def test_composites_come_whole(document: Make) -> None:
    assert "name { firstName lastName }" in document("findOne{One}", "person", 0).text


def test_fields_are_asked_for_alone_and_by_the_order_of_the_object(document: Make, catalog: Catalog) -> None:
    person = catalog.objects["person"]
    text = "company.people.emails, noteTargets,company.name,city,company.people.city,name"
    same(
        document("updateMany{Many}", "person", named(catalog, person, text)),
        """
        mutation ($data: PersonUpdateInput, $filter: PersonFilterInput) {
          updatePeople(data: $data, filter: $filter) {
            name { firstName lastName } city id
            company { name id people(first: 60, orderBy: [{id: DescNullsLast}]) { edges { node {
              emails { primaryEmail additionalEmails } city id
            } } } }
            noteTargets(first: 60, orderBy: [{id: DescNullsLast}]) { edges { node {
              id createdAt updatedAt deletedAt noteId personId companyId opportunityId
            } } }
          }
        }
        """,
    )


@pytest.mark.parametrize(("soft", "root"), [(False, "deletePerson: destroyPerson"), (True, "deletePerson")])
def test_a_delete_answers_the_id_under_one_name(document: Make, soft: bool, root: str) -> None:
    head, held = "mutation ($id: ID, $ifUnchangedSince: DateTime)", "(id: $id, ifUnchangedSince: $ifUnchangedSince)"
    same(document("deleteOne{One}", "person", 1, soft=soft), f"{head} {{ {root}{held} {{ id }} }}")


def test_documents_are_remembered_up_to_a_bound(catalog: Catalog) -> None:
    documents, operation, person = RestDocuments(catalog), OPERATIONS[0], catalog.objects["person"]
    assert documents.get(operation, person, Asked(1)) is documents.get(operation, person, Asked(1))
    first = documents.get(operation, person, Asked(1))
    size = len(documents.get(operation, person, Asked(2)).text)
    for number in range(REMEMBERED_CHARACTERS // size + 2):
        documents.get(operation, person, Asked(2, aggregates=(str(number),)))
    assert documents.get(operation, person, Asked(1)) is not first
