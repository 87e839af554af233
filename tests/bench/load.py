"""`make bench-load`: throughput, latency and memory by the number of workers and of connections.

Memory is that of the server's processes as PSS, in which what they share counts once. With a quiet PostgreSQL and as
many cores as workers, throughput grows with the workers; where cores are short, it does not.
"""

import os

from tests.bench import wrk
from tests.bench.processes import proportional
from tests.bench.serving import Server, postgresql, serving
from tests.bench.workloads import W1, W2, workloads

WORKERS = (1, 2, 4)
CONNECTIONS = (1, 8, 32, 128)


def measure(name: str, lines: list[str], server: Server, workers: int, seconds: int) -> None:
    wrk.run(server, lines, 2, max(CONNECTIONS))
    for connections in CONNECTIONS:
        result = wrk.run(server, lines, seconds, connections)
        print(
            f"{name:<30} {workers:>7} {connections:>11} {result.throughput:>7.0f} {result.p50:>9.1f} {result.p99:>9.1f}"
            f" {proportional(server.process):>8.0f}" + (f"  {result.failed} FAILED" if result.failed else ""),
            flush=True,
        )


def main() -> None:
    seconds = int(os.environ.get("SECONDS_EACH", "5"))
    with postgresql() as postgres:
        database = postgres.new_database("bench")
        print("Loading 455,000 records…", flush=True)
        database.load("data.sql")
        lines = workloads(database)
        print(f"{os.cpu_count()} cores, {seconds} s each\n")
        print(f"{'':<30} workers connections   req/s    p50 ms    p99 ms   MB PSS")
        for workers in WORKERS:
            with serving(database, workers=workers) as server:
                for name in (W1, W2):
                    measure(name, lines[name], server, workers, seconds)


if __name__ == "__main__":
    main()
