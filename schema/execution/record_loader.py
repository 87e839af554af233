"""Single records, batched: all that one document looks up at the same time is one statement.

Twenty `person(filter: …)` aliases have no single root statement; a DataLoader collects them.
"""

from strawberry.dataloader import DataLoader

from schema.context import Context
from schema.plan.nodes import FindOne
from schema.sql.reads import find_one


class Lookups:
    """The single-record look-ups of one request."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._loader: DataLoader[FindOne, str | None] = DataLoader(self._load, cache=False)

    async def find(self, plan: FindOne) -> str | None:
        """The JSON text of the record, if there is one."""
        return await self._loader.load(plan)

    async def _load(self, plans: list[FindOne]) -> list[str | BaseException | None]:
        (row,) = await self._context.fetch(find_one(self._context.caller.workspace_id, plans))
        return list(row)
