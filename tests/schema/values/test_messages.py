"""Values in messages as JSON, and the question that names a near name."""

from typing import Any

import pytest

from schema.values.messages import as_json, did_you_mean


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ("", '""'),
        ('é "x"', '"é \\"x\\""'),
        (1.5, "1.5"),
        (float("inf"), "Infinity"),
        ({"a": [None]}, '{"a": [null]}'),
        ("\ud800", '"?"'),
        ("x" * 200, '"' + "x" * 99 + '…"'),
        pytest.param(10**5000, "a number of thousands of digits", id="huge"),
        pytest.param([10**5000], "a value too large to show", id="huge in a list"),
    ],
)
def test_json(value: Any, text: str) -> None:
    assert as_json(value) == text


@pytest.mark.parametrize(
    ("name", "known", "question"),
    [
        ("jobTitel", ("city", "jobTitle"), " Did you mean 'jobTitle'?"),
        ("first", ("lastName", "firstName"), " Did you mean 'firstName'?"),
        ("addr", ("addressCity", "addressState"), ""),
        ("zzz", ("city", "jobTitle"), ""),
        ("city", (), ""),
    ],
)
def test_a_near_name(name: str, known: tuple[str, ...], question: str) -> None:
    assert did_you_mean(name, known) == question
