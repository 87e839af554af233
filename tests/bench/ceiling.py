"""The ceiling of a workload: what PostgreSQL alone can do, by pgbench with as many clients and prepared statements.

For a read it is the very statement that the server runs; for a create of 60, the bare INSERT of as many rows. The
parameters rotate as in the workload: pgbench finds them in a table, within the statement.
"""

import asyncio
import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import asyncpg
import httpx
from pydantic import SecretStr

from app.settings import Settings
from schema.api import Api, build
from schema.catalog.loading import load
from schema.context import GraphQLRequest, Statement
from tests.bench.serving import SECRET, Database
from tests.bench.workloads import W1, W2, W3, W4, W6, W7
from tests.conftest import run_server
from tests.recorder import Recorder

READS = (W1, W2, W3, W4)
SETS = 100  # of parameters

INSERT = """
INSERT INTO person (workspace_id, id, "nameFirstName", "nameLastName", "emailsPrimaryEmail", emails_primary_email_key,
    "companyId", position)
SELECT $1, uuidv7(), "firstName", "lastName", email, email, "companyId", 0
FROM (SELECT *, 'bench' || gen_random_uuid() || '@example.com' AS email
    FROM jsonb_to_recordset($2::jsonb) AS r("firstName" text, "lastName" text, "companyId" uuid)) given RETURNING id
"""


def ceilings(database: Database, lines: dict[str, list[str]], seconds: int, clients: int) -> dict[str, float]:
    """Transactions a second by workload."""
    catalog = load()
    api = build(catalog)
    statements = asyncio.run(_statements(database, api, {name: lines[name][:SETS] for name in READS}))
    statements[W6] = [Statement(INSERT, (database.workspace, _rows(line))) for line in lines[W6]]
    statements[W7] = [_statement_of_rest(database, api, lines[W7][0])]
    return {name: _pgbench(database, found, seconds, clients) for name, found in statements.items()}


async def _statements(database: Database, api: Api, lines: dict[str, list[str]]) -> dict[str, list[Statement]]:
    """What requests of GraphQL run."""
    connection = await asyncpg.connect(database.url)
    recorder = Recorder(UUID(database.workspace), connection)
    found = {}
    for name, asked in lines.items():
        recorder.statements.clear()
        for line in map(json.loads, asked):
            await api.execute(GraphQLRequest(line["query"], line["variables"]), recorder)
        found[name] = list(recorder.statements)
    await connection.close()
    return found


def _statement_of_rest(database: Database, api: Api, path: str) -> Statement:
    """What a list in REST runs, which has no parameter but the workspace."""
    settings = Settings(database_url=database.url, app_secret=SecretStr(SECRET))
    with run_server(settings, api) as server:
        headers = {"Authorization": f"Bearer {database.token}", "Prefer": "count=none"}
        httpx.get(server.url + path, headers=headers).raise_for_status()
        (text,) = server.statements
    return Statement(text, (database.workspace,))


def _rows(line: str) -> str:
    """The records of a create of many."""
    rows = [{**person["name"], "companyId": person["companyId"]} for person in json.loads(line)["variables"]["d"]]
    return json.dumps(rows)


def _pgbench(database: Database, statements: Sequence[Statement], seconds: int, clients: int) -> float:
    (text,) = {statement.text for statement in statements}
    asyncio.run(_fill(database, statements))
    with TemporaryDirectory() as folder:
        script = Path(folder) / "script"
        script.write_text(f"\\set n random(0, {len(statements) - 1})\n{_script(text)};\n")
        command = [str(database.programs / "pgbench"), database.url, "-n", "-M", "prepared", "-f", str(script)]
        command += ["-c", str(clients), "-T", str(seconds), "-D", f"workspace={database.workspace}"]
        printed = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ).stdout
    database.query("DROP TABLE bench_parameters")
    return float(printed.split("tps = ")[1].split()[0])


async def _fill(database: Database, statements: Sequence[Statement]) -> None:
    """A table with a row of parameters for each statement, as text; the first, the workspace, is none of them."""
    names = [f"p{number}" for number in range(2, len(statements[0].values) + 1)]
    connection = await asyncpg.connect(database.url)
    columns = "".join(f", {name} text" for name in names)
    await connection.execute(f"CREATE TABLE bench_parameters (n integer PRIMARY KEY{columns})")
    rows = [(n, *map(str, statement.values[1:])) for n, statement in enumerate(statements)]
    await connection.copy_records_to_table("bench_parameters", records=rows)
    await connection.execute("ANALYZE bench_parameters")
    await connection.close()


def _script(text: str) -> str:
    """The statement with its parameters looked up, and its colons kept from being read as pgbench's variables."""
    text = re.sub(r"(?<!:):(?=\w)", ":' || '", text)
    text = re.sub(r"\$1\b", ":workspace::uuid", text)
    return re.sub(r"\$(\d+)", r"(SELECT p\1 FROM bench_parameters WHERE n = :n)", " ".join(text.split()))
