"""Documents: valid against the real schema for every object, and just what each depth asks for."""

import pytest
from graphql import GraphQLSchema, parse, validate
from graphql.utilities import strip_ignored_characters

from rest_shim.document import REMEMBERED_DOCUMENTS, Document, Documents
from rest_shim.operations import OPERATIONS
from schema.catalog import Catalog
from schema.context import Shape

DEPTHS = (0, 1, 2)


def same(document: Document, text: str, *null_paths: str) -> None:
    assert strip_ignored_characters(document.text) == strip_ignored_characters(text)
    assert document.shape == Shape(plain_lists=True, null_paths=frozenset(tuple(p.split(".")) for p in null_paths))


@pytest.mark.parametrize("depth", DEPTHS)
def test_valid_for_every_object(catalog: Catalog, documents: Documents, schema: GraphQLSchema, depth: int) -> None:
    for object_type in catalog.objects.values():
        for operation in OPERATIONS:
            document = documents.get(operation.graphql.field_name(object_type), depth, True)
            assert validate(schema, parse(document.text)) == []


def test_depth_0_has_no_relations(documents: Documents) -> None:
    same(
        documents.get("noteTargets", 0, True),
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


def test_depth_1_has_direct_relations(documents: Documents) -> None:
    same(
        documents.get("createMessageFolder", 1, True),
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


def test_depth_2_has_one_level_more(documents: Documents) -> None:
    same(
        documents.get("messageThread", 2, True),
        """
        query ($filter: MessageThreadFilterInput) {
          messageThread(filter: $filter) {
            ...MessageThread
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


def test_only_a_to_one_relation_leads_back(documents: Documents) -> None:
    """`company.people` of a person's company is a to-many relation: it is answered, that person among them."""
    document = documents.get("person", 2, True)
    assert ("company", "accountOwner") not in document.shape.null_paths
    assert ("company", "people", "company") in document.shape.null_paths


def test_the_count_is_asked_for_only_where_it_is_answered(documents: Documents) -> None:
    assert "totalCount" in documents.get("people", 1, True).text
    assert "totalCount" not in documents.get("people", 1, False).text
    assert "totalCount" not in documents.get("createPeople", 1, True).text


def test_composites_come_whole(documents: Documents) -> None:
    assert "name { firstName lastName }" in documents.get("person", 0, True).text


def test_documents_are_remembered_up_to_a_bound(catalog: Catalog) -> None:
    documents = Documents(catalog)
    assert documents.get("person", 1, True) is documents.get("person", 1, True)
    assert documents._remembered.cache_parameters()["maxsize"] == REMEMBERED_DOCUMENTS
