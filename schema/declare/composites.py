"""The composite field types: values of several parts, each part a column of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from schema.declare import kinds
from schema.declare.kinds import Kind
from schema.values.emails import additional_emails, email
from schema.values.keys import email_key, email_keys, link_key, link_keys, phone_key, phone_keys
from schema.values.links import secondary_links, url
from schema.values.phones import PRIMARY, additional_phones, beside, lacking, phones
from schema.values.rich_text import rich_text

Normalise = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Options:
    """The values of an enum, in order, each with its label. `name` is the enum's name in GraphQL and in PostgreSQL."""

    name: str
    labels: tuple[tuple[str, str], ...]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for value, _ in self.labels)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a composite. A part with a default is NOT NULL, JSON excepted; `read_only` parts are not in inputs.

    `normalise` gives a value the one form in which it is stored and compared.
    """

    name: str
    kind: Kind
    default: Any = None
    options: Options | None = None
    read_only: bool = False
    normalise: Normalise | None = None

    @property
    def nullable(self) -> bool:
        return self.default is None or self.kind is kinds.RAW_JSON


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells values apart, however they are spelled: the `key` of some parts, of which the first is the value.

    Beside the first value, `others` is the part that lists more of them, whose keys are `other_keys`. With `by_others`,
    an upsert finds a record by these too. `searched` is the SQL of the text that search finds it by, of the columns of
    the value, its key, the others and theirs.
    """

    parts: tuple[str, ...]
    key: Callable[..., str]
    others: str
    other_keys: Callable[[Any], list[str] | None]
    searched: str
    by_others: bool = False


@dataclass(frozen=True, slots=True)
class Dependence:
    """How parts depend on each other in an update that gives some of them.

    `lacking` are those that it takes besides, by the parts that are given; `beside` makes of these and of the ones that
    are stored what is to be stored.
    """

    lacking: Callable[[Mapping[str, Any], str], tuple[str, ...]]
    beside: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite type. `name` is the field type of the metadata API, `type_name` the GraphQL type.

    `summary` are the parts that stand for the whole where values are counted or told apart. `complete`, where parts
    depend on each other, turns those that a client gave into all that are to be stored. Keys are made of its
    `identity`, where it has one.
    """

    name: str
    type_name: str
    parts: tuple[Part, ...]
    summary: tuple[str, ...]
    complete: Callable[[Mapping[str, Any], str], Mapping[str, Any]] | None = None
    filter_input: str | None = None
    identity: Identity | None = None
    dependence: Dependence | None = None

    @property
    def filter_name(self) -> str:
        return self.filter_input or f"{self.type_name}FilterInput"


ACTOR_SOURCES = Options(
    "ActorSourceEnum",
    (
        ("EMAIL", "Email"),
        ("CALENDAR", "Calendar"),
        ("WORKFLOW", "Workflow"),
        ("API", "API"),
        ("IMPORT", "Import"),
        ("MANUAL", "Manual"),
        ("SYSTEM", "System"),
        ("WEBHOOK", "Webhook"),
    ),
)

_SEARCHED_EMAILS = "{value} || ' ' || coalesce({others}::text, '')"
_SEARCHED_LINKS = (
    "{key} || ' ' || CASE WHEN octet_length({value}) <> length({value}) THEN {value} ELSE '' END"
    " || ' ' || coalesce({other_keys}::text, '')"
)
_SEARCHED_PHONES = (
    "translate({value}, ' -().+/', '') || ' ' || {key} || ' ' || coalesce({other_keys}::text, '') || ' ' ||"
    " translate(coalesce(jsonb_path_query_array({others}, '$[*].number')::text, ''), ' -().+/', '')"
)

LINKS = Composite(
    "LINKS",
    "Links",
    (
        Part("primaryLinkLabel", kinds.TEXT, ""),
        Part("primaryLinkUrl", kinds.TEXT, "", normalise=url),
        Part("secondaryLinks", kinds.RAW_JSON, [], normalise=secondary_links),
    ),
    ("primaryLinkUrl",),
    identity=Identity(("primaryLinkUrl",), link_key, "secondaryLinks", link_keys, _SEARCHED_LINKS),
)
CURRENCY = Composite(
    "CURRENCY",
    "Currency",
    (Part("amountMicros", kinds.NUMERIC), Part("currencyCode", kinds.TEXT, "")),
    ("amountMicros", "currencyCode"),
)
FULL_NAME = Composite(
    "FULL_NAME",
    "FullName",
    (Part("firstName", kinds.TEXT, ""), Part("lastName", kinds.TEXT, "")),
    ("firstName", "lastName"),
)
ADDRESS = Composite(
    "ADDRESS",
    "Address",
    (
        Part("addressStreet1", kinds.TEXT, ""),
        Part("addressStreet2", kinds.TEXT, ""),
        Part("addressCity", kinds.TEXT, ""),
        Part("addressPostcode", kinds.TEXT, ""),
        Part("addressState", kinds.TEXT, ""),
        Part("addressCountry", kinds.TEXT, ""),
        Part("addressLat", kinds.NUMERIC),
        Part("addressLng", kinds.NUMERIC),
    ),
    (
        "addressStreet1",
        "addressStreet2",
        "addressCity",
        "addressPostcode",
        "addressState",
        "addressCountry",
        "addressLat",
        "addressLng",
    ),
)
ACTOR = Composite(
    "ACTOR",
    "Actor",
    (
        Part("source", kinds.SELECT, "MANUAL", options=ACTOR_SOURCES),
        Part("workspaceMemberId", kinds.UUID, read_only=True),
        Part("name", kinds.TEXT, "System", read_only=True),
        Part("context", kinds.RAW_JSON, {}),
    ),
    ("workspaceMemberId", "source"),
)
EMAILS = Composite(
    "EMAILS",
    "Emails",
    (
        Part("primaryEmail", kinds.TEXT, "", normalise=email),
        Part("additionalEmails", kinds.RAW_JSON, normalise=additional_emails),
    ),
    ("primaryEmail",),
    identity=Identity(("primaryEmail",), email_key, "additionalEmails", email_keys, _SEARCHED_EMAILS, by_others=True),
)
PHONES = Composite(
    "PHONES",
    "Phones",
    (
        Part("primaryPhoneNumber", kinds.TEXT, ""),
        Part("primaryPhoneCountryCode", kinds.TEXT, ""),
        Part("primaryPhoneCallingCode", kinds.TEXT, ""),
        Part("additionalPhones", kinds.RAW_JSON, normalise=additional_phones),
    ),
    PRIMARY,
    phones,
    identity=Identity(PRIMARY, phone_key, "additionalPhones", phone_keys, _SEARCHED_PHONES),
    dependence=Dependence(lacking, beside),
)
RICH_TEXT_V2 = Composite(
    "RICH_TEXT_V2",
    "RichTextV2",
    (Part("blocknote", kinds.TEXT, ""), Part("markdown", kinds.TEXT, "")),
    ("blocknote", "markdown"),
    rich_text,
    filter_input="RichTextV2Filter",
)

COMPOSITES = (LINKS, CURRENCY, FULL_NAME, ADDRESS, ACTOR, EMAILS, PHONES, RICH_TEXT_V2)
