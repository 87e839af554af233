"""The names of query parameters: read, ignored, or refused with a better one."""

import pytest

from rest_shim.parameter_names import OURS, Given, collect, is_strict
from schema.errors import BadUserInput

KNOWN = ("depth", "fields", "filter", "order_by", "limit", "offset", "starting_after", "ending_before")


def given(*names: str, strict: bool = False, known: tuple[str, ...] = KNOWN) -> Given:
    return collect([(name, "x") for name in names], known, strict=strict)


def message(*names: str, strict: bool = False, known: tuple[str, ...] = KNOWN) -> str:
    with pytest.raises(BadUserInput) as caught:
        given(*names, strict=strict, known=known)
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        *((name, f" Use {ours}.") for name, ours in OURS.items()),
        ("After", " Use starting_after."),
        ("limt", " Did you mean 'limit'?"),
        ("Limit", " Did you mean 'limit'?"),
        ("dept", " Did you mean 'depth'?"),
        ("startingAfter", " Did you mean 'starting_after'?"),
        ("orderBy", " Did you mean 'order_by'?"),
    ],
)
def test_a_name_that_means_one_of_ours(name: str, hint: str) -> None:
    assert message(name) == f"Unknown query parameter '{name}'.{hint}"


def test_a_name_for_what_an_operation_does_not_do() -> None:
    assert message("where", known=("depth",)) == "Unknown query parameter 'where'. Known here: depth."
    assert message("where", known=()) == "Unknown query parameter 'where'. None is known here."


def test_any_other_name_is_ignored_and_told() -> None:
    found = given("limit", "search", "utm_source", "search")
    assert found == Given({"limit": "x"}, ("search", "utm_source"))
    assert found.headers == {"X-Ignored-Parameters": "search, utm_source"}
    assert given("limit").headers == {}


def test_the_header_can_hold_any_name_and_not_all_of_them() -> None:
    assert given("sücht\r\nX: y").headers == {"X-Ignored-Parameters": "s?cht??X: y"}
    assert len(given(*(f"unknown{n}" for n in range(1000))).headers["X-Ignored-Parameters"]) < 300


def test_strictness() -> None:
    known = ", ".join(KNOWN)
    assert message("search", strict=True) == f"Unknown query parameter 'search'. Known here: {known}."
    assert len(message("x" * 100_000, strict=True)) < 300


def test_repetition() -> None:
    assert message("limit", "limit") == "Query parameter 'limit' is given more than once"
    assert given("fields", "fields").texts == {"fields": "x,x"}


def test_a_limit_as_the_zapier_app_writes_it() -> None:
    assert collect([("limit:3", "")], KNOWN, strict=True) == Given({"limit": "3"})
    assert message("limit:3") == "Unknown query parameter 'limit:3'. Did you mean 'limit'?"


@pytest.mark.parametrize(
    ("prefer", "strict"),
    [
        ([], False),
        (["handling=lenient"], False),
        (["handling=strict"], True),
        (["count=none, Handling = strict"], True),
        (["count=none", "handling=strict"], True),
    ],
)
def test_who_wants_to_hear_of_it(prefer: list[str], strict: bool) -> None:
    assert is_strict(prefer) is strict
