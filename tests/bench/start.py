"""`make bench-start`: from the start of the process to its first answer, its embedded database made before.

Printed are seconds on the clock, CPU seconds of the server (not of PostgreSQL), and how those CPU seconds are spent:
medians of RUNS (5). The numbers of a busy machine are worth little, those of the CPU a little more.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from app.embedded import server as embedded
from app.embedded.data_dir import DataDir

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")
QUERY = json.dumps({"query": "{ workspaceMembers { edges { node { id name { firstName } } } } }"}).encode()
# As an operator has it: modules are compiled once, not at each start.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")}

PARTS = """
import gc
from time import process_time
gc.disable()
import app.main, app.serving, app.server
imported = process_time()
from schema import catalog
from schema.execute import Executor
Executor(load())
print(imported, process_time() - imported)
"""


def start(data_dir: DataDir) -> tuple[float, float]:
    """Starts a server and stops it after its first answer: seconds on the clock, and CPU seconds."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    environment = {**ENVIRONMENT, "DATA_DIR": str(data_dir.path), "PORT": str(port), "LOG_LEVEL": "warning"}
    started = time.perf_counter()
    command = [sys.executable, "-m", "app", "serve"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(server, port)
        _ask(port, data_dir.token.read_text().strip())
        return time.perf_counter() - started, _cpu_seconds(server.pid)
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: "subprocess.Popen[bytes]", port: int) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise SystemExit("the server did not start")


def _ask(port: int, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", QUERY, headers)
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    assert answer["data"]["workspaceMembers"]["edges"], answer


def _cpu_seconds(pid: int) -> float:
    """Of a process and of those that it waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / TICK


def parts() -> tuple[float, float]:
    """CPU seconds of the imports, and of building the schema."""
    command = [sys.executable, "-c", PARTS]
    done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE)
    imports, build = map(float, done.stdout.split())
    return imports, build


def main() -> None:
    runs = range(int(os.environ.get("RUNS", "5")))
    data_dir = DataDir.temporary("icosa-start-")
    try:
        start(data_dir)
        clock, cpu = map(median, zip(*(start(data_dir) for _ in runs), strict=True))
        imports, build = map(median, zip(*(parts() for _ in runs), strict=True))
    finally:
        embedded.remove(data_dir)
    print(f"start to first answer {clock:.2f} s, CPU {cpu:.2f} s:", end=" ")
    print(f"imports {imports:.2f}, schema {build:.2f}, rest {cpu - imports - build:.2f}")


if __name__ == "__main__":
    main()
