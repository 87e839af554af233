"""The server's own tables, beside the objects' ones: in snake case, and no part of the API."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

METADATA = sa.MetaData()

MOMENT = pg.TIMESTAMP(timezone=True, precision=3)

WORKSPACE = sa.Table(
    "workspace",
    METADATA,
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.Column("display_name", sa.Text(), nullable=False),
    sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False, server_default=sa.text("now()")),
    sa.PrimaryKeyConstraint("id", name="pk_workspace"),
)

EVENT_OUTBOX = sa.Table(
    "event_outbox",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("record_id", sa.Uuid(), nullable=False),
    sa.Column("before", pg.JSON()),
    sa.Column("after", pg.JSON()),
    sa.Column("secrets_changed", pg.ARRAY(sa.Text())),
    sa.Column("origin", pg.JSON(), nullable=False),
    sa.Column("happened_at", MOMENT, nullable=False, server_default=sa.text("now()")),
    sa.PrimaryKeyConstraint("workspace_id", "place", name="pk_event_outbox"),
    comment="What writes changed, each row by the statement that changed it, until the relay has numbered it. `before`"
    " and `after` are rows as they are stored, by column, with secrets masked; `place` rises with each lock of a row",
)

EVENT = sa.Table(
    "event",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("number", sa.BigInteger(), nullable=False),
    sa.Column("day", sa.Date(), nullable=False),
    sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
    sa.Column("object", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False),
    sa.Column("record_id", sa.Uuid(), nullable=False),
    sa.Column("record", pg.JSON(), nullable=False),
    sa.Column("before", pg.JSON()),
    sa.Column("updated_fields", pg.ARRAY(sa.Text())),
    sa.Column("origin", pg.JSON(), nullable=False),
    sa.Column("happened_at", MOMENT, nullable=False),
    sa.Column("recorded_at", MOMENT, nullable=False),
    sa.PrimaryKeyConstraint("workspace_id", "number", "day", name="pk_event"),
    sa.Index("ix_event_record", "workspace_id", "record_id", "number"),
    sa.Index("ix_event_object", "workspace_id", "object", "number"),
    sa.Index("ix_event_recorded", "workspace_id", "recorded_at", "number"),
    comment="The log of each workspace, in the order of its numbers. `record` and `before` are records as the API"
    " answers them; `record` is how it is after the event, or how it was where it is destroyed",
    postgresql_partition_by="RANGE (day)",
)

EVENT_LOG = sa.Table(
    "event_log",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("last_number", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    sa.Column("last_recorded_at", MOMENT, nullable=False, server_default=sa.text("now()")),
    sa.PrimaryKeyConstraint("workspace_id", name="pk_event_log"),
    comment="The last number of each workspace's log, and when it was given; who holds the row's lock is its relay",
)
