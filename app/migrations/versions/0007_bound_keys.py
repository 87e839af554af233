"""bound keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSALS = ("GONE", "OTHERS", "REVOKED", "LONGER", "STRONGER", "TELLING")
CREDENTIALS = ("apiKey", "workspaceMember")

FIRST_MEMBERS_ARE_ADMINS = """
UPDATE "workspaceMember" AS member SET is_admin = true
FROM (
    SELECT DISTINCT ON (workspace_id) workspace_id, id FROM "workspaceMember"
    WHERE "deletedAt" IS NULL ORDER BY workspace_id, "createdAt", id
) AS first
WHERE member.workspace_id = first.workspace_id AND member.id = first.id
"""


def upgrade() -> None:
    for table in CREDENTIALS:  # what is there already has tokens without a nonce, which go on working
        op.add_column(table, sa.Column("nonce", sa.Uuid(), nullable=True))
        op.alter_column(table, "nonce", server_default=sa.text("gen_random_uuid()"))
    op.add_column("apiKey", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.add_column("apiKey", sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column(
        "workspaceMember", sa.Column("is_admin", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(FIRST_MEMBERS_ARE_ADMINS)
    op.create_table(
        "refusal",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *(sa.CheckConstraint(f"reason <> '{name}'", name=f"ck_refusal_{name.lower()}") for name in REFUSALS),
        sa.PrimaryKeyConstraint("workspace_id", "reason", name="pk_refusal"),
        comment="Takes no row: a write that breaks a rule of keys, members or webhooks puts the reason here, and fails",
    )


def downgrade() -> None:
    op.drop_table("refusal")
    op.drop_column("workspaceMember", "is_admin")
    op.drop_column("apiKey", "scopes")
    op.drop_column("apiKey", "owner_id")
    for table in CREDENTIALS:
        op.drop_column(table, "nonce")
