"""What keys have used lately, in memory that the processes of a server share: one table, whatever the number of keys.

For each key it has the moment at which all that was used will be paid off (the generic cell rate algorithm). No process
waits for another: where two change an entry within the same microsecond, one of the changes may be lost.
"""

import hashlib
from collections.abc import MutableSequence
from multiprocessing.sharedctypes import RawArray

ENTRIES = 65_536  # of 16 bytes
PLACES = 8  # where the entry of a key may be
_BITS = 52  # of a key's hash, which a float holds exactly


class Ledger:
    """Moments by keys. In `cells`, each entry is the hash of a key and its moment, in seconds."""

    def __init__(self, cells: MutableSequence[float]) -> None:
        self._cells = cells
        self._sets = len(cells) // (2 * PLACES)

    @classmethod
    def shared(cls) -> "Ledger":
        """One that can be handed to processes as they are started."""
        return cls(RawArray("d", 2 * ENTRIES))

    def due(self, key: str) -> float:
        """When the key will have paid off what it used: some time in the past where nothing is known of it."""
        _, place, is_there = self._find(key)
        return self._cells[place + 1] if is_there else 0.0

    def put(self, key: str, due: float) -> None:
        """In the place of the key, or of that one of its neighbours whose moment comes first."""
        own, place, _ = self._find(key)
        self._cells[place] = own
        self._cells[place + 1] = due

    def _find(self, key: str) -> tuple[float, int, bool]:
        """The hash of the key, where its entry is or can be, and whether it is."""
        digest = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
        own = float(digest >> (64 - _BITS)) + 1.0
        first = 2 * PLACES * (digest % self._sets)
        least = first
        for place in range(first, first + 2 * PLACES, 2):
            if self._cells[place] == own:
                return own, place, True
            if self._cells[place + 1] < self._cells[least + 1]:
                least = place
        return own, least, False
