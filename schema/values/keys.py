"""What tells e-mails, links and phones apart: any two spellings of one of them have the same key; the empty text none.

A value that does not parse has its lower-cased text as key.
"""

from functools import lru_cache

from schema.values import links
from schema.values.emails import email
from schema.values.hosts import ascii_host
from schema.values.phones import parse
from schema.values.text import text

_KEPT = 8192  # keys to remember


@lru_cache(_KEPT)
def email_key(value: str) -> str:
    """The address with its domain in punycode."""
    address = email(value, "").lower()
    local, at, domain = address.rpartition("@")
    return f"{local}@{ascii_host(domain)}" if at else address


@lru_cache(_KEPT)
def link_key(value: str) -> str:
    """The host in punycode without `www.`, another port than the scheme's own, and the path without a last slash."""
    trimmed = text(value, "").strip()
    found = links.parsed(trimmed)
    if found is None:
        return trimmed.lower()
    path = found.rest.partition("#")[0].partition("?")[0].rstrip("/")
    return f"{ascii_host(found.host).removeprefix('www.')}{found.port}{path}"


@lru_cache(_KEPT)
def phone_key(number: str, country: str = "", calling_code: str = "") -> str:
    """The digits of E.164: calling code and number."""
    digits = calling_code.removeprefix("+")
    if digits and number.isascii() and number.isdigit():
        return digits + number
    found = parse(number, country, calling_code)
    return found.calling_code.removeprefix("+") + found.number if found else number.strip().lower()
