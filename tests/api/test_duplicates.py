"""Find Duplicates: for every criterion of every object, by ids and by data."""

from typing import Any

import pytest

from schema.catalog.model import Catalog, ObjectType
from tests.conftest import GraphQL
from tests.records import NOWHERE, OBJECTS, Json, create, create_many, data, field_value, make, only, required

GROUP = "{ totalCount edges { node { id } } }"


def query_of(object_type: ObjectType) -> str:
    return (
        f"query ($ids: [ID], $data: [{object_type.type_name}CreateInput])"
        f" {{ {object_type.name}Duplicates(ids: $ids, data: $data) {GROUP} }}"
    )


async def groups(graphql: GraphQL, object_type: ObjectType, **arguments: Any) -> list[list[str]]:
    found = await only(graphql, query_of(object_type), **arguments)
    for group in found:
        assert group["totalCount"] == len(group["edges"])
    return [[edge["node"]["id"] for edge in group["edges"]] for group in found]


async def criterion_values(graphql: GraphQL, catalog: Catalog, object_type: ObjectType, number: int, n: int) -> Json:
    """Data that fills one criterion and nothing else."""
    given: Json = {}
    for path in object_type.traits.duplicates[number]:
        name, _, part = path.partition(".")
        field = object_type.fields[name]
        if field.is_foreign_key:
            relation = next(r for r in object_type.to_one if r.foreign_key == name)
            given[name] = await make(graphql, catalog, relation.target, n)
        elif part:
            given.setdefault(name, {})[part] = field_value(field, n)[part]
        else:
            given[name] = field_value(field, n)
    return given


@pytest.mark.parametrize("name", OBJECTS)
async def test_every_criterion(graphql: GraphQL, other_graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    for number in range(len(object_type.traits.duplicates)):
        values = await criterion_values(graphql, catalog, object_type, number, 3 + number)
        first, second, third = [
            {**await required(graphql, catalog, object_type, 10 * number + 10 + n), **values} for n in range(3)
        ]
        one = await create(graphql, object_type.type_name, **first)
        if is_unique(object_type, number):  # two live records cannot share it, but a new one can be compared
            assert await groups(graphql, object_type, data=[third, {**third, "id": one}]) == [[one], []]
        else:
            two = await create(graphql, object_type.type_name, **second)
            assert await groups(graphql, object_type, ids=[two, one]) == [[one], [two]]
            found = await groups(graphql, object_type, data=[third, {**third, "id": one}])
            assert found == [sorted([one, two]), [two]]
        assert await groups(other_graphql, object_type, ids=[one]) == [[]]
        assert await groups(other_graphql, object_type, data=[third]) == [[]]


def is_unique(object_type: ObjectType, number: int) -> bool:
    """Whether the values of a criterion are those of a unique key."""
    paths = object_type.traits.duplicates[number]
    columns = {column.name for column in object_type.columns.values() if column.path in paths}
    return any(set(unique.columns) <= columns for unique in object_type.traits.unique)


@pytest.mark.parametrize("name", OBJECTS)
async def test_groups_stand_where_the_inputs_stand(graphql: GraphQL, catalog: Catalog, name: str) -> None:
    object_type = catalog.objects[name]
    own = await make(graphql, catalog, name, 1)
    assert await groups(graphql, object_type, ids=[NOWHERE, own, NOWHERE]) == [[], [], []]
    assert await groups(graphql, object_type, ids=[]) == []


PEOPLE: list[Json] = [
    {"name": {"firstName": "Ada", "lastName": "Lovelace"}},
    {"name": {"firstName": "ADA", "lastName": "lovelace"}, "emails": {"primaryEmail": "ada@example.com"}},
    {"name": {"firstName": "Ada", "lastName": "King"}, "linkedinLink": {"primaryLinkUrl": "https://x.example/ada"}},
    {"name": {"firstName": "Jo", "lastName": "Li"}},
    {"name": {"firstName": "Jo", "lastName": "Li"}},
    {"name": {"firstName": "Ada", "lastName": "Lovelace"}, "deletedAt": "2025-01-01T00:00:00Z"},
    {"name": {"firstName": "Émile", "lastName": "Zola"}},
    {},
    {},
]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": {"firstName": "aDA", "lastName": "LOVELACE"}}, [0, 1]),
        ({"name": {"firstName": "Ada"}}, []),
        ({"name": {"firstName": "Ada", "lastName": ""}}, []),
        ({"name": {"firstName": "Jo", "lastName": "Li"}}, []),
        ({"name": {"firstName": "éMILE", "lastName": "zOLA"}}, [6]),
        ({"emails": {"primaryEmail": " Ada@Example.com "}}, [1]),
        ({"emails": {"primaryEmail": ""}, "name": None}, []),
        ({"linkedinLink": {"primaryLinkUrl": "https://X.Example/ada"}}, [2]),
        (
            {
                "emails": {"primaryEmail": "ada@example.com"},
                "linkedinLink": {"primaryLinkUrl": "https://x.example/ada"},
            },
            [1, 2],
        ),
        ({"city": "Rome"}, []),
        ({}, []),
    ],
)
async def test_data(graphql: GraphQL, catalog: Catalog, given: Json, found: list[int]) -> None:
    ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(len(PEOPLE))]
    await create_many(graphql, catalog, "person", [{**p, "id": i} for p, i in zip(PEOPLE, ids, strict=True)])
    assert await groups(graphql, catalog.objects["person"], data=[given]) == [[ids[n] for n in found]]


# Names that are the same, and names that are not.
SAME = [
    ("José", "Núñez"),
    ("JOSE", "Nunez"),
    ("Jose\u0301", "Nu\u0301n\u0303ez"),
    ("ｊｏｓé", "NUÑEZ"),
]
OTHER_NAMES = [("Josef", "Nunez"), ("Óscar", "ΟΔΟΣ"), ("oscar", "Οδός"), ("がくん", "さくらい"), ("かくん", "さくらい")]


async def test_names_are_compared_folded(graphql: GraphQL, catalog: Catalog) -> None:
    people = [{"name": {"firstName": first, "lastName": last}} for first, last in (*SAME, *OTHER_NAMES)]
    ids = await create_many(graphql, catalog, "person", people)
    same, (josef, upper, accented, ga, ka) = ids[:4], ids[4:]
    found = await groups(graphql, catalog.objects["person"], ids=ids)
    assert found[:4] == [[other for other in same if other != own] for own in same]
    assert found[4:] == [[], [accented], [upper], [], []]
    assert await groups(graphql, catalog.objects["person"], data=people) == [same] * 4 + [
        *([josef], [upper, accented], [upper, accented], [ga], [ka])
    ]
    notes = await create_many(graphql, catalog, "note", [{"title": title} for title in ("Café", "CAFE", "Cafés")])
    assert await groups(graphql, catalog.objects["note"], ids=notes) == [[notes[1]], [notes[0]], []]


async def test_links_are_compared_by_their_keys(graphql: GraphQL, catalog: Catalog) -> None:
    urls = ["https://www.linkedin.com/in/ada/", "linkedin.com/in/ada?trk=x", "http://LinkedIn.com/in/bob"]
    ids = await create_many(graphql, catalog, "person", [{"linkedinLink": {"primaryLinkUrl": url}} for url in urls])
    assert await groups(graphql, catalog.objects["person"], ids=ids) == [[ids[1]], [ids[0]], []]


async def test_ids(graphql: GraphQL, catalog: Catalog, statements: list[str]) -> None:
    ids = [f"00000000-0000-4000-8000-{n:012}" for n in range(len(PEOPLE))]
    await create_many(graphql, catalog, "person", [{**p, "id": i} for p, i in zip(PEOPLE, ids, strict=True)])
    statements.clear()
    found = await groups(graphql, catalog.objects["person"], ids=[*reversed(ids), ids[0]])
    assert len(statements) == 1
    # Neither the deleted one nor those with too short a name or with none have any.
    assert found == [[], [], [], [], [], [], [], [ids[0]], [ids[1]], [ids[1]]]


async def test_relations_of_what_is_found(graphql: GraphQL, statements: list[str]) -> None:
    for city in ("Rome", "Oslo"):
        person = {"name": {"firstName": "Ada", "lastName": "Lovelace"}, "city": city}
        await create(graphql, "Company", name=city, people={"create": [person]})
    query = """query ($data: [PersonCreateInput]) {
      personDuplicates(data: $data) {
        totalCount countUniqueValuesCity __typename
        edges { cursor node { company { name people { totalCount edges { node { city } } } } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }"""
    statements.clear()
    given = {"name": {"firstName": "Ada", "lastName": "Lovelace"}}
    one, none = (await data(graphql, query, data=[given, {"city": "x"}]))["personDuplicates"]
    assert len(statements) == 1
    assert (one["totalCount"], one["countUniqueValuesCity"]) == (2, 2)
    assert [edge["node"]["company"]["name"] for edge in one["edges"]] == ["Rome", "Oslo"]
    assert one["edges"][1]["node"]["company"]["people"] == {"totalCount": 1, "edges": [{"node": {"city": "Oslo"}}]}
    assert one["pageInfo"]["endCursor"] == one["edges"][1]["cursor"]
    assert none == {
        "totalCount": 0,
        "countUniqueValuesCity": None,
        "__typename": "PersonConnection",
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


async def test_many_at_once_are_one_statement(graphql: GraphQL, catalog: Catalog, statements: list[str]) -> None:
    people = [{"name": {"firstName": f"First {n % 100}", "lastName": "Last"}} for n in range(200)]
    ids = await create_many(graphql, catalog, "person", people)
    statements.clear()
    found = await groups(graphql, catalog.objects["person"], ids=ids)
    assert len(statements) == 1
    assert found == [[ids[(n + 100) % 200]] for n in range(200)]
