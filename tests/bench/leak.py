"""`make bench-leak`: whether the server's memory grows over 200,000 requests of all sorts.

Reads, REST, creates, documents that were never seen before and documents that fail. The first 20,000 fill the caches,
which are bounded: the parsed documents of the process, and the prepared statements of each connection to PostgreSQL.
Exit status 1 tells that resident memory grew by more than 5 MB after them.
"""

import os
import sys
from itertools import chain

from tests.bench import wrk
from tests.bench.processes import proportional, resident
from tests.bench.serving import postgresql, serving
from tests.bench.workloads import STAMP, W1, W2, W5, W6, W7, graphql, workloads

REQUESTS = int(os.environ.get("REQUESTS", "200000"))
WARM_UP = REQUESTS // 10
ALLOWED = 5.0  # megabytes
CONNECTIONS = 8
SLICE_SECONDS = 5


def requests(lines: dict[str, list[str]]) -> list[str]:
    """In turns. A quarter are new documents, so that the warm-up fills every cache; a twelfth fail."""
    unseen = graphql(f"{{ n{STAMP}: people(first: 5) {{ edges {{ node {{ id city company {{ name }} }} }} }} }}")
    unseen_too = graphql(f"query($n: Int) {{ companies(first: $n) {{ edges {{ node {{ n{STAMP}: name }} }} }} }}", n=3)
    failing = graphql(f"{{ people {{ edges {{ node {{ n{STAMP} }} }} }} }}")
    turns = zip(lines[W1], lines[W2], lines[W5], lines[W7], lines[W1][::-1], lines[W2][::-1], strict=True)
    mixed = chain.from_iterable((*turn, unseen, unseen_too, failing, *turn[:3]) for turn in turns)
    return [*mixed, *lines[W6][:20]]


def main() -> int:
    with postgresql() as postgres:
        database = postgres.new_database("bench")
        print("Loading 455,000 records…", flush=True)
        database.load("data.sql")
        lines = requests(workloads(database))
        with serving(database) as server:
            done, failed, warm, after = 0, 0, 0.0, 0.0
            print(f"{'requests':>9} {'failed':>8} {'server MB RSS':>14} {'PostgreSQL MB PSS':>18}")
            while done < REQUESTS:
                result = wrk.run(server, lines, SLICE_SECONDS, CONNECTIONS)
                done, failed, after = done + result.requests, failed + result.failed, resident(server.process)
                print(f"{done:>9,} {failed:>8,} {after:>14.1f} {proportional(postgres.postmaster):>18.1f}", flush=True)
                if not warm and done >= WARM_UP:
                    warm = after
    grown = after - warm
    print(f"grown by {grown:.1f} MB after the warm-up" + (f", more than {ALLOWED:.0f}" if grown > ALLOWED else ""))
    return int(grown > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
