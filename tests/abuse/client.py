"""The programs that run beside the server, each in a process of its own, and print what they saw as JSON.

`python -m tests.abuse.client quiet PORT TOKEN SECONDS`, or `attack` and the name of one.
"""

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.abuse import before_tokens, costs, shares
from tests.abuse.attack import Attack, Target
from tests.bench.connection import Connection
from tests.bench.serving import Database, Server

ATTACKS: Mapping[str, Attack] = {
    **before_tokens.ATTACKS.by_name,
    **costs.ATTACKS.by_name,
    **shares.ATTACKS.by_name,
}

QUESTION = json.dumps({"query": "{ people(first: 1) { edges { node { id name { firstName } } } } }"})
PAUSE = 0.01  # seconds between two requests of the quiet client
REQUESTS = 10  # that it makes on one connection, so that it is a newcomer now and then
POLITENESS = 10  # of attacks towards the server, since they share its processors


def main() -> None:
    role, *rest = sys.argv[1:]
    if role == "attack":
        name, *rest = rest
    port, token, seconds = int(rest[0]), rest[1], float(rest[2])
    until = time.monotonic() + seconds
    if role == "quiet":
        print(json.dumps(quiet(port, token, until)))
        return
    os.nice(POLITENESS)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps(asyncio.run(ATTACKS[name].carry_out(Target(port, token, until)))))


def quiet(port: int, token: str, until: float) -> Mapping[str, float]:
    """Milliseconds of the middle and of the slowest hundredth of its requests, and how many failed."""
    server = Server(Database("", Path(), "", token), 0, port)
    took: list[float] = []
    failed = 0
    while time.monotonic() < until:
        try:
            with Connection(server) as connection:
                for _ in range(REQUESTS):
                    took.append(connection.ask(QUESTION)[0])
                    time.sleep(PAUSE)
        except (OSError, ValueError):
            failed += 1
            time.sleep(PAUSE)
    took.sort()
    return {"p50": took[len(took) // 2], "p99": took[len(took) * 99 // 100], "failed": failed, "asked": len(took)}


if __name__ == "__main__":
    main()
