"""Every name that is made from another name: GraphQL types and fields, constraints, indexes, labels."""

import re
from hashlib import blake2s

MAX_DATABASE_NAME = 48


def capital(name: str) -> str:
    """`messageThread` → `MessageThread`."""
    return name[:1].upper() + name[1:]


def uncapital(name: str) -> str:
    """`MessageThread` → `messageThread`."""
    return name[:1].lower() + name[1:]


def label(name: str) -> str:
    """`domainName` → `Domain Name`."""
    return " ".join(capital(word) for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Z]", name))


def column(field: str, part: str | None) -> str:
    """The column of a field, or of one part of a composite: `name`, `firstName` → `nameFirstName`."""
    return field if part is None else field + capital(part)


def snake(name: str) -> str:
    """`emailsPrimaryEmail` → `emails_primary_email`, as what is no part of the API is named."""
    return re.sub(r"(?=[A-Z])", "_", name).lower()


def key(column_name: str) -> str:
    """The column of the keys of another's values: `emails_primary_email_key`."""
    return f"{snake(column_name)}_key"


def keys(column_name: str) -> str:
    """The column of the keys of another's lists: `emails_additional_emails_keys`."""
    return f"{snake(column_name)}_keys"


def apart(column_name: str) -> str:
    """The column that sets rows apart whose keys are the same: `emails_primary_email_apart`."""
    return f"{snake(column_name)}_apart"


def relation(foreign_key: str) -> str:
    """`companyId` → `company`."""
    return foreign_key.removesuffix("Id")


def enum(object_name: str, field: str) -> str:
    """`opportunity`, `stage` → `OpportunityStageEnum`, in GraphQL and in PostgreSQL."""
    return f"{capital(object_name)}{capital(field)}Enum"


def constraint(prefix: str, table: str, *columns: str) -> str:
    """A constraint or index name of at most 48 bytes: readable where it fits, else cut and told apart by a digest."""
    name = "_".join((prefix, table, *columns))
    if len(name) <= MAX_DATABASE_NAME:
        return name
    digest = blake2s(name.encode(), digest_size=4).hexdigest()
    return f"{name[: MAX_DATABASE_NAME - 9]}_{digest}"


def primary_key(table: str) -> str:
    return constraint("pk", table)


def foreign_key(table: str, column_name: str) -> str:
    return constraint("fk", table, column_name)


def unique_index(table: str, *columns: str) -> str:
    return constraint("uq", table, *columns)


def index(table: str, *columns: str) -> str:
    return constraint("ix", table, *columns)
