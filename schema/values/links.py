"""LINKS: URLs in the one form in which they are stored."""

import re
from dataclasses import dataclass
from typing import Any

from schema.values.hosts import is_host_name
from schema.values.json_text import json_list, text_parts
from schema.values.messages import invalid
from schema.values.text import text

_KEYS = ("label", "url")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<userinfo>[^/?#\s\\]*@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#\s\\\[\]@:<>\"^`{|}\x00-\x20\x7f]+)"
    r"(?P<port>:[0-9]{0,5})?"
    r"(?P<rest>(?:[/?#].*)?)",
    re.DOTALL,
)
_BARE = re.compile(r"(?P<host>[^/?#\s:@]+)(?::[0-9]{0,5})?(?:[/?#].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Url:
    """A URL with a host, scheme and host lower-cased. `port` is empty where it is the scheme's own."""

    scheme: str
    userinfo: str
    host: str
    port: str
    rest: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.userinfo}{self.host}{self.port}{self.rest}"


def parsed(trimmed: str) -> Url | None:
    """The URL that a text is, with `https` where it is a host name with or without a path; None where it is none."""
    found = _URL.fullmatch(trimmed)
    if found is None and (bare := _BARE.fullmatch(trimmed)) and is_host_name(bare["host"]):
        found = _URL.fullmatch(f"https://{trimmed}")
    if found is None:
        return None
    scheme, digits = found["scheme"].lower(), (found["port"] or "").lstrip(":")
    port = f":{digits}" if digits and int(digits) != _DEFAULT_PORTS.get(scheme) else ""
    rest = "" if found["rest"] == "/" else found["rest"]
    return Url(scheme, found["userinfo"] or "", found["host"].lower(), port, rest)


def url(value: str, field: str) -> str:
    """As `parsed`; what is no URL with a host is kept, trimmed."""
    trimmed = text(value, field).strip()
    found = parsed(trimmed)
    return trimmed if found is None else text(str(found), field)


def secondary_links(value: Any, field: str) -> list[dict[str, Any]] | None:
    """A list of objects with ``label`` and ``url``, every URL in its one form, or JSON text that holds one."""
    items = json_list(value, field)
    return None if items is None else [_link(item, f"{field}[{n}]", field) for n, item in enumerate(items)]


def _link(item: Any, place: str, field: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise invalid(field, "expected a list of objects with label and url")
    parts: dict[str, Any] = {**text_parts(item, place, _KEYS)}
    if parts.get("url") is not None:
        parts["url"] = url(parts["url"], f"{place}.url")
    return parts
