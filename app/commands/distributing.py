"""`icosa distribute`: says which tables lie where, once they do."""

from collections.abc import Callable, Sequence

from app.database import connection, distribution
from app.migrations import migrate


async def distribute(url: str, say: Callable[[str], None]) -> None:
    """Raises the operator's errors of what it does."""
    await connection.check_fitness(url)
    connected = await connection.connect(url, "icosa distribute")
    try:
        if not await distribution.is_distributed(connected):
            raise distribution.CannotDistribute(
                "The database has no Citus: run CREATE EXTENSION citus in it on every node, and citus_add_node here"
            )
        made = await migrate(url)
        whole = await distribution.planned(connected)
        say(_line("Distributed by workspace now", made))
        say(_line("They were already", [name for name, _ in whole.steps if name not in made]))
        say(_line("They stay on the coordinator", whole.local))
        for line in await distribution.unfit_workers(connected):
            say(line)
    finally:
        await connected.close()


def _line(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(names) or 'none'}"
