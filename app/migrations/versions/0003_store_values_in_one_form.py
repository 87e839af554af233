"""store values in one form.

E-mails and links become what a client would be answered who sent them today, and text becomes NFC, so that operands,
which are understood in the same way, find them. A value that another live record of the workspace has already, where
it must be unique, stays as it is; the records are printed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from schema.errors import BadUserInput
from schema.values.emails import email
from schema.values.links import url

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 5000
VALUES: Sequence[tuple[str, str, Callable[[str, str], str]]] = (
    ("person", "emailsPrimaryEmail", email),
    ("company", "domainNamePrimaryLinkUrl", url),
    ("person", "linkedinLinkPrimaryLinkUrl", url),
    ("person", "xLinkPrimaryLinkUrl", url),
    ("company", "linkedinLinkPrimaryLinkUrl", url),
    ("company", "xLinkPrimaryLinkUrl", url),
    ("calendarEvent", "conferenceLinkPrimaryLinkUrl", url),
)
UNIQUE = VALUES[:2]
TEXTS = sa.text(
    "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.atttypid = 'text'::regtype"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> 'workspace' GROUP BY c.relname"
)


def upgrade() -> None:
    refused = []
    for table, column, normalise in VALUES:
        refused += _normalise(table, column, normalise, unique=(table, column, normalise) in UNIQUE)
    ours = {(table, column) for table, column, _ in VALUES}
    for table, columns in op.get_bind().execute(TEXTS).all():
        _compose(table, [column for column in columns if (table, column) not in ours])
    if refused:
        print(
            "These values are another record's already and stay as they are. Merge the records or change one of them:"
        )
        print("\n".join(refused))


def downgrade() -> None:
    """What was written before is not known."""


def _normalise(table: str, column: str, normalise: Callable[[str, str], str], *, unique: bool) -> Iterator[str]:
    """Gives a line for each value that is taken."""
    bind = op.get_bind()
    taken = (
        f'SELECT o.id FROM "{table}" o WHERE o.workspace_id = :workspace AND o."{column}" = :value AND o.id <> :id'
        ' AND o."deletedAt" IS NULL'
    )
    for workspace, own_id, value, is_live in _filled(table, column):
        try:
            new = normalise(value, column)
        except BadUserInput:
            continue
        if new == value:
            continue
        parameters = {"workspace": workspace, "id": own_id, "value": new}
        other = bind.execute(sa.text(taken), parameters).scalar() if unique and is_live and new else None
        if other is not None:
            yield f"{table} {own_id}: {value!r} is {new!r} of {other}"
            continue
        changed = f'UPDATE "{table}" SET "{column}" = :value WHERE workspace_id = :workspace AND id = :id'
        bind.execute(sa.text(changed), parameters)


def _filled(table: str, column: str) -> Iterator[Any]:
    """The rows with a value, in batches, in the order of the primary key."""
    bind, after = op.get_bind(), None
    while True:
        beyond = "AND (workspace_id, id) > (:workspace, :id)" if after else ""
        query = (
            f'SELECT workspace_id, id, "{column}", "deletedAt" IS NULL FROM "{table}"'
            f" WHERE \"{column}\" <> '' {beyond} ORDER BY workspace_id, id LIMIT {BATCH}"
        )
        parameters = {"workspace": after[0], "id": after[1]} if after else {}
        rows = bind.execute(sa.text(query), parameters).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1]


def _compose(table: str, columns: Sequence[str]) -> None:
    """Text that is not NFC."""
    if not columns:
        return
    values = ", ".join(f'"{column}" = normalize("{column}", NFC)' for column in columns)
    composed = " AND ".join(f'coalesce("{column}" IS NFC NORMALIZED, TRUE)' for column in columns)
    op.get_bind().execute(sa.text(f'UPDATE "{table}" SET {values} WHERE NOT ({composed})'))
