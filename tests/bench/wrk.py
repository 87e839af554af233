"""Load by wrk: the requests of a list, round robin over a number of connections."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.serving import HERE, Server


@dataclass(frozen=True, slots=True)
class Result:
    """Latencies are in milliseconds. `failed` are answers with an error."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float

    @property
    def throughput(self) -> float:
        return self.requests / self.seconds


def run(server: Server, lines: Sequence[str], seconds: int, connections: int) -> Result:
    """A line is a GraphQL request as JSON, or the path of a GET."""
    with TemporaryDirectory() as folder:
        requests = Path(folder) / "requests"
        requests.write_text("\n".join(lines) + "\n")
        environment = {**os.environ, "REQ_FILE": str(requests), "TOKEN": server.database.token}
        script = str(HERE / "load.lua")
        options = ["-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script]
        command = ["wrk", *options, server.url]
        printed = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Result(**json.loads(printed.split("RESULT ")[1]))
