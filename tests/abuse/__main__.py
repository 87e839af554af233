"""`make abuse`: attacks beside a quiet client of another workspace, who must hardly notice them.

Each is carried out for `SECONDS` (5) by a process of its own, `ATTACKS` names some of them, separated by commas. It
ends with status 1 where the slowest hundredth of the quiet client's requests took three times as long as without the
attack, and more than 20 ms, where one of them failed, or where the server or PostgreSQL kept more memory than they may.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from tests.abuse.client import ATTACKS
from tests.abuse.shares import SHARED
from tests.bench.processes import cpu_seconds, proportional, resident
from tests.bench.serving import Database, PostgreSQL, Server, postgresql, serving

SECONDS = float(os.environ.get("SECONDS", "5"))
WANTED = os.environ.get("ATTACKS", "").split(",") if os.environ.get("ATTACKS") else list(ATTACKS)
TIMES = 3  # what an attack may multiply the slowest hundredth by
FLOOR = 20.0  # milliseconds, below which nobody notices
SERVER_MB = 100.0  # that an attack may leave, and so the answers that wait until their clients are given up
POSTGRESQL_MB = 200.0
SETTLE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One attack: how often it was answered what, what the quiet client saw, and what it cost."""

    answers: Mapping[str, int]
    p99: float
    failed: int
    cpu: float
    server: float
    postgresql: float

    def faults(self, quiet: float) -> Iterator[str]:
        if self.p99 > max(FLOOR, TIMES * quiet):
            yield f"the quiet client's p99 was {self.p99:.1f} ms"
        if self.failed:
            yield f"{self.failed} of the quiet client's connections failed"
        if self.server > SERVER_MB or self.postgresql > POSTGRESQL_MB:
            yield f"memory grew by {self.server:.0f} and {self.postgresql:.0f} MB"


def main() -> int:
    broken = 0
    with postgresql() as postgres:
        database = postgres.new_database("abuse")
        attacker = database.another_workspace("Attacker")
        with serving(database) as server:
            fill(server, database)
            fill(server, attacker)
            quiet = json.loads(client(server, database, "quiet").communicate()[0])
            print(f"The quiet client alone: p50 {quiet['p50']:.1f} ms, p99 {quiet['p99']:.1f} ms.", flush=True)
            print(f"{'attack':40} {'p99 ms':>7} {'CPU s':>6} {'MB':>7} {'MB PG':>6}  answers")
            for name in WANTED:
                seen = carried_out(postgres, server, attacker, name)
                answers = ", ".join(f"{count:,} × {what}" for what, count in sorted(seen.answers.items()))
                print(
                    f"{name:40} {seen.p99:7.1f} {seen.cpu:6.1f} {seen.server:+7.1f} {seen.postgresql:+6.0f}  {answers}",
                    flush=True,
                )
                for fault in seen.faults(quiet["p99"]):
                    broken += 1
                    print(f"BROKEN: {name}: {fault}", flush=True)
    print("Nobody noticed much." if not broken else f"{broken} attacks did harm.")
    return bool(broken)


def fill(server: Server, workspace: Database) -> None:
    """A person to ask for, companies to quarrel about, and notes that are some megabytes together."""
    headers = {"Authorization": f"Bearer {workspace.token}"}
    with httpx.Client(base_url=f"{server.url}/rest", headers=headers, timeout=60) as client:
        client.post("/people", json={"name": {"firstName": "Ada"}}).raise_for_status()
        shared = [{"id": own, "name": "Shared"} for own in SHARED]
        client.post("/batch/companies", json=shared).raise_for_status()
        for _ in range(2):
            notes = [{"title": "Long", "body": "x" * 100_000} for _ in range(30)]
            client.post("/batch/notes", json=notes).raise_for_status()


def carried_out(postgres: PostgreSQL, server: Server, attacker: Database, name: str) -> Seen:
    cpu, memory, held = cpu_seconds(server.process), resident(server.process), proportional(postgres.postmaster)
    attack, beside = client(server, attacker, "attack", name), client(server, server.database, "quiet")
    asked: dict[str, Any] = json.loads(beside.communicate()[0])
    answers: dict[str, int] = json.loads(attack.communicate()[0])
    time.sleep(SETTLE_SECONDS)
    return Seen(
        answers,
        asked["p99"],
        int(asked["failed"]),
        cpu_seconds(server.process) - cpu,
        resident(server.process) - memory,
        proportional(postgres.postmaster) - held,
    )


def client(server: Server, workspace: Database, *role: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.abuse.client", *role]
    arguments = [str(server.port), workspace.token, str(SECONDS)]
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE)


if __name__ == "__main__":
    sys.exit(main())
