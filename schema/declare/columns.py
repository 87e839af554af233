"""How an object declares its fields, one call a field, on one line, and the columns that these are.

Each call answers a `Declaration`. It must not know SQLAlchemy: `tables` turns declarations into columns of a database.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from schema.declare import composites, kinds, names
from schema.declare.composites import Composite, Identity, Normalise, Options, Part
from schema.declare.kinds import Kind
from schema.values.model import Model

NOW = object()  # a default: the moment of the write

Check = Callable[[Any, str, Model], None]
"""Refuses a value that is to be stored: the value, the name of the field, and what the model has names for."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field as declared. For a composite, `kind` says nothing and `composite` says all.

    `alias` is a name that clients of later versions have for the field. A field that every create must give has none.
    `check` refuses values that the kind takes. It sees those of a field that is not composite, unless they are null;
    `example` is one that it lets through.
    """

    kind: Kind
    nullable: bool
    default: Any = None
    composite: Composite | None = None
    labels: Mapping[str, str] | None = None
    secret: bool = False
    target: str | None = None
    inverse: str | None = None
    cascade: bool = False
    soft_cascade: bool = False
    alias: str | None = None
    check: Check | None = None
    example: Any = None


@dataclass(frozen=True, eq=False)
class Column:
    """One column: a field of its own, or one part of a composite.

    `nullable` is what the database says. A column that is not nullable and has a default takes the default for null.
    `indexed_if_filled`: an index finds its texts that are not empty. `key` is the column of the key of its value.
    """

    name: str
    field: str
    part: str | None
    kind: Kind
    nullable: bool
    default: Any
    options: Options | None
    read_only: bool
    secret: bool
    normalise: Normalise | None
    indexed_if_filled: bool = False
    key: "KeyColumn | None" = None

    @property
    def compared(self) -> "Column":
        """What says whether two of its values are the same: their keys, where they have some."""
        return self.key or self

    def key_of(self, value: Any) -> Any:
        """What a value of its own is compared by. Of what depends on other parts, it is the key of the value alone."""
        return self.key.identity.key(value) if self.key else value

    @property
    def is_key(self) -> bool:
        """Whether an index finds the few records with a value."""
        return self.kind is kinds.ID or self.indexed_if_filled

    @cached_property
    def path(self) -> str:
        """How messages name it: `emails.primaryEmail`."""
        return self.field if self.part is None else f"{self.field}.{self.part}"

    def read(self, alias: str) -> str:
        """The SQL of its value in the row `alias`."""
        return f'{alias}."{self.name}"'

    def assign(self, value: str) -> str:
        """The SQL that an UPDATE sets it to a value with."""
        return f'"{self.name}" = {value}'

    @cached_property
    def sql_type(self) -> str:
        """The PostgreSQL type, list brackets included."""
        name = f'"{self.options.name}"' if self.options else self.kind.sql
        return f"{name}[]" if self.kind.is_list else name


@dataclass(frozen=True, eq=False, kw_only=True)
class KeyColumn(Column):
    """A column of keys, beside a part of a composite, whose name it has in messages. It is no part of the API.

    Where the keys are unique, rows that had the same before there were keys are set `apart` in a column of that name:
    they are numbered by their age, from 0, and what is unique is the key with the number.
    """

    identity: Identity
    apart: str | None = None


def text(
    default: str | None = "",
    *,
    nullable: bool = False,
    secret: bool = False,
    alias: str | None = None,
    check: Check | None = None,
    example: str | None = None,
) -> Any:
    return Declaration(kinds.TEXT, nullable, default, secret=secret, alias=alias, check=check, example=example)


def rich_text() -> Any:
    return Declaration(kinds.RICH_TEXT, nullable=True)


def record_id() -> Any:
    return Declaration(kinds.ID, nullable=False)


def uuid(*, required: bool = False) -> Any:
    return Declaration(kinds.UUID, nullable=not required)


def date_time(*, required: bool = False, default: Any = None) -> Any:
    return Declaration(kinds.DATE_TIME, nullable=not required and default is None, default=default)


def boolean(*, default: bool) -> Any:
    return Declaration(kinds.BOOLEAN, nullable=False, default=default)


def number(default: float | None = None) -> Any:
    return Declaration(kinds.NUMBER, nullable=default is None, default=default)


def position() -> Any:
    return Declaration(kinds.POSITION, nullable=False, default=0)


def raw_json() -> Any:
    return Declaration(kinds.RAW_JSON, nullable=True)


def array(default: list[str] | None = None, *, check: Check | None = None, example: list[str] | None = None) -> Any:
    return Declaration(kinds.ARRAY, nullable=default is None, default=default, check=check, example=example)


def select(labels: Mapping[str, str], *, default: str | None = None, nullable: bool = False) -> Any:
    return Declaration(kinds.SELECT, nullable, default, labels=labels)


def multi_select(labels: Mapping[str, str]) -> Any:
    return Declaration(kinds.MULTI_SELECT, nullable=True, labels=labels)


def full_name(*, nullable: bool = False) -> Any:
    return _composite(composites.FULL_NAME, nullable=nullable)


def links(*, nullable: bool = True) -> Any:
    return _composite(composites.LINKS, nullable=nullable)


def emails() -> Any:
    return _composite(composites.EMAILS, nullable=False)


def phones() -> Any:
    return _composite(composites.PHONES, nullable=False)


def currency() -> Any:
    return _composite(composites.CURRENCY, nullable=True)


def address() -> Any:
    return _composite(composites.ADDRESS, nullable=True)


def actor() -> Any:
    return _composite(composites.ACTOR, nullable=False)


def rich_text_v2() -> Any:
    return _composite(composites.RICH_TEXT_V2, nullable=True)


def to_one(
    target: str,
    *,
    inverse: str,
    required: bool = False,
    cascade: bool = False,
    soft_cascade: bool = False,
    alias: str | None = None,
) -> Any:
    """A foreign key to `target`, seen from there as `inverse`.

    When the target is destroyed, the record is destroyed too (`cascade`) or its key is cleared. With `soft_cascade`, it
    is also soft-deleted and restored together with the target. An `alias` of the key, such as `targetPersonId`, makes
    one of the relation, too: `targetPerson`.
    """
    return Declaration(
        kinds.UUID,
        nullable=not required,
        target=target,
        inverse=inverse,
        cascade=cascade,
        soft_cascade=soft_cascade,
        alias=alias,
    )


def _composite(composite: Composite, *, nullable: bool) -> Any:
    return Declaration(kinds.TEXT, nullable, composite=composite)


@dataclass(frozen=True, slots=True)
class Indexed:
    """The columns of an object whose texts, where they are filled, are `unique` or found by an index."""

    unique: Collection[str] = ()
    found: Collection[str] = ()


def declared_columns(
    object_name: str, field: str, declaration: Declaration, indexed: Indexed = Indexed()
) -> tuple[Column, ...]:
    """The columns of one field: one, or one for each part of a composite."""
    if declaration.composite:
        return tuple(
            _part(field, part, declaration, declaration.composite, indexed) for part in declaration.composite.parts
        )
    options = None
    if declaration.labels is not None:
        options = Options(names.enum(object_name, field), tuple(declaration.labels.items()))
    return (
        Column(
            name=field,
            field=field,
            part=None,
            kind=declaration.kind,
            nullable=declaration.nullable,
            default=declaration.default,
            options=options,
            read_only=False,
            secret=declaration.secret,
            normalise=None,
            indexed_if_filled=field in indexed.unique,
        ),
    )


def _part(field: str, part: Part, declaration: Declaration, composite: Composite, indexed: Indexed) -> Column:
    name = names.column(field, part.name)
    key = _key(field, part, composite.identity, indexed) if composite.identity else None
    return Column(
        name=name,
        field=field,
        part=part.name,
        kind=part.kind,
        nullable=part.nullable,
        default=part.default,
        options=part.options,
        read_only=part.read_only,
        secret=declaration.secret,
        normalise=part.normalise,
        indexed_if_filled=name in indexed.unique and key is None,
        key=key,
    )


def _key(field: str, part: Part, identity: Identity, indexed: Indexed) -> KeyColumn | None:
    """The keys of the value of a composite, or of its other values."""
    if part.name not in (identity.parts[0], identity.others):
        return None
    name, is_first = names.column(field, part.name), part.name == identity.parts[0]
    return KeyColumn(
        name=names.key(name) if is_first else names.keys(name),
        field=field,
        part=part.name,
        kind=part.kind,
        nullable=not is_first,
        default="" if is_first else None,
        options=None,
        read_only=True,
        secret=False,
        normalise=None,
        indexed_if_filled=name in indexed.unique or name in indexed.found,
        identity=identity,
        apart=names.apart(name) if name in indexed.unique else None,
    )
