"""Filters against the catalog: every comparator of every field is what GraphQL takes, and every fault has its words."""

from typing import Any

import pytest
from graphql import GraphQLSchema, coerce_input_value

from rest_shim import filters
from rest_shim.filter_syntax import Predicate, render
from rest_shim.filters import COMPARATORS
from schema.catalog.model import Catalog, Column, ObjectType
from schema.catalog.operators import Operand, Operator
from schema.declare import kinds
from schema.errors import BadUserInput

SAMPLES = {
    kinds.ID: "497F6ECA-6276-4993-bfeb-53cbbbba6f08",
    kinds.UUID: "497f6eca-6276-4993-bfeb-53cbbbba6f08",
    kinds.BOOLEAN: "TRUE",
    kinds.NUMBER: "-1.5e3",
    kinds.NUMERIC: "9007199254740993",
    kinds.POSITION: "1",
    kinds.DATE_TIME: "2019-08-24T14:15:22Z",
}
FLAGGED = {Operand.NULLNESS: "NOT_NULL", Operand.FLAG: "false", Operand.TEXT: "a,b(c"}


def text_of(column: Column, operator: Operator) -> str | tuple[str, ...]:
    value = column.options.values[0] if column.options else SAMPLES.get(column.kind, "te, x't")
    if operator.operand is Operand.LIST:
        return (value, value)
    return FLAGGED.get(operator.operand, value)


def test_every_comparator_of_every_field_is_what_graphql_takes(catalog: Catalog, schema: GraphQLSchema) -> None:
    for object_type in catalog.objects.values():
        input_type: Any = schema.type_map[f"{object_type.type_name}FilterInput"]
        for column in object_type.columns.values():
            for operator in filters.operators(column).values():
                text = render(Predicate(column.path, operator.name, text_of(column, operator)))
                coerce_input_value(filters.read(text, object_type), input_type)


def test_the_comparators_are_those_of_the_table() -> None:
    documented = "eq neq in containsAny is gt gte lt lte startsWith endsWith like ilike"
    assert " ".join(COMPARATORS).startswith(documented)
    assert {"regex", "iregex", "containsIlike", "isEmptyArray"} <= set(COMPARATORS)


@pytest.fixture(scope="module")
def person(catalog: Catalog) -> ObjectType:
    return catalog.objects["person"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("person", "city[eq]:3", {"city": {"eq": "3"}}),
        ("person", "name.firstName[in]:[a,'b']", {"name": {"firstName": {"in": ["a", "b"]}}}),
        ("person", "city[eq]:[x]", {"city": {"eq": "[x]"}}),
        ("person", "position[gt]: 1.5 ", {"position": {"gt": 1.5}}),
        ("person", 'position[in]:["1",2]', {"position": {"in": [1.0, 2.0]}}),
        (
            "company",
            "annualRecurringRevenue.amountMicros[lt]:12.7",
            {"annualRecurringRevenue": {"amountMicros": {"lt": "12.7"}}},
        ),
        ("company", "idealCustomerProfile[eq]:False", {"idealCustomerProfile": {"eq": False}}),
        ("opportunity", 'stage[eq]:"NEW"', {"stage": {"eq": "NEW"}}),
        ("opportunity", "stage[in]:[NEW,'SCREENING']", {"stage": {"in": ["NEW", "SCREENING"]}}),
        ("person", "deletedAt[is]:NULL", {"deletedAt": {"is": "NULL"}}),
        ("person", 'deletedAt[is]:"NOT_NULL"', {"deletedAt": {"is": "NOT_NULL"}}),
        ("person", "createdBy.source[eq]:API", {"createdBy": {"source": {"eq": "API"}}}),
        (
            "person",
            "not(or(city[eq]:a,and(city[eq]:b)))",
            {"not": {"or": [{"city": {"eq": "a"}}, {"and": [{"city": {"eq": "b"}}]}]}},
        ),
        ("person", "city[eq]:a,city[eq]:b", {"and": [{"city": {"eq": "a"}}, {"city": {"eq": "b"}}]}),
        ("webhook", "secret[is]:NULL", {"secret": {"is": "NULL"}}),
        ("webhook", "operations[isEmptyArray]:TRUE", {"operations": {"isEmptyArray": True}}),
    ],
)
def test_reads(catalog: Catalog, name: str, text: str, expected: dict[str, Any]) -> None:
    assert filters.read(text, catalog.objects[name]) == expected


ALL = ", ".join(COMPARATORS)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("person", "nope[eq]:1", "field 'nope' does not exist in 'person' object. Did you mean 'name'?"),
        ("person", "company[eq]:1", "field 'company' does not exist in 'person' object. Did you mean 'companyId'?"),
        ("person", "name.nope[eq]:1", "field 'nope' does not exist in 'person' object"),
        ("person", "city.nope[eq]:1", "field 'nope' does not exist in 'person' object"),
        ("person", "name.firstName.x[eq]:1", "field 'x' does not exist in 'person' object"),
        ("person", "name[eq]:1", "field 'name' has sub-fields in 'person' object. eg: name.firstName"),
        ("person", "searchVector[eq]:1", "field 'searchVector' does not exist in 'person' object"),
        ("person", "city[equals]:x", f"'filter' invalid for 'city[equals]:x', comparator equals not in {ALL}"),
        (
            "company",
            "idealCustomerProfile[gt]:true",
            "'filter' invalid for 'idealCustomerProfile[gt]:true', comparator gt not in eq, is",
        ),
        ("webhook", "secret[eq]:x", "'filter' invalid for 'secret[eq]:x', comparator eq not in is"),
        (
            "person",
            "city[in]:x",
            "'filter' invalid for 'in' operator. Received 'x' but array value expected"
            " eg: 'field[in]:[value_1,value_2]'",
        ),
        (
            "opportunity",
            'stage[containsAny]:"NEW"',
            "'filter' invalid for 'containsAny' operator. Received '\"NEW\"' but array value expected"
            " eg: 'field[containsAny]:[value_1,value_2]'",
        ),
        (
            "opportunity",
            "stage[eq]:NIX",
            "'filter' enum value 'NIX' not available in 'stage' enum. Available enum values are"
            " ['NEW', 'SCREENING', 'MEETING', 'PROPOSAL', 'CUSTOMER']",
        ),
        ("company", "employees[eq]:abc", "'filter' invalid for 'employees[eq]:abc'. 'abc' is not a number"),
        ("company", "employees[in]:[1,nan]", "'filter' invalid for 'employees[in]:[1,nan]'. 'nan' is not a number"),
        (
            "company",
            "idealCustomerProfile[eq]:yes",
            "'filter' invalid for 'idealCustomerProfile[eq]:yes'. 'yes' is neither true nor false",
        ),
        (
            "person",
            "deletedAt[is]:null",
            "'filter' invalid for 'deletedAt[is]:null'. 'null' is neither NULL nor NOT_NULL",
        ),
    ],
)
def test_refuses(catalog: Catalog, name: str, text: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        filters.read(text, catalog.objects[name])
    assert caught.value.message == message
