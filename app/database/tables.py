"""The server's own tables, beside the objects' ones: in snake case, and no part of the API."""

import sqlalchemy as sa

METADATA = sa.MetaData()

WORKSPACE = sa.Table(
    "workspace",
    METADATA,
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.Column("display_name", sa.Text(), nullable=False),
    sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.text("now()")),
    sa.PrimaryKeyConstraint("id", name="pk_workspace"),
)
