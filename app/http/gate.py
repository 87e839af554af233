"""The connections of one process: how many there may be, from where, and how long the server waits for each.

One sweep a second looks at all of them, so that no request sets a timer: a connection has the phase that it is in, and
since when. Time is counted in sweeps, so that what a busy process lets wait is laid to nobody. It knows no HTTP.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.http.addresses import Network, are_within, origin_of
from app.http.pace import Pace
from schema.errors import ApiError, ServiceUnavailable, TooManyRequests

# The phases of a connection, which are the places of their patience.
NEW, HEAD, BODY, ANSWERING, IDLE, LINGERING, CLOSING = range(7)
WITHOUT_REQUEST = (NEW, HEAD, IDLE)

LOOPBACK = tuple(origin_of((host, 0)) for host in ("127.0.0.1", "::1"))
CROWDED = 0.75  # of all connections; from there on, those that say nothing are waited for as shortly as can be
MOST_TURNED_AWAY = 100  # connections beyond a limit that are told so, at a time; more are dropped
MOST_UNREAD = 256 * 1024 * 1024  # bytes of answers that wait for clients which read slowly, of all together
LEAST_RATE = 1000  # bytes a second, of a body that comes and an answer that goes


class Connection(Protocol):
    """What comes through the gate. `unread` is how much its client has not taken of what was written."""

    phase: int
    since: float

    def overdue(self) -> None: ...

    def unread(self) -> int: ...

    def abort(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stalled:
    """How much of an answer its client had not taken at a time."""

    unread: int
    since: float


class Gate:
    """`most` connections in all, and `most_of_one` from one address, 0 for any number.

    From `proxies`, behind which many clients may be, all may come. WebSockets count too; they keep deadlines of their
    own.
    """

    def __init__(self, most: int, most_of_one: int, pace: Pace, proxies: Sequence[Network] = ()) -> None:
        self.pace = pace
        self.now = 0.0
        self.stopping = False
        self._most, self._most_of_one, self._proxies = most, most_of_one, proxies
        self._patience = _patience(pace, pace.head, pace.idle)
        self._little_patience = _patience(pace, pace.sweep, pace.sweep)
        self._swept: set[Connection] = set()
        self._turned_away: set[Connection] = set()
        self._count = 0
        self._by_origin: dict[str, int] = {}
        self._stalled: dict[Connection, Stalled] = {}  # who has taken nothing for longest comes first
        self._unread = 0
        self._sweeping = False

    def enter(self, connection: Connection, origin: str) -> ApiError | None:
        """What the connection is to be told, if it may not come in."""
        connection.since = self.now
        self._swept.add(connection)
        if not self._sweeping:
            self._sweeping = True
            asyncio.get_running_loop().call_later(self.pace.sweep, self._sweep)
        refusal = self._refusal(origin)
        if refusal is None:
            self._count += 1
            self._by_origin[origin] = self._by_origin.get(origin, 0) + 1
        else:
            self._turned_away.add(connection)
            if len(self._turned_away) > MOST_TURNED_AWAY:
                connection.abort()
        return refusal

    def leave(self, connection: Connection, origin: str) -> None:
        """The connection is lost."""
        self.hand_over(connection)
        if connection in self._turned_away:
            self._turned_away.discard(connection)
        else:
            self.gone(origin)

    def hand_over(self, connection: Connection) -> None:
        """From here on it is no matter of ours how long the connection takes, but it counts, until it is `gone`."""
        self._swept.discard(connection)
        self.flows(connection)

    def gone(self, origin: str) -> None:
        self._count -= 1
        left = self._by_origin[origin] = self._by_origin[origin] - 1
        if not left:
            del self._by_origin[origin]

    def stalls(self, connection: Connection) -> None:
        """The client does not take what is written. Of all together, only so much is held."""
        self.flows(connection)
        self._watch(connection)
        while self._unread > MOST_UNREAD:
            slowest = next(iter(self._stalled))
            self.flows(slowest)
            slowest.abort()

    def flows(self, connection: Connection) -> None:
        stalled = self._stalled.pop(connection, None)
        if stalled:
            self._unread -= stalled.unread

    def stop(self) -> None:
        """No request is let in any more; connections without one are closed when all others have been answered."""
        if not self.stopping:
            self.stopping = True
            asyncio.get_running_loop().call_later(self.pace.stop, self._close_idle)

    def _refusal(self, origin: str) -> ApiError | None:
        if self._count >= self._most:
            return ServiceUnavailable(f"The server has {self._most} connections, which is MAX_CONNECTIONS")
        if self._most_of_one and self._by_origin.get(origin, 0) >= self._most_of_one and not self._is_proxy(origin):
            return TooManyRequests(
                f"There are {self._most_of_one} connections from {origin}, which is MAX_CONNECTIONS_PER_ADDRESS"
            )
        return None

    def _is_proxy(self, origin: str) -> bool:
        return origin in LOOPBACK or are_within(origin, self._proxies)

    def _sweep(self) -> None:
        now = self.now = self.now + self.pace.sweep
        patience = self._little_patience if self._count > CROWDED * self._most else self._patience
        for connection in [one for one in self._swept if now - one.since > patience[one.phase]]:
            connection.overdue()
        for connection, stalled in [*self._stalled.items()]:
            if now - stalled.since > self.pace.write:
                self.flows(connection)
                if stalled.unread - connection.unread() < LEAST_RATE * self.pace.write:
                    connection.abort()
                else:
                    self._watch(connection)
        self._sweeping = bool(self._swept)
        if self._sweeping:
            asyncio.get_running_loop().call_later(self.pace.sweep, self._sweep)

    def _watch(self, connection: Connection) -> None:
        self._stalled[connection] = Stalled(connection.unread(), self.now)
        self._unread += self._stalled[connection].unread

    def _close_idle(self) -> None:
        if all(one.phase in (*WITHOUT_REQUEST, LINGERING) for one in self._swept):
            for connection in [one for one in self._swept if one.phase in WITHOUT_REQUEST]:
                connection.close()
        if self._swept:
            asyncio.get_running_loop().call_later(self.pace.stop, self._close_idle)


def _patience(pace: Pace, head: float, idle: float) -> tuple[float, ...]:
    """By phase. What the answer takes has bounds of its own, where it is made."""
    by_phase = {
        NEW: head,
        HEAD: head,
        BODY: pace.body,
        ANSWERING: float("inf"),
        IDLE: idle,
        LINGERING: pace.linger,
        CLOSING: pace.write,
    }
    return tuple(by_phase[phase] for phase in sorted(by_phase))
