"""What is remembered up to a bound: the keys that were asked for last."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that forgets what was not looked up for the longest time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: K, value: V) -> None:
        self._entries[key] = value
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


class Seen:
    """Which keys came before: by their hashes, so that a large key costs no memory."""

    def __init__(self, size: int) -> None:
        self._hashes: Recent[int, bool] = Recent(size)

    def again(self, key: Hashable) -> bool:
        """Whether the key has come before, which from now on it has."""
        if self._hashes.get(hash(key)):
            return True
        self._hashes.put(hash(key), True)
        return False
