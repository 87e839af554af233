"""How long streams wait for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long streams wait, in seconds.

    A client that takes nothing for `send` is too slow. WebSockets have `init` to say who they are. Tokens are looked at
    again after `token`, logs after `poll` where no notification comes, live queries run after `live` at the earliest.
    """

    heartbeat: float = 15.0
    send: float = 10.0
    init: float = 10.0
    token: float = 3.0
    poll: float = 2.0
    live: float = 0.2


DEFAULT_PACE = Pace()
