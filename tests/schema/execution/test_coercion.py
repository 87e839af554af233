"""The coercion of variables, against GraphQL's own, for every input type of the schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
)
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_value

from schema.execution.coercion import Coercions, Unfit
from tests.records import NOWHERE

LEAVES: dict[str, list[Any]] = {
    "UUID": [NOWHERE, NOWHERE.upper()],
    "DateTime": ["2025-01-01", 0],
    "Date": ["2025-01-01T00:00:00+02:00"],
    "Position": ["first", 1.5],
    "RawJSONScalar": [{"a": [1, None]}, [], "x", 0],
    "BigFloat": ["1.50", 2],
    "BigInt": ["12", 3],
    "Cursor": ["x"],
    "ConnectionCursor": [NOWHERE],
    "ID": ["x", 7],
    "String": ["", "x"],
    "Int": [0, -1, 2.0],
    "Float": [0.5, 1],
    "Boolean": [True, False],
}
WRONG: list[Any] = ["nope", "", 2**70, 1.5, True, [], [1], {}, {"nope": 1}, [None], None, "\0", float("inf"), "0001"]


def samples(type_: Any, depth: int = 3) -> Iterator[Any]:
    """Values of a type, each field of an object once with each of its values."""
    if isinstance(type_, GraphQLNonNull):
        yield from (value for value in samples(type_.of_type, depth) if value is not None)
    elif isinstance(type_, GraphQLList):
        items = list(samples(type_.of_type, depth))
        yield from ([], items[:3], items[0], None)
    elif isinstance(type_, GraphQLInputObjectType):
        needed = {
            name: next(samples(field.type, depth - 1))
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull)
        }
        yield needed
        if depth:
            for name, field in reversed(type_.fields.items()):
                yield from ({name: value, **needed} for value in (*samples(field.type, depth - 1), None))
    elif isinstance(type_, GraphQLEnumType):
        yield next(iter(type_.values))
    else:
        yield from LEAVES[type_.name]


def both(coercions: Coercions, type_: Any, value: Any) -> None:
    before = repr(value)
    try:
        found = coercions.of(type_)(value)
    except Unfit:
        found = Undefined
    expected = coerce_input_value(value, type_)
    assert found == expected, value
    assert repr(found) == repr(expected), "in the order of the schema"
    assert repr(value) == before


@pytest.fixture(scope="module")
def coercions() -> Coercions:
    return Coercions()


def test_every_input_type(schema: GraphQLSchema, coercions: Coercions) -> None:
    inputs = [type_ for type_ in schema.type_map.values() if isinstance(type_, GraphQLInputObjectType)]
    assert len(inputs) > 150
    for type_ in inputs:
        non_null = GraphQLNonNull[Any](type_)
        several = GraphQLList[Any](non_null)
        last: Any = {}
        for value in samples(type_):
            both(coercions, type_, value)
            both(coercions, several, [value, value])
            both(coercions, several, [last, value])
            last = value
        for wrong in WRONG:
            both(coercions, type_, wrong)
            both(coercions, non_null, wrong)
            both(coercions, several, [last, wrong])
            for name in type_.fields:
                both(coercions, type_, {name: wrong})
                both(coercions, several, [{name: wrong}, {name: wrong}])
                both(coercions, several, [{**last, name: wrong}, last])


def test_a_batch(schema: GraphQLSchema, coercions: Coercions) -> None:
    """Records that give the same fields, in the order of the schema and in another, and some that do not."""
    batch: Any = GraphQLNonNull(GraphQLList(GraphQLNonNull(schema.type_map["PersonCreateInput"])))
    alike = [
        {
            "name": {"lastName": f"Last{n}", "firstName": "First"},
            "emails": {"primaryEmail": f"{n}@example.com", "additionalEmails": []},
            "companyId": NOWHERE,
            "city": "City" if n % 2 else None,
        }
        for n in range(20)
    ]
    backwards = [dict(reversed(record.items())) for record in alike]
    wrong = {**alike[0], "companyId": 7}
    batches: tuple[list[Any], ...] = (
        *(alike, backwards, [*alike, *backwards], [*alike, {}], [*alike, wrong], [*alike, None], [{}, {}], []),
        *([{**record, "nope": 1} for record in alike], [{**record, "name": None} for record in alike]),
    )
    for records in batches:
        both(coercions, batch, records)


@pytest.mark.parametrize("name", [*LEAVES, "TaskStatusEnum"])
def test_every_leaf(schema: GraphQLSchema, coercions: Coercions, name: str) -> None:
    type_: Any = schema.type_map[name]
    for value in (*WRONG, *LEAVES.get(name, ()), *(v for values in LEAVES.values() for v in values), "TODO"):
        for wrapped in (type_, GraphQLNonNull(type_), GraphQLList(type_), GraphQLList(GraphQLNonNull(type_))):
            both(coercions, wrapped, value)
            both(coercions, wrapped, [value, None])


def test_no_input_field_has_a_default_and_no_input_is_one_of_several(schema: GraphQLSchema) -> None:
    """Neither is known to the coercion."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            assert not type_.is_one_of
            assert all(coerce_default_value(field) is Undefined for field in type_.fields.values())
            assert all(field.out_name is None for field in type_.fields.values())
