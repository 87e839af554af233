"""Remembered statements: what shares one, what does not, and how many there are. No statement is run."""

import gc
import weakref
from base64 import b64encode
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from schema.api import Api
from schema.context import Caller, Context, GraphQLRequest, Limits, Policy, Printing
from schema.execution import templates
from schema.execution.documents import MOST_REMEMBERED as REMEMBERED_CHARACTERS
from schema.execution.documents import Documents, ParsedOperation, weight
from schema.execution.execute import graphql_schema
from schema.execution.pipeline import Pipeline
from schema.execution.root_plans import Run
from schema.execution.templates import REMEMBERED_ANSWERS, Alike, Fields, Templates
from schema.plan.nodes.placeholders import Values
from schema.types.generate import data_types
from tests.records import NOWHERE, Json

ONE, OTHER = UUID(int=1), UUID(int=2)
CURSOR = "eyJjaXR5IjoieCIsImlkIjoiMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIn0"  # {"city":"x","id":"…1"}

CURSOR_OF_TWO = b64encode(b'{"city":"x","jobTitle":"y","id":"00000000-0000-4000-8000-000000000001"}').decode()


def caller(workspace_id: UUID = ONE, limits: Limits = Limits()) -> Context:  # noqa: B008
    return cast(
        "Context", SimpleNamespace(caller=Caller(workspace_id, "API", ""), policy=Policy(limits), origin=lambda: "{}")
    )


class Counted(Templates):
    """Counts how often something is planned."""

    planned = 0

    def _planned(self, *arguments: Any) -> Fields:
        self.planned += 1
        return super()._planned(*arguments)


@pytest.fixture
def pipeline(api: Api) -> Pipeline:
    """One that remembers nothing yet."""
    schema = graphql_schema(api.schema)
    made = Pipeline(api.catalog, schema, Documents(lambda: schema, data_types(api.catalog)))
    made.templates = Counted(made.planned)
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """Asks for the statements of one document."""

    pipeline: Pipeline
    document: str

    @property
    def operation(self) -> ParsedOperation:
        found = documents_of(self.pipeline).get(self.document).operation(None)
        assert found is not None
        return found

    def templated(self, variables: Json, context: Context | None = None, printing: Printing = Printing()) -> Any:  # noqa: B008
        """By placeholders."""
        request = GraphQLRequest(self.document, variables, printing=printing)
        found = self.pipeline.templates.fields(self.operation, request, context or caller())
        return None if found is None else [first for _, first in found[0]]

    def planned(self, variables: Json) -> Any:
        """With its own values."""
        operation, context = self.operation, caller()
        request = GraphQLRequest(self.document, variables)
        found = self.pipeline.planned(operation, request, operation.coerced(variables), context.caller, context)
        return None if found is None else [one.first and Run(context).filled(one.first) for one in found]

    def remembered(self, variables: Json) -> bool:
        """Whether nothing is planned for it."""
        before = plans(self.pipeline)
        self.templated(variables)
        return plans(self.pipeline) == before


def plans(pipeline: Pipeline) -> int:
    return cast("Counted", pipeline.templates).planned


def documents_of(pipeline: Pipeline) -> Documents:
    return pipeline.documents


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
def test_a_remembered_statement_is_the_planned_one(pipeline: Pipeline, document: str, requests: list[Json]) -> None:
    """Text and values, whatever other requests it was made of."""
    asked = Asked(pipeline, document)
    for variables in (*requests, *requests, *reversed(requests)):
        assert asked.templated(variables) == asked.planned(variables), variables
    for variables in (*requests, *reversed(requests)):
        assert asked.remembered(variables)
        assert asked.templated(variables) == asked.planned(variables), variables


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
def test_a_fault_is_left_to_planning(pipeline: Pipeline, document: str, variables: Json) -> None:
    """Which says what is wrong with the request's own values, before and after a sound request."""
    asked = Asked(pipeline, document)
    for _ in range(3):
        assert asked.templated(variables) is None


def test_a_shape_is_remembered_when_it_comes_again(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, PEOPLE)
    filters = [{"city": {"eq": "a"}}, {"city": {"eq": "b"}}, {"city": {"eq": "c"}}, {"city": {"neq": "b"}}]
    assert [asked.remembered({"f": filter}) for filter in filters] == [False, False, True, False]


@pytest.mark.parametrize(
    "filter",
    [
        {"or": [{}, {"createdAt": {"gt": "not a date"}}]},
        {"or": [{}, {"id": {"eq": "not an id"}}]},
        {"or": [{"city": {"eq": "x"}}, {}]},
        {"not": {"or": [{}, {"createdAt": {"gt": "not a date"}}]}},
    ],
)
def test_a_value_that_planning_passes_over_is_checked_every_time(pipeline: Pipeline, filter: Json) -> None:
    asked = Asked(pipeline, PEOPLE)
    for _ in range(3):
        assert asked.templated({"f": filter}) is None


def test_the_direction_of_an_order_is_no_question_about_its_cursor(pipeline: Pipeline) -> None:
    """Otherwise one document with many orders would ask thousands of questions of every later request."""
    asked = Asked(pipeline, PEOPLE)
    orders = list(product(("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast"), repeat=2))
    for first, second in orders:
        asked.templated({"o": [{"city": first}, {"jobTitle": second}], "a": CURSOR_OF_TWO})
    first, second = orders[-1]
    variables = {"o": [{"city": first}, {"jobTitle": second}], "a": CURSOR_OF_TWO}
    questions: list[object] = []

    class Asking(Values):
        def of(self, value: Any) -> Any:
            questions.append(value)
            return super().of(value)

    (alike,) = remembered_shapes(pipeline)
    alike.answers(Asking(variables, caller().caller, lambda: "{}"))
    assert len(questions) <= 4


def remembered_shapes(pipeline: Pipeline) -> list[Alike]:
    return [*pipeline.templates.shapes.values()]


def test_documents_that_never_come_again_fill_nothing(pipeline: Pipeline) -> None:
    for n in range(REMEMBERED_CHARACTERS // weight("")):
        if n % 100 == 0:
            gc.collect()  # so that new documents lie where forgotten ones lay
        assert documents_of(pipeline).get(f"{{ n{n} }}").operation(None) is None
        assert not Asked(pipeline, f"{{ people {{ edges {{ node {{ n{n}: id }} }} }} }}").remembered({})
    assert remembered_shapes(pipeline) == []


def test_filters_that_never_come_again_push_nothing_out(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, PEOPLE)
    usual = {"f": {"city": {"eq": "a"}}}
    assert [asked.remembered(usual) for _ in range(3)] == [False, False, True]
    for n in range(100):
        asked.templated({"f": {"or": [{"city": {"eq": "x"}}] * (n + 2)}})
    assert asked.remembered(usual)
    assert len(remembered_shapes(pipeline)) == 1


def test_answers_have_a_bound(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, PEOPLE)
    for n in range(REMEMBERED_ANSWERS + 5):
        for _ in range(2):
            asked.templated({"n": n})
    (alike,) = remembered_shapes(pipeline)
    assert len([*alike.templates.values()]) == REMEMBERED_ANSWERS


def test_large_shapes_are_not_remembered(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, PEOPLE)
    for n in range(3):
        assert not asked.remembered({"f": {"or": [{"city": {"eq": "x"}}] * 1000}})
        assert asked.remembered({"f": {"city": {"in": ["x"] * 5000}}}) == (n > 1)
    assert len(remembered_shapes(pipeline)) == 1


def test_what_is_remembered_has_a_bound_in_characters(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forgotten counts no longer."""
    monkeypatch.setattr(templates, "MOST_REMEMBERED", 60_000)
    monkeypatch.setattr(templates, "LIGHTEST", 100)
    pipeline.templates = Templates(pipeline.planned)
    asked = Asked(pipeline, PEOPLE)
    for n in range(60):
        for _ in range(2):
            asked.templated({"n": n})
            asked.templated({"f": {"or": [{"city": {"eq": "x"}}] * (n % 30 + 1)}})
        assert sum(alike.weight for alike in remembered_shapes(pipeline)) <= 60_000
    assert 3 < len(remembered_shapes(pipeline)) < 30
    assert asked.templated({"n": 1}) == asked.planned({"n": 1})


def test_callers_limits_and_printings_are_told_apart(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, "{ people(first: 5000) { edges { node { id company { name } } } } }")
    for _ in range(3):
        (ours,), (theirs,) = (asked.templated({}, caller(one)) for one in (ONE, OTHER))
        (small,) = asked.templated({}, caller(limits=Limits(max_page_size=10)))
        null = Printing(null_paths=frozenset({("company",)}))
        (without,) = asked.templated({}, printing=null)
    assert ours.text == theirs.text
    assert (ours.values, theirs.values) == ((ONE,), (OTHER,))
    assert "LIMIT 10" in small.text and "LIMIT 1000" in ours.text
    assert '"company":null' in without.text and '"company":null' not in ours.text


@pytest.mark.parametrize(
    "document",
    [
        "{ __typename people { totalCount } }",
        "{ a: person(filter: {id: {is: NULL}}) { id } b: person(filter: {id: {is: NULL}}) { id } }",
        "mutation { createPerson(data: {}, upsert: true) { id } }",
        f'mutation {{ mergePeople(ids: ["{ONE}", "{OTHER}"]) {{ id }} }}',
    ],
)
def test_what_is_not_one_statement_each_has_no_template(pipeline: Pipeline, document: str) -> None:
    asked = Asked(pipeline, document)
    for _ in range(3):
        assert asked.templated({}) is None


CREATE = "mutation ($d: [PersonCreateInput!]!) { createPeople(data: $d) { id city } }"
WRITES: list[tuple[str, list[Json]]] = [
    (CREATE, [{"d": [{"city": "a"}, {"city": "b"}]}, {"d": [{"city": "c"}]}]),
    ("mutation ($c: String) { createPerson(data: {city: $c}) { id } }", [{"c": "a"}, {"c": "b"}]),
    ('mutation { createPerson(data: {city: "a"}) { id } }', [{}, {}]),
    ("mutation ($i: ID!, $d: PersonUpdateInput!) { updatePerson(id: $i, data: $d) { city } }",
     [{"i": NOWHERE, "d": {"city": "a"}}, {"i": str(ONE), "d": {"city": "b"}}]),
    ("mutation ($i: ID!) { deletePerson(id: $i) { id } restorePerson(id: $i) { id } destroyPerson(id: $i) { id } }",
     [{"i": NOWHERE}, {"i": str(ONE)}]),
    ("mutation ($f: PersonFilterInput) { deletePeople(filter: $f) { id } }",
     [{"f": {"id": {"in": [NOWHERE]}}}, {"f": {"id": {"in": [NOWHERE, str(ONE)]}}}]),
    ("query ($z: String) { peopleGroupBy(groupBy: [{createdAt: {granularity: DAY, timeZone: $z}}]) { totalCount } }",
     [{"z": "Europe/Rome"}, {"z": "UTC"}]),
    ("query ($i: [ID]) { personDuplicates(ids: $i) { totalCount } }", [{"i": [NOWHERE]}, {"i": [NOWHERE, str(ONE)]}]),
]  # fmt: skip


@pytest.mark.parametrize(("document", "requests"), WRITES)
def test_writes_and_groups_are_remembered_too(pipeline: Pipeline, document: str, requests: list[Json]) -> None:
    asked = Asked(pipeline, document)
    for variables in requests * 2:
        asked.templated(variables)
    for variables in requests:
        assert asked.remembered(variables)
        for made, planned in zip(asked.templated(variables), asked.planned(variables), strict=True):
            assert made.text == planned.text
            assert made.writes == planned.writes
            assert list(map(type, made.values)) == list(map(type, planned.values))


def test_ids_are_made_anew(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, CREATE)
    made = [asked.templated({"d": [{"city": "a"}]})[0].values[1] for _ in range(4)]
    assert len({*made}) == 4


def test_who_creates_is_the_caller_of_the_request(pipeline: Pipeline) -> None:
    asked = Asked(pipeline, CREATE)
    for name in ("a", "b", "c"):
        context = cast(
            "Context", SimpleNamespace(caller=Caller(ONE, "API", name), policy=Policy(), origin=lambda: "{}")
        )
        (statement,) = asked.templated({"d": [{"city": "a"}]}, context)
        assert name in statement.values
    member = cast(
        "Context", SimpleNamespace(caller=Caller(ONE, "MANUAL", "d", OTHER), policy=Policy(), origin=lambda: "{}")
    )
    (statement,) = asked.templated({"d": [{"city": "a"}]}, member)
    assert OTHER in statement.values


class Variables(dict[str, Any]):
    """Can be referred to weakly."""


def test_what_is_remembered_keeps_no_values(pipeline: Pipeline) -> None:
    """Else a thousand shapes would keep a thousand batches."""
    asked = Asked(pipeline, CREATE)
    given = [Variables({"d": [{"city": "a"}]}) for _ in range(3)]
    for variables in given:
        asked.templated(variables)
    assert asked.remembered(given[0])
    kept = [weakref.ref(variables) for variables in given]
    del given, variables
    gc.collect()
    assert [one() for one in kept] == [None, None, None]
