"""Orders: what is read, and what is refused with which words."""

import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest_shim import ordering
from schema.catalog.model import Catalog
from schema.errors import BadUserInput
from tests.growth import growth

DIRECTION = (
    "'order_by' direction '{}' invalid. Allowed values are 'AscNullsFirst', 'AscNullsLast', 'DescNullsFirst',"
    " 'DescNullsLast'. eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("city", [{"city": "AscNullsFirst"}]),
        ("city[DescNullsLast]", [{"city": "DescNullsLast"}]),
        (
            " name.firstName [ AscNullsLast ] ,id",
            [{"name": {"firstName": "AscNullsLast"}}, {"id": "AscNullsFirst"}],
        ),
    ],
)
def test_reads(catalog: Catalog, text: str, expected: Any) -> None:
    assert ordering.read(text, catalog.objects["person"]) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("city[Up]", DIRECTION.format("Up")),
        ("city[ascNullsFirst]", DIRECTION.format("ascNullsFirst")),
        ("city[]", DIRECTION.format("")),
        ("city[AscNullsFirst]]", DIRECTION.format("city[AscNullsFirst]]")),
        ("city[AscNullsFirst", DIRECTION.format("city[AscNullsFirst")),
        ("town", "field 'town' does not exist in 'person' object"),
        ("city,", "field '' does not exist in 'person' object"),
        ("company[AscNullsFirst]", "field 'company' does not exist in 'person' object. Did you mean 'companyId'?"),
        ("name", "field 'name' has sub-fields in 'person' object. eg: name.firstName"),
    ],
)
def test_refuses(catalog: Catalog, text: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        ordering.read(text, catalog.objects["person"])
    assert caught.value.message == message


AS_IT_WAS = re.compile(r"\s*(?P<path>[^\[\]]*?)\s*(\[\s*(?P<direction>[^\[\]]*?)\s*\]\s*)?")
PARTS = st.sampled_from(["city", "name.firstName", "nope", "[", "]", " ", "AscNullsLast", "DescNullsFirst", "x", "\n"])


@given(parts=st.lists(PARTS, max_size=8))
def test_it_reads_what_the_expression_reads(catalog: Catalog, parts: list[str]) -> None:
    text = "".join(parts)
    found = AS_IT_WAS.fullmatch(text)
    sound = found is not None and (found["direction"] or "AscNullsFirst") in ordering.DIRECTIONS
    if found is not None and found["direction"] == "":
        sound = False
    known = found is not None and found["path"] in ("city", "name.firstName")
    if not (sound and known):
        with pytest.raises(BadUserInput):
            ordering.read(text, catalog.objects["person"])
        return
    assert found is not None
    direction = found["direction"] or "AscNullsFirst"
    column = {"city": direction} if found["path"] == "city" else {"name": {"firstName": direction}}
    assert ordering.read(text, catalog.objects["person"]) == [column]


@pytest.mark.parametrize("piece", [" ", "[", "]", "city,", "city[ ", ",", ".", "\t]", "a"])
def test_an_order_twice_as_long_takes_at_most_twice_as_long(catalog: Catalog, piece: str) -> None:
    def work(text: str) -> None:
        with suppress(BadUserInput):
            ordering.read(text, catalog.objects["person"])

    for before, after in (("", ""), ("city", "x"), ("city[AscNullsLast", "]x")):
        assert growth(lambda n, b=before, a=after: b + piece * n + a, work, 500) <= 2.5  # type: ignore[misc]
