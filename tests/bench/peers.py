"""Other servers beside ours: their benchmark, in a folder that BENCH_PEERS names, run with ours among them.

The folder holds `env.sh` (where everything is, below PEERS_ROOT), `setup_pg.sh` (starts their PostgreSQL and fills the
database `crm`) and `run_all.sh` (checks answers, loads every server by itself, writes `results.json`). Ours stands on
the same PostgreSQL: a database of its own that gets the rows of `crm`.
"""

import asyncio
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import asyncpg

from tests.bench.serving import Database, at, prepared, psql, serving

NAME = "icosa_bench"  # of our database, and of the results
TABLES = (
    *("company", "person", "opportunity", "note", "noteTarget"),
    *("messageThread", "message", "messageParticipant"),
)
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1"
INDEX = 'CREATE INDEX ON person (workspace_id, city, "createdAt")'  # their tables have it too
ROUNDS = 3

Environment = Mapping[str, str]


def compare(folder: Path, seconds: int, connections: int) -> None:
    """Prints for each workload our throughput against the best of theirs."""
    environment = _environment(folder)
    subprocess.run(["bash", str(folder / "setup_pg.sh")], env=environment, check=True, stdout=subprocess.DEVNULL)
    database = _our_database(environment)
    asyncio.run(_copy(environment["DATABASE_URL"], database))
    with serving(database, int(environment["PORT_OURS"])) as server:
        ours = {"OURS_TOKEN": database.token, "OURS_DB": NAME, "OURS_PID": str(server.process)}
        command = ["bash", str(folder / "run_all.sh"), "-p", ",".join(("ours", *_installed(environment)))]
        command += ["-d", str(seconds), "-c", str(connections), "-r", str(ROUNDS), "-n", NAME]
        subprocess.run(command, env={**environment, **ours}, check=True)
    _show(json.loads((Path(environment["RESULTS"]) / NAME / "results.json").read_text()))


def _environment(folder: Path) -> Environment:
    """What their env.sh sets."""
    command = ["bash", "-c", '. "$0/env.sh" && env -0', str(folder)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(line.split("=", 1) for line in printed.split("\0") if "=" in line)


def _installed(environment: Environment) -> Iterable[str]:
    """The peers to run: PEERS names them, else those that are installed."""
    if "PEERS" in os.environ:
        return os.environ["PEERS"].split(",")
    return sorted(folder.name for folder in Path(environment["RUN"]).iterdir() if folder.is_dir())


def _our_database(environment: Environment) -> Database:
    programs = Path(environment["PGBIN"])
    maker = f"postgresql://super@{environment['PGHOST']}:{environment['PGPORT']}/postgres"
    psql(programs, maker, "-c", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    made = f"CREATE DATABASE {NAME} OWNER {environment['PGUSER']} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
    psql(programs, maker, "-c", made)
    return prepared(at(environment["DATABASE_URL"], NAME), programs)


async def _copy(their_url: str, database: Database) -> None:
    """Their rows become ours: the columns are named alike, and ours have the workspace besides."""
    theirs, ours = await asyncpg.connect(their_url), await asyncpg.connect(database.url)
    for table in TABLES:
        names = {row[0] for row in await theirs.fetch(COLUMNS, table)}
        shared = [row[0] for row in await ours.fetch(COLUMNS, table) if row[0] in names]
        quoted = ", ".join(f'"{name}"' for name in shared)
        with TemporaryFile() as file:
            await theirs.copy_from_query(f"SELECT '{database.workspace}', {quoted} FROM \"{table}\"", output=file)
            file.seek(0)
            await ours.copy_to_table(table, source=file, columns=["workspace_id", *shared])
    await ours.execute(INDEX)
    for table in TABLES:
        await ours.execute(f'VACUUM (ANALYZE) "{table}"')
    await theirs.close()
    await ours.close()


def _show(results: Iterable[Mapping[str, Any]]) -> None:
    """A create of 60 by a function that was written by hand (W8) counts as that peer's create of 60 (W6)."""
    ours: dict[str, float] = {}
    theirs: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for result in results:
        workload = "W6" if result["workload"] == "W8" else result["workload"]
        if result["peer"] == "ours":
            ours[workload] = result["rps"]
        else:
            theirs[workload].append((result["rps"], result["peer"]))
    print("\nours / best peer, in requests per second")
    for workload, rate in ours.items():
        best = max(theirs[workload], default=None)
        against = f" {best[0]:>8.0f}  {rate / best[0]:>5.2f}  ({best[1]})" if best else "  no peer has it"
        print(f"{workload} {rate:>8.0f}{against}")
