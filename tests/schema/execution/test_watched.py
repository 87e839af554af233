"""What a live query rests on: objects, and ids where it names them and reads nothing else."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from schema.api import Api
from schema.catalog.model import Catalog
from schema.context import GraphQLRequest
from schema.execution.streams import LiveQuery
from schema.plan.watched import EVERYTHING, Watched
from tests.api.test_pipeline import without_database

A, B, C = (f"01234567-89ab-7def-8123-00000000000{n}" for n in range(3))


def ids(*texts: str) -> frozenset[UUID]:
    return frozenset(map(UUID, texts))


CASES: list[tuple[str, Any]] = [
    (f'person(filter: {{id: {{eq: "{A}"}}}}) {{ id name {{ firstName }} }}', {"person": ids(A)}),
    (f'people(filter: {{id: {{in: ["{A}", "{B}"]}}}}) {{ totalCount edges {{ cursor node {{ id }} }} }}', {"person": ids(A, B)}),
    (f'people(filter: {{or: [{{id: {{eq: "{A}"}}}}, {{id: {{eq: "{B}"}}}}]}}) {{ totalCount }}', {"person": ids(A, B)}),
    (f'people(filter: {{id: {{eq: "{A}"}}, city: {{eq: "x"}}}}) {{ totalCount }}', {"person": ids(A)}),
    (f'people(filter: {{and: [{{id: {{in: ["{A}", "{B}"]}}}}, {{id: {{in: ["{B}", "{C}"]}}}}]}}) {{ totalCount }}', {"person": ids(B)}),
    (f'people(filter: {{or: [{{id: {{eq: "{A}"}}}}, {{city: {{eq: "x"}}}}]}}) {{ totalCount }}', {"person": None}),
    (f'people(filter: {{not: {{id: {{eq: "{A}"}}}}}}) {{ totalCount }}', {"person": None}),
    (f'people(filter: {{id: {{neq: "{A}"}}}}) {{ totalCount }}', {"person": None}),
    (f'person(filter: {{companyId: {{eq: "{A}"}}}}) {{ id }}', {"person": None}),
    (f'person(filter: {{id: {{eq: "{A}"}}}}) {{ company {{ id }} }}', {"person": None, "company": None}),
    (f'person(filter: {{id: {{eq: "{A}"}}, company: {{name: {{eq: "x"}}}}}}) {{ id }}', {"person": None, "company": None}),
    (f'people(filter: {{id: {{eq: "{A}"}}}}, orderBy: [{{company: {{name: AscNullsLast}}}}]) {{ totalCount }}', {"person": None, "company": None}),
    ("people { edges { node { company { name } noteTargets { totalCount } } } }", {"person": None, "company": None, "noteTarget": None}),
    (f'a: person(filter: {{id: {{eq: "{A}"}}}}) {{ id }} b: person(filter: {{id: {{eq: "{B}"}}}}) {{ id }}', {"person": ids(A, B)}),
    (f'a: person(filter: {{id: {{eq: "{A}"}}}}) {{ id }} people {{ totalCount }}', {"person": None}),
    (f'a: person(filter: {{id: {{eq: "{A}"}}}}) {{ id }} companies {{ totalCount }}', {"person": ids(A), "company": None}),
    ("peopleGroupBy(groupBy: [{city: true}]) { totalCount }", {"person": None}),
    ("__typename people { __typename }", {"person": None}),
    ("__typename", {}),
    ("auditLogs { totalCount }", EVERYTHING),
    ("people { edges { node { timelineActivities { totalCount } } } }", EVERYTHING),
    ('search(searchInput: "x", limit: 1) { edges { cursor } }', EVERYTHING),
    ("currentWorkspace { id } people { totalCount }", EVERYTHING),
    ("person { id }", EVERYTHING),
]  # fmt: skip


@pytest.mark.parametrize(("selections", "expected"), CASES, ids=[selections for selections, _ in CASES])
def test_a_query(api: Api, catalog: Catalog, selections: str, expected: Any) -> None:
    request = GraphQLRequest(f"query @live {{ {selections} }}")
    opened = api.streams.opened(request, without_database(catalog))
    assert opened == LiveQuery(expected if isinstance(expected, Watched) else Watched(expected))


def test_what_concerns_it() -> None:
    own_id, other = UUID(A), uuid4()
    watched = Watched({"person": frozenset({own_id}), "company": None})
    asked = [("person", own_id), ("person", other), ("company", other), ("note", own_id)]
    assert [watched.concerns(*one) for one in asked] == [True, False, True, False]
    assert all(EVERYTHING.concerns(*one) for one in asked)
