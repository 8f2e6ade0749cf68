"""Calls, their ends, orders to the carrier, operators' seats and recordings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("greeting_zh", sa.String(length=300), server_default="", nullable=False),
        sa.Column("greeting_en", sa.String(length=300), server_default="", nullable=False),
        sa.Column("transfer_to", sa.String(length=20), nullable=True),
        sa.Column("skill", sa.String(length=40), nullable=True),
        sa.Column("rank", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "mode IN ('merged', 'parallel', 'sub_centre')", name=op.f("ck_lines_mode")
        ),
        sa.CheckConstraint("skill IN ('english', 'enterprise')", name=op.f("ck_lines_skill")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
        sa.UniqueConstraint("number", name=op.f("uq_lines_number")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("line_id", sa.BigInteger(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("citizen_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.String(length=10), server_default="zh_CN", nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=20), server_default="", nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("is_served", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_critical", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("rank", sa.Integer(), server_default="0", nullable=False),
        sa.Column("skill", sa.String(length=40), nullable=True),
        sa.Column("origin_id", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flow", sa.String(length=40), nullable=True),
        sa.Column("flow_subject", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_to", sa.BigInteger(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "declined_by", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False
        ),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hung_up_by", sa.String(length=40), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name=op.f("ck_calls_direction")),
        sa.CheckConstraint(
            "hung_up_by IN ('citizen', 'operator', 'system')", name=op.f("ck_calls_hung_up_by")
        ),
        sa.CheckConstraint(
            "purpose IN ('click', 'callback_asked', 'missed', 'abandoned', 'survey')",
            name=op.f("ck_calls_purpose"),
        ),
        sa.CheckConstraint(
            "result IN ('ticket', 'answered', 'existing', 'transferred', 'not_reached', 'wrong_number', 'silent', 'abuse', 'other')",
            name=op.f("ck_calls_result"),
        ),
        sa.CheckConstraint("skill IN ('english', 'enterprise')", name=op.f("ck_calls_skill")),
        sa.CheckConstraint(
            "state IN ('ringing', 'menu', 'waiting', 'offered', 'connected', 'wrap_up', 'ended', 'abandoned', 'voicemail', 'callback_asked', 'refused')",
            name=op.f("ck_calls_state"),
        ),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizens.id"], name=op.f("fk_calls_citizen_id")),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_calls_line_id")),
        sa.ForeignKeyConstraint(["offered_to"], ["staff.id"], name=op.f("fk_calls_offered_to")),
        sa.ForeignKeyConstraint(["origin_id"], ["calls.id"], name=op.f("fk_calls_origin_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calls_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("ref", name=op.f("uq_calls_ref")),
    )
    op.create_index("ix_calls_created_at", "calls", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_calls_live",
        "calls",
        ["heard_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_calls_phone", "calls", ["phone_index", "created_at"], unique=False)
    op.create_index(
        "ix_calls_queue",
        "calls",
        [sa.literal_column("rank DESC"), "queued_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'offered')"),
    )
    op.create_index("ix_calls_staff", "calls", ["staff_id", "created_at"], unique=False)
    op.create_index(
        "ix_calls_to_write_up",
        "calls",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'wrap_up'"),
    )
    op.create_index(
        "uq_calls_owed",
        "calls",
        ["phone_index"],
        unique=True,
        postgresql_where=sa.text(
            "purpose IN ('callback_asked', 'missed', 'abandoned') AND state IN ('waiting', 'offered')"
        ),
    )
    op.create_table(
        "call_legs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(length=80), server_default="", nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('completed', 'busy', 'no-answer', 'failed', 'canceled')",
            name=op.f("ck_call_legs_outcome"),
        ),
        sa.CheckConstraint(
            "role IN ('citizen', 'operator', 'third', 'listener')", name=op.f("ck_call_legs_role")
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'ringing', 'answered', 'ended')", name=op.f("ck_call_legs_state")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_legs_call_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_call_legs_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_legs")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_call_legs_provider_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_call_legs_ref")),
    )
    op.create_index("ix_call_legs_call_id", "call_legs", ["call_id", "id"], unique=False)
    op.create_index(
        "ix_call_legs_open",
        "call_legs",
        ["staff_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "call_tickets",
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_tickets_call_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_call_tickets_ticket_id")
        ),
        sa.PrimaryKeyConstraint("call_id", "ticket_id", name=op.f("pk_call_tickets")),
    )
    op.create_index("ix_call_tickets_ticket_id", "call_tickets", ["ticket_id"], unique=False)
    op.create_table(
        "call_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_events_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_events")),
    )
    op.create_index("ix_call_events_call_id", "call_events", ["call_id", "id"], unique=False)
    op.create_table(
        "carrier_orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leg_id", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=20), server_default="", nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "asked IN ('dial', 'redirect', 'hang_up')", name=op.f("ck_carrier_orders_asked")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'failed', 'void')", name=op.f("ck_carrier_orders_state")
        ),
        sa.ForeignKeyConstraint(
            ["leg_id"], ["call_legs.id"], name=op.f("fk_carrier_orders_leg_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_orders")),
    )
    op.create_index(
        "ix_carrier_orders_due",
        "carrier_orders",
        ["next_try_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_carrier_orders_leg_id", "carrier_orders", ["leg_id", "id"], unique=False)
    op.create_table(
        "seats",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("misses", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column(
            "skills", postgresql.ARRAY(sa.String(length=20)), server_default="{}", nullable=False
        ),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrap_up_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=True),
        sa.CheckConstraint("device IN ('browser', 'sip', 'number')", name=op.f("ck_seats_device")),
        sa.CheckConstraint(
            "reason IN ('rest', 'meal', 'training', 'meeting', 'paperwork', 'missed_calls', 'forced')",
            name=op.f("ck_seats_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('off', 'ready', 'ringing', 'on_call', 'wrap_up', 'break')",
            name=op.f("ck_seats_state"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_seats_call_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_seats_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_seats")),
    )
    op.create_index(
        "ix_seats_ready",
        "seats",
        ["idle_since"],
        unique=False,
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_table(
        "seat_spans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('rest', 'meal', 'training', 'meeting', 'paperwork', 'missed_calls', 'forced')",
            name=op.f("ck_seat_spans_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('off', 'ready', 'ringing', 'on_call', 'wrap_up', 'break')",
            name=op.f("ck_seat_spans_state"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_seat_spans_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_spans")),
    )
    op.create_index("ix_seat_spans_staff_id", "seat_spans", ["staff_id", "since"], unique=False)
    op.create_index(
        "uq_seat_spans_now",
        "seat_spans",
        ["staff_id"],
        unique=True,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "recordings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("mimetype", sa.String(length=40), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ('call', 'message', 'answer')", name=op.f("ck_recordings_kind")
        ),
        sa.CheckConstraint(
            "state IN ('announced', 'stored', 'failed', 'deleted')",
            name=op.f("ck_recordings_state"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_recordings_provider_id")),
    )
    op.create_index("ix_recordings_call_id", "recordings", ["call_id", "id"], unique=False)
    op.create_index(
        "ix_recordings_due",
        "recordings",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("state = 'announced'"),
    )
    op.create_index("ix_recordings_stored_at", "recordings", ["stored_at"], unique=False)


def downgrade() -> None:
    op.drop_table("recordings")
    op.drop_table("seat_spans")
    op.drop_table("seats")
    op.drop_table("carrier_orders")
    op.drop_table("call_events")
    op.drop_table("call_tickets")
    op.drop_table("call_legs")
    op.drop_table("calls")
    op.drop_table("lines")
