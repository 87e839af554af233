"""Single records, batched: all that one document looks up at the same time is one statement.

Twenty `person(filter: …)` aliases have no single root statement; a DataLoader collects them.
"""

from strawberry.dataloader import DataLoader

from schema.execution.root_plans import Run
from schema.plan.nodes import FindEach, FindOne


class RecordLoader:
    """The single-record look-ups of one request."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._loader: DataLoader[FindOne, str | None] = DataLoader(self._load, cache=False)

    async def find(self, lookup: FindOne) -> str | None:
        """The JSON text of the record, if there is one."""
        return await self._loader.load(lookup)

    async def _load(self, lookups: list[FindOne]) -> list[str | BaseException | None]:
        plan = FindEach(tuple(lookups))
        (row,) = await self._run.context.read(self._run.statement(plan))
        return list(plan.row(row))
