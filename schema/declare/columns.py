"""How an object declares its fields: one call a field, on one line.

Each call answers a `Declaration`. It must not know SQLAlchemy: `tables` turns declarations into columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schema.declare import composites, kinds, names
from schema.declare.composites import Composite, Normalise, Options
from schema.declare.kinds import Kind

NOW = object()  # a default: the moment of the write


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field as declared. For a composite, `kind` says nothing and `composite` says all.

    `alias` is a name that clients of later versions have for the field. A field that every create must give has none.
    """

    kind: Kind
    nullable: bool
    default: Any = None
    composite: Composite | None = None
    labels: Mapping[str, str] | None = None
    unique: bool = False
    secret: bool = False
    target: str | None = None
    inverse: str | None = None
    cascade: bool = False
    soft_cascade: bool = False
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredColumn:
    """What one column remembers of its declaration."""

    field: str
    part: str | None
    kind: Kind
    nullable: bool
    default: Any
    options: Options | None
    read_only: bool
    normalise: Normalise | None
    declaration: Declaration


def text(default: str | None = "", *, nullable: bool = False, secret: bool = False, alias: str | None = None) -> Any:
    return Declaration(kinds.TEXT, nullable, default, secret=secret, alias=alias)


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


def array(default: list[str] | None = None) -> Any:
    return Declaration(kinds.ARRAY, nullable=default is None, default=default)


def select(labels: Mapping[str, str], *, default: str | None = None, nullable: bool = False) -> Any:
    return Declaration(kinds.SELECT, nullable, default, labels=labels)


def multi_select(labels: Mapping[str, str]) -> Any:
    return Declaration(kinds.MULTI_SELECT, nullable=True, labels=labels)


def full_name(*, nullable: bool = False) -> Any:
    return _composite(composites.FULL_NAME, nullable=nullable)


def links(*, nullable: bool = True, unique: bool = False) -> Any:
    return _composite(composites.LINKS, nullable=nullable, unique=unique)


def emails(*, unique: bool = False) -> Any:
    return _composite(composites.EMAILS, nullable=False, unique=unique)


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


def _composite(composite: Composite, *, nullable: bool, unique: bool = False) -> Any:
    return Declaration(kinds.TEXT, nullable, composite=composite, unique=unique)


def declared_columns(object_name: str, field: str, declaration: Declaration) -> tuple[DeclaredColumn, ...]:
    """The columns of one field: one, or one for each part of a composite."""
    if declaration.composite:
        return tuple(
            DeclaredColumn(
                field=field,
                part=part.name,
                kind=part.kind,
                nullable=part.nullable,
                default=part.default,
                options=part.options,
                read_only=part.read_only,
                normalise=part.normalise,
                declaration=declaration,
            )
            for part in declaration.composite.parts
        )
    options = None
    if declaration.labels is not None:
        options = Options(names.enum(object_name, field), tuple(declaration.labels.items()))
    return (
        DeclaredColumn(
            field=field,
            part=None,
            kind=declaration.kind,
            nullable=declaration.nullable,
            default=declaration.default,
            options=options,
            read_only=False,
            normalise=None,
            declaration=declaration,
        ),
    )
