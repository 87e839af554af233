"""Seals all secrets with the secret of now: those that one before it has sealed, and those that are not sealed yet.

In batches, each in a transaction of its own, beside servers that go on. A webhook and what its deliveries know of its
secret are sealed together, else it would look like a new secret.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from app.fault import OperatorFault
from app.sealing import Unreadable, Vault
from schema.catalog.model import Catalog

if TYPE_CHECKING:
    from app.commands.provision import Connection

BATCH = 500


class CannotRotate(OperatorFault):
    """Some secrets cannot be read; what was sealed until there stays."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of secrets: its table, and what tells its rows apart beside the workspace."""

    table: str
    key: str
    column: str

    @property
    def found(self) -> str:
        return (
            f'SELECT workspace_id, {self.key}, "{self.column}" FROM "{self.table}" WHERE "{self.column}" <> \'\''
            f' AND NOT starts_with("{self.column}", $1) ORDER BY workspace_id, {self.key} LIMIT {BATCH}'
        )

    @property
    def renew(self) -> str:
        """Where it is still what it was."""
        return (
            f'UPDATE "{self.table}" AS kept SET "{self.column}" = given.sealed'
            " FROM unnest($2::uuid[], $3::text[], $4::text[]) AS given (id, stored, sealed)"
            f" WHERE kept.workspace_id = $1 AND kept.{self.key} = given.id"
            f' AND kept."{self.column}" = given.stored'
        )


STATE = (
    Stored("webhook_state", "webhook_id", "secret"),
    Stored("webhook_state", "webhook_id", "previous_secret"),
)
WEBHOOK = Stored("webhook", "id", "secret")


def stored(catalog: Catalog) -> Iterator[Stored]:
    """Where there are secrets."""
    for object_type in catalog.objects.values():
        for column in object_type.columns.values():
            if column.secret:
                yield Stored(object_type.table, "id", column.name)


async def rotate(connection: "Connection", catalog: Catalog, vault: Vault) -> dict[str, int]:
    """How many secrets were sealed anew, by table and column. Raises CannotRotate."""
    counts: dict[str, int] = {}
    for one in (*stored(catalog), *STATE):
        counts[f"{one.table}.{one.column}"] = 0
    for one in (*stored(catalog), *STATE):
        while renewed := await _batch(connection, one, vault):
            counts[f"{one.table}.{one.column}"] += renewed
    return counts


async def _batch(connection: "Connection", one: Stored, vault: Vault) -> int:
    async with connection.transaction():
        rows = await connection.fetch(one.found, vault.prefix)
        try:
            given = [(row[0], (row[1], row[2], vault.renewed(row[0], row[2]))) for row in rows]
        except Unreadable as error:
            raise CannotRotate(f"{one.table}.{one.column}: {error}") from None
        for workspace_id, of_workspace in groupby(given, itemgetter(0)):
            columns = [list(values) for values in zip(*(values for _, values in of_workspace), strict=True)]
            for also in (*STATE, one) if one == WEBHOOK else (one,):  # in the order in which deliveries lock them
                await connection.execute(also.renew, workspace_id, *columns)
    return len(given)
