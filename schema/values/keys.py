"""What tells e-mails, links and phones apart: any two spellings of one of them have the same key; the empty text none.

A value that does not parse has its lower-cased text as key. Keys are stored beside the values, in columns that are no
part of the API (`schema/declare/columns.py`), and are what is unique and compared.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from schema.values import links
from schema.values.emails import email
from schema.values.hosts import host_key
from schema.values.phones import ADDITIONAL, parse
from schema.values.text import text

_KEPT = 8192  # keys to remember


@lru_cache(_KEPT)
def email_key(value: str) -> str:
    """The address with its domain in punycode."""
    address = email(value, "").lower()
    local, at, domain = address.rpartition("@")
    return f"{local}@{host_key(domain)}" if at else address


@lru_cache(_KEPT)
def link_key(value: str) -> str:
    """The host in punycode without `www.`, another port than the scheme's own, and the path without a last slash."""
    trimmed = text(value, "").strip()
    found = links.parsed(trimmed)
    if found is None:
        return trimmed.lower()
    path = found.rest.partition("#")[0].partition("?")[0].rstrip("/")
    host = host_key(found.host)
    return f"{host.removeprefix('www.') or host}{found.port}{path}"


@lru_cache(_KEPT)
def phone_key(number: str, country: str = "", calling_code: str = "") -> str:
    """The digits of E.164: calling code and number."""
    digits = calling_code.removeprefix("+")
    if digits and number.isascii() and number.isdigit():
        return digits + number
    found = parse(number, country, calling_code)
    return found.calling_code.removeprefix("+") + found.number if found else number.strip().lower()


def phone_operand_key(number: str, country: str, calling_code: str) -> str:
    """The key of a number as a person writes it, beside a country or calling code: it may begin as at home."""
    found = parse(number, country.strip().upper(), calling_code.strip())
    return (
        phone_key(found.number, found.country, found.calling_code)
        if found
        else phone_key(number, country, calling_code)
    )


def email_keys(stored: Any) -> list[str] | None:
    """Those of additional e-mails."""
    return _keys(stored, str, email_key)


def link_keys(stored: Any) -> list[str] | None:
    """Those of secondary links."""
    return _keys(stored, dict, lambda item: link_key(item.get("url") or ""))


def phone_keys(stored: Any) -> list[str] | None:
    """Those of additional phones."""
    return _keys(stored, dict, lambda item: phone_key(*_parts(item)))


def _keys(stored: Any, kind: type, key: Callable[[Any], str]) -> list[str] | None:
    """The keys of a list, each once; None where there are none. What old rows hold that is not of its kind has none."""
    items: Iterable[Any] = stored if isinstance(stored, list) else ()
    return list(dict.fromkeys(filter(None, (key(item) for item in items if isinstance(item, kind))))) or None


def _parts(item: Mapping[str, Any]) -> list[str]:
    return [part if isinstance(part := item.get(name), str) else "" for name in ADDITIONAL]
