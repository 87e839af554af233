"""Whom a request comes from, behind proxies and without."""

from ipaddress import ip_network

import pytest

from app.http.addresses import address_of

TRUSTED = tuple(ip_network(network) for network in ("10.0.0.0/8", "127.0.0.1", "fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),  # by one who is not trusted, the header is a lie
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["203.0.113.5, 198.51.100.7"], "198.51.100.7"),  # the client said the first
        ("10.1.2.3", ["203.0.113.5, 198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.1.2.3", ["203.0.113.5", "198.51.100.7", "10.9.9.9"], "198.51.100.7"),  # in lines of their own
        ("10.1.2.3", ["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
        ("10.1.2.3", ["203.0.113.5, unknown"], "10.1.2.3"),
        ("10.1.2.3", ["203.0.113.5, unknown, 10.9.9.9"], "10.9.9.9"),
        ("10.1.2.3", [""], "10.1.2.3"),
        ("10.1.2.3", ["198.51.100.7:4711"], "198.51.100.7"),
        ("fd00::1", ["[2001:db8::1]:4711"], "2001:db8::/64"),
        ("2001:db8:0:1::2", [], "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::3", [], "2001:db8:0:1::/64"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("::ffff:10.1.2.3", ["198.51.100.7"], "198.51.100.7"),
        ("10.1.2.3", ["203.0.113.5" + ", 10.0.0.1" * 5000], "10.0.0.1"),  # it is not read to the end
    ],
)
def test_addresses(peer: str, forwarded: list[str], address: str) -> None:
    headers = [(b"host", b"x"), *[(b"x-forwarded-for", line.encode()) for line in forwarded]]
    assert address_of({"client": (peer, 4711), "headers": headers}, TRUSTED) == address


def test_without_proxies_the_header_says_nothing() -> None:
    headers = [(b"x-forwarded-for", b"198.51.100.7")]
    assert address_of({"client": ("127.0.0.1", 1), "headers": headers}, ()) == "127.0.0.1"


def test_a_unix_socket_has_no_address() -> None:
    assert address_of({"client": None, "headers": []}, TRUSTED) == ""
