"""Text, JSON and lists given as JSON text."""

from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.json_text import json_list, parsed_json
from schema.values.text import MAX_JSON_DEPTH, json_value, optional_text, text


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_sound_text_is_kept_in_one_form(value: str) -> None:
    kept = text(value, "name")
    assert kept == normalize("NFC", value) == text(kept, "name")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\0b", 'Invalid value for field "name": text must not contain NUL'),
        ("a\ud800", 'Invalid value for field "name": text must not contain a lone surrogate'),
        ("\udfffé", 'Invalid value for field "name": text must not contain a lone surrogate'),
    ],
)
def test_unsound_text_is_refused(value: str, message: str) -> None:
    with pytest.raises(BadUserInput) as error:
        text(value, "name")
    assert error.value.message == message


def test_optional_text() -> None:
    assert optional_text(None, "name") is None
    assert optional_text("a", "name") == "a"
    with pytest.raises(BadUserInput, match='"name": expected text'):
        optional_text(1, "name")


@pytest.mark.parametrize("value", [None, True, 1, -1.5, "é", [], {"a": [{"b": None}]}, nested(MAX_JSON_DEPTH)])
def test_json_is_kept(value: Any) -> None:
    assert json_value(value, "context") is value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        [float("inf")],
        {"a\0": 1},
        {"a": ["\ud800"]},
        {1: 2},
        object(),
        (1,),
        10**4000,
        nested(MAX_JSON_DEPTH + 1),
        nested(100_000),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(BadUserInput, match='Invalid value for field "context": '):
        json_value(value, "context")


@pytest.mark.parametrize(
    ("value", "expected"), [(None, None), ([1], [1]), ("[1]", [1]), (" [] ", []), ("null", None), ("[9007]", [9007])]
)
def test_lists(value: Any, expected: list[Any] | None) -> None:
    assert json_list(value, "tags") == expected


@pytest.mark.parametrize("value", ["", "{}", "1", "[1", "[NaN]", '["\\ud800"]', "[" * 100_000, {}, 1, "9" * 5000])
def test_what_is_not_a_list_is_refused(value: Any) -> None:
    with pytest.raises(BadUserInput, match='Invalid value for field "tags": '):
        json_list(value, "tags")


def test_parsed_json_refuses_nul() -> None:
    with pytest.raises(BadUserInput, match="NUL"):
        parsed_json('"\\u0000"', "context")
