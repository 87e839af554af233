"""`make bench`: the server under load, on an embedded PostgreSQL with durable commits and 455,000 records.

Each workload rotates its parameters. Printed are requests per second, latency in milliseconds, CPU milliseconds per
request of the server and of PostgreSQL, the server's memory, and the ceiling: how many requests per second PostgreSQL
alone does of the same, and the part of it that the server reaches. The numbers of a busy machine are worth little.

With BENCH_PEERS the same is asked of other servers too; see peers.py.
"""

import os
from pathlib import Path

from tests.bench import peers, wrk
from tests.bench.ceiling import ceilings
from tests.bench.processes import cpu_seconds, resident
from tests.bench.serving import Server, postgresql, serving
from tests.bench.workloads import workloads


def measure(
    name: str, lines: list[str], server: Server, postmaster: int, ceiling: float | None, seconds: int, connections: int
) -> None:
    wrk.run(server, lines, 2, connections)
    before = cpu_seconds(server.process), cpu_seconds(postmaster)
    result = wrk.run(server, lines, seconds, connections)
    after = cpu_seconds(server.process), cpu_seconds(postmaster)
    cpu = [(now - then) * 1000 / result.requests for now, then in zip(after, before, strict=True)]
    print(
        f"{name:<46} {result.throughput:>7.0f} req/s"
        f"  p50 {result.p50:>6.1f}  p99 {result.p99:>6.1f} ms"
        f"  CPU {cpu[0]:.2f} + {cpu[1]:.2f} ms  {resident(server.process):.0f} MB"
        + (f"  ceiling {ceiling:.0f} ({result.throughput / ceiling:.0%})" if ceiling else "")
        + (f"  {result.failed} FAILED" if result.failed else ""),
        flush=True,
    )


def main() -> None:
    seconds, connections = int(os.environ.get("SECONDS_EACH", "8")), int(os.environ.get("CONNECTIONS", "8"))
    with postgresql() as postgres:
        database = postgres.new_database("bench")
        print("Loading 455,000 records…", flush=True)
        database.load("data.sql")
        lines = workloads(database)
        with serving(database) as server:
            print(
                f"{connections} connections, {seconds} s each; CPU of the server + of PostgreSQL; memory of the server"
            )
            found = ceilings(database, lines, seconds, connections)
            for name in lines:
                measure(name, lines[name], server, postgres.postmaster, found.get(name), seconds, connections)
    if folder := os.environ.get("BENCH_PEERS"):
        peers.compare(Path(folder), seconds, connections)


if __name__ == "__main__":
    main()
