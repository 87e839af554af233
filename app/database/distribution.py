"""Where Citus is installed, the tables lie on its workers by workspace. Elsewhere there is nothing to do.

Which tables those are is read from PostgreSQL's own catalog, so that one of a later revision is among them: whatever
`workspace_id` leads the primary key of is distributed by it, and the workspaces themselves by their ids, all on the
same shards. The rest is the server's own (Alembic's version, the jobs of webhooks), and stays where the servers ask:
on the coordinator.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from app.database.pool import Connection
from app.fault import OperatorFault

log = logging.getLogger(__name__)

WORKSPACES, KEY = "workspace", "workspace_id"
FOUND = "SELECT to_regclass('pg_dist_partition') IS NOT NULL"  # a table of the extension
TABLES = f"""
SELECT c.relname, CASE WHEN c.relname = '{WORKSPACES}' THEN 'id' ELSE (
    SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = '{KEY}') END AS by
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = '{WORKSPACES}'::regclass)
ORDER BY c.relname
"""
REFERENCES = """
SELECT child.relname, parent.relname FROM pg_constraint
JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
WHERE contype = 'f' AND NOT child.relispartition AND child.oid <> parent.oid
"""
DISTRIBUTED = "SELECT c.relname FROM pg_dist_partition JOIN pg_class c ON c.oid = logicalrelid"
SEQUENTIAL = "SET LOCAL citus.multi_shard_modify_mode = 'sequential'"
"""Tables that refer to each other are made in one transaction, which Citus does by one connection to each worker."""
DISTRIBUTE = "SELECT create_distributed_table(format('%I', $1::text)::regclass, $2, colocate_with => $3)"
FREE = "SELECT truncate_local_data_after_distributing_table(format('%I', $1::text)::regclass)"

WORKERS_SAY = """
SELECT nodename::text, nodeport, success, result::text FROM run_command_on_workers($1) ORDER BY nodename, nodeport
"""
WANTED: Mapping[str, tuple[str, str]] = {
    "jit": ("off", "off"),
    "statement_timeout": ("", "'10s'"),
}
"""The settings that Citus does not pass on from the servers' connections: what each is to be (where empty, anything but
0), and an example."""


class CannotDistribute(OperatorFault):
    """The tables cannot be distributed; the message says why."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What is to lie where: the tables to distribute in their order, each with its column, and those that stay."""

    steps: Sequence[tuple[str, str]]
    local: Sequence[str]


async def is_distributed(connection: Connection) -> bool:
    """Whether the database is a coordinator of Citus."""
    return bool(await connection.fetchval(FOUND))


async def planned(connection: Connection) -> Distribution:
    """What is to lie where, by the catalog. Raises CannotDistribute."""
    tables = {row[0]: row[1] for row in await connection.fetch(TABLES)}
    references = [(row[0], row[1]) for row in await connection.fetch(REFERENCES)]
    order = _parents_first([name for name, by in tables.items() if by], references)
    return Distribution([(name, tables[name]) for name in order], [name for name, by in tables.items() if not by])


async def distribute(connection: Connection) -> Sequence[str]:
    """Distributes the tables that are not yet, in the transaction that the connection is in. Gives their names.

    Nothing is done where Citus is not installed. Raises CannotDistribute, and the driver's errors.
    """
    if not await is_distributed(connection):
        return []
    done = {row[0] for row in await connection.fetch(DISTRIBUTED)}
    steps = [step for step in (await planned(connection)).steps if step[0] not in done]
    if steps:
        await connection.execute(SEQUENTIAL)
    for name, by in steps:
        await connection.fetchval(DISTRIBUTE, name, by, "none" if name == WORKSPACES else WORKSPACES)
        log.info("Citus distributes the table %s by %s", name, by)
    return [name for name, _ in steps]


async def free(connection: Connection, names: Iterable[str]) -> None:
    """Frees what rows that are on the workers now still take on the coordinator, where nothing reads them any more."""
    for name in names:
        await connection.fetchval(FREE, name)


async def unfit_workers(connection: Connection) -> Sequence[str]:
    """A line for each setting of a worker that is not as it should be, where Citus is installed."""
    if not await is_distributed(connection):
        return []
    return [line for setting in WANTED for line in await _unfit(connection, setting)]


async def _unfit(connection: Connection, setting: str) -> Sequence[str]:
    wanted, example = WANTED[setting]
    lines = []
    for host, port, success, result in await connection.fetch(WORKERS_SAY, f"SHOW {setting}"):
        if not success:
            lines.append(f"The worker {host}:{port} does not say its {setting}: {result}")
        elif result != wanted if wanted else result == "0":
            lines.append(
                f"The worker {host}:{port} has {setting} = {result}, and Citus does not pass that of the servers on:"
                f" ALTER DATABASE … SET {setting} = {example} there"
            )
    return lines


def _parents_first(names: Sequence[str], references: Iterable[tuple[str, str]]) -> Sequence[str]:
    """The workspaces, and then each table after those that it refers to, as Citus asks. Raises CannotDistribute."""
    parents: dict[str, set[str]] = {name: {WORKSPACES} - {name} for name in names}
    for child, parent in references:
        if (child in parents) != (parent in parents):
            raise CannotDistribute(f"The table {child} refers to {parent}, and only one of them is of a workspace")
        if child in parents:
            parents[child].add(parent)
    try:
        return [*TopologicalSorter(parents).static_order()]
    except CycleError as error:
        raise CannotDistribute(f"Tables refer to each other in a circle: {', '.join(error.args[1])}") from None
