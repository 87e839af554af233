"""EMAILS: addresses in the one form in which they are stored."""

import re
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote

from schema.values.hosts import unicode_host
from schema.values.json_text import json_list
from schema.values.messages import invalid
from schema.values.text import text

_MAILTO = "mailto:"
_PLAIN = re.compile(r"[a-z0-9._+-]+@[a-z0-9.]+")


def email(value: str, field: str) -> str:
    """The address, out of `mailto:` and `Name <address>`, lower-cased, its domain in Unicode; else the text trimmed."""
    trimmed = text(value, field).strip()
    if _PLAIN.fullmatch(trimmed):
        return trimmed
    address = _address(trimmed)
    local, at, domain = address.rpartition("@")
    if not at or _holds_space(address):
        return trimmed
    return text(f"{local.lower()}@{unicode_host(domain)}", field)


def additional_emails(value: Any, field: str) -> list[str] | None:
    """A list of addresses, or JSON text that holds one."""
    items = json_list(value, field)
    if items is None:
        return None
    if not all(isinstance(item, str) for item in items):
        raise invalid(field, "expected a list of e-mail addresses")
    return [email(item, f"{field}[{n}]") for n, item in enumerate(items)]


def _address(given: str) -> str:
    """What stands in `Name <…>` and after `mailto:`, however they are nested."""
    while True:
        if given[: len(_MAILTO)].lower() == _MAILTO:
            found = unquote(given[len(_MAILTO) :].partition("?")[0]).strip()
        elif given.endswith(">"):
            address = parseaddr(given)[1].strip()
            found = address if "@" in address else _bracketed(given)
        else:
            return given
        if found == given:
            return given
        given = found


def _bracketed(given: str) -> str:
    """What stands in the last brackets, where the name before them is not written as it should be."""
    name, opened, address = given[:-1].rpartition("<")
    return address.strip() if opened and name == name.strip("<") else given


def _holds_space(address: str) -> bool:
    return any(character.isspace() for character in address)
