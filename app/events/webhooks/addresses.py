"""Which addresses of the internet a webhook may reach: public ones, also where they are written inside others."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_REFUSED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # metadata of a cloud, on an address that looks public
        "169.254.0.0/16",  # link-local, with the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # name servers
        "192.52.193.0/24",  # multicast relays
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # name servers
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocols, Teredo among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_GLOBAL = IPv6Network("2000::/3")
"""What else there is of IPv6 is loopback, private, link-local, multicast, or belongs to nobody."""

_EMBEDDING: tuple[tuple[IPv6Network, int], ...] = (
    (IPv6Network("::/96"), 0),  # IPv4-compatible
    (IPv6Network("::ffff:0:0/96"), 0),  # IPv4-mapped
    (IPv6Network("::ffff:0:0:0/96"), 0),  # IPv4-translated
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)
"""Networks whose addresses hold one of IPv4, and how many bits stand after it."""


def is_public(text: str) -> bool:
    """Whether text is an address that anyone may reach."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    embedded = _embedded(address) if isinstance(address, IPv6Address) else None
    if embedded is not None:
        address = embedded
    elif isinstance(address, IPv6Address) and (address.scope_id or address not in _GLOBAL):
        return False
    return not any(_within(address, network) for network in _REFUSED)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    for network, after in _EMBEDDING:
        if address in network:
            return IPv4Address(int(address) >> after & 0xFFFFFFFF)
    return None


def _within(address: Address, network: IPv4Network | IPv6Network) -> bool:
    return address.version == network.version and address in network
