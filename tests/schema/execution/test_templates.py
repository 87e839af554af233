"""Remembered statements: what shares one, what does not, and how many there are. No statement is run."""

import gc
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from schema.context import Caller, Context, Limits, Request, Shape, Statement
from schema.execution import templates
from schema.execution.documents import MOST_REMEMBERED as REMEMBERED_CHARACTERS
from schema.execution.execute import Executor
from schema.execution.pipeline import Direct
from schema.execution.templates import REMEMBERED, REMEMBERED_ANSWERS
from schema.execution.validation import weight
from tests.records import NOWHERE, Json

ONE, OTHER = UUID(int=1), UUID(int=2)
CURSOR = "eyJjaXR5IjoieCIsImlkIjoiMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIn0"  # {"city":"x","id":"…1"}

CURSOR_OF_TWO = b64encode(b'{"city":"x","jobTitle":"y","id":"00000000-0000-4000-8000-000000000001"}').decode()


def caller(workspace_id: UUID = ONE, limits: Limits = Limits()) -> Context:  # noqa: B008
    return cast("Context", SimpleNamespace(caller=Caller(workspace_id, "API", ""), limits=limits))


@pytest.fixture
def direct(executor: Executor) -> Direct:
    """One that remembers nothing yet."""
    return Direct(executor.catalog, executor.schema._schema)


@dataclass(frozen=True, slots=True)
class Asked:
    """Asks for the statements of one document."""

    direct: Direct
    document: str

    def remembered(self, variables: Json, context: Context | None = None, shape: Shape = Shape()) -> Any:  # noqa: B008
        request = Request(self.document, variables, shape=shape)
        operation = self.direct._documents.operation(self.document, None)
        assert operation is not None
        return _statements(self.direct._templates.reads(operation, request, context or caller()))

    def planned(self, variables: Json) -> Any:
        operation = self.direct._documents.operation(self.document, None)
        assert operation is not None
        request = Request(self.document, variables)
        return _statements(self.direct._planned(operation, request, operation.coerced(variables), caller()))


def _statements(reads: Sequence[Any] | None) -> list[Statement] | None:
    return None if reads is None else [read.statement for _, read in reads]


PEOPLE = (
    "query ($f: PersonFilterInput, $o: [PersonOrderByInput], $n: Int, $l: Int, $a: String, $b: String, $s: Int)"
    " { people(filter: $f, orderBy: $o, first: $n, last: $l, after: $a, before: $b, offset: $s)"
    " { totalCount edges { node { id } cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }"
)
BY_CITY = {"o": [{"city": "AscNullsLast"}]}

FILTERS: list[Json | None] = [
    {"city": {"eq": "x"}},
    {"and": [{"city": {"eq": "x"}}]},
    {},
    None,
    {"not": {"city": {"eq": "x"}}},
    {"company": {"name": {"like": "x"}}},
    {"city": {"eq": "y", "neq": "z"}},
    {"deletedAt": {"gt": "2025-01-01"}},
    {"and": []},
]

# Requests of one document, in the order in which they come.
SEQUENCES: list[tuple[str, str, list[Json]]] = [
    ("texts", PEOPLE, [{"f": {"city": {"eq": text}}} for text in ("a", "b", "", "Ünï", "a%", "'; --")]),
    ("texts that are normalised",
     "query ($e: String) { people(filter: {emails: {primaryEmail: {eq: $e}}}) { totalCount } }",
     [{"e": " A@B.c "}, {"e": "x@y.z"}, {"e": ""}]),
    ("lists of any length", PEOPLE, [{"f": {"city": {"in": ["x"] * n}}} for n in (1, 2, 3, 50, 1)]),
    ("one value for a list", PEOPLE, [{"f": {"id": {"in": NOWHERE}}}, {"f": {"id": {"in": str(ONE)}}}]),
    ("lists of options", "query ($s: [TaskStatusEnum]) { tasks(filter: {status: {in: $s}}) { totalCount } }",
     [{"s": ["TODO"]}, {"s": ["DONE", "TODO"]}]),
    ("ids of either case", "query ($i: UUID!) { person(filter: {id: {eq: $i}}) { id company { name } } }",
     [{"i": NOWHERE}, {"i": str(UUID(int=0xABC)).upper()}, {"i": str(OTHER)}]),
    ("date-times", "query ($t: Date) { people(filter: {createdAt: {gt: $t}}) { totalCount } }",
     [{"t": "2025-01-01"}, {"t": "0001-01-01T00:00:00Z"}, {"t": "2025-06-01T12:00:00.1239+02:00"}]),
    ("numbers", "query ($n: Float) { companies(filter: {employees: {gte: $n}}) { totalCount } }",
     [{"n": 1}, {"n": 2.5}, {"n": 1.0}, {"n": -1}]),
    ("flags", "query ($b: Boolean) { companies(filter: {idealCustomerProfile: {eq: $b}}) { totalCount } }",
     [{"b": True}, {"b": False}]),
    ("null or not", PEOPLE, [{"f": {"deletedAt": {"is": nullness}}} for nullness in ("NULL", "NOT_NULL", "NULL")]),
    ("filters of many shapes", PEOPLE, [{"f": filter} for filter in FILTERS]),
    ("page sizes", PEOPLE, [{"n": n} for n in (1, 2, 1, 0, 5000, None, 2)] + [{"l": 1}, {"l": 2}, {}]),
    ("offsets", PEOPLE, [{"s": n} for n in (0, 1, 2, None, 0, 10)]),
    ("orders", PEOPLE, [{"o": [{"city": direction}]} for direction in
                        ("AscNullsFirst", "DescNullsLast", "AscNullsLast", "DescNullsFirst", "AscNullsFirst")]),
    ("orders of several keys", PEOPLE, [
        {"o": [{"city": "AscNullsLast", "createdAt": "DescNullsLast"}]},
        {"o": [{"createdAt": "DescNullsLast", "city": "AscNullsLast"}]},
        {"o": {"city": "AscNullsLast"}}]),
    ("cursors", PEOPLE, [{"a": NOWHERE}, {"a": str(ONE)}, {"b": NOWHERE}, {**BY_CITY, "a": CURSOR, "n": 3},
                         {**BY_CITY, "b": CURSOR, "l": 3}]),
    ("cursors with and without null",
     "query ($a: String) { tasks(after: $a, orderBy: {dueAt: AscNullsLast}) { edges { cursor } } }",
     # {"dueAt":null,"id":"…1"} and {"dueAt":"2025-01-01T00:00:00.000Z","id":"…1"}
     [{"a": "eyJkdWVBdCI6bnVsbCwiaWQiOiIwMDAwMDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEifQ"},
      {"a": "eyJkdWVBdCI6IjIwMjUtMDEtMDFUMDA6MDA6MDAuMDAwWiIsImlkIjoiMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAx"
            "In0"}]),
    ("nested arguments",
     "query ($n: Int, $c: String, $d: OrderByDirection) { companies { edges { node {"
     " people(first: $n, filter: {city: {eq: $c}}, orderBy: {city: $d}) { totalCount edges { cursor } } } } } }",
     [{"n": 1, "c": "x", "d": "AscNullsLast"}, {"n": 1, "c": "y", "d": "AscNullsLast"}, {"n": 2, "c": "y"}, {"c": ""}]),
    ("directives",
     "query ($s: Boolean!) { people @skip(if: $s) { totalCount }"
     " companies { totalCount @include(if: $s) __typename } }",
     [{"s": True}, {"s": False}, {"s": True}]),
    ("defaults",
     'query ($n: Int = 7, $c: String = "x") { people(first: $n, filter: {city: {eq: $c}}) { totalCount } }',
     [{}, {"n": 3}, {"c": "y"}, {"n": 3, "c": "z"}, {}]),
    ("variables that are not declared", "query ($c: String) { people(filter: {city: {eq: $c}}) { totalCount } }",
     [{"c": "x", "unknown": 1}, {"c": "y"}]),
    ("no variables", "{ people { totalCount } }", [{}, {}]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "requests"), [pytest.param(*case[1:], id=case[0]) for case in SEQUENCES])
def test_a_remembered_statement_is_the_planned_one(direct: Direct, document: str, requests: list[Json]) -> None:
    """Text and values, whatever other requests it was made of."""
    asked = Asked(direct, document)
    for variables in (*requests, *requests, *reversed(requests)):
        asked.remembered(variables)  # seen once
    for variables in (*requests, *reversed(requests)):
        assert asked.remembered(variables) == asked.planned(variables), variables


FAULTS: list[tuple[str, Json]] = [
    ("query ($n: Int) { people(first: $n) { totalCount } }", {"n": -1}),
    ("query ($n: Int) { people(first: $n) { totalCount } }", {"n": 2**40}),
    ("query ($n: Int) { people(first: 1, offset: $n) { totalCount } }", {"n": -1}),
    ("query ($a: String) { people(after: $a) { totalCount } }", {"a": "!"}),
    ("query ($i: ID) { people(filter: {id: {eq: $i}}) { totalCount } }", {"i": "nope"}),
    ("query ($c: String) { people(filter: {city: {like: $c}}) { totalCount } }", {"c": "\\"}),
    ("query ($c: String) { people(filter: {city: {eq: $c}}) { totalCount } }", {"c": "\0"}),
    ("query ($c: String!) { people(filter: {city: {eq: $c}}) { totalCount } }", {"c": None}),
    ("query ($c: String!) { people(filter: {city: {eq: $c}}) { totalCount } }", {}),
    ("query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }", {"f": {"nope": {"eq": "x"}}}),
    ("query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }", {"f": {"city": {"eq": 1}}}),
    ("query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }", {"f": {"city": {"in": []}}}),
    ("query ($f: PersonFilterInput) { people(filter: $f) { totalCount } }", {"f": "text"}),
    ("query ($o: [PersonOrderByInput]) { people(orderBy: $o) { totalCount } }", {"o": [{"city": "Up"}]}),
    ("query ($f: PersonFilterInput) { person(filter: $f) { id } }", {"f": {}}),
]


@pytest.mark.parametrize(("document", "variables"), FAULTS)
def test_a_fault_is_left_to_planning(direct: Direct, document: str, variables: Json) -> None:
    """Which says what is wrong with the request's own values, before and after a sound request."""
    asked = Asked(direct, document)
    for _ in range(3):
        assert asked.remembered(variables) is None


def test_a_shape_is_remembered_when_it_comes_again(direct: Direct) -> None:
    asked = Asked(direct, PEOPLE)
    assert asked.remembered({"f": {"city": {"eq": "a"}}}) is None
    assert asked.remembered({"f": {"city": {"eq": "b"}}}) is not None
    assert asked.remembered({"f": {"city": {"neq": "b"}}}) is None


@pytest.mark.parametrize(
    "filter",
    [
        {"or": [{}, {"createdAt": {"gt": "not a date"}}]},
        {"or": [{}, {"id": {"eq": "not an id"}}]},
        {"or": [{"city": {"eq": "x"}}, {}]},
        {"not": {"or": [{}, {"createdAt": {"gt": "not a date"}}]}},
    ],
)
def test_a_value_that_planning_passes_over_is_checked_every_time(direct: Direct, filter: Json) -> None:
    asked = Asked(direct, PEOPLE)
    for _ in range(3):
        assert asked.remembered({"f": filter}) is None


def test_the_direction_of_an_order_is_no_question_about_its_cursor(direct: Direct) -> None:
    asked = Asked(direct, PEOPLE)
    for first, second in product(("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast"), repeat=2):
        asked.remembered({"o": [{"city": first}, {"jobTitle": second}], "a": CURSOR_OF_TWO})
    (alike,) = direct._templates._shapes._entries.values()
    assert len(alike.questions) <= 3


def test_documents_that_never_come_again_fill_nothing(direct: Direct) -> None:
    for n in range(REMEMBERED_CHARACTERS // weight("")):
        if n % 100 == 0:
            gc.collect()  # so that new documents lie where forgotten ones lay
        assert direct._documents.operation(f"{{ n{n} }}", None) is None
        assert Asked(direct, f"{{ people {{ edges {{ node {{ n{n}: id }} }} }} }}").remembered({}) is None
    assert len(direct._templates._shapes._entries) == 0


def test_filters_that_never_come_again_push_nothing_out(direct: Direct) -> None:
    asked = Asked(direct, PEOPLE)
    usual = {"f": {"city": {"eq": "a"}}}
    asked.remembered(usual)
    assert asked.remembered(usual)
    for n in range(REMEMBERED + 10):
        asked.remembered({"f": {"or": [{"city": {"eq": "x"}}] * (n + 2)}})
    assert asked.remembered(usual)
    assert len(direct._templates._seen._hashes._entries) == REMEMBERED
    assert len(direct._templates._shapes._entries) == 1


def test_what_is_remembered_has_a_bound(direct: Direct) -> None:
    asked = Asked(direct, PEOPLE)
    for n in range(REMEMBERED + 5):
        for _ in range(2):
            asked.remembered({"f": {"and": [{"city": {"eq": "x"}}] * (n // 50), "or": [{}] * (n % 50)}})
    assert len(direct._templates._shapes._entries) == REMEMBERED
    for n in range(REMEMBERED_ANSWERS + 5):
        for _ in range(2):
            asked.remembered({"n": n})
    alike = direct._templates._shapes._entries[next(reversed(direct._templates._shapes._entries))]
    assert len(alike.templates._entries) == REMEMBERED_ANSWERS


def test_large_shapes_are_not_remembered(direct: Direct) -> None:
    asked = Asked(direct, PEOPLE)
    for n in range(3):
        assert asked.remembered({"f": {"or": [{"city": {"eq": "x"}}] * 1000}}) is None
        assert bool(asked.remembered({"f": {"city": {"in": ["x"] * 5000}}})) == (n > 0)
    assert len(direct._templates._shapes._entries) == 1


def test_all_is_forgotten_when_it_has_grown_too_long(direct: Direct, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_REMEMBERED", 20_000)
    asked = Asked(direct, PEOPLE)
    for n in range(60):
        for _ in range(2):
            asked.remembered({"n": n})
            asked.remembered({"f": {"or": [{"city": {"eq": "x"}}] * (n + 1)}})
        assert direct._templates._characters <= 20_000
    assert len(direct._templates._shapes._entries) < 30
    assert asked.remembered({"n": 1}) == asked.planned({"n": 1})


def test_callers_limits_and_shapes_are_told_apart(direct: Direct) -> None:
    asked = Asked(direct, "{ people(first: 5000) { edges { node { id company { name } } } } }")
    for _ in range(3):
        (ours,), (theirs,) = (asked.remembered({}, caller(one)) or [None] for one in (ONE, OTHER))
        (small,) = asked.remembered({}, caller(limits=Limits(max_page_size=10))) or [None]
        null = Shape(null_paths=frozenset({("company",)}))
        (without,) = asked.remembered({}, shape=null) or [None]
    assert ours.text == theirs.text
    assert (ours.values, theirs.values) == ((ONE,), (OTHER,))
    assert "LIMIT 10" in small.text and "LIMIT 1000" in ours.text
    assert '"company":null' in without.text and '"company":null' not in ours.text


@pytest.mark.parametrize(
    "document",
    [
        "mutation { createPerson(data: {}) { id } }",
        "{ __typename people { totalCount } }",
        "{ a: person(filter: {id: {is: NULL}}) { id } b: person(filter: {id: {is: NULL}}) { id } }",
        '{ peopleGroupBy(groupBy: [{city: true}]) { totalCount } }',
    ],
)  # fmt: skip
def test_what_is_not_one_statement_each_is_not_remembered(direct: Direct, document: str) -> None:
    asked = Asked(direct, document)
    for _ in range(3):
        assert asked.remembered({}) is None
