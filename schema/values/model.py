"""What there is in the model to be named by a value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """The names of the fields of each object by its own name, and what several of each object are called."""

    fields: Mapping[str, Collection[str]]
    plurals: Collection[str]
