"""`make bench`: the server under load, on an embedded PostgreSQL with durable commits and 455,000 records.

Each workload rotates its parameters. Printed are requests per second, latency in milliseconds, CPU milliseconds per
request of the server and of PostgreSQL, and the server's memory. The numbers of a busy machine are worth little.
"""

import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from app import embedded
from app.data_dir import DataDir

HERE = Path(__file__).parent
PORT = 5699
SECRET = "a secret for benchmarks, long enough to sign with"
TICK = os.sysconf("SC_CLK_TCK")
PERSON = "id name { firstName lastName } emails { primaryEmail } jobTitle city"


def graphql(query: str, **variables: Any) -> str:
    return json.dumps({"query": query, "variables": variables})


def person(n: int, company: str) -> dict[str, Any]:
    email = f"bench{n}-{'0' * 16}@example.com"
    return {"name": {"firstName": "Bench", "lastName": str(n)}, "emails": {"primaryEmail": email}, "companyId": company}


def workloads(people: list[str], companies: list[str]) -> dict[str, list[str]]:
    chosen = random.Random(7)
    positions = [float(chosen.randrange(1, 49_000)) for _ in range(500)]
    by_position = "orderBy: [{ position: AscNullsLast }]"
    one = f"query($id: UUID!) {{ person(filter: {{id: {{eq: $id}}}}) {{ {PERSON} company {{ id name }} }} }}"
    page = (
        f"query($p: Float!) {{ people(first: 60, filter: {{position: {{gte: $p}}}}, {by_position})"
        f" {{ edges {{ node {{ {PERSON} createdAt company {{ id name employees }} }} }} }} }}"
    )
    nested = (
        f"query($p: Float!) {{ companies(first: 60, filter: {{position: {{gte: $p}}}}, {by_position})"
        f" {{ edges {{ node {{ id name employees people(first: 10, {by_position})"
        f" {{ edges {{ node {{ id name {{ firstName lastName }} jobTitle"
        f" pointOfContactForOpportunities(first: 10, {by_position})"
        " { edges { node { id name stage closeDate } } } } } } } } } }"
    )
    filtered = (
        'query($c: String!) { people(first: 20, filter: {city: {eq: $c}, jobTitle: {ilike: "%Engineer%"}},'
        " orderBy: [{createdAt: DescNullsLast}])"
        f" {{ totalCount edges {{ node {{ {PERSON} }} }} pageInfo {{ hasNextPage }} }} }}"
    )
    create = f"mutation($d: PersonCreateInput!) {{ createPerson(data: $d) {{ {PERSON} company {{ id name }} }} }}"
    batch = "mutation($d: [PersonCreateInput!]!) { createPeople(data: $d) { id } }"
    return {
        "W1 one person with company": [graphql(one, id=chosen_id) for chosen_id in chosen.sample(people, 500)],
        "W2 60 people with company": [graphql(page, p=p) for p in positions],
        "W3 60 companies, 10 people, 10 opportunities": [graphql(nested, p=p / 5) for p in positions],
        "W4 filter, order, total, 20 of many": [graphql(filtered, c=f"City {n}") for n in range(100)],
        "W5 create one": [graphql(create, d=person(n, chosen.choice(companies))) for n in range(500)],
        "W6 create 60": [
            graphql(batch, d=[person(n * 60 + k, chosen.choice(companies)) for k in range(60)]) for n in range(50)
        ],
        "W7 REST, 60 people": ["/rest/people?" + urlencode({"limit": 60, "depth": 1}) for _ in positions],
    }


def cpu_and_memory(pids: list[int]) -> tuple[float, float]:
    """CPU seconds of the processes so far, and the megabytes that they hold."""
    seconds, pages = 0.0, 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        seconds += sum(map(int, fields[11:15])) / TICK
        pages += int(fields[21])
    return seconds, pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(found for child in children for found in family(int(child)))]


def measure(name: str, lines: list[str], token: str, pids: tuple[int, int], seconds: int, connections: int) -> None:
    with TemporaryDirectory() as folder:
        requests = Path(folder) / "requests"
        requests.write_text("\n".join(lines) + "\n")
        environment = {
            **os.environ,
            "REQ_FILE": str(requests),
            "TOKEN": token,
            "METHOD": "GET" if lines[0][0] == "/" else "POST",
        }

        def run(duration: int) -> dict[str, float]:
            command = [
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{duration}s",
                "-s",
                str(HERE / "load.lua"),
                f"http://127.0.0.1:{PORT}",
            ]
            printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
            found: dict[str, float] = json.loads(printed.split("RESULT ")[1])
            return found

        run(2)
        before = [cpu_and_memory(family(pid))[0] for pid in pids]
        result = run(seconds)
        after = [cpu_and_memory(family(pid)) for pid in pids]
    cpu = [(now[0] - then) * 1000 / result["requests"] for now, then in zip(after, before, strict=True)]
    print(
        f"{name:<46} {result['requests'] / result['seconds']:>7.0f} req/s"
        f"  p50 {result['p50']:>6.1f}  p99 {result['p99']:>6.1f} ms"
        f"  CPU {cpu[0]:.2f} + {cpu[1]:.2f} ms  {after[0][1]:.0f} MB"
        + (f"  {result['failed']:.0f} FAILED" if result["failed"] else ""),
        flush=True,
    )


def psql(server: embedded.Embedded, url: str, *arguments: str) -> str:
    command = [str(server.programs / "psql"), url, "-qAt", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def icosa(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def wait_until_up(server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def with_server(work: Callable[[str, tuple[int, int], Callable[..., str]], None]) -> None:
    """Runs `work` with a token, the process ids of the server and of PostgreSQL, and a psql over the records."""
    data_dir = DataDir.temporary("icosa-bench-")
    try:
        with embedded.serving(data_dir, print) as url:
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "APP_SECRET": SECRET,
                "PORT": str(PORT),
                "LOG_LEVEL": "warning",
            }
            icosa(environment, "migrate")
            workspace = icosa(environment, "workspace", "create", "Bench")
            token = icosa(environment, "token", "create")
            print("Loading 455,000 records…", flush=True)
            postgres = embedded.prepare(data_dir, print)
            psql(postgres, url, "-v", f"workspace={workspace}", "-f", str(HERE / "data.sql"))
            server = subprocess.Popen([sys.executable, "-m", "app", "serve"], env=environment)
            try:
                wait_until_up(server)
                postmaster = int((postgres.data / "postmaster.pid").read_text().split()[0])
                work(token, (server.pid, postmaster), lambda sql: psql(postgres, url, "-c", sql))
            finally:
                server.terminate()
                server.wait()
    finally:
        embedded.remove(data_dir)


def main() -> None:
    seconds, connections = int(os.environ.get("SECONDS_EACH", "8")), int(os.environ.get("CONNECTIONS", "8"))

    def work(token: str, pids: tuple[int, int], query: Callable[..., str]) -> None:
        people = query('select id from person where "deletedAt" is null order by id limit 20000').split()
        companies = query("select id from company order by id").split()
        print(f"{connections} connections, {seconds} s each; CPU of the server + of PostgreSQL; memory of the server")
        for name, lines in workloads(people, companies).items():
            measure(name, lines, token, pids, seconds, connections)

    with_server(work)


if __name__ == "__main__":
    main()
