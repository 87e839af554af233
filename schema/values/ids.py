"""Record ids: any RFC 9562 UUID in, UUIDv7 where the server makes one."""

import os
import re
import threading
import time
from array import array
from collections.abc import Callable
from uuid import UUID, SafeUUID

from schema.errors import BadUserInput
from schema.values.messages import shown

_FORM = re.compile("-".join(f"[0-9a-fA-F]{{{digits}}}" for digits in (8, 4, 4, 4, 12)))

_UNKNOWN_SAFETY = SafeUUID.unknown
_set_number, _set_safety = UUID.__dict__["int"].__set__, UUID.__dict__["is_safe"].__set__
_RANDOM_BITS = 74
_RANDOM_LIMIT = 1 << _RANDOM_BITS
_SEED_BYTES = 9  # 72 of the 74 bits, so that a fresh millisecond has room to count in
_STEP_BYTES = 4  # of an unsigned int
_LOW_BITS = (1 << 62) - 1


def uuid(value: str, field: str) -> UUID:
    """A UUID of any version, written 8-4-4-4-12 in hexadecimal digits of either case and in no other way."""
    if not isinstance(value, str) or not _FORM.fullmatch(value):
        raise BadUserInput(f'Value "{shown(value)}" is not a valid UUID')
    return _made(int(value.replace("-", ""), 16))


def _made(number: int) -> UUID:
    """`UUID(int=number)` in a fifth of the time: a batch has two for each record."""
    made = object.__new__(UUID)
    _set_number(made, number)
    _set_safety(made, _UNKNOWN_SAFETY)
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
        steps = array("I", os.urandom(_STEP_BYTES * count))
        with self._lock:
            now = self._clock()
            if now > self._millisecond:
                self._begin(now)
            elif self._random + sum(steps) + count >= _RANDOM_LIMIT:
                self._begin(self._millisecond + 1)
            fixed = self._millisecond << 80 | 7 << 76 | 0b10 << 62
            made = []
            for step in steps:
                self._random = random = self._random + step + 1
                made.append(_made(fixed | random >> 62 << 64 | random & _LOW_BITS))
            return made

    def _begin(self, millisecond: int) -> None:
        self._millisecond = millisecond
        self._random = int.from_bytes(os.urandom(_SEED_BYTES))


_sequence = Sequence()


def new_id() -> UUID:
    """A UUIDv7 greater than every one this process made before."""
    return _sequence.take(1)[0]


def new_ids(count: int) -> list[UUID]:
    """That many UUIDv7s, in increasing order."""
    return _sequence.take(count)
