"""The server's own tables, beside the objects' ones: in snake case, and no part of the API."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from schema.values.refusals import Refusal

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

REFUSAL = sa.Table(
    "refusal",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    *(sa.CheckConstraint(f"reason <> '{refusal.name}'", name=refusal.constraint) for refusal in Refusal),
    sa.PrimaryKeyConstraint("workspace_id", "reason", name="pk_refusal"),
    comment="Takes no row: a write that breaks a rule of keys, members or webhooks puts the reason here, and fails",
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

REPEATABLE = sa.Table(
    "repeatable",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("caller_id", sa.Uuid(), nullable=False),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("field", sa.Text(), nullable=False),
    sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
    sa.Column("answer", sa.Text()),
    sa.Column("fault", sa.Text()),
    sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()")),
    sa.Column("scopes", pg.ARRAY(sa.Text())),
    sa.PrimaryKeyConstraint("workspace_id", "caller_id", "key", "field", name="pk_repeatable"),
    sa.Index("ix_repeatable_workspace_created", "workspace_id", "created_at"),
    sa.Index("ix_repeatable_created", "created_at"),
    comment="What each root field of a request with an Idempotency-Key was answered or refused with, for a day. The"
    " fingerprint is that of the request",
)

WEBHOOK_DELIVERY = sa.Table(
    "webhook_delivery",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
    sa.Column("webhook_id", sa.Uuid(), nullable=False),
    sa.Column("event_id", sa.Uuid(), nullable=False),
    sa.Column("event_name", sa.Text(), nullable=False),
    sa.Column("record_id", sa.Uuid(), nullable=False),
    sa.Column("content", pg.JSON(), nullable=False),
    sa.Column("status", sa.Text(), nullable=False, server_default=sa.text("'PENDING'::text")),
    sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")),
    sa.Column("due_at", sa.TIMESTAMP(timezone=True)),
    sa.Column("lease", sa.Uuid()),
    sa.Column("created_at", MOMENT, nullable=False, server_default=sa.text("now()")),
    sa.Column("delivered_at", MOMENT),
    sa.PrimaryKeyConstraint("workspace_id", "place", name="pk_webhook_delivery"),
    sa.Index("uq_webhook_delivery_id", "workspace_id", "id", unique=True),
    sa.Index("ix_webhook_delivery_webhook", "workspace_id", "webhook_id", "place"),
    sa.Index("ix_webhook_delivery_record", "workspace_id", "record_id", "place"),
    sa.Index(
        "ix_webhook_delivery_pending",
        *("workspace_id", "webhook_id", "record_id", "place"),
        postgresql_where=sa.text("status = 'PENDING'"),
    ),
    sa.Index(
        "ix_webhook_delivery_due",
        *("workspace_id", "webhook_id", "due_at"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index("ix_webhook_delivery_lease", "workspace_id", "webhook_id", postgresql_where=sa.text("lease IS NOT NULL")),
    sa.Index("ix_webhook_delivery_dead", "workspace_id", "place", postgresql_where=sa.text("status = 'DEAD'")),
    sa.Index("ix_webhook_delivery_created", "created_at"),
    comment="An event that a webhook is told of, in the order of `place`. A pending one is tried at `due_at`, which is"
    " the end of the lease while it is being sent; one without `due_at` waits for an earlier one of its record",
)

WEBHOOK_ATTEMPT = sa.Table(
    "webhook_attempt",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("delivery_place", sa.BigInteger(), nullable=False),
    sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("latency", sa.Integer(), nullable=False),
    sa.Column("status", sa.Integer()),
    sa.Column("answer", sa.Text()),
    sa.Column("error", sa.Text()),
    sa.Column("next_attempt_at", MOMENT),
    sa.PrimaryKeyConstraint("workspace_id", "delivery_place", "number", name="pk_webhook_attempt"),
    comment="Each time that a delivery was tried: how long it took, in milliseconds, and what came of it",
)

WEBHOOK_STATE = sa.Table(
    "webhook_state",
    METADATA,
    sa.Column("workspace_id", sa.Uuid(), nullable=False),
    sa.Column("webhook_id", sa.Uuid(), nullable=False),
    sa.Column("failing_since", sa.TIMESTAMP(timezone=True)),
    sa.Column("secret", sa.Text(), nullable=False, server_default=sa.text("''::text")),
    sa.Column("previous_secret", sa.Text()),
    sa.Column("previous_until", sa.TIMESTAMP(timezone=True)),
    sa.PrimaryKeyConstraint("workspace_id", "webhook_id", name="pk_webhook_state"),
    comment="What the server knows of a webhook beside its row: since when nothing arrives, and its secrets, so that a"
    " replaced one signs for a day more. Who sends for the webhook holds the row's lock while it decides what",
)
