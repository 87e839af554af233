"""What sets one object apart from the others. No code asks for an object's name; it asks for a trait."""

from dataclasses import dataclass
from enum import Enum

from schema.declare import names


class Guard(Enum):
    """What is held to rules that no write may break, whoever asks for it; `schema/sql/guards.py` has them."""

    KEYS = "what tokens rest on: no key becomes more than the one that writes it"
    MEMBERS = "who may call: who is bound to his own changes himself alone"
    LISTENERS = "whom events are told: no more of them than who writes it may read"


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns that no two live records share. With `not_empty`, the empty string counts as no value."""

    columns: tuple[str, ...]
    not_empty: bool = False


@dataclass(frozen=True, slots=True)
class Traits:
    """The traits of one object.

    `icon` is the name of one of the Tabler set, `identifier` the field that a person knows a record by. `relations` is
    the order in which relations are answered. `duplicates` are the criteria of Find Duplicates, each a tuple of field
    paths; where persons look for them, `deduplicated`, indexes find them. `search` are the columns whose text is
    searched beside all e-mails, links and phones; of equal results the higher `search_priority` comes first. `image` is
    the column that shows a record. A `credential` is what a token rests on. Writes of what has a `guard` keep to its
    rules.

    What happens to `audited` objects is written into the object that is the `audit_trail`, and into the one that is the
    `timeline` of records. A record with `attaches` puts what that foreign key leads to on its other relations' records.
    """

    plural: str
    label: str
    label_plural: str
    icon: str
    identifier: str
    relations: tuple[str, ...] = ()
    system: bool = True
    audited: bool = False
    duplicates: tuple[tuple[str, ...], ...] = ()
    deduplicated: bool = False
    unique: tuple[Unique, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    search: tuple[str, ...] = ()
    search_priority: int = 0
    image: str | None = None
    credential: bool = False
    guard: Guard | None = None
    audit_trail: bool = False
    timeline: bool = False
    attaches: str | None = None

    @property
    def filled_keys(self) -> frozenset[str]:
        """The columns that no two live records share a text of, unless it is empty."""
        return frozenset(column for unique in self.unique if unique.not_empty for column in unique.columns)

    @property
    def criteria(self) -> tuple[tuple[str, ...], ...]:
        """The columns of each criterion of Find Duplicates."""
        return tuple(tuple(names.column(*_field_and_part(path)) for path in criterion) for criterion in self.duplicates)


def _field_and_part(path: str) -> tuple[str, str | None]:
    field, _, part = path.partition(".")
    return field, part or None
