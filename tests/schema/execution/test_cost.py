"""What operations cost before any statement runs: what is over a limit is refused, what clients ask for is not."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import GraphQLError, get_introspection_query

from rest_shim.document import Asked, RestDocuments
from rest_shim.operations import OPERATIONS
from schema.api import Api, build
from schema.catalog.model import Catalog
from schema.context import Answer, Context, Grants, GraphQLRequest, Limits, Policy
from schema.errors import QueryTooComplex
from schema.execution.cost import Cost
from schema.execution.documents import MOST_FRAGMENTS, Documents
from schema.execution.execute import graphql_schema
from schema.execution.parsing import most_argument_tokens, parsed
from tests.api.test_pipeline import without_database
from tests.growth import growth, least_time

LIMITS = Limits()
RECORD = '{name: {firstName: "a", lastName: "b"}, emails: {primaryEmail: "a@b.example"}, city: "x"}'


@pytest.fixture
def documents(api: Api) -> Documents:
    """One that remembers nothing yet."""
    return Documents(lambda: graphql_schema(api.schema))


def cost(documents: Documents, text: str, limits: Limits = LIMITS, **variables: Any) -> Cost:
    operation = documents.get(text, limits).operation(None)
    assert operation is not None
    found = operation.costs.of(variables, limits.max_page_size)
    found.refuse(limits)
    return found


def page(name: str, size: str, below: str) -> str:
    return f"{name}(first: {size}) {{ edges {{ node {{ {below} }} }} }}"


def nested(sizes: list[str]) -> str:
    three = page("people", sizes[1], page("pointOfContactForOpportunities", sizes[2], "id"))
    return f"{{ {page('companies', sizes[0], three)} }}"


REFUSED = {
    "pages in pages": (nested(["250", "60", "60"]), "may answer 930,501 records, most of all by 'companies.edges.node"),
    "tokens": ("query (" + " ".join(f"$v{n}: Int" for n in range(50_000)) + ") { people { totalCount } }", "5,000"),
    "comments": ("#\n" * 100_000 + "{ people { totalCount } }", "5,000"),
    "aliases": (
        f"{{ people {{ {' '.join(f'a{n}: edges {{ node {{ id }} }}' for n in range(500))} }} }}",
        "500 aliases",
    ),
    "repeated fields": (f"{{ people {{ edges {{ node {{ {'id ' * 2000} }} }} }} }}", "1,999 aliases"),
    "the same in inline fragments": (f"{{ person {{ {'... { id } ' * 1000} }} }}", "999 aliases"),
    "root fields": (f"{{ {' '.join(f'a{n}: people {{ totalCount }}' for n in range(61))} }}", "61 root fields"),
    "mutations": (
        f"mutation {{ {' '.join(f'a{n}: createPerson(data: {{}}) {{ id }}' for n in range(11))} }}",
        "11 mutations",
    ),
    "fragments": (
        " ".join(["{ people { totalCount } }", *(f"fragment F{n} on Person {{ id }}" for n in range(300))]),
        f"300 fragments; the limit is {MOST_FRAGMENTS}",
    ),
    "a batch in the document": (
        f"mutation {{ createPeople(data: [{RECORD * 10_000}]) {{ id }} }}",
        f"{most_argument_tokens(LIMITS):,}",
    ),
    "a size that is over the maximum": (nested(["999999999", "60", "60"]), "3,722,001 records"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_why(documents: Documents, name: str) -> None:
    text, reason = REFUSED[name]
    with pytest.raises(QueryTooComplex) as fault:
        cost(documents, text)
    assert reason in fault.value.message


def test_depth(documents: Documents) -> None:
    text = "id"
    for _ in range(13):
        text = f"company {{ people {{ edges {{ node {{ {text} }} }} }} }}"
    with pytest.raises(
        QueryTooComplex, match=r"is nested 56 levels deep, most of all by 'people\.edges\.node\.company"
    ):
        cost(documents, f"{{ people {{ edges {{ node {{ {text} }} }} }} }}")


def test_fragments_that_double_are_walked_once(documents: Documents) -> None:
    text = "fragment F60 on Company { id } { companies { edges { node { ...F0 } } } }" + " ".join(
        f"fragment F{n} on Company {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60)
    )
    with pytest.raises(QueryTooComplex, match="selects 1,000,000,000,000,000 fields"):
        cost(documents, text)


def test_a_size_in_a_variable_counts_with_its_value(documents: Documents) -> None:
    text = "query ($a: Int!, $b: Int = 60, $c: Int) " + nested(["$a", "$b", "$c"])
    assert cost(documents, text, a=1).rows == 1 + 1 * (1 + 1 + 60 * (1 + 1 + 60))
    assert cost(documents, text, a=2, b=1, c=1).rows == 1 + 2 * (1 + 1 + 1 * (1 + 1 + 1))
    with pytest.raises(QueryTooComplex):
        cost(documents, text, a=250)
    with pytest.raises(QueryTooComplex):
        cost(documents, text, a=1e300, b=1000)


def test_a_page_counts_no_more_than_it_may_hold(documents: Documents) -> None:
    text = f"query ($n: Int) {{ {page('people', '$n', 'id')} }}"
    assert cost(documents, text, n=10**9).rows == 1 + LIMITS.max_page_size
    assert cost(documents, text, replace(LIMITS, max_page_size=7), n=10**9).rows == 8


def test_what_is_written_into_a_mutation_is_counted_apart(documents: Documents) -> None:
    text = f"mutation {{ createPeople(data: [{RECORD * LIMITS.max_batch_size}]) {{ id }} }}"
    assert cost(documents, text).tokens == 7
    many = f"{{ people(filter: {{id: {{in: [{'1 ' * 5000}]}}}}) {{ totalCount }} }}"
    with pytest.raises(QueryTooComplex, match="more tokens than the 5,000"):
        cost(documents, many)


async def test_each_limit_is_a_part_of_the_policy(api: Api, catalog: Catalog) -> None:
    context = without_database(catalog)
    for name, text in {
        "max_tokens": "{ people { a: totalCount } }",
        "max_depth": "{ people { pageInfo { hasNextPage } } }",
        "max_aliases": "{ people { a: totalCount } }",
        "max_queries": "{ people { totalCount } companies { totalCount } }",
        "max_mutations": "mutation { a: createPerson(data: {}) { id } b: createPerson(data: {}) { id } }",
        "max_selections": "{ people { edges { cursor } } }",
        "max_rows": "{ people { edges { node { id } } } }",
    }.items():
        limit = 1 if name != "max_aliases" else 0
        policy = Policy(replace(LIMITS, **{name: limit}))
        for executor in (api.execute, api.execute_metadata):
            answer = await executor(GraphQLRequest(text), replace(context, policy=policy))
            codes = [error["extensions"]["code"] for error in answer.errors]
            if executor is api.execute:
                assert (codes, answer.data, answer.executed) == (["QUERY_TOO_COMPLEX"], None, False), name
            assert codes


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_no_default_list_of_rest_is_shortened(api: Api, catalog: Catalog, depth: int) -> None:
    written = RestDocuments(catalog)
    for object_type in catalog.objects.values():
        operation = api.execute.documents.get(written.get(OPERATIONS[0], object_type, Asked(depth)).text).operation(
            None
        )
        assert operation is not None
        assert operation.costs.largest_page({}, LIMITS) >= 60
        assert operation.costs.largest_page({"limit": 1000}, replace(LIMITS, max_rest_rows=1)) == 1


OPTIONS = ("specified_by_url", "directive_is_repeatable", "schema_description", "input_value_deprecation")
OF_TYPES = "types { name fields { name args { name type { name } } type { name kind } } inputFields { name } }"
DESCRIBED_TOO_OFTEN = {
    "aliases": f"{{ {' '.join(f'a{n}: __schema {{ {OF_TYPES} }}' for n in range(5))} }}",
    "aliases below": f"{{ __schema {{ {' '.join(f'a{n}: {OF_TYPES}' for n in range(5))} }} }}",
    "in a fragment": "{ ...F } fragment F on Query { "
    + " ".join(f"a{n}: __schema {{ {OF_TYPES} }}" for n in range(5))
    + " }",
    "fragments that double": "{ __schema { types { ...F0 } } } fragment F12 on __Type { name }"
    + " ".join(f"fragment F{n} on __Type {{ fields {{ type {{ ...F{n + 1} }} }} }}" for n in range(12)),
    "types in types": "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "one type often": "{ "
    + " ".join(f'a{n}: __type(name: "Mutation") {{ fields {{ args {{ name }} }} }}' for n in range(60))
    + " }",
}


def test_introspection_and_the_bench_are_far_below(documents: Documents) -> None:
    told = cost(documents, get_introspection_query(**dict.fromkeys(OPTIONS, True)))
    assert told.rows < LIMITS.max_rows / 1.5


@pytest.mark.parametrize("name", DESCRIBED_TOO_OFTEN)
def test_the_schema_is_described_about_once(documents: Documents, name: str) -> None:
    with pytest.raises(QueryTooComplex, match="values of the schema's description; the limit is"):
        cost(documents, DESCRIBED_TOO_OFTEN[name])


async def test_a_description_is_made_once(catalog: Catalog) -> None:
    """Asked again, it takes next to nothing, also with the scopes of a key."""
    api, context = build(catalog), without_database(catalog)
    request = GraphQLRequest(get_introspection_query())
    few = replace(context, policy=replace(context.policy, grants=Grants.of(["people:read"])))
    texts = []
    for executor, bound in ((api.execute, context), (api.execute_metadata, context), (api.introspect, few)):
        first, taken = await timed(executor, request, bound)
        again, later = await timed(executor, request, bound)
        assert later < taken / 20 and first.errors == again.errors == ()
        assert orjson.dumps(first.data) == orjson.dumps(again.data)
        texts.append(orjson.dumps(first.data))
    assert len({*texts}) == 3
    variables = GraphQLRequest("query ($n: String!) { __type(name: $n) { name } }", {"n": "Person"})
    for name in ("Person", "Company"):
        answer = await api.execute(replace(variables, variables={"n": name}), context)
        assert answer.data == {"__type": {"name": name}}


async def timed(executor: Any, request: GraphQLRequest, context: Context) -> tuple[Answer, float]:
    began = time.process_time()
    answer = await executor(request, context)
    return answer, time.process_time() - began


@pytest.mark.parametrize("unit", [RECORD, "1 ", '"x" ', '{a: """x"""} ', '"\\n" ', "#\n1", "$a,"])
def test_a_batch_that_is_far_too_long_is_refused_soon(unit: str) -> None:
    """In less time than it takes to parse as much as is allowed."""
    allowed = f"mutation {{ createPeople(data: [{'1 ' * (most_argument_tokens(LIMITS) - 10)}]) {{ id }} }}"
    refused = f"mutation {{ createPeople(data: [{unit * 300_000}]) {{ id }} }}"

    def refuse(document: str) -> None:
        with pytest.raises(QueryTooComplex, match=r"arguments of the mutations have more tokens than"):
            parsed(document, LIMITS)

    assert least_time(refused, refuse) < least_time(allowed, lambda document: parsed(document, LIMITS))


def test_what_is_written_in_strings_and_comments_is_no_token() -> None:
    text = '"' + "a b " * 100_000 + '"'
    block = '"""' + 'a "b" \\""" ' * 100_000 + '"""'
    for document in (
        f"mutation {{ createNote(data: {{title: {text}, position: 1}}) {{ id }} }}",
        f"mutation {{ createNote(data: {{title: {block}, position: 1}}) {{ id }} }}",
        f"mutation {{ createNote(data: {{ # {text}\n title: {text}}}) {{ id }} }}",
    ):
        assert parsed(document, LIMITS)[1].arguments < 20


HOSTILE: dict[str, Callable[[int], str]] = {
    "repeated fields": lambda n: f"{{ people {{ edges {{ node {{ {'id ' * n} }} }} }} }}",
    "aliases": lambda n: f"{{ {' '.join(f'a{k}: people {{ totalCount }}' for k in range(n))} }}",
    "variables": lambda n: "query (" + " ".join(f"$v{k}: Int" for k in range(n)) + ") { people { totalCount } }",
    "unknown fields": lambda n: f"{{ people {{ {' '.join(f'countUniqueValuesEmailz{k}' for k in range(n))} }} }}",
    "fragments": lambda n: " ".join(f"fragment F{k} on Person {{ ...F{k + 1} }}" for k in range(n)),
    "braces": lambda n: "{ people " * n,
    "an unclosed string": lambda n: '{ people(after: "' + "\\n" * n,
    "brackets": lambda n: "{ people(filter: " + "[" * n,
    "an unclosed block string": lambda n: 'mutation { a(b: """' + '\\"" ' * n,
    "unclosed strings": lambda n: "mutation { a(b: " + '"\\' * n,
    "comments": lambda n: "#\n" * n,
    "operations": lambda n: " ".join(f"query Q{k} {{ people {{ totalCount }} }}" for k in range(n)),
    "a batch": lambda n: f"mutation {{ createPeople(data: [{RECORD * n}]) {{ id }} }}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_document_twice_as_long_takes_at_most_twice_as_long(api: Api, name: str) -> None:
    def work(text: str) -> None:
        with suppress(GraphQLError, RecursionError, QueryTooComplex):
            Documents(lambda: graphql_schema(api.schema)).get(text, LIMITS)

    assert growth(HOSTILE[name], work, 100) <= 2.5
