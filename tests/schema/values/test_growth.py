"""Values of any kind, twice as long, take at most 2.5 times as long to read: hostile ones that are kept, and others."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.dates import date_time
from schema.values.emails import email
from schema.values.ids import uuid
from schema.values.json_text import parsed_json
from schema.values.links import url
from schema.values.numbers import decimal
from schema.values.phones import parse
from schema.values.rich_text import rich_text
from schema.values.text import text
from tests.growth import growth

HOSTILE: Mapping[str, Any] = json.loads((Path(__file__).parent / "hostile.json").read_text())
UNITS: list[tuple[str, str]] = [*(("", unit) for unit in HOSTILE["repeated"]), *map(tuple, HOSTILE["prefixed"])]

READERS: dict[str, Callable[[str], object]] = {
    "e-mail": lambda value: email(value, "f"),
    "link": lambda value: url(value, "f"),
    "phone": lambda value: parse(value),
    "date": lambda value: date_time(value, "f"),
    "id": lambda value: uuid(value, "f"),
    "number": lambda value: decimal(value, "f"),
    "text": lambda value: text(value, "f"),
    "JSON": lambda value: parsed_json(value, "f"),
    "Markdown": lambda value: rich_text({"markdown": value}, "f"),
    "BlockNote": lambda value: rich_text({"blocknote": value}, "f"),
}


def grows(name: str, prefix: str, unit: str) -> float:
    def read(value: str) -> None:
        with suppress(BadUserInput, RecursionError):
            READERS[name](value)

    return growth(lambda n: prefix + unit * n, read, 200)


@pytest.mark.parametrize("name", READERS)
def test_hostile_values(name: str) -> None:
    slow = {prefix + unit: found for prefix, unit in UNITS if (found := grows(name, prefix, unit)) > 2.5}
    assert slow == {}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=5, deadline=None)
@given(st.text(max_size=3), st.text(min_size=1, max_size=6))
def test_any_values(name: str, prefix: str, unit: str) -> None:
    assert grows(name, prefix, unit) <= 2.5
