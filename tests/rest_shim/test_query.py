"""Query parameters: what is read, and what is refused with which words."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest_shim import query
from rest_shim.selection import Fields
from schema.catalog.loading import load
from schema.errors import BadUserInput

PAGE = ("depth", "limit", "starting_after", "ending_before", "upsert", "fields", "order_by")
CATALOG = load()


def read(text: str, known: tuple[str, ...] = PAGE) -> dict[str, Any]:
    return query.read(query.collect(query.parameters(text.encode()), known), CATALOG, CATALOG.objects["person"])


@given(st.text("ab&=+;%4C3A.[]é\x00", max_size=30) | st.text("a&%", min_size=990, max_size=1010))
def test_parameters_are_read_as_everywhere(text: str) -> None:
    query_string = text.encode()
    expected = parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)
    assert query.parameters(query_string) == expected
    assert query.parameters(query_string) == expected, "also when it comes again"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("depth=", {}),
        ("depth=0", {"depth": 0}),
        ("depth=1", {"depth": 1}),
        ("depth=2", {"depth": 2}),
        ("limit=", {}),
        ("limit=0", {"limit": 0}),
        ("limit=60", {"limit": 60}),
        ("limit=007", {"limit": 7}),
        ("limit=99999999999999999999", {"limit": 1_000_000_000}),
        ("starting_after=", {}),
        ("starting_after=abc_-", {"starting_after": "abc_-"}),
        ("ending_before=a%2Bb%2F%3D", {"ending_before": "a+b/="}),
        ("ending_before=a+b/=", {"ending_before": "a+b/="}),
        ("limit=5&depth=2&starting_after=x", {"limit": 5, "depth": 2, "starting_after": "x"}),
        ("upsert=true", {"upsert": True}),
        ("upsert=false", {"upsert": False}),
        ("upsert=", {}),
        ("fields=city&fields=jobTitle,city", {"fields": Fields(("jobTitle", "city", "id"))}),
        ("order_by=city", {"order_by": [{"city": "AscNullsFirst"}]}),
        ('order_by=[{"city":"AscNullsFirst"}]', {"order_by": [{"city": "AscNullsFirst"}]}),
    ],
)
def test_reads(text: str, values: dict[str, Any]) -> None:
    assert read(text) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("depth=3", "'depth=3' parameter invalid. Allowed values are 0, 1, 2"),
        ("depth=-1", "'depth=-1' parameter invalid. Allowed values are 0, 1, 2"),
        ("depth=one", "'depth=one' parameter invalid. Allowed values are 0, 1, 2"),
        ("depth=1.0", "'depth=1.0' parameter invalid. Allowed values are 0, 1, 2"),
        ("depth=%EF%BC%91", "'depth=１' parameter invalid. Allowed values are 0, 1, 2"),
        ("limit=-1", "limit '-1' is invalid. Should be an integer"),
        ("limit=abc", "limit 'abc' is invalid. Should be an integer"),
        ("limit=10.5", "limit '10.5' is invalid. Should be an integer"),
        ("limit=%D9%A3", "limit '٣' is invalid. Should be an integer"),
        ("limit=1&limit=2", "Query parameter 'limit' is given more than once"),
        ("limit=&limit=2", "Query parameter 'limit' is given more than once"),
        ("upsert=1", "'upsert=1' parameter invalid. Allowed values are true, false"),
        (
            "order_by=[",
            '\'order_by\' parameter invalid. It must be a JSON array, e.g. order_by=[{"createdAt":"AscNullsFirst"}]',
        ),
        (
            "fields=",
            "'fields' parameter is empty. Expected a comma-separated list of field names, e.g. fields=id,name",
        ),
        ("limt=1", "Unknown query parameter 'limt'. Did you mean 'limit'?"),
        ("Limit=1", "Unknown query parameter 'Limit'. Did you mean 'limit'?"),
        ("startingAfter=x", "Unknown query parameter 'startingAfter'. Did you mean 'starting_after'?"),
        ("after=x", "Unknown query parameter 'after'. Did you mean 'starting_after'?"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        read(text)
    assert caught.value.message == message


def test_refuses_what_another_operation_knows() -> None:
    with pytest.raises(BadUserInput, match=r"Unknown query parameter 'limit'\. Did you mean 'depth'\?"):
        read("limit=1", ("depth",))


def test_does_not_repeat_a_long_name_in_full() -> None:
    with pytest.raises(BadUserInput) as caught:
        read("x" * 100_000 + "=1")
    assert len(caught.value.message) < 200


def test_every_parameter_has_a_reader() -> None:
    from rest_shim.operations import OPERATIONS

    assert {name for operation in OPERATIONS for name in operation.parameters} == set(query.PARAMETERS)
    assert set(query.ARGUMENTS) < set(query.PARAMETERS)


@pytest.mark.parametrize(
    ("prefer", "counted"),
    [
        ([], True),
        (["count=exact"], True),
        (["count=none"], False),
        (["Count = None"], False),
        (["return=minimal, count=none"], False),
        (["return=minimal", "count=none"], False),
        (["count=nonesuch"], True),
    ],
)
def test_counts_unless_told_not_to(prefer: list[str], counted: bool) -> None:
    assert query.wants_count(prefer) is counted
