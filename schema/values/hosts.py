"""Names of hosts: IDNs in Unicode as people write them, and in punycode as they are compared."""

import re
from functools import lru_cache

import idna

_PUNYCODE = "xn--"
_DOTS = re.compile("[.\u3002\uff0e\uff61]")  # between labels, as IDNA has them


def unicode_host(host: str) -> str:
    """The host lower-cased, with its IDN labels in Unicode; what is no host is only lower-cased."""
    lower = host.lower()
    if lower.isascii() and _PUNYCODE not in lower:
        return lower
    try:
        return idna.decode(_encoded(lower))
    except idna.IDNAError:
        return lower


def ascii_host(host: str) -> str:
    """The host lower-cased, with its IDN labels in punycode; what is no host is only lower-cased."""
    lower = host.lower()
    if lower.isascii():
        return lower
    try:
        return _encoded(lower)
    except idna.IDNAError:
        return lower


def host_key(host: str) -> str:
    """As `ascii_host`, the same with and without the dot of the root at the end."""
    name = ascii_host(host)
    return name.removesuffix(".") or name


def is_host_name(text: str) -> bool:
    """Whether it is a name with a domain: labels with dots between, the last of which is no number."""
    labels = _DOTS.split(text)
    if labels[-1] == "":  # the root's
        labels.pop()
    if len(labels) <= 1 or "" in labels or (not labels[-1].isidentifier() and not labels[-1].startswith(_PUNYCODE)):
        return False
    try:
        _encoded(text.lower())
    except idna.IDNAError:
        return False
    return True


@lru_cache(maxsize=4096)
def _encoded(host: str) -> str:
    """Raises IDNAError."""
    return idna.encode(host, uts46=True).decode("ascii")
