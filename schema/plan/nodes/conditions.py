"""Which rows of an object: conditions on them, and whether deleted ones count."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from schema.catalog.model import Column, ObjectType, Relation
from schema.catalog.operators import Operator


@dataclass(frozen=True, slots=True)
class Compare:
    """`column operator value`. The value has the type of the operator's operand."""

    column: Column
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether the column, or for a secret its being set, is NULL."""

    column: Column
    operator: Operator
    null: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """Whether the column has a text that is not empty."""

    column: Column


@dataclass(frozen=True, slots=True)
class And:
    """All of them. With none, true."""

    conditions: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """One of them. With none, true, since an empty list is no condition."""

    conditions: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """Unknown where the condition is unknown."""

    condition: "Condition"


class Quantifier(Enum):
    """How many related records must meet a condition. `EVERY` is true over none, and false where one is unknown."""

    SOME = "some"
    NONE = "none"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Exists:
    """A condition on related records, those among `rows`. Never unknown."""

    relation: Relation
    quantifier: Quantifier
    rows: "Rows"


Condition = Compare | IsNull | Filled | And | Or | Not | Exists

TRUE = And()
FALSE = Not(TRUE)


class Liveness(Enum):
    """Whether rows that are soft-deleted count."""

    LIVE = "live rows"
    DELETED = "soft-deleted rows"
    ANY = "both"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of an object in the caller's workspace that meet a condition."""

    object_type: ObjectType
    where: Condition = TRUE
    liveness: Liveness = Liveness.LIVE
