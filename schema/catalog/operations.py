"""The operations that every object has: their field names, arguments and results. Names and shapes only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from schema.catalog.model import Catalog, ObjectType
from schema.declare import names
from schema.values.scopes import Right


class Verb(Enum):
    """What an operation does. The resolver has one function for each."""

    FIND_MANY = "find many"
    FIND_ONE = "find one"
    FIND_DUPLICATES = "find duplicates"
    GROUP_BY = "group by"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    DESTROY = "destroy"
    MERGE = "merge"


class Result(Enum):
    """What an operation answers, in terms of the object's type."""

    RECORD = "{type}"
    RECORDS = "[{type}!]"
    CONNECTION = "{type}Connection"
    CONNECTIONS = "[{type}Connection!]"
    GROUPS = "[{type}GroupByConnection!]"


PAGE_ARGUMENTS: Mapping[str, str] = {
    "first": "Int",
    "last": "Int",
    "before": "String",
    "after": "String",
    "limit": "Int",
    "offset": "Int",
    "filter": "{type}FilterInput",
    "orderBy": "[{type}OrderByInput]",
}


UNCHANGED = "ifUnchangedSince"
"""The argument by which a change of one record happens only if its `updatedAt` is still this."""

_QUERIES = (Verb.FIND_MANY, Verb.FIND_ONE, Verb.FIND_DUPLICATES, Verb.GROUP_BY)


_RIGHTS: Mapping[Verb, tuple[Right, ...]] = {
    Verb.FIND_MANY: (Right.READ,),
    Verb.FIND_ONE: (Right.READ,),
    Verb.FIND_DUPLICATES: (Right.READ,),
    Verb.GROUP_BY: (Right.READ,),
    Verb.CREATE: (Right.CREATE,),
    Verb.UPDATE: (Right.UPDATE,),
    Verb.DELETE: (Right.DELETE,),
    Verb.RESTORE: (Right.DELETE,),
    Verb.DESTROY: (Right.DESTROY,),
    Verb.MERGE: (Right.UPDATE, Right.DELETE),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of every object: the name of its root field, its arguments with their types, and its result."""

    verb: Verb
    many: bool
    field_name: Callable[[ObjectType], str]
    arguments: Mapping[str, str]
    result: Result
    applies: Callable[[ObjectType], bool] = lambda _: True

    @property
    def is_mutation(self) -> bool:
        return self.verb not in _QUERIES

    @property
    def rights(self) -> tuple[Right, ...]:
        """What it takes at least; what else it takes is said by its arguments and by what is selected."""
        return _RIGHTS[self.verb]


def _one(prefix: str) -> Callable[[ObjectType], str]:
    return lambda object_type: prefix + names.capital(object_type.name)


def _many(prefix: str) -> Callable[[ObjectType], str]:
    return lambda object_type: prefix + names.capital(object_type.plural)


_ID = {"id": "ID"}
_FILTER = {"filter": "{type}FilterInput"}
_UPSERT = {"upsert": "Boolean"}
_UNCHANGED = {UNCHANGED: "DateTime"}

OPERATIONS: tuple[Operation, ...] = (
    Operation(Verb.FIND_MANY, True, lambda o: o.plural, PAGE_ARGUMENTS, Result.CONNECTION),
    Operation(Verb.FIND_ONE, False, lambda o: o.name, _FILTER, Result.RECORD),
    Operation(
        Verb.FIND_DUPLICATES,
        True,
        lambda o: f"{o.name}Duplicates",
        {"ids": "[ID]", "data": "[{type}CreateInput]"},
        Result.CONNECTIONS,
    ),
    Operation(
        Verb.GROUP_BY,
        True,
        lambda o: f"{o.plural}GroupBy",
        {
            "groupBy": "[{type}GroupByInput!]",
            "filter": "{type}FilterInput",
            "orderBy": "[{type}OrderByWithGroupByInput]",
            "orderByForRecords": "[{type}OrderByInput]",
            "viewId": "UUID",
            "limit": "Int",
        },
        Result.GROUPS,
    ),
    Operation(Verb.CREATE, True, _many("create"), {"data": "[{type}CreateInput!]", **_UPSERT}, Result.RECORDS),
    Operation(Verb.CREATE, False, _one("create"), {"data": "{type}CreateInput", **_UPSERT}, Result.RECORD),
    Operation(Verb.UPDATE, False, _one("update"), {**_ID, "data": "{type}UpdateInput", **_UNCHANGED}, Result.RECORD),
    Operation(Verb.DELETE, False, _one("delete"), {**_ID, **_UNCHANGED}, Result.RECORD),
    Operation(Verb.UPDATE, True, _many("update"), {"data": "{type}UpdateInput", **_FILTER}, Result.RECORDS),
    Operation(Verb.DELETE, True, _many("delete"), _FILTER, Result.RECORDS),
    Operation(Verb.DESTROY, False, _one("destroy"), {**_ID, **_UNCHANGED}, Result.RECORD),
    Operation(Verb.DESTROY, True, _many("destroy"), _FILTER, Result.RECORDS),
    Operation(Verb.RESTORE, False, _one("restore"), {**_ID, **_UNCHANGED}, Result.RECORD),
    Operation(Verb.RESTORE, True, _many("restore"), _FILTER, Result.RECORDS),
    Operation(
        Verb.MERGE,
        False,
        _many("merge"),
        {"ids": "[UUID!]", "conflictPriorityIndex": "Int", "dryRun": "Boolean"},
        Result.RECORD,
        applies=lambda o: bool(o.traits.duplicates),
    ),
)


@dataclass(frozen=True, slots=True)
class RootField:
    """One operation of one object, as a field of Query or Mutation."""

    name: str
    operation: Operation
    object_type: ObjectType


def root_fields(catalog: Catalog) -> tuple[RootField, ...]:
    """Every root field, object by object. Raises ValueError where two have the same name."""
    fields = [
        RootField(operation.field_name(object_type), operation, object_type)
        for object_type in catalog.objects.values()
        for operation in OPERATIONS
        if operation.applies(object_type)
    ]
    if len({field.name for field in fields}) != len(fields):
        raise ValueError("two objects have a root field of the same name")
    return tuple(fields)
