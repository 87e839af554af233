"""find duplicates by indexes."""

import sqlalchemy as sa
from alembic import op

from app.migrations import long_texts

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CRITERIA = (("person", ("nameFirstName", "nameLastName")), ("company", ("name",)))


def upgrade() -> None:
    for table, columns in CRITERIA:
        name = f"ix_{table}_{'_'.join(columns)}"
        sorted_by = [sa.text(f'(lower("{column}") COLLATE "C")') for column in columns]
        long_texts.create_index(name, table, ["workspace_id", *sorted_by, "id"], columns)
        folded = [
            sa.text(
                f"(translate(lower(normalize(regexp_replace(normalize(\"{column}\", NFKD), '[\\u0300-\\u036F]', '', 'g'),"
                " NFC)), 'ς', 'σ'))"
            )
            for column in columns
        ]
        together = " || ".join(f'"{column}"' for column in columns)
        beyond = sa.text(f"NOT (octet_length({together}) = length({together}))")
        indexed = ["workspace_id", *folded]
        long_texts.create_index(f"{name}_folded", table, indexed, columns, postgresql_where=beyond)
        op.execute(f'ANALYZE "{table}"')  # so that the indexes of expressions are used at once


def downgrade() -> None:
    for table, columns in CRITERIA:
        name = f"ix_{table}_{'_'.join(columns)}"
        op.drop_index(f"{name}_folded", table_name=table)
        op.drop_index(name, table_name=table)
