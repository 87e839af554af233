"""Record ids: any RFC 9562 UUID in, UUIDv7 where the server makes one."""

import os
import re
import threading
import time
from collections.abc import Callable
from uuid import UUID, SafeUUID

from schema.errors import BadUserInput
from schema.values.messages import shown

_FORM = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_UNKNOWN_SAFETY = SafeUUID.unknown
_RANDOM_BITS = 74
_RANDOM_LIMIT = 1 << _RANDOM_BITS
_SEED_BYTES = 9  # 72 of the 74 bits, so that a fresh millisecond has room to count in
_STEP_BYTES = 4


def uuid(value: str, field: str) -> UUID:
    """A UUID of any version, written 8-4-4-4-12 in hexadecimal digits of either case and in no other way."""
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        raise BadUserInput(f'Value "{shown(value)}" is not a valid UUID')
    return _made(int(value.replace("-", ""), 16))


def _made(number: int) -> UUID:
    """`UUID(int=number)` in a third of the time: a batch has two for each record."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", _UNKNOWN_SAFETY)
    return made


class Sequence:
    """UUIDv7s in strictly increasing order (RFC 9562, section 6.2, method 2), even when the clock goes back.

    Within a millisecond the 74 random bits grow by a random step; when they run out, the next millisecond is borrowed.
    """

    def __init__(self, clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._millisecond = -1
        self._random = 0

    def take(self, count: int) -> list[UUID]:
        """The next ids, in increasing order."""
        with self._lock:
            now = self._clock()
            if now > self._millisecond:
                self._begin(now)
            steps = os.urandom(_STEP_BYTES * count)
            return [self._next(steps[i : i + _STEP_BYTES]) for i in range(0, len(steps), _STEP_BYTES)]

    def _begin(self, millisecond: int) -> None:
        self._millisecond = millisecond
        self._random = int.from_bytes(os.urandom(_SEED_BYTES))

    def _next(self, step: bytes) -> UUID:
        self._random += int.from_bytes(step) + 1
        if self._random >= _RANDOM_LIMIT:
            self._begin(self._millisecond + 1)
        return _version_7(self._millisecond, self._random)


def _version_7(millisecond: int, random: int) -> UUID:
    high, low = random >> 62, random & ((1 << 62) - 1)
    return _made(millisecond << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low)


_sequence = Sequence()


def new_id() -> UUID:
    """A UUIDv7 greater than every one this process made before."""
    return _sequence.take(1)[0]


def new_ids(count: int) -> list[UUID]:
    """That many UUIDv7s, in increasing order."""
    return _sequence.take(count)
