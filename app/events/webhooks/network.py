"""How the sender reaches a receiver: a name is resolved, its addresses are checked, and one of these is connected to.

The name stays in the `Host` header and in TLS, where the certificate must be for it.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

from app.events.webhooks.addresses import is_public

RESOLVERS = 64  # threads; a name whose servers are silent keeps one for as long as the system tries
Resolve = Callable[[str, int], Sequence[str]]
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[object, ...]]


class RefusedAddress(OSError):
    """The host has no address that webhooks may reach."""


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, in the order in which the system would try them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


class CheckedNetwork(AbstractResolver):
    """Finds and connects to public addresses alone, unless private ones are allowed, too.

    Names are resolved in threads of its own, each name once at a time, so that one that hangs holds up no other.
    """

    def __init__(self, *, allow_private: bool, resolve: Resolve = resolve) -> None:
        self._allow_private, self._resolve = allow_private, resolve
        self._threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")
        self._pending: dict[tuple[str, int], asyncio.Future[Sequence[str]]] = {}

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses that may be reached. Raises RefusedAddress, and OSError where the name has no address."""
        allowed = [address for address in await self._addresses(host, port) if self._allows(address)]
        if not allowed:
            raise RefusedAddress
        return [
            ResolveResult(hostname=host, host=address, port=port, family=_family(address), proto=0, flags=0)
            for address in allowed
        ]

    def socket(self, address: AddressInfo) -> socket.socket:
        """For a connection to an address, whoever found it: one that a URL names has not been checked before.

        Raises RefusedAddress.
        """
        family, kind, protocol, _, place = address
        if not self._allows(str(place[0])):
            raise RefusedAddress
        return socket.socket(family, kind, protocol)

    def _allows(self, address: str) -> bool:
        return self._allow_private or is_public(address)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        key = (host, port)
        pending = self._pending.get(key)
        if pending is None:
            loop = asyncio.get_running_loop()
            pending = self._pending[key] = loop.run_in_executor(self._threads, self._resolve, host, port)
            pending.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(pending)

    def _forget(self, key: tuple[str, int], done: "asyncio.Future[Sequence[str]]") -> None:
        del self._pending[key]
        if not done.cancelled():
            done.exception()  # whoever waited has seen it, or has given up


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
