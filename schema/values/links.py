"""LINKS: URLs in the one form in which they are stored and compared."""

import re
from typing import Any

from schema.values.json_text import json_list
from schema.values.messages import invalid
from schema.values.text import optional_text, text

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<userinfo>[^/?#\s\\]*@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#\s\\\[\]@:<>\"^`{|}\x00-\x20\x7f]+)"
    r"(?P<port>:[0-9]{0,5})?"
    r"(?P<rest>(?:[/?#].*)?)",
    re.DOTALL,
)


def url(value: str, field: str) -> str:
    """Scheme and host lower-cased, no slash after a bare host; text that is not a URL with a host is kept as it is."""
    parsed = _URL.fullmatch(text(value, field))
    if parsed is None:
        return value
    rest = "" if parsed["rest"] == "/" else parsed["rest"]
    userinfo, port = parsed["userinfo"] or "", parsed["port"] or ""
    return f"{parsed['scheme'].lower()}://{userinfo}{parsed['host'].lower()}{port}{rest}"


def secondary_links(value: Any, field: str) -> list[dict[str, Any]] | None:
    """A list of objects with ``label`` and ``url``, every URL in its one form, or JSON text that holds one."""
    items = json_list(value, field)
    return None if items is None else [_link(item, field) for item in items]


def _link(item: Any, field: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise invalid(field, "expected a list of objects with label and url")
    optional_text(item.get("label"), f"{field}.label")
    if "url" not in item:
        return item
    given = optional_text(item["url"], f"{field}.url")
    return {**item, "url": None if given is None else url(given, f"{field}.url")}
