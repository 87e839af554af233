"""How the sender reaches a receiver: a name is resolved, its addresses are checked, and one of these is connected to.

The name stays in the `Host` header and in TLS, where the certificate must be for it.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore
from httpcore import AsyncNetworkStream

from app.events.webhooks.addresses import is_public

RESOLVERS = 64  # threads; a name whose servers are silent keeps one for as long as the system tries
Resolve = Callable[[str, int], Sequence[str]]


class RefusedAddress(Exception):
    """The host has no address that webhooks may reach."""


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, in the order in which the system would try them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses alone, unless private ones are allowed, too.

    Names are resolved in threads of its own, each name once at a time, so that one that hangs holds up no other.
    """

    def __init__(self, *, allow_private: bool, resolve: Resolve = resolve) -> None:
        self._allow_private, self._resolve = allow_private, resolve
        self._network = httpcore.AnyIOBackend()
        self._threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolve")
        self._pending: dict[tuple[str, int], asyncio.Future[Sequence[str]]] = {}

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore calls it so
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        """Raises RefusedAddress, OSError where the name has no address, and httpcore's errors."""
        addresses = await self._addresses(host, port)
        allowed = [address for address in addresses if self._allow_private or is_public(address)]
        if not allowed:
            raise RefusedAddress
        for address in allowed[:-1]:
            try:
                return await self._connected(address, port, timeout, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._connected(allowed[-1], port, timeout, socket_options)

    async def _connected(
        self, address: str, port: int, seconds: float | None, socket_options: Iterable[Any] | None
    ) -> AsyncNetworkStream:
        return await self._network.connect_tcp(address, port, timeout=seconds, socket_options=socket_options)

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
