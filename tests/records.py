"""Data for records of any object, derived from the catalog, and the few queries that every test needs."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schema.catalog.loading import load
from schema.catalog.model import Catalog, Column, Field, ObjectType
from schema.declare import kinds
from schema.declare.kinds import Kind
from schema.values.actions import ACTIONS
from tests.conftest import GraphQL

Json = dict[str, Any]

OBJECTS = tuple(load().objects)
MASK = "********"
NOWHERE = "01234567-89ab-7def-8123-456789abcdef"
"""The id of no record."""
DIRECTIONS = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")
LONG_AGO = "2001-02-03T04:05:06.789Z"
EVERY = "{or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}"
"""A filter that deleted records meet too."""

TEXTS = ('Ünï "quoted" \\ back', "tab\there\nline", "emoji 🦉 %_")

_SAMPLES: Mapping[Kind, Any] = {
    kinds.UUID: lambda n: str(UUID(int=0x20202020_1C25_4D02_BF25_6AECCF7EA000 + n)),
    kinds.TEXT: lambda n: f"{TEXTS[n % len(TEXTS)]} {n}",
    kinds.RICH_TEXT: lambda n: f"rich {TEXTS[n % len(TEXTS)]} {n}",
    kinds.DATE_TIME: lambda n: f"{2019 + n}-08-24T14:15:22.{n:03}Z",
    kinds.BOOLEAN: lambda n: n % 2 == 0,
    kinds.NUMBER: lambda n: n + 0.1,
    kinds.NUMERIC: lambda n: 9_007_199_254_740_993 + n if n % 2 else 12.34 + n,
    kinds.POSITION: lambda n: -n - 0.5,
    kinds.RAW_JSON: lambda n: {"n": n, "list": [None, True, 1.5, "ü\\\"'", {"b": {}}], "a": "x"},
    kinds.ARRAY: lambda n: ["a, b", 'c"d', "", "NULL", "{}", f"é{n}"],
}
_JSON_PARTS: Mapping[str, Any] = {
    "additionalEmails": lambda n: [f"other{n}@example.com"],
    "additionalPhones": lambda n: [{"number": f"{2079461000 + n}", "countryCode": "GB", "callingCode": "+44"}],
    "secondaryLinks": lambda n: [{"label": f"Label {n}", "url": f"https://example.com/{n}"}],
}
_CHECKED: Mapping[str, Any] = {
    "targetUrl": lambda n: f"https://example.com/Hook?n={n}",
    "operations": lambda n: [f"company.{ACTIONS[n % len(ACTIONS)]}", "*.*"],
    "secret": lambda n: f"{TEXTS[n % len(TEXTS)]} long enough {n}",
    "fields": lambda n: [("name", "employees")[n % 2]],
    "scopes": lambda n: [f"{('people', 'companies')[n % 2]}:read", "*:create"],
}
"""Of fields that not every value is right for."""
_TEXT_PARTS: Mapping[str, Any] = {
    "primaryEmail": lambda n: f"person{n}@example.com",
    "primaryLinkUrl": lambda n: f"https://example{n}.com/Path?q=1",
    "primaryPhoneNumber": lambda n: f"{2079460000 + n}",
    "primaryPhoneCountryCode": lambda n: "GB",
    "primaryPhoneCallingCode": lambda n: "+44",
}


def number(n: int) -> str:
    """The id of record `n`, for records whose order by id matters."""
    return f"00000000-0000-4000-8000-{n:012}"


def value(column: Column, n: int) -> Any:
    """The `n`th example for a column, in the form in which it is answered."""
    if column.options:
        options = column.options.values
        return list(options[: n % len(options) + 1]) if column.kind.is_list else options[n % len(options)]
    special = _JSON_PARTS.get(column.part or "") or _TEXT_PARTS.get(column.part or "") or _CHECKED.get(column.name)
    return (special or _SAMPLES[column.kind])(n)


def field_value(field: Field, n: int) -> Any:
    """As `value`, for a field: of a composite, all parts that can be written."""
    if field.composite is None:
        return value(field.column, n)
    return {column.part: value(column, n) for column in field.columns if not column.read_only}


def full(object_type: ObjectType, n: int) -> Json:
    """A value for every field but the id, the times and the foreign keys, and what makes a key one for good."""
    skipped = {"id", "createdAt", "updatedAt", "deletedAt", "revokedAt"}
    return {
        field.name: field_value(field, n)
        for field in object_type.fields.values()
        if field.name not in skipped and not field.is_foreign_key
    }


def answered(object_type: ObjectType, data: Json) -> Json:
    """How data that `full` made is answered: secrets are masked."""
    return {
        name: MASK if object_type.fields[name].columns[0].secret else given
        for name, given in data.items()
        if object_type.fields[name] is not object_type.actor
    }


async def data(graphql: GraphQL, query: str, **variables: Any) -> Any:
    """The data of an answer without errors."""
    answer = await graphql(query, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def only(graphql: GraphQL, query: str, **variables: Any) -> Any:
    """The value of the only root field of an answer without errors."""
    (found,) = (await data(graphql, query, **variables)).values()
    return found


async def error(graphql: GraphQL, query: str, **variables: Any) -> tuple[str, str]:
    """The code and message of the only error of an answer."""
    answer = await graphql(query, **variables)
    (found,) = answer["errors"]
    return found["extensions"]["code"], found["message"]


async def required(graphql: GraphQL, catalog: Catalog, object_type: ObjectType, n: int = 0) -> Json:
    """The data that a create needs at least; the records that it has to refer to are created."""
    given: Json = {}
    for field in object_type.fields.values():
        if field.required_on_create and not field.is_foreign_key:
            given[field.name] = field_value(field, n)
    for relation in object_type.to_one:
        if not relation.nullable:
            given[relation.foreign_key] = await make(graphql, catalog, relation.target)
    return given


async def make(graphql: GraphQL, catalog: Catalog, name: str, n: int = 0, **given: Any) -> str:
    """A new record of an object, with what it needs and the data given; its id."""
    object_type = catalog.objects[name]
    needed = {**await required(graphql, catalog, object_type, n), **given}
    return await create(graphql, object_type.type_name, **needed)


async def create(graphql: GraphQL, type_name: str, **given: Any) -> str:
    """A new record; its id."""
    query = f"mutation ($data: {type_name}CreateInput) {{ create{type_name}(data: $data) {{ id }} }}"
    return str((await only(graphql, query, data=given))["id"])


async def create_many(graphql: GraphQL, catalog: Catalog, name: str, records: list[Json]) -> list[str]:
    """New records; their ids, in the order of the list."""
    object_type = catalog.objects[name]
    field = f"create{object_type.plural[:1].upper()}{object_type.plural[1:]}"
    query = f"mutation ($data: [{object_type.type_name}CreateInput!]) {{ {field}(data: $data) {{ id }} }}"
    return [record["id"] for record in await only(graphql, query, data=records)]


def selection(object_type: ObjectType) -> str:
    """Every field of an object, composites with all parts."""
    return " ".join(
        f"{field.name} {{ {' '.join(part.name for part in field.composite.parts)} }}" if field.composite else field.name
        for field in object_type.fields.values()
    )


class Name(str):
    """The value of an enum, which stands in a document without quotes."""

    __slots__ = ()


def literal(value: Any) -> str:
    """A JSON value as GraphQL writes it in a document."""
    match value:
        case Name():
            return value
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return '"' + "".join(c if c.isalnum() or c in " -:.+/" else _escaped(c) for c in value) + '"'
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {literal(item)}' for key, item in value.items())}}}"
        case _:
            return repr(value)


def _escaped(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


async def a_moment() -> None:
    """Until the next millisecond, which is what times are told apart by."""
    await asyncio.sleep(0.002)
