"""How much one key may use in a minute, and how often one address may come without a good token.

What is used is paid off evenly: a key that has used nothing for a minute has all of its quota at once. A request costs
1 as it comes in, and once it is done 1 more for every 10 ms for which it had a connection to the database.
"""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.auth.authenticator import Authenticator
from app.database.underway import Underway, underway
from app.http.addresses import Network, address_of
from app.http.ledger import Ledger
from app.settings import Settings
from schema.catalog.model import ObjectType
from schema.context import Caller, Fetch
from schema.errors import TooManyRequests, Unauthenticated

WINDOW_SECONDS = 60
UNIT_SECONDS = 0.01  # with a connection to the database, which cost as much as a request
FREE = ("/healthz",)

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Quota:
    """`units` a minute for each key, whose names begin with that of the quota."""

    name: str
    units: int
    setting: str
    ledger: Ledger
    clock: Callable[[], float] = time.monotonic  # the same for all processes

    def refuse(self, key: str) -> float:
        """How many seconds too early one unit more would be; 0 where it is not."""
        return max(0.0, self._due(key) + WINDOW_SECONDS / self.units - WINDOW_SECONDS - self.clock())

    def charge(self, key: str, units: int) -> None:
        due = max(self._due(key), self.clock())
        self.ledger.put(f"{self.name} {key}", due + units * WINDOW_SECONDS / self.units)

    def headers(self, key: str) -> list[Header]:
        """The fields of draft-ietf-httpapi-ratelimit-headers: `t` is when the quota will be whole again."""
        left = max(0.0, self._due(key) - self.clock())
        remaining = max(0, math.floor(self.units * (1 - left / WINDOW_SECONDS) + 1e-6))
        return [
            (b"ratelimit-policy", b'"%s";q=%d;w=%d' % (self.name.encode(), self.units, WINDOW_SECONDS)),
            (b"ratelimit", b'"%s";r=%d;t=%d' % (self.name.encode(), remaining, math.ceil(left))),
        ]

    def _due(self, key: str) -> float:
        return self.ledger.due(f"{self.name} {key}")


class Metered(Underway):
    """A request whose use is counted. `key` is who pays for it, once that is known; `seconds` are of the database."""

    __slots__ = ("address", "is_charged", "key", "retry_after", "seconds")

    def __init__(self, task: "asyncio.Task[None] | None", address: str) -> None:
        super().__init__(task)
        self.address = address
        self.key: str | None = None
        self.is_charged = False
        self.retry_after = 0
        self.seconds = 0.0

    def used(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What is limited: each key, each address, or both."""

    of_keys: Quota | None
    of_addresses: Quota | None
    trusted: Sequence[Network]

    def begun(self, scope: Any, task: "asyncio.Task[None] | None") -> Metered:
        return Metered(task, address_of(scope, self.trusted))

    def admit(self, request: Metered, caller: Caller) -> None:
        """A request of a caller who is known. Raises TooManyRequests."""
        request.key = str(caller.api_key_id or caller.workspace_member_id or caller.workspace_id)
        request.is_charged = True
        self.admit_again(request)

    def admit_again(self, request: Metered) -> None:
        """One more operation of whoever is known by now. Raises TooManyRequests."""
        if self.of_keys and request.key is not None:
            self._refuse(request, self.of_keys, request.key)
            self.of_keys.charge(request.key, 1)

    def refuse_stranger(self, request: Metered) -> None:
        """Raises TooManyRequests where too many came from his address without a good token."""
        if self.of_addresses:
            self._refuse(request, self.of_addresses, request.address)

    def refuse_stranger_at(self, path: str, headers: Mapping[str, str], request: Metered) -> None:
        """The same for a request that names nobody."""
        if path not in FREE and "authorization" not in headers:
            self.refuse_stranger(request)

    def charge_stranger(self, request: Metered) -> None:
        """One over its limit pays no more for what it is told all the same: it would be locked out for hours."""
        request.is_charged = True
        if self.of_addresses and not self.of_addresses.refuse(request.address):
            self.of_addresses.charge(request.address, 1)

    def settle(self, request: Metered) -> None:
        """Charges what the database had to do."""
        units = int(request.seconds / UNIT_SECONDS)
        request.seconds = 0.0
        if units and self.of_keys and request.key is not None:
            self.of_keys.charge(request.key, units)

    def told(self, request: Metered, path: str, headers: Sequence[Header]) -> list[Header]:
        """The headers of a request that is done, with what they say of its limit."""
        if not request.is_charged and path not in FREE:
            self.charge_stranger(request)
        self.settle(request)
        own = list(headers)
        if request.retry_after:
            own = [header for header in own if header[0] != b"retry-after"]
            own.append((b"retry-after", b"%d" % request.retry_after))
        if request.key is not None:
            return own + (self.of_keys.headers(request.key) if self.of_keys else [])
        return own + (self.of_addresses.headers(request.address) if self.of_addresses and path not in FREE else [])

    def _refuse(self, request: Metered, quota: Quota, key: str) -> None:
        early = quota.refuse(key)
        if early > 0:
            request.retry_after = math.ceil(early)
            request.is_charged = True
            raise TooManyRequests(
                f"Too many requests: {quota.setting} is {quota.units} a minute. Try again in {request.retry_after} s"
            )


def rate_limits(settings: Settings, ledger: Ledger | None) -> RateLimits | None:
    """Those that are set, kept in a ledger of this process where none is shared."""
    if not settings.limits_rates:
        return None
    kept = ledger or Ledger.shared()
    of_keys = Quota("key", settings.rate_limit, "RATE_LIMIT", kept) if settings.rate_limit else None
    of_address = settings.rate_limit_address
    of_addresses = Quota("address", of_address, "RATE_LIMIT_ADDRESS", kept) if of_address else None
    return RateLimits(of_keys, of_addresses, settings.trusted_proxies)


class LimitedAuthenticator(Authenticator):
    """An authenticator that lets in no more than the limits allow.

    While an address is over its limit, only tokens that were good before are looked at: neither is it told whether
    another is good, nor does it lock out those who share the address.
    """

    def __init__(self, limits: RateLimits, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._limits = limits

    async def caller(self, authorization: str | None) -> Caller:
        """Raises Unauthenticated and TooManyRequests."""
        request = underway.get()
        if not isinstance(request, Metered):
            return await super().caller(authorization)
        try:
            if not self.knows(authorization):
                self._limits.refuse_stranger(request)
            caller = await super().caller(authorization)
        except Unauthenticated:
            self._limits.charge_stranger(request)
            raise
        self._limits.admit(request, caller)
        return caller


def authenticator_of(
    settings: Settings, objects: Collection[ObjectType], fetch: Fetch, limits: RateLimits | None
) -> Authenticator:
    """Who says who calls, with the limits that there are."""
    make = partial(LimitedAuthenticator, limits) if limits else Authenticator
    return make(settings.secret, fetch, objects=objects, previous=settings.previous_secrets)
