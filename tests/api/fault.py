"""A bad input, and what is answered to it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that is wrong for a variable of a type, in place of V in a root field.

    `literal` is the same in a document, where it can be written there; `literal_message` is what is said of it, where
    that differs. In all of them NOWHERE, PERSON, VIEW and ACCOUNT stand for ids.
    """

    name: str
    field: str
    type_name: str
    value: Any
    message: str
    code: str = "BAD_USER_INPUT"
    literal: str | None = None
    literal_message: str | None = None
