"""One attempt: a POST to a receiver, and what came of it. It knows no database."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from app.events.webhooks.network import CheckedNetwork, RefusedAddress
from schema.values.hosts import ascii_host

KEPT_ANSWER = 1024  # bytes
READ_ANSWER = 65_536  # bytes; of a longer answer the rest is not waited for
IDLE_SECONDS = 10.0
GONE = 410

FAULTS = (aiohttp.ClientError, OSError, ValueError)
_SAFE = "%/:=&?~+!$,;'@()*[]|"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. `latency` is in milliseconds, `retry_after` in seconds; `error` is why it failed."""

    started_at: datetime
    latency: int
    status: int | None = None
    answer: str | None = None
    error: str | None = None
    retry_after: float | None = None

    @property
    def is_delivered(self) -> bool:
        return self.error is None

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    beginning: bytes


class Sender:
    """Sends requests on kept connections, straight to the receivers, whatever proxies the environment names.

    An exchange may take `seconds`, from the look-up of the name to the end of the answer.
    """

    def __init__(self, session: aiohttp.ClientSession, seconds: float) -> None:
        self._session, self._seconds = session, seconds

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, network: CheckedNetwork, seconds: float, context: ssl.SSLContext | None = None
    ) -> AsyncIterator["Sender"]:
        """The pool has no limit of its own: each webhook has one, and waits for no other."""
        connector = aiohttp.TCPConnector(
            ssl=context or True,
            resolver=network,
            use_dns_cache=False,
            socket_factory=network.socket,
            limit=0,
            keepalive_timeout=IDLE_SECONDS,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept-Encoding",),
        )
        try:
            async with session:
                yield cls(session, seconds)
        finally:
            await network.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Nothing that the receiver does is raised."""
        started_at, clock = datetime.now(UTC), time.perf_counter()

        def latency() -> int:
            return round((time.perf_counter() - clock) * 1000)

        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._exchange(url, body, headers)
        except TimeoutError:
            return Outcome(started_at, latency(), error=f"No answer within {self._seconds:g} s")
        except FAULTS as error:
            return Outcome(started_at, latency(), error=_reason(error, url))
        return Outcome(
            started_at,
            latency(),
            answer.status,
            answer.beginning[:KEPT_ANSWER].decode("utf-8", "replace").replace("\0", "\ufffd"),
            _fault(answer),
            _retry_after(answer.headers.get("retry-after")),
        )

    async def _exchange(self, url: str, body: bytes, headers: Mapping[str, str]) -> _Answer:
        said = {"Content-Type": "application/json", "User-Agent": "Icosa", **headers}
        target = URL(_ascii(url), encoded=True)
        async with self._session.post(target, data=body, headers=said, allow_redirects=False) as response:
            beginning = b""
            async for chunk in response.content.iter_any():
                beginning += chunk
                if len(beginning) > READ_ANSWER:
                    response.close()
                    break
        read = {name.lower(): value for name, value in response.headers.items()}
        return _Answer(response.status, read, beginning)


def _reason(error: BaseException, url: str) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, RefusedAddress):
        return f"{_host(url)} has no address that webhooks may reach"
    return f"Cannot be reached: {str(cause) or type(cause).__name__}"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _ascii(url: str) -> str:
    """The URL as a request has it, in ASCII."""
    parts = urlsplit(url)
    host = ascii_host(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    host += f":{parts.port}" if parts.port else ""
    path, query = (quote(text, safe=_SAFE) for text in (parts.path, parts.query))
    return f"{parts.scheme}://{host}{path or '/'}{'?' if query else ''}{query}"


def _fault(answer: _Answer) -> str | None:
    if 200 <= answer.status < 300:
        return None
    if 300 <= answer.status < 400:
        where = answer.headers.get("location", "nowhere")[:200]
        return f"Answered {answer.status}: it redirects to {where}, which is not followed"
    return f"Answered {answer.status}"


def _retry_after(value: str | None) -> float | None:
    """Seconds from a number of them or an HTTP date. What is neither says nothing."""
    if value is None:
        return None
    try:
        return float(value) if value.strip().isdecimal() else _until(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _until(date: str) -> float:
    return max(0.0, (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds())
