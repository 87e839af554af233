"""repeat answers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repeatable",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("caller_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True, precision=3),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("workspace_id", "caller_id", "key", "field", name="pk_repeatable"),
        comment="What each root field of a request with an Idempotency-Key was answered or refused with, for a day. The fingerprint is that of the request",
    )
    op.create_index("ix_repeatable_workspace_created", "repeatable", ["workspace_id", "created_at"])
    op.create_index("ix_repeatable_created", "repeatable", ["created_at"])


def downgrade() -> None:
    op.drop_table("repeatable")
