"""Where new records go among the others, and how they are moved."""

from typing import Any

import pytest

from schema.catalog.model import Catalog
from tests.conftest import GraphQL
from tests.records import (
    Json,
    create,
    create_many,
    number,
    only,
)

ABSENT = object()


def _data(position: Any) -> Json:
    return {} if position is ABSENT else {"position": position}


@pytest.mark.parametrize(
    ("before", "given", "expected"),
    [
        ([], [ABSENT], [1]),
        ([], [ABSENT, ABSENT, ABSENT], [1, 2, 3]),
        ([], ["last", None], [1, 2]),
        ([], ["first", ABSENT], [1, 2]),
        ([], [7, ABSENT, None], [7, 2, 3]),
        ([5, 9], [ABSENT], [4]),
        ([5, 9], ["first"], [4]),
        ([5, 9], ["last"], [10]),
        ([5, 9], [None], [10]),
        ([5, 9], [0], [0]),
        ([5, 9], [-2.5], [-2.5]),
        ([5, 9], [ABSENT, "first", ABSENT], [2, 3, 4]),
        ([5, 9], ["last", None, "last"], [10, 11, 12]),
        ([5, 9], [ABSENT, "last", 6, "first", None], [0, 11, 6, 3, 14]),
    ],
    ids=lambda value: str(["absent" if item is ABSENT else item for item in value]),
)
async def test_positions_of_new_records(
    graphql: GraphQL, before: list[float], given: list[Any], expected: list[float]
) -> None:
    many = "mutation ($d: [CompanyCreateInput!]) { createCompanies(data: $d) { position } }"
    await only(graphql, many, d=[{"position": position} for position in before])
    created = await only(graphql, many, d=[_data(position) for position in given])
    assert [record["position"] for record in created] == expected


@pytest.mark.parametrize(("given", "expected"), [(ABSENT, 4), (None, 10), ("first", 4), ("last", 10), (3.5, 3.5)])
async def test_the_position_of_one_new_record(graphql: GraphQL, catalog: Catalog, given: Any, expected: float) -> None:
    await create_many(graphql, catalog, "task", [{"position": 5}, {"position": 9}])
    one = "mutation ($d: TaskCreateInput) { createTask(data: $d) { position } }"
    assert await only(graphql, one, d=_data(given)) == {"position": expected}


async def test_positions_count_deleted_records_and_no_other_workspace(graphql: GraphQL, other_graphql: GraphQL) -> None:
    gone = await create(graphql, "Company", position=-7)
    await only(graphql, "mutation ($id: ID) { deleteCompany(id: $id) { id } }", id=gone)
    query = "mutation { createCompany(data: {}) { position } }"
    assert await only(graphql, query) == {"position": -8}
    assert await only(other_graphql, query) == {"position": 1}


@pytest.mark.parametrize(
    ("given", "one", "many"),
    [
        (ABSENT, 5, [5, 7]),
        (2.5, 2.5, [2.5, 2.5]),
        ("first", 4, [3, 4]),
        ("last", 10, [10, 11]),
        (None, 10, [10, 11]),
    ],
)
async def test_positions_in_updates(
    graphql: GraphQL, catalog: Catalog, given: Any, one: float, many: list[float]
) -> None:
    positions = [{"id": number(n), "position": position} for n, position in enumerate([5, 7, 9])]
    await create_many(graphql, catalog, "company", positions)
    update = f'mutation ($d: CompanyUpdateInput) {{ updateCompany(id: "{number(0)}", data: $d) {{ position }} }}'
    assert await only(graphql, update, d=_data(given)) == {"position": one}
    await only(graphql, f'mutation {{ updateCompany(id: "{number(0)}", data: {{position: 5}}) {{ id }} }}')
    ids = f'["{number(0)}", "{number(1)}"]'
    arguments = f"filter: {{id: {{in: {ids}}}}}, data: $d"
    update = f"mutation ($d: CompanyUpdateInput) {{ updateCompanies({arguments}) {{ position }} }}"
    assert [record["position"] for record in await only(graphql, update, d=_data(given))] == many


async def test_a_position_that_is_an_ordinary_number(graphql: GraphQL) -> None:
    for query in ("createFavorite(data: {}) { position }", "createFavoriteFolder(data: {}) { position }"):
        assert await only(graphql, f"mutation {{ {query} }}") == {"position": 0}
