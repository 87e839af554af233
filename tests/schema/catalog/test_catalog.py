"""The catalog against the documented model, field by field."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from schema.catalog.loading import load
from schema.catalog.model import Catalog, Column, ObjectType
from schema.catalog.operators import OPERATORS
from schema.declare import kinds, names
from schema.declare.columns import NOW
from schema.declare.composites import COMPOSITES
from schema.objects import MODELS
from schema.objects.people import Person

MODEL: dict[str, Any] = json.loads((Path(__file__).parents[1] / "facts" / "object_model.json").read_text())
OBJECTS: list[dict[str, Any]] = MODEL["objects"]

SECRETS = {("webhook", "secret"), ("connectedAccount", "accessToken"), ("connectedAccount", "refreshToken")}
ADDED = {"apiKey": ("scopes",), "webhook": ("fields", "pausedAt", "pausedReason")}
"""Fields that the documented model does not have."""
SOFT_CASCADES = {("workflow", "versions"), ("workflow", "runs"), ("workflow", "eventListeners")}

each_object = pytest.mark.parametrize("facts", OBJECTS, ids=lambda facts: facts["nameSingular"])


def object_type(catalog: Catalog, facts: dict[str, Any]) -> ObjectType:
    return catalog.objects[facts["nameSingular"]]


def test_the_objects_in_their_order(catalog: Catalog) -> None:
    assert list(catalog.objects) == [facts["nameSingular"] for facts in OBJECTS]
    assert len(catalog.objects) == 37


@each_object
def test_names_and_traits(catalog: Catalog, facts: dict[str, Any]) -> None:
    found = object_type(catalog, facts)
    traits = found.traits
    assert {
        "namePlural": traits.plural,
        "labelSingular": traits.label,
        "labelPlural": traits.label_plural,
        "isSystem": traits.system,
        "isAuditLogged": traits.audited,
        "labelIdentifierField": traits.identifier,
        "hasCreatedBy": found.actor is not None,
        "duplicateCriteria": [list(criterion) for criterion in traits.duplicates],
        "positionType": position_type(found),
        "search": list(traits.search) or None,
    } == {
        **{key: facts[key] for key in ("namePlural", "labelSingular", "labelPlural", "isSystem", "isAuditLogged")},
        **{key: facts[key] for key in ("labelIdentifierField", "hasCreatedBy", "duplicateCriteria", "positionType")},
        "search": facts.get("search", {}).get("columns"),
    }


def position_type(found: ObjectType) -> str | None:
    field = found.fields.get("position")
    return field.kind_name if field else None


@each_object
def test_the_order_of_a_record(catalog: Catalog, facts: dict[str, Any]) -> None:
    found = object_type(catalog, facts)
    added = ADDED.get(found.name, ())
    assert [name for name in (*found.fields, *found.relations) if name not in added] == facts["restResponseOrder"]


def test_added_fields_are_there(catalog: Catalog) -> None:
    for name, added in ADDED.items():
        assert catalog.objects[name].fields.keys() >= {*added}


@each_object
def test_fields(catalog: Catalog, facts: dict[str, Any]) -> None:
    found = object_type(catalog, facts)
    skipped = (*BASE, *ADDED.get(found.name, ()))
    own = [name for name, field in found.fields.items() if name not in skipped and not field.is_foreign_key]
    assert own == [field["name"] for field in facts["fields"]]
    for expected in facts["fields"]:
        field = found.fields[expected["name"]]
        assert field.kind_name == expected["type"], expected
        assert field.nullable == expected["nullable"], expected
        assert field.unique == expected.get("unique", False), expected
        assert field.required_on_create == expected.get("requiredOnCreate", False), expected
        if field.composite is None:
            assert default(field.column) == expected.get("default", expected.get("defaultFunction")), expected
            assert options(field.column) == expected.get("options"), expected
            assert field.column.secret == ((found.name, field.name) in SECRETS)
        elif "default" in expected:
            assert {column.part: column.default for column in field.columns} == expected["default"], expected


BASE = ("id", "createdAt", "updatedAt", "deletedAt")


def default(column: Column) -> Any:
    return "now" if column.default is NOW else column.default


def options(column: Column) -> list[dict[str, str]] | None:
    if column.options is None:
        return None
    return [{"value": value, "label": label} for value, label in column.options.labels]


@each_object
def test_enum_names(catalog: Catalog, facts: dict[str, Any]) -> None:
    found = object_type(catalog, facts)
    for expected in facts["fields"]:
        if "graphqlEnumType" in expected:
            column = found.fields[expected["name"]].column
            assert column.options is not None and column.options.name == expected["graphqlEnumType"]


@each_object
def test_relations(catalog: Catalog, facts: dict[str, Any]) -> None:
    found = object_type(catalog, facts)
    assert list(found.relations) == [relation["name"] for relation in facts["relations"]]
    for expected in facts["relations"]:
        relation = found.relations[expected["name"]]
        assert relation.target == expected["target"]
        assert relation.inverse == expected["inverseName"]
        assert relation.is_to_many == (expected["type"] == "ONE_TO_MANY")
        assert catalog.objects[relation.target].relations[relation.inverse].inverse == relation.name
        if not relation.is_to_many:
            assert relation.foreign_key == expected["joinColumn"]
            assert relation.nullable == expected["nullable"]
            assert relation.cascade == (expected["onDelete"] == "CASCADE")
        assert relation.soft_cascade == (
            ((found.name, relation.name) if relation.is_to_many else (relation.target, relation.inverse))
            in SOFT_CASCADES
        )


@each_object
def test_unique_keys_and_other_indexes(catalog: Catalog, facts: dict[str, Any]) -> None:
    found = object_type(catalog, facts)
    foreign_keys = {relation.foreign_key for relation in found.to_one}
    unique = [index for index in facts["indexes"] if index["unique"]]
    assert [(list(key.columns), key.not_empty) for key in found.traits.unique] == [
        (index["columns"], "notEmptyString" in index["where"]) for index in unique
    ]
    assert all(index["where"]["deletedAtIsNull"] for index in unique)
    others = [
        index["columns"]
        for index in facts["indexes"]
        if not index["unique"] and index["method"] == "BTREE" and index["columns"][0] not in foreign_keys
    ]
    assert [list(columns) for columns in found.traits.indexes] == others
    has_search_index = any(index["method"] == "GIN" for index in facts["indexes"])
    assert bool(found.traits.search) == has_search_index


@pytest.mark.parametrize("composite", COMPOSITES, ids=lambda composite: composite.name)
def test_composites(composite: Any) -> None:
    expected = MODEL["compositeTypes"][composite.name]
    assert composite.type_name == expected["graphqlObjectType"]
    assert composite.filter_name == expected["graphqlFilterInput"]
    assert [(part.name, part.kind.name) for part in composite.parts] == [
        (part["name"], part["type"]) for part in expected["properties"]
    ]
    assert {part.name: part.default for part in composite.parts} == expected["default"]
    for part, facts in zip(composite.parts, expected["properties"], strict=True):
        assert part.read_only == facts.get("readOnly", False)
        if part.options:
            assert list(part.options.values) == [option["value"] for option in facts["options"]]


def test_names_in_the_database_are_short_and_tell_all_apart(catalog: Catalog) -> None:
    tables = catalog.metadata.tables.values()
    found = [constraint.name for table in tables for constraint in table.constraints if constraint.name]
    found += [index.name for table in tables for index in table.indexes if index.name]
    assert all(len(str(name).encode()) <= names.MAX_DATABASE_NAME for name in found)
    assert len(set(found)) == len(found) > 200


def test_every_key_leads_with_the_workspace(catalog: Catalog) -> None:
    for table in catalog.metadata.tables.values():
        assert [column.name for column in table.primary_key.columns] == ["workspace_id", "id"]
        for index in table.indexes:
            if index.dialect_options["postgresql"]["using"] != "gin":
                assert next(iter(index.columns)).name == "workspace_id", index.name
        for key in table.foreign_key_constraints:
            assert next(iter(key.column_keys)) == "workspace_id"
            assert key.ondelete is None


def test_every_constraint_is_known_by_its_name(catalog: Catalog) -> None:
    person, email = catalog.objects["person"], catalog.objects["person"].columns["emailsPrimaryEmail"]
    assert catalog.constraints["uq_person_emailsPrimaryEmail"] == (person, (email.key,))
    assert catalog.constraints["pk_person"] == (person, (person.columns["id"],))
    for table in catalog.metadata.tables.values():
        for key in table.foreign_key_constraints:
            assert [column.name for column in catalog.constraints[str(key.name)][1]] == list(key.column_keys)[1:]


def test_catalogs_do_not_share_state(catalog: Catalog) -> None:
    other = load()
    assert other.objects is not catalog.objects
    assert other.objects["person"] is not catalog.objects["person"]


def test_a_relation_whose_place_is_not_said_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "traits", dataclasses.replace(Person.traits, relations=Person.traits.relations[1:]))
    relations = [*load(MODELS).objects["person"].relations]
    assert relations == [*Person.traits.relations, "company"]


def test_an_order_of_relations_that_are_not_there_stops_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person, "traits", dataclasses.replace(Person.traits, relations=("friends",)))
    with pytest.raises(ValueError, match="person: there are no relations"):
        load(MODELS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("domainName", "Domain Name"), ("emails", "Emails"), ("xLink", "X Link"), ("iCalUID", "I Cal UID")],
)
def test_labels(name: str, expected: str) -> None:
    assert names.label(name) == expected


def test_every_kind_has_operators(catalog: Catalog) -> None:
    used = {column.kind for object_type in catalog.objects.values() for column in object_type.columns.values()}
    assert used <= set(OPERATORS)
    assert kinds.MULTI_SELECT in used


def test_an_alias_is_nobodys_name(catalog: Catalog) -> None:
    aliased = [object_type for object_type in catalog.objects.values() if object_type.aliases]
    assert {object_type.name for object_type in aliased} == {"calendarEvent", "noteTarget", "taskTarget"}
    for object_type in aliased:
        names = [name for item in object_type.fields.values() for name in item.names]
        names += [name for item in object_type.relations.values() for name in item.names]
        assert len(set(names)) == len(names)
        assert all(not field.required_on_create for field in object_type.fields.values() if field.alias)
