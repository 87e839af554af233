"""Query parameters: what is read, and what is refused with which words."""

from typing import Any

import pytest

from rest_shim import query
from rest_shim.parameter_names import collect
from rest_shim.query_string import parameters
from rest_shim.selection import Fields
from schema.catalog.loading import load
from schema.errors import BadUserInput

PAGE = ("depth", "limit", "offset", "starting_after", "ending_before", "upsert", "fields", "order_by")
CATALOG = load()


def read(text: str, known: tuple[str, ...] = PAGE) -> dict[str, Any]:
    given = collect(parameters(text.encode()), known, strict=True)
    return query.read(given.texts, CATALOG, CATALOG.objects["person"])


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
        ("offset=5", {"offset": 5}),
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
        ("offset=-1", "offset '-1' is invalid. Should be an integer"),
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
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        read(text)
    assert caught.value.message == message


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
