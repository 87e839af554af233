"""Orders: what is read, and what is refused with which words."""

from typing import Any

import pytest

from rest_shim import ordering
from schema.catalog.model import Catalog
from schema.errors import BadUserInput

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
