"""Which documents share one text with variables in place of their literals."""

from collections.abc import Callable

import pytest
from graphql import DocumentNode, GraphQLError, Source, parse

from schema.api import Api
from schema.context import GraphQLRequest
from schema.execution import literals as execution_literals
from schema.execution.execute import graphql_schema
from schema.execution.literals import LONGEST_REMEMBERED, Literals
from tests.growth import growth


@pytest.fixture
def literals(api: Api) -> Literals:
    return Literals(graphql_schema(api.schema))


DOCUMENTS = [
    (
        '{ people(first: 5, filter: {city: {eq: "a"}}) { totalCount } }',
        '{ people(first: 60, filter: {city: {eq: "b\\u00e9 \\"#\\n"}}) { totalCount } }',
        "query ($literal_0: Int, $literal_1: String) "
        "{ people(first: $literal_0, filter: {city: {eq: $literal_1}}) { totalCount } }",
        {"literal_0": 60, "literal_1": 'bé "#\n'},
    ),
    (
        'query($n: Int) { people(first: $n, filter: {id: {in: ["x", $i1]}, position: {gt: -1.5e3}}) { totalCount } }',
        'query($n: Int) { people(first: $n, filter: {id: {in: ["", $i1]}, position: {gt: 0.5}}) { totalCount } }',
        "query($n: Int, $literal_0: ID, $literal_1: Float) "
        "{ people(first: $n, filter: {id: {in: [$literal_0, $i1]}, position: {gt: $literal_1}}) { totalCount } }",
        {"literal_0": "", "literal_1": 0.5},
    ),
    (
        'query Q { people { ...F } } fragment F on PersonConnection { edges { node { a1: company { n: name } } } }'
        ' fragment G on Company { people(first: 3) { totalCount } }',
        'query Q { people { ...F } } fragment F on PersonConnection { edges { node { a1: company { n: name } } } }'
        ' fragment G on Company { people(first: 4) { totalCount } }',
        "query Q($literal_0: Int) { people { ...F } } fragment F on PersonConnection"
        " { edges { node { a1: company { n: name } } } }"
        " fragment G on Company { people(first: $literal_0) { totalCount } }",
        {"literal_0": 4},
    ),
    (
        'mutation { createPerson(data: {city: "a", position: 1, createdAt: "x"}) { id } }',
        'mutation { createPerson(data: {city: "", position: -7, createdAt: "2025"}) { id } }',
        "mutation($literal_0: String, $literal_1: Position, $literal_2: DateTime) "
        "{ createPerson(data: {city: $literal_0, position: $literal_1, createdAt: $literal_2}) { id } }",
        {"literal_0": "", "literal_1": -7, "literal_2": "2025"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("first", "later", "expected", "values"), DOCUMENTS)
def test_from_the_second_time_on(
    literals: Literals, first: str, later: str, expected: str, values: dict[str, object]
) -> None:
    assert literals.lifted(GraphQLRequest(first)) is None
    for _ in range(2):
        lifted = literals.lifted(GraphQLRequest(later, {"n": 1}, read_only=True))
        assert lifted is not None
        assert lifted.original == later
        assert lifted.request == GraphQLRequest(expected, {"n": 1, **values}, read_only=True)


UNLIKE = [
    ("another kind of number", "{ people(first: 1) { totalCount } }", "{ people(first: 1.0) { totalCount } }"),
    ("text for a number", "{ people(first: 1) { totalCount } }", '{ people(first: "1") { totalCount } }'),
    ("another field", "{ people(first: 1) { totalCount } }", "{ people(last: 1) { totalCount } }"),
    ("another space", "{ people(first: 1) { totalCount } }", "{ people(first: 1)  { totalCount } }"),
    ("no number", "{ people(first: 1) { totalCount } }", "{ people(first: 01) { totalCount } }"),
    ("a name", "{ a1: people { totalCount } }", "{ a2: people { totalCount } }"),
]


@pytest.mark.parametrize(("one", "other"), [pytest.param(*case[1:], id=case[0]) for case in UNLIKE])
def test_what_differs_in_more(literals: Literals, one: str, other: str) -> None:
    assert [literals.lifted(GraphQLRequest(document)) for document in (one, other)] == [None, None]


LEFT = [
    ("without literals", "{ people { totalCount } }"),
    ("a comment", '{ people(first: 1) { totalCount } # "1" \n}'),
    ("a block string", '{ people(filter: {city: {eq: """a"""}}) { totalCount } }'),
    ("an escape that JSON does not have", '{ people(filter: {city: {eq: "\\u{e9}"}}) { totalCount } }'),
    ("half a surrogate pair", '{ people(filter: {city: {eq: "\\ud800"}}) { totalCount } }'),
    ("a tab as it is", '{ people(filter: {city: {eq: "a\tb"}}) { totalCount } }'),
    ("no string", '{ people(filter: {city: {eq: "a\nb"}}) { totalCount } }'),
    ("a number of many digits", f"{{ people(first: {'9' * 5000}) {{ totalCount }} }}"),
    ("a zero with a sign", "{ people(filter: {position: {gt: -0}}) { totalCount } }"),
    ("a default", "query($n: Int = 1) { people(first: $n) { totalCount } }"),
    ("what has no type", 'mutation { createAuditLog(data: {properties: {a: "x"}}) { id } }'),
    ("JSON itself", 'mutation { createAuditLog(data: {properties: "x"}) { id } }'),
    ("text for an enum", '{ people(orderBy: {city: "AscNullsLast"}) { totalCount } }'),
    ("a fraction for an integer", "{ people(first: 1.0) { totalCount } }"),
    ("a fraction for an id", "{ person(filter: {id: {eq: 1.0}}) { id } }"),
    ("an argument that does not exist", "{ people(no: 1) { totalCount } }"),
    ("several operations", "query A { people(first: 1) { totalCount } } query B { people { totalCount } }"),
    ("no operation", "fragment F on Query { people(first: 1) { totalCount } }"),
    ("no document", "{ people(first: 1 { totalCount } }"),
    ("a name like those of the variables", "query($literal_0: Int) { people(first: 1) { totalCount } }"),
    ("a long one", f"{{ people(first: 1) {{ totalCount }} }}{' ' * LONGEST_REMEMBERED}"),
]


@pytest.mark.parametrize("document", [pytest.param(case[1], id=case[0]) for case in LEFT])
def test_what_is_left_as_it_is(literals: Literals, document: str) -> None:
    assert [literals.lifted(GraphQLRequest(document)) for _ in range(3)] == [None] * 3


def test_they_are_remembered_up_to_a_bound(literals: Literals) -> None:
    for n in range(700):
        for _ in range(2):
            literals.lifted(GraphQLRequest(f"{{ people(first: 1) {{ n{n}: totalCount }} }}"))
    assert 0 < len([*literals.texts.values()]) <= 500


HOSTILE: dict[str, Callable[[int], str]] = {
    "escapes in a text that is not closed": lambda n: '{ people(after: "' + '\\"' * n,
    "a text that is not closed": lambda n: '{ people(after: "' + "a" * n,
    "backslashes": lambda n: "\\" * n,
    "quotes": lambda n: '"a' * n,
    "digits": lambda n: "1" * n,
    "points": lambda n: "1." * n,
    "exponents": lambda n: "1e" * n,
    "signs": lambda n: "-" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_twice_as_long_takes_at_most_twice_as_long(api: Api, name: str) -> None:
    def work(text: str) -> None:
        found = Literals(graphql_schema(api.schema))
        for _ in range(2):
            found.lifted(GraphQLRequest(text))

    assert growth(HOSTILE[name], work, 200) <= 2.5


def test_errors_are_located_by_reading_each_document_once(literals: Literals, monkeypatch: pytest.MonkeyPatch) -> None:
    document = '{ people(filter: {city: {eq: "a"}}) { totalCount } }'
    lifted = [literals.lifted(GraphQLRequest(document)) for _ in range(3)][-1]
    assert lifted is not None
    read: list[str] = []

    def noted(text: str) -> DocumentNode:
        read.append(text)
        return parse(text)

    monkeypatch.setattr(execution_literals, "parse", noted)
    errors = [GraphQLError("x", source=Source(lifted.request.document)) for _ in range(200)]
    assert len(lifted.located(errors)) == 200 and len(read) == 2
    assert lifted.located([]) == [] and len(read) == 2
