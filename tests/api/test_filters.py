"""What every filter operator finds: for each kind of field, for each part of each composite, and in combination."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest

from schema.catalog.model import Catalog, Column
from schema.catalog.operators import OPERATORS
from schema.declare import kinds
from schema.declare.composites import COMPOSITES
from schema.declare.kinds import Kind
from tests.api.found import Found
from tests.conftest import GraphQL, Workspace
from tests.records import (
    NOWHERE,
    Json,
    Name,
    only,
    value,
)

A, B, C = (str(UUID(int=n << 100 | 0xABC)) for n in (1, 2, 3))
NULL, NOT_NULL = Name("NULL"), Name("NOT_NULL")

# For each kind, a field that holds it and the values of its records; `is: NULL` finds the None.
RECORDS: Mapping[Kind, tuple[str, str, list[Any]]] = {
    kinds.ID: ("company", "id", [A, B, C]),
    kinds.UUID: ("auditLog", "recordId", [A, B, C, None]),
    kinds.TEXT: (
        "webhook",
        "description",
        ["Apple", "apple pie", "50% off", "a_b", "back\\slash", "", "Éclair", "axb", None],
    ),
    kinds.RICH_TEXT: ("note", "body", ["Apple", "apple pie", "a_b", "axb", "", None]),
    kinds.NUMBER: ("company", "employees", [-1.5, 0, 10, 10.5, None]),
    kinds.NUMERIC: (
        "opportunity",
        "amount.amountMicros",
        [-0.5, 0, 9007199254740993, 9007199254740992, None],
    ),
    kinds.POSITION: ("company", "position", [-1.5, 0, 10, 10.5]),
    kinds.DATE_TIME: (
        "task",
        "dueAt",
        [
            "2025-01-01T00:00:00.000Z",
            "2025-01-01T00:00:00.001Z",
            "0001-01-01T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
            None,
        ],
    ),
    kinds.BOOLEAN: ("company", "idealCustomerProfile", [True, False]),
    kinds.RAW_JSON: ("auditLog", "properties", [{"a": "x"}, ["X"], "x", {"a": 1, "b": None}, None]),
    kinds.ARRAY: ("connectedAccount", "scopes", [["Mail", "Cal"], ["mail_x"], [], ["100%", "back\\"], None]),
    kinds.SELECT: ("task", "status", ["TODO", "IN_PROGRESS", "DONE", None]),
    kinds.MULTI_SELECT: ("workflow", "statuses", [["DRAFT"], ["DRAFT", "ACTIVE"], ["DEACTIVATED"], [], None]),
}

TODO, IN_PROGRESS, DONE = Name("TODO"), Name("IN_PROGRESS"), Name("DONE")
DRAFT, ACTIVE, DEACTIVATED = Name("DRAFT"), Name("ACTIVE"), Name("DEACTIVATED")

# For each operator of each kind: an operand and which of the records it finds.
_IDS: Mapping[str, list[tuple[Any, list[int]]]] = {
    "eq": [(A, [0]), (B.upper(), [1]), (NOWHERE, [])],
    "neq": [(A, [1, 2]), (NOWHERE, [0, 1, 2])],
    "in": [([A, C.upper()], [0, 2]), ([A, A], [0]), ([NOWHERE], []), (B, [1])],
    "gt": [(A, [1, 2])],
    "gte": [(B, [1, 2])],
    "lt": [(B, [0]), (A, [])],
    "lte": [(B, [0, 1])],
}
_TEXT_CASES: Mapping[str, list[tuple[Any, list[int]]]] = {
    "eq": [("Apple", [0]), ("apple", []), ("", [5]), ("a_b", [3])],
    "neq": [("Apple", [1, 2, 3, 4, 5, 6, 7])],
    "in": [(["Apple", "", "none"], [0, 5]), ("Apple", [0])],
    "gt": [("a", [1, 3, 4, 6, 7]), ("", [0, 1, 2, 3, 4, 6, 7])],
    "gte": [("a_b", [1, 3, 4, 6, 7]), ("Éclair", [6])],
    "lt": [("Apple", [2, 5]), ("", [])],
    "lte": [("Apple", [0, 2, 5])],
    "startsWith": [
        ("a", [1, 3, 7]),
        ("A", [0]),
        ("a_", [3]),
        ("50%", [2]),
        ("%", []),
        ("_", []),
        ("back\\", [4]),
        ("\\", []),
        ("É", [6]),
        ("", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("Apple and more", []),
    ],
    "endsWith": [
        ("pie", [1]),
        ("E", []),
        ("_b", [3]),
        ("b", [3, 7]),
        ("%", []),
        ("\\slash", [4]),
        ("% off", [2]),
        ("Éclair", [6]),
        ("", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("An Apple", []),
    ],
    "like": [
        ("Apple", [0]),
        ("%pp%", [0, 1]),
        ("apple%", [1]),
        ("a_b", [3, 7]),
        ("a\\_b", [3]),
        ("50\\%%", [2]),
        ("%\\\\%", [4]),
        ("", [5]),
        ("_clair", [6]),
        ("%", [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
    "ilike": [("APPLE%", [0, 1]), ("éCLAIR", [6]), ("A\\_B", [3]), ("%SLASH", [4]), ("", [5]), ("pple", [])],
    "regex": [("^A", [0]), ("p{2}", [0, 1]), ("^a.b$", [3, 7]), ("^$", [5]), ("\\\\", [4]), ("é", []), ("%", [2])],
    "iregex": [("^A", [0, 1, 3, 7]), ("é", [6]), ("PIE$", [1])],
    "is": [(NULL, [8]), (NOT_NULL, [0, 1, 2, 3, 4, 5, 6, 7])],
}
_NUMBERS: Mapping[str, list[tuple[Any, list[int]]]] = {
    "eq": [(10, [2]), (0, [1]), (10.5, [3]), (-1.5, [0]), (11, [])],
    "neq": [(10, [0, 1, 3])],
    "in": [([10, -1.5, 7], [0, 2]), ([0], [1])],
    "gt": [(0, [2, 3]), (10.5, [])],
    "gte": [(0, [1, 2, 3])],
    "lt": [(0, [0])],
    "lte": [(10, [0, 1, 2])],
}
CASES: Mapping[Kind, Mapping[str, list[tuple[Any, list[int]]]]] = {
    kinds.ID: {**_IDS, "is": [(NULL, []), (NOT_NULL, [0, 1, 2])]},
    kinds.UUID: {**_IDS, "is": [(NULL, [3]), (NOT_NULL, [0, 1, 2])]},
    kinds.TEXT: _TEXT_CASES,
    kinds.RICH_TEXT: {
        "eq": [("Apple", [0])],
        "neq": [("Apple", [1, 2, 3, 4])],
        "in": [(["Apple", "a_b"], [0, 2])],
        "gt": [("a_b", [1, 3])],
        "gte": [("a_b", [1, 2, 3])],
        "lt": [("a", [0, 4])],
        "lte": [("Apple", [0, 4])],
        "startsWith": [("a_", [2])],
        "endsWith": [("_b", [2]), ("b", [2, 3])],
        "like": [("a_b", [2, 3])],
        "ilike": [("APP%", [0, 1])],
        "regex": [("^a[p_]", [1, 2])],
        "iregex": [("^A[P_]", [0, 1, 2])],
        "is": [(NULL, [5]), (NOT_NULL, [0, 1, 2, 3, 4])],
    },
    kinds.NUMBER: {**_NUMBERS, "is": [(NULL, [4]), (NOT_NULL, [0, 1, 2, 3])]},
    kinds.POSITION: {**_NUMBERS, "is": [(NULL, []), (NOT_NULL, [0, 1, 2, 3])]},
    kinds.NUMERIC: {
        "eq": [(9007199254740993, [2]), ("9007199254740992", [3]), (0, [1]), ("-5e-1", [0]), (-0.5, [0])],
        "neq": [(9007199254740993, [0, 1, 3])],
        "in": [(["9007199254740993", 0], [1, 2])],
        "gt": [(9007199254740992, [2])],
        "gte": [(9007199254740992, [2, 3])],
        "lt": [("9007199254740993", [0, 1, 3])],
        "lte": [(0, [0, 1])],
        "is": [(NULL, [4]), (NOT_NULL, [0, 1, 2, 3])],
    },
    kinds.DATE_TIME: {
        "eq": [
            ("2025-01-01", [0]),
            ("2025-01-01T01:00:00+01:00", [0]),
            ("2025-01-01T00:00:00.0009Z", [0]),
            (1735689600000, [0]),
            ("0001-01-01T00:00:00Z", [2]),
            ("9999-12-31T23:59:59.999Z", [3]),
        ],
        "neq": [("2025-01-01", [1, 2, 3])],
        "in": [(["2025-01-01", "9999-12-31T23:59:59.999Z", "0001-01-01"], [0, 2, 3])],
        "gt": [("2025-01-01", [1, 3]), ("0001-01-01", [0, 1, 3])],
        "gte": [("2025-01-01", [0, 1, 3]), ("0001-01-01", [0, 1, 2, 3])],
        "lt": [("2025-01-01", [2]), ("0001-01-01", [])],
        "lte": [("2025-01-01", [0, 2]), ("0001-01-01", [2])],
        "is": [(NULL, [4]), (NOT_NULL, [0, 1, 2, 3])],
    },
    kinds.BOOLEAN: {"eq": [(True, [0]), (False, [1])], "is": [(NULL, []), (NOT_NULL, [0, 1])]},
    kinds.RAW_JSON: {
        "like": [('%"x"%', [0, 2]), ('{"a": "x"}', [0]), ("%null%", [3]), ("[%]", [1]), ('"_"', [2])],
        "is": [(NULL, [4]), (NOT_NULL, [0, 1, 2, 3])],
    },
    kinds.ARRAY: {
        "containsIlike": [
            ("mail", [0]),
            ("MAIL%", [0, 1]),
            ("mail\\_%", [1]),
            ("%\\%", [3]),
            ("%\\\\", [3]),
            ("%", [0, 1, 3]),
            ("", []),
        ],
        "is": [(NULL, [4]), (NOT_NULL, [0, 1, 2, 3])],
        "isEmptyArray": [(True, [2]), (False, [0, 1, 3])],
    },
    kinds.SELECT: {
        "eq": [(DONE, [2])],
        "neq": [(DONE, [0, 1])],
        "in": [([DONE, TODO], [0, 2]), (DONE, [2])],
        "containsAny": [([DONE, TODO], [0, 2])],
        "is": [(NULL, [3]), (NOT_NULL, [0, 1, 2])],
        "isEmptyArray": [(True, [3]), (False, [0, 1, 2])],
    },
    kinds.MULTI_SELECT: {
        "eq": [(DRAFT, [0, 1]), (ACTIVE, [1])],
        "neq": [(DRAFT, [2, 3]), (ACTIVE, [0, 2, 3])],
        "in": [([ACTIVE, DEACTIVATED], [1, 2])],
        "containsAny": [([ACTIVE, DEACTIVATED], [1, 2]), ([DRAFT], [0, 1])],
        "is": [(NULL, [4]), (NOT_NULL, [0, 1, 2, 3])],
        "isEmptyArray": [(True, [3]), (False, [0, 1, 2])],
    },
}
NEVER_UNKNOWN = {(kinds.SELECT, "isEmptyArray"), *((kind, "is") for kind in OPERATORS)}


def test_every_operator_has_cases() -> None:
    working = {
        (kind.name, kind.sql, operator.name)
        for kind, operators in OPERATORS.items()
        for operator in operators.values()
        if operator.sql is not None
    }
    assert working == {(kind.name, kind.sql, name) for kind, cases in CASES.items() for name in cases}
    assert set(RECORDS) == set(OPERATORS)


def nested(path: str, inner: Any) -> Json:
    """`{"a": {"b": inner}}` for `a.b`."""
    for name in reversed(path.split(".")):
        inner = {name: inner}
    assert isinstance(inner, dict)
    return inner


@pytest.mark.parametrize(
    ("kind", "operator"),
    [pytest.param(kind, name, id=f"{kind.name}-{name}") for kind, cases in CASES.items() for name in cases],
)
async def test_an_operator(graphql: GraphQL, catalog: Catalog, kind: Kind, operator: str) -> None:
    """What it finds, and what its negation finds: neither finds NULL."""
    name, path, values = RECORDS[kind]
    found = await Found.of(graphql, catalog, name, [nested(path, given) for given in values])
    unknown = [n for n, given in enumerate(values) if given is None and (kind, operator) not in NEVER_UNKNOWN]
    for operand, expected in CASES[kind][operator]:
        where = nested(path, {operator: operand})
        assert await found.by(where) == expected, where
        opposite = [n for n in range(len(values)) if n not in expected and n not in unknown]
        assert await found.by({"not": where}) == opposite, where


# Composites: the same table of operators on every part, against a model in Python.


def expected_of(operator: str, stored: Any, operand: Any) -> bool:
    """Whether an operator finds a value; operands of `like` and `ilike` are plain text and then `%`."""
    if operator == "is":
        return bool((stored is None) == (operand == NULL))
    if stored is None:
        return operator == "isEmptyArray" and operand is True
    if isinstance(stored, str) and operator in ("gt", "gte", "lt", "lte"):
        stored, operand = stored.encode(), operand.encode()
    return bool(_MODEL[operator](stored, operand))


_MODEL: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda stored, operand: stored == operand,
    "neq": lambda stored, operand: stored != operand,
    "in": lambda stored, operand: stored in operand,
    "containsAny": lambda stored, operand: stored in operand,
    "gt": lambda stored, operand: stored > operand,
    "gte": lambda stored, operand: stored >= operand,
    "lt": lambda stored, operand: stored < operand,
    "lte": lambda stored, operand: stored <= operand,
    "startsWith": lambda stored, operand: stored.startswith(operand),
    "endsWith": lambda stored, operand: stored.endswith(operand),
    "like": lambda stored, operand: stored.startswith(operand[:-1]),
    "ilike": lambda stored, operand: stored.lower().startswith(operand[:-1].lower()),
    "regex": lambda stored, operand: re.search(operand, stored),
    "iregex": lambda stored, operand: re.search(operand, stored, re.IGNORECASE),
    "isEmptyArray": lambda stored, operand: operand is False,
}


def operand_for(column: Column, operator: str) -> Any:
    """An operand made from the second example of a column."""
    example = value(column, 1)
    if operator == "is":
        return NOT_NULL
    if operator == "isEmptyArray":
        return False
    if operator in ("in", "containsAny"):
        return [_name(column, example), _name(column, value(column, 2))]
    if operator in ("like", "ilike"):
        start = example[:6]
        return (start.upper() if operator == "ilike" else start) + "%"
    if operator in ("regex", "iregex"):
        return "^" + re.escape(example[:3] if operator == "regex" else example[:3].upper())
    if operator in ("startsWith", "endsWith"):
        return example[:6] if operator == "startsWith" else example[-6:]
    return _name(column, example)


def _name(column: Column, given: Any) -> Any:
    return Name(given) if column.options else given


@pytest.mark.parametrize("type_name", [composite.type_name for composite in COMPOSITES])
async def test_the_parts_of_a_composite(graphql: GraphQL, catalog: Catalog, type_name: str) -> None:
    object_type, field = next(
        (object_type, field)
        for object_type in map(catalog.objects.__getitem__, ("person", "company", "opportunity", "note"))
        for field in object_type.fields.values()
        if field.composite and field.composite.type_name == type_name
    )
    columns = [column for column in field.columns if not column.read_only]
    composites = [{column.part: value(column, n) for column in columns} for n in range(3)]
    found = await Found.of(graphql, catalog, object_type.name, [*({field.name: c} for c in composites), {}])
    offered = {kinds.TEXT: ["ilike"]} if type_name == "RichTextV2" else OPERATORS
    checked = 0
    for column in columns:
        stored = [*(composite[column.part] for composite in composites), column.default]
        for operator in offered[column.kind]:
            if column.kind is kinds.RAW_JSON and operator == "like":
                continue
            if column.part == "context" or (column.kind is kinds.RAW_JSON and column.default is not None):
                continue  # what a create makes of it is for other tests
            operand = operand_for(column, operator)
            expected = [n for n, item in enumerate(stored) if expected_of(operator, item, operand)]
            where = {field.name: {column.part: {operator: operand}}}
            assert await found.by(where) == expected, where
            checked += 1
    assert checked >= len([column for column in columns if column.kind is not kinds.RAW_JSON])


@pytest.mark.parametrize(
    ("field", "part", "pattern", "expected"),
    [
        ("emails", "additionalEmails", '%"other1@%', [1]),
        ("phones", "additionalPhones", '%"2079461001"%', [1]),
        ("linkedinLink", "secondaryLinks", '%"Label 2"%', [2]),
    ],
)
async def test_json_parts(
    graphql: GraphQL, catalog: Catalog, field: str, part: str, pattern: str, expected: list[int]
) -> None:
    column = next(c for c in catalog.objects["person"].fields[field].columns if c.part == part)
    records: list[Json] = [{field: {part: given}} for given in (*(value(column, n) for n in range(3)), None)]
    found = await Found.of(graphql, catalog, "person", records)
    assert await found.by({field: {part: {"like": pattern}}}) == expected
    assert await found.by({field: {part: {"is": NULL}}}) == [3]
    assert await found.by({field: {part: {"is": NOT_NULL}}}) == [0, 1, 2]


async def test_who_created(graphql: GraphQL, catalog: Catalog, workspace: Workspace) -> None:
    found = await Found.of(graphql, catalog, "note", [{"createdBy": {"source": "IMPORT"}}, {}])
    update = "mutation ($id: ID, $data: NoteUpdateInput) { updateNote(id: $id, data: $data) { id } }"
    await only(graphql, update, id=found.ids[1], data={"createdBy": {"context": {"a": "b"}}})
    for leaf, expected in [
        ({"source": {"eq": Name("IMPORT")}}, [0]),
        ({"source": {"neq": Name("IMPORT")}}, [1]),
        ({"source": {"in": [Name("API")]}}, [1]),
        ({"name": {"eq": "Test key"}}, [0, 1]),
        ({"name": {"eq": "Test key"}, "source": {"eq": Name("API")}}, [1]),
        ({"workspaceMemberId": {"is": NULL}}, [0, 1]),
        ({"workspaceMemberId": {"eq": str(workspace.member_id)}}, []),
        ({"context": {"like": '%"b"%'}}, [1]),
        ({"context": {"is": NULL}}, []),
    ]:
        assert await found.by({"createdBy": leaf}) == expected, leaf


# Combination

CITY = [{"city": "a"}, {"city": "b"}, {"city": "c", "jobTitle": "x"}]
EMPLOYEES: list[Json] = [{"employees": 1}, {"employees": 5}, {"employees": 9}, {"employees": None}]
SMALL, LARGE = {"employees": {"lt": 5}}, {"employees": {"gt": 5}}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"and": []}, [0, 1, 2, 3]),
        ({"or": []}, [0, 1, 2, 3]),
        ({"or": [{}]}, [0, 1, 2, 3]),
        ({"or": [SMALL, {}]}, [0, 1, 2, 3]),
        ({"and": [SMALL, {}]}, [0]),
        ({"and": None, "or": None, "not": None}, [0, 1, 2, 3]),
        ({"and": [None]}, [0, 1, 2, 3]),
        ({"not": {}}, []),
        ({"not": {"not": {}}}, [0, 1, 2, 3]),
        ({"not": {"or": []}}, []),
        ({"or": [{"not": {}}, SMALL]}, [0]),
        ({"or": [{"not": {}}]}, []),
        ({"and": [{"not": {}}, SMALL]}, []),
        ({"not": {"and": [{"not": {}}, SMALL]}}, [0, 1, 2, 3]),
        ({"or": [SMALL, LARGE]}, [0, 2]),
        ({"and": [SMALL, LARGE]}, []),
        ({"and": SMALL}, [0]),
        ({"or": SMALL}, [0]),
        ({"not": SMALL}, [1, 2]),
        ({"not": {"or": [SMALL, LARGE]}}, [1]),
        ({"not": {"and": [SMALL, LARGE]}}, [0, 1, 2]),
        ({"not": {"not": SMALL}}, [0]),
        ({"or": [SMALL, {"not": SMALL}]}, [0, 1, 2]),
        ({"or": [SMALL, {"employees": {"is": NULL}}]}, [0, 3]),
        ({"or": [{"not": SMALL}, {"employees": {"is": NULL}}]}, [1, 2, 3]),
        ({"and": [SMALL, {"employees": {"is": NULL}}]}, []),
        ({"not": {"employees": {"is": NULL}}}, [0, 1, 2]),
        ({"employees": {"gte": 1, "lte": 5}}, [0, 1]),
        ({"employees": {"gt": 1, "lt": 9, "neq": 5}}, []),
        ({"employees": {"in": [1, 5, 9], "gt": 1}}, [1, 2]),
        ({"employees": {"gt": 1}, "name": {"eq": ""}}, [1, 2]),
        ({"employees": {"gt": 1}, "or": [SMALL, LARGE]}, [2]),
        ({"or": [{"and": [{"employees": {"gte": 5}}, {"not": LARGE}]}, SMALL]}, [0, 1]),
        ({"not": {"employees": {"gt": 1}, "name": {"eq": ""}}}, [0]),
        ({"not": {"employees": {"gt": 1}, "name": {"eq": "x"}}}, [0, 1, 2, 3]),
    ],
    ids=str,
)
async def test_combinations(graphql: GraphQL, catalog: Catalog, where: Json, expected: list[int]) -> None:
    found = await Found.of(graphql, catalog, "company", EMPLOYEES)
    assert await found.by(where) == expected
