"""An index over texts that were stored before it: which records have some that do not fit into it."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

from app.migrations.revisions import CannotMigrate

TOO_LONG = "54000"
FITS = 2600  # bytes, or more where they are compressed
MOST = 100  # records to name


def create_index(name: str, table: str, columns: Sequence[Any], texts: Sequence[str], **options: Any) -> None:
    """An index over texts of the records. Raises CannotMigrate, which names those that are too long for it."""
    try:
        with op.get_bind().begin_nested():
            op.create_index(name, table, columns, **options)
    except DBAPIError as error:
        cause = error.orig.__cause__ if error.orig else None
        if getattr(cause, "sqlstate", "") != TOO_LONG:
            raise
        raise CannotMigrate(
            "\n".join([_ADVICE, "workspace | object | id | field | bytes", *_longest(table, texts)])
        ) from error


_ADVICE = (
    "The database cannot be brought up to date, and is as it was: these texts are too long for an index that finds"
    " them, of which 2.6 kB fit. Shorten them with the version before, or by SQL, and start again"
)


def _longest(table: str, texts: Sequence[str]) -> list[str]:
    each = " UNION ALL ".join(
        f'SELECT workspace_id, id, \'{text}\' AS field, octet_length("{text}") AS bytes FROM "{table}"'
        f' WHERE octet_length("{text}") > {FITS}'
        for text in texts
    )
    found = op.get_bind().execute(sa.text(f"{each} ORDER BY bytes DESC, id LIMIT {MOST}"))
    return [f"{row.workspace_id} | {table} | {row.id} | {row.field} | {row.bytes}" for row in found]
