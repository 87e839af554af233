"""How webhooks are delivered: the times and bounds of it, as one value that is passed in."""

import random
from dataclasses import dataclass

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Rules:
    """All times are in seconds.

    `retries` are the pauses after each failure; once they are used up, a delivery is dead. A pause is up to `jitter` of
    itself longer. `in_flight` bounds what is sent to one webhook at a time, `in_flight_failing` where the last attempts
    failed. `lease` is how long who claimed a delivery may take before another sends it again, `heartbeat` how long a
    worker may be silent before another takes its jobs, `turn` how long it works on one before others may come first.
    `pause_after` is how long nothing arrives before a webhook is paused, `rotation` how long a replaced secret signs
    beside the new one, `kept` how long deliveries are, `housekeeping` how often old ones go.
    """

    timeout: float = 5.0
    retries: tuple[float, ...] = (5.0, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR)
    jitter: float = 0.2
    longest_retry_after: float = DAY
    in_flight: int = 50
    in_flight_failing: int = 2
    handlers: int = 400
    lease: float = 15.0
    heartbeat: float = 15.0
    turn: float = 30.0
    pause_after: float = 5 * DAY
    rotation: float = DAY
    kept: float = 30 * DAY
    housekeeping: float = MINUTE

    def pause(self, failures: int, retry_after: float | None) -> float | None:
        """How long to wait after so many failures; none where that was the last attempt."""
        if failures > len(self.retries):
            return None
        pause = self.retries[failures - 1]
        pause *= 1 + self.jitter * random.random()
        return max(pause, min(retry_after or 0.0, self.longest_retry_after))


GRANULARITY = 0.02
"""Of a pause: due times within so much of it are one, so that a webhook has few jobs however much it waits for."""

FINEST = 0.1
"""Seconds between two due times at least."""
