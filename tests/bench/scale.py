"""`make bench-scale`: what a request costs at 10,000, 100,000 and 1,000,000 people, on one connection over HTTP.

One server for each size stands over a database of its own; the sizes take turns, so that a busy moment of the machine
falls on all of them alike. Where an answer has the same size, the median at the largest size should be within 1.3 times
that at the smallest; what is not is marked.

Each parameter is asked once before it is timed. What is asked for the first time, or does not fit into PostgreSQL's
`shared_buffers` any more, costs about 10 µs for each page of 8 kB that comes from the system's cache, which a small
table never does. PG_OPTIONS sets what PostgreSQL has otherwise: "shared_buffers=1GB max_wal_size=4GB".
"""

import os
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle

from tests.bench import scale_cases
from tests.bench.connection import Connection
from tests.bench.scale_cases import Requests, Sample
from tests.bench.serving import PORT, PostgreSQL, postgresql, serving

GOAL = 1.3
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """One size, ready to be asked."""

    connection: Connection
    sample: Sample


def main() -> None:
    sizes = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
    options = dict(option.split("=", 1) for option in os.environ.get("PG_OPTIONS", "").split())
    with postgresql(options) as postgres, ExitStack() as stack:
        subjects = [_subject(stack, postgres, size, PORT + n) for n, size in enumerate(sizes)]
        os.sync()  # what was written shall not be written out while requests are timed
        print(f"\n{os.cpu_count()} cores; PostgreSQL has {options or 'its defaults'}\n")
        print(f"{'median (p99) in ms':<40}" + "".join(f"{size:>20,}" for size in sizes) + "   ratio       size")
        _compare(
            [scale_cases.reads(s.connection, s.sample) for s in subjects],
            subjects,
            each=40,
            warm_up=scale_cases.SAMPLES,
        )
        _compare([scale_cases.writes(s.sample, ROUNDS * 5 + 3) for s in subjects], subjects, each=5, warm_up=3)
        print("\ntheir cost grows with the data")
        _compare([scale_cases.growing(s.sample) for s in subjects], subjects, each=1, warm_up=1, rounds=5, goal=None)


def _subject(stack: ExitStack, postgres: PostgreSQL, size: int, port: int) -> Subject:
    print(f"Making {size:,} people…", flush=True)
    database = postgres.new_database(f"people_{size}")
    database.load("scale.sql", people=size)
    server = stack.enter_context(serving(database, port))
    connection = stack.enter_context(Connection(server))
    return Subject(connection, scale_cases.sample(database, size, 4000))


def _compare(
    requests: Sequence[Requests],
    subjects: Sequence[Subject],
    *,
    each: int,
    warm_up: int,
    rounds: int = ROUNDS,
    goal: float | None = GOAL,
) -> None:
    for name in requests[0]:
        lines = [cycle(of_size[name]) for of_size in requests]
        for subject, of_size in zip(subjects, lines, strict=True):
            _times(subject, of_size, warm_up)
        times: Mapping[int, list[float]] = defaultdict(list)
        bytes_answered = 0
        for _ in range(rounds):
            for number, (subject, of_size) in enumerate(zip(subjects, lines, strict=True)):
                took, bytes_answered = _times(subject, of_size, each)
                times[number] += took
        _show(name, list(times.values()), bytes_answered, goal)


def _times(subject: Subject, lines: Iterator[str], count: int) -> tuple[list[float], int]:
    answers = [subject.connection.ask(next(lines)) for _ in range(count)]
    return [took for took, _ in answers], len(answers[-1][1])


def _show(name: str, times: Sequence[Sequence[float]], size: int, goal: float | None) -> None:
    medians = [statistics.median(found) for found in times]
    slowest = [sorted(found)[int(len(found) * 0.99)] for found in times]
    shown = "".join(f"{median:>11.2f} ({p99:>6.1f})" for median, p99 in zip(medians, slowest, strict=True))
    ratio = medians[-1] / medians[0]
    over = f"  over {goal}" if goal and ratio > goal else ""
    print(f"{name:<40}{shown}{ratio:>8.2f} {size:>8} B{over}", flush=True)


if __name__ == "__main__":
    main()
