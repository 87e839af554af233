"""The model as clients read it: every object, field and relation of the catalog, with ids that stay."""

# ruff: noqa: N815 - fields have their API names

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from graphql import parse

from schema.api import build
from schema.catalog.model import Catalog
from schema.context import Answer, Caller, GraphQLRequest, Policy
from schema.declare import stable_ids
from schema.errors import BadUserInput
from schema.execution.documents import Documents
from schema.execution.execute import graphql_schema
from schema.metadata.cost import LIMIT, LISTS, cost
from schema.metadata.filters import BooleanFieldComparison, FieldFilter, ObjectFilter, UUIDFilterComparison, matching
from schema.metadata.model import Model
from schema.metadata.paging import LARGEST_SIZE, CursorPaging, cursor, page
from schema.metadata.queries import metadata_queries
from schema.metadata.schema import generate
from schema.metadata.types import Field, FieldMetadataType, Object
from schema.types.core_fields import core_mutations


@pytest.fixture(scope="module")
def model(catalog: Catalog) -> Model:
    return Model(catalog)


def named(model: Model, object_name: str, name: str) -> Field:
    (found,) = (field for field in one(model, object_name).fieldsList if field.name == name)
    return found


def settings(model: Model, object_name: str, name: str) -> Any:
    return named(model, object_name, name).settings


def options(field: Field) -> Any:
    return field.options or ()


def one(model: Model, name: str) -> Object:
    (found,) = (made for made in model.objects if made.nameSingular == name)
    return found


def test_the_ids_of_clients_never_change(model: Model) -> None:
    assert one(model, "person").id == "1ca78da1-a3c3-5fc5-bbea-7ac514f3ee16"
    assert named(model, "person", "company").id == "95d1e58f-8eea-5dc9-9e95-8b26586de77f"


def test_every_id_is_its_own(model: Model) -> None:
    ids = [
        *(made.id for made in model.objects),
        *(field.id for field in model.fields),
        *(field.fromRelationMetadata.id for field in model.fields if field.fromRelationMetadata),
        *(index.id for made in model.objects for index in made.indexes),
        *(part.id for made in model.objects for index in made.indexes for part in index.fields),
        *(option["id"] for field in model.fields for option in options(field)),
    ]
    assert len(set(ids)) == len(ids) > 800


def test_every_object_and_field_is_there(catalog: Catalog, model: Model) -> None:
    assert [made.nameSingular for made in model.objects] == list(catalog.objects)
    for made, object_type in zip(model.objects, catalog.objects.values(), strict=True):
        assert [field.name for field in made.fieldsList] == [*object_type.fields, *object_type.relations]
        assert all(field.object is made for field in made.fieldsList)
        assert made.labelIdentifierFieldMetadataId in {field.id for field in made.fieldsList}


def test_both_ends_of_a_relation_agree(catalog: Catalog, model: Model) -> None:
    relations = [field for field in model.fields if field.type is FieldMetadataType.RELATION]
    assert len(relations) == sum(len(object_type.relations) for object_type in catalog.objects.values()) > 100
    for field in relations:
        relation, definition = field.relation, field.relationDefinition
        assert relation and definition
        there = relation.targetFieldMetadata
        assert relation.sourceFieldMetadata is definition.sourceFieldMetadata is field
        assert relation.sourceObjectMetadata is field.object and relation.targetObjectMetadata is there.object
        assert there.relation and there.relation.targetFieldMetadata is field
        assert {relation.type.name, there.relation.type.name} == {"ONE_TO_MANY", "MANY_TO_ONE"}
        assert there.relationDefinition and there.relationDefinition.relationId == definition.relationId
        whole = field.fromRelationMetadata or field.toRelationMetadata
        assert whole and whole is (there.toRelationMetadata or there.fromRelationMetadata)
        assert (field.fromRelationMetadata is None) == (relation.type.name == "MANY_TO_ONE")


def test_a_relation_says_how_it_is_kept(model: Model) -> None:
    assert settings(model, "person", "company") == {
        "relationType": "MANY_TO_ONE",
        "onDelete": "SET_NULL",
        "joinColumnName": "companyId",
    }
    assert settings(model, "company", "people") == {"relationType": "ONE_TO_MANY"}
    assert settings(model, "workflowRun", "workflow") == {
        "relationType": "MANY_TO_ONE",
        "onDelete": "CASCADE",
        "joinColumnName": "workflowId",
    }
    key = named(model, "person", "companyId")
    assert (key.type.name, key.isSystem, key.settings, key.relation) == ("UUID", True, None, None)


@pytest.mark.parametrize(
    ("object_name", "name", "default"),
    [
        ("company", "id", "uuid"),
        ("company", "createdAt", "now"),
        ("company", "name", "''"),
        ("company", "employees", None),
        ("company", "idealCustomerProfile", False),
        ("company", "position", 0),
        ("company", "accountOwner", None),
        ("opportunity", "stage", "'NEW'"),
        ("opportunity", "amount", {"amountMicros": None, "currencyCode": "''"}),
        ("webhook", "operations", ["*.*"]),
        ("company", "domainName", {"primaryLinkLabel": "''", "primaryLinkUrl": "''", "secondaryLinks": []}),
        (
            "company",
            "createdBy",
            {"source": "'MANUAL'", "workspaceMemberId": None, "name": "'System'", "context": {}},
        ),
    ],
)
def test_a_default(model: Model, object_name: str, name: str, default: object) -> None:
    assert named(model, object_name, name).defaultValue == default


def test_options(model: Model) -> None:
    stages = options(named(model, "opportunity", "stage"))
    assert [(option["value"], option["position"]) for option in stages][:2] == [("NEW", 0), ("SCREENING", 1)]
    assert set(stages[0]) == {"id", "value", "label", "position", "color"}
    assert named(model, "company", "name").options is None


def test_what_sets_an_object_apart(model: Model) -> None:
    person, view = one(model, "person"), one(model, "view")
    assert (person.isSystem, person.isSearchable, view.isSystem, view.isSearchable) == (False, True, True, False)
    assert person.duplicateCriteria == [
        ["nameFirstName", "nameLastName"],
        ["linkedinLinkPrimaryLinkUrl"],
        ["emailsPrimaryEmail"],
    ]
    assert person.imageIdentifierFieldMetadataId == str(stable_ids.field_id("person", "avatarUrl"))
    assert view.imageIdentifierFieldMetadataId is None
    (unique,) = (index for index in person.indexes if index.isUnique)
    assert [part.fieldMetadataId for part in unique.fields] == [named(model, "person", "emails").id]
    assert unique.indexWhereClause == '"emailsPrimaryEmail" <> \'\' AND "deletedAt" IS NULL'
    assert named(model, "person", "emails").isUnique


def test_of_any_catalog(catalog: Catalog) -> None:
    """Another catalog, other objects."""
    some = Catalog({name: catalog.objects[name] for name in ("webhook", "apiKey")}, catalog.metadata)
    assert [made.nameSingular for made in Model(some).objects] == ["webhook", "apiKey"]
    made = generate(Documents(lambda: graphql_schema(made)), metadata_queries(some), core_mutations(some))
    assert "type Object {" in made.as_str()


# Pages and filters


@dataclass(frozen=True, slots=True)
class Item:
    id: str
    isSystem: bool = False
    isCustom: bool = False


ITEMS = [Item(str(n), isSystem=n % 2 == 0) for n in range(25)]


@pytest.mark.parametrize(
    ("paging", "first", "last", "has_next", "has_previous"),
    [
        ({}, 0, 9, True, False),
        ({"first": 3}, 0, 2, True, False),
        ({"first": 1000}, 0, 24, False, False),
        ({"first": LARGEST_SIZE + 1}, 0, 24, False, False),
        ({"last": 2}, 23, 24, False, True),
        ({"after": 4, "first": 2}, 5, 6, True, True),
        ({"after": 22}, 23, 24, False, True),
        ({"before": 4}, 0, 3, True, False),
        ({"before": 20, "last": 2}, 18, 19, True, True),
        ({"first": None, "last": None, "after": None}, 0, 9, True, False),
    ],
)
def test_a_page(paging: dict[str, Any], first: int, last: int, has_next: bool, has_previous: bool) -> None:
    asked: dict[str, Any] = {
        name: cursor(ITEMS[value]) if name in ("before", "after") and value else value for name, value in paging.items()
    }
    found = page(ITEMS, CursorPaging(**asked))
    assert (found.items[0].id, found.items[-1].id) == (str(first), str(last))
    assert (found.has_next, found.has_previous) == (has_next, has_previous)
    assert found.info.startCursor == cursor(ITEMS[first])


def test_an_empty_page() -> None:
    found = page(ITEMS, CursorPaging(first=0))
    assert (found.items, found.has_next, found.info.endCursor) == ([], True, None)


@pytest.mark.parametrize(
    ("paging", "message"),
    [
        ({"first": 1, "last": 1}, "Cannot provide both first and last"),
        ({"before": "x", "after": "x"}, "Cannot provide both before and after"),
        ({"after": "x", "last": 1}, "Cannot provide both after and last"),
        ({"first": -1}, "First argument must be non-negative"),
        ({"last": -1}, "Last argument must be non-negative"),
        ({"after": "x"}, "Invalid cursor: x"),
        ({"before": "é"}, "Invalid cursor: é"),
        ({"after": cursor(Item("99"))}, f"Invalid cursor: {cursor(Item('99'))}"),
        ({"after": "WzFd"}, "Invalid cursor: WzFd"),
    ],
)
def test_a_bad_page(paging: dict[str, Any], message: str) -> None:
    with pytest.raises(BadUserInput) as raised:
        page(ITEMS, CursorPaging(**paging))
    assert raised.value.message == message


SYSTEM = ObjectFilter(isSystem=BooleanFieldComparison(is_=True))
FIRST = ObjectFilter(id=UUIDFilterComparison(in_=["0", "1"]))  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (None, 25),
        (ObjectFilter(), 25),
        (SYSTEM, 13),
        (ObjectFilter(isSystem=BooleanFieldComparison(isNot=True)), 12),
        (ObjectFilter(isSystem=BooleanFieldComparison(is_=True), isCustom=BooleanFieldComparison(is_=True)), 0),
        (FIRST, 2),
        (ObjectFilter(id=UUIDFilterComparison(notIn=["0", "1"])), 23),  # type: ignore[list-item]
        (ObjectFilter(id=UUIDFilterComparison(eq="3")), 1),  # type: ignore[arg-type]
        (ObjectFilter(id=UUIDFilterComparison(neq="3")), 24),  # type: ignore[arg-type]
        (ObjectFilter(and_=[SYSTEM, FIRST]), 1),
        (ObjectFilter(or_=[SYSTEM, FIRST]), 14),
        (ObjectFilter(or_=[], and_=None), 25),
        (FieldFilter(isSystem=BooleanFieldComparison(is_=False)), 12),
    ],
)
def test_a_filter(filter: ObjectFilter | FieldFilter | None, expected: int) -> None:
    assert len(matching(ITEMS, filter)) == expected


@pytest.mark.parametrize(
    "filter",
    [
        ObjectFilter(isSystem=None),
        ObjectFilter(isSystem=BooleanFieldComparison()),
        ObjectFilter(isSystem=BooleanFieldComparison(is_=None)),
        ObjectFilter(id=UUIDFilterComparison(in_=[])),
    ],
)
def test_a_filter_without_an_operand(filter: ObjectFilter) -> None:
    with pytest.raises(BadUserInput, match="needs an operator with a value"):
        matching(ITEMS, filter)


# Cost


def test_the_lists_that_are_counted_are_as_long_as_that(model: Model) -> None:
    """About: twice as many objects or fields ask for new figures."""
    assert len(model.objects) <= LISTS["objects"]
    assert max(len(made.fieldsList) for made in model.objects) <= 2 * LISTS["fieldsList"]
    assert max(len(made.indexes) for made in model.objects) <= 2 * LISTS["indexMetadatas"]


async def test_a_round_trip_too_many(catalog: Catalog) -> None:
    """A field leads to its object and back: three times is more than anybody needs."""
    execute = build(catalog).execute_metadata
    nested = "id"
    for _ in range(4):
        nested = f"id fieldsList {{ id object {{ {nested} }} }}"
    document = f"{{ objects {{ edges {{ node {{ {nested} }} }} }} }}"
    assert cost(parse(document)) > LIMIT
    answer = await execute(GraphQLRequest(document), Nobody())  # type: ignore[arg-type]
    assert answer.data is None and [error["extensions"]["code"] for error in answer.errors] == ["QUERY_TOO_COMPLEX"]


async def test_aliases_and_fragments_count(catalog: Catalog) -> None:
    page = "fields(paging: {first: 1000}) { edges { node { id name type label } } }"
    aliases = " ".join(f"a{n}: {page}" for n in range(40))
    document = f"{{ objects {{ edges {{ node {{ ...F }} }} }} }} fragment F on Object {{ {aliases} }}"
    answer: Answer = await build(catalog).execute_metadata(GraphQLRequest(document), Nobody())  # type: ignore[arg-type]
    assert answer.errors[0]["message"] == "The query asks for too much of the model at once"


class Nobody:
    """A context that nothing may ask for more than how much it may ask for."""

    policy = Policy()
    caller = Caller(UUID(int=0), "API", "")

    def in_turns(self) -> "Nobody":
        return self

    def origin(self) -> str:
        raise AssertionError("nothing is written")
