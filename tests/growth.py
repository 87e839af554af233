"""How the CPU time of work grows with its input: what the tests of hostile inputs assert, and never seconds."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SEEN = 0.02  # seconds; below, the clock, the allocator and the interpreter's own moods are seen
LARGEST = 512  # times the first size; what cannot be seen even there grows too little to matter
RUNS = 3


def growth(make: Callable[[int], T], work: Callable[[T], object], size: int) -> float:
    """By what the time multiplies when the input doubles, from the first size on at which it can be seen."""
    largest = size * LARGEST
    while least_time(make(size), work) < SEEN:
        if size >= largest:
            return 1.0
        size *= 2
    return min(least_time(make(2 * size), work) / least_time(make(size), work) for _ in range(3))


def least_time(made: T, work: Callable[[T], object]) -> float:
    """The least of some runs, without the collector."""
    least = float("inf")
    for _ in range(RUNS):
        gc.disable()
        try:
            start = time.process_time()
            work(made)
            least = min(least, time.process_time() - start)
        finally:
            gc.enable()
        if least > 0.1:
            break
    return least
