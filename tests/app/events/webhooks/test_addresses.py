"""Where webhooks go and where they do not, also by names that lead there."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.events.webhooks.addresses import is_public
from app.events.webhooks.network import AddressInfo, CheckedNetwork
from app.events.webhooks.sending import Sender
from tests.app.events.webhooks.hooks import FAST, Hooks
from tests.app.events.webhooks.receivers import receiving

PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.0.1.1"),
    *("198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001:800::200e"),
    *("64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"),
)
REFUSED = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.0.1"),
    *("168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192"),
    *("192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1"),
    *("203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::2", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
    *("::ffff:a9fe:a9fe", "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1"),
    *("64:ff9b:1::8.8.8.8", "2002:7f00:1::1", "2002:a00:1::", "2002:a9fe:a9fe::1", "2001::1", "2001:0:7f00:1::"),
    *("2001:db8::1", "3fff::1", "100::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1"),
    *("5f00::1", "4000::1", "localhost", "", "1.2.3", "0x7f000001"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", REFUSED)
def test_refused_addresses(address: str) -> None:
    assert not is_public(address)


HOSTS = (
    *("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"),
    *("0.0.0.0", "[::]", "169.254.169.254", "10.0.0.1", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
)


@pytest.mark.parametrize("host", HOSTS)
async def test_a_host_that_is_not_public_is_not_connected_to(host: str) -> None:
    async with receiving() as receiver, Sender.opened(CheckedNetwork(allow_private=False), 3) as sender:
        url = receiver.url.replace("127.0.0.1", host)
        outcome = await sender.post(url, b"{}", {})
    refusals = ("has no address that webhooks may reach", "is not a canonical IPv4 address")
    assert outcome.error and outcome.error.endswith(refusals)
    assert receiver.connections == 0


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["127.0.0.1", "::1"], ["::ffff:169.254.169.254"], ["fd00::1", "192.168.1.1"]]
)
async def test_a_name_that_leads_to_private_addresses(addresses: list[str]) -> None:
    network = CheckedNetwork(allow_private=False, resolve=lambda host, port: addresses)
    async with Sender.opened(network, 3) as sender:
        outcome = await sender.post("https://innocent.example/hook", b"{}", {})
    assert outcome.error == "innocent.example has no address that webhooks may reach"


async def test_the_checked_address_is_connected_to_by_the_name_that_was_asked_for() -> None:
    """A second look-up would answer another one: there is none."""
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    async with receiving() as receiver:
        network = CheckedNetwork(allow_private=True, resolve=resolve)
        port = int(receiver.url.split(":")[2].split("/")[0])
        async with Sender.opened(network, 3) as sender:
            outcome = await sender.post(f"http://Bücher.example:{port}/ä?b=ü#c", b"{}", {})
    assert outcome.is_delivered and asked == [("xn--bcher-kva.example", port)]
    assert receiver.received[0].headers["host"] == f"xn--bcher-kva.example:{port}"


async def test_private_addresses_beside_public_ones_are_passed_over() -> None:
    tried: list[str] = []

    class Network(CheckedNetwork):
        def socket(self, address: AddressInfo) -> socket.socket:
            tried.append(str(address[4][0]))
            raise OSError("refused")

    found = ["10.0.0.1", "203.0.114.1", "::1", "203.0.114.2"]
    async with Sender.opened(Network(allow_private=False, resolve=lambda host, port: found), 3) as sender:
        outcome = await sender.post("http://a.example/", b"{}", {})
    assert outcome.error == "Cannot be reached: refused" and set(tried) == {"203.0.114.1", "203.0.114.2"}


async def test_a_name_that_hangs_holds_up_no_other() -> None:
    import time

    def resolve(host: str, port: int) -> Sequence[str]:
        if host == "slow.example":
            time.sleep(1.5)
        return ["127.0.0.1"]

    async with receiving() as receiver:
        network = CheckedNetwork(allow_private=True, resolve=resolve)
        async with Sender.opened(network, 0.5) as sender:
            slow = [asyncio.create_task(sender.post("http://slow.example/", b"{}", {})) for _ in range(100)]
            await asyncio.sleep(0.1)
            fast = await sender.post(receiver.url.replace("127.0.0.1", "fast.example"), b"{}", {})
            assert fast.is_delivered and fast.latency < 300
            assert {one.error for one in await asyncio.gather(*slow)} == {"No answer within 0.5 s"}


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.upper(), "http://127.0.0.1:9")
    async with receiving() as receiver, Sender.opened(CheckedNetwork(allow_private=True), 3) as sender:
        assert (await sender.post(receiver.url, b"{}", {})).is_delivered


@pytest.mark.parametrize("url", ["ftp://a.example/", "no url", "http://[::1/", "http://a..example/", "http://:80/", ""])
async def test_what_is_no_url_is_an_attempt_that_failed(url: str) -> None:
    """Rows that were written before URLs were checked may hold anything."""
    async with Sender.opened(CheckedNetwork(allow_private=True), 3) as sender:
        outcome = await sender.post(url, b"{}", {})
    assert outcome.error and outcome.error.startswith("Cannot be reached: ")


async def test_the_setting_decides(hooks: Hooks) -> None:
    async with receiving() as receiver, hooks.delivering(replace(FAST, retries=()), allow_private=False):
        await hooks.webhook(receiver.url)
        await hooks.enqueue(hooks.event())
        (delivery,) = await hooks.settled()
    (attempt,) = await hooks.attempts()
    assert (delivery["status"], receiver.connections) == ("DEAD", 0)
    assert attempt["error"] == "127.0.0.1 has no address that webhooks may reach"
