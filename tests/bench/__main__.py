"""`make bench`: the server under load, on an embedded PostgreSQL with durable commits and 455,000 records.

Each workload rotates its parameters. Printed are requests per second, latency in milliseconds, CPU milliseconds per
request of the server and of PostgreSQL, and the server's memory. The numbers of a busy machine are worth little.
"""

import os

from tests.bench import wrk
from tests.bench.processes import cpu_seconds, resident
from tests.bench.serving import Server, postgresql, serving
from tests.bench.workloads import workloads


def measure(name: str, lines: list[str], server: Server, postmaster: int, seconds: int, connections: int) -> None:
    wrk.run(server, lines, 2, connections)
    before = cpu_seconds(server.process), cpu_seconds(postmaster)
    result = wrk.run(server, lines, seconds, connections)
    after = cpu_seconds(server.process), cpu_seconds(postmaster)
    cpu = [(now - then) * 1000 / result.requests for now, then in zip(after, before, strict=True)]
    print(
        f"{name:<46} {result.throughput:>7.0f} req/s"
        f"  p50 {result.p50:>6.1f}  p99 {result.p99:>6.1f} ms"
        f"  CPU {cpu[0]:.2f} + {cpu[1]:.2f} ms  {resident(server.process):.0f} MB"
        + (f"  {result.failed} FAILED" if result.failed else ""),
        flush=True,
    )


def main() -> None:
    seconds, connections = int(os.environ.get("SECONDS_EACH", "8")), int(os.environ.get("CONNECTIONS", "8"))
    with postgresql() as postgres:
        database = postgres.new_database("bench")
        print("Loading 455,000 records…", flush=True)
        database.load("data.sql")
        with serving(database) as server:
            print(
                f"{connections} connections, {seconds} s each; CPU of the server + of PostgreSQL; memory of the server"
            )
            for name, lines in workloads(database).items():
                measure(name, lines, server, postgres.postmaster, seconds, connections)


if __name__ == "__main__":
    main()
