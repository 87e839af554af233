"""How long the server waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How long streams and connections wait, in seconds.

    A client that takes nothing of a stream for `send` is too slow. WebSockets have `init` to say who they are. Tokens
    are looked at again after `token`, logs after `poll` where no notification comes, live queries run after `live` at
    the earliest.

    A request has `head` for its first lines, and its body brings something within each `body`; an answer is taken
    within `write`, as far as that goes; a connection without a request is kept for `idle`, and one that was refused for
    `linger`, so that its client can read why. When the server stops, idle connections are kept for `stop`. Connections
    are looked at once in each `sweep`.
    """

    heartbeat: float = 15.0
    send: float = 10.0
    init: float = 10.0
    token: float = 3.0
    poll: float = 2.0
    live: float = 0.2
    head: float = 10.0
    body: float = 30.0
    write: float = 30.0
    idle: float = 75.0
    linger: float = 5.0
    stop: float = 0.5
    sweep: float = 1.0


DEFAULT_PACE = Pace()
