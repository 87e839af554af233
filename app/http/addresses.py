"""Where a request comes from: the address that the connection has, or what proxies that are trusted say of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

FORWARDED = b"x-forwarded-for"
MOST_HOPS = 20  # proxies between a client and us that are looked at
PREFIX = 64  # bits of an IPv6 address that one subscriber has to himself, so that all such addresses are one


def address_of(scope: Any, trusted: Sequence[Network]) -> str:
    """Of a connection by a trusted proxy, the last address in the forwarding header that is none of these."""
    client = scope.get("client")
    found = _parsed(client[0]) if client else None
    if found is None:
        return ""
    if trusted and _is_within(found, trusted):
        lines = [value for name, value in scope["headers"] if name == FORWARDED]
        for hop in reversed(b",".join(lines).decode("latin-1").rsplit(",", MOST_HOPS)[-MOST_HOPS:]):
            said = _parsed(hop)
            if said is None:
                break
            found = said
            if not _is_within(said, trusted):
                break
    return _subscriber(found)


def origin_of(client: tuple[str, int] | None) -> str:
    """What counts as one address, whoever it is that has it."""
    found = _parsed(client[0].partition("%")[0]) if client else None
    return "" if found is None else _subscriber(found)


def are_within(origin: str, networks: Sequence[Network]) -> bool:
    """Whether an origin belongs to one of the networks."""
    own = ip_network(origin) if origin and networks else None
    return own is not None and any(own.version == one.version and own.overlaps(one) for one in networks)


def _is_within(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address, which some proxies write with a port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def _subscriber(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, PREFIX), strict=False))
    return str(address)
