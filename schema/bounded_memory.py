"""What is remembered up to a bound: the keys that were asked for last."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedMemory(Generic[K, V]):
    """A mapping that forgets what was not looked up for the longest time while all of it weighs more than `size`."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._weight = 0
        self._entries: OrderedDict[K, V] = OrderedDict()
        self._weights: dict[K, int] = {}

    def get(self, key: K) -> V | None:
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def values(self) -> Iterable[V]:
        return self._entries.values()

    def put(self, key: K, value: V, weight: int = 1) -> None:
        self._weight += weight - self._weights.get(key, 0)
        self._entries[key], self._weights[key] = value, weight
        while self._weight > self._size:
            forgotten, _ = self._entries.popitem(last=False)
            self._weight -= self._weights.pop(forgotten)


class SeenBefore:
    """Which keys came before: by their hashes, so that a large key costs no memory."""

    def __init__(self, size: int) -> None:
        self._hashes: BoundedMemory[int, bool] = BoundedMemory(size)

    def again(self, key: Hashable) -> bool:
        """Whether the key has come before, which from now on it has."""
        if self._hashes.get(hash(key)):
            return True
        self._hashes.put(hash(key), True)
        return False
