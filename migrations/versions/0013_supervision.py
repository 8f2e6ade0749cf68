"""Cards, warnings, calls to duty phones and supervision orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = ("sort", "dispatch", "sign", "contact", "handle", "decision", "review", "callback")
OTHERS = ("acceptance", "whole")


def upgrade() -> None:
    _check_kinds(*KINDS, "order", *OTHERS)
    op.create_table(
        "cards",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.String(length=60), nullable=True),
        sa.Column("void_reason", sa.String(length=40), nullable=True),
        sa.Column("void_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint("clock IN ('handle', 'sign')", name=op.f("ck_cards_clock")),
        sa.CheckConstraint("colour IN ('yellow', 'red')", name=op.f("ck_cards_colour")),
        sa.CheckConstraint(
            "void_reason IN ('upheld_return', 'calendar', 'extension', 'hotline_error')",
            name=op.f("ck_cards_void_reason"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (void_reason IS NULL)", name=op.f("ck_cards_voided_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_cards_assignment_id")
        ),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_cards_clock_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_cards_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cards_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
    )
    op.create_index(
        "ix_cards_red", "cards", ["id"], unique=False, postgresql_where=sa.text("colour = 'red'")
    )
    op.create_index("ix_cards_ticket_id", "cards", ["ticket_id", "id"], unique=False)
    op.create_index("ix_cards_unit_id", "cards", ["unit_id", "id"], unique=False)
    op.create_index(
        "ix_cards_voided",
        "cards",
        ["id"],
        unique=False,
        postgresql_where=sa.text("voided_at IS NOT NULL"),
    )
    op.create_index(
        "uq_cards_standing",
        "cards",
        ["assignment_id", "clock", "colour"],
        unique=True,
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "supervision_orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=60), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('settled', 'lapsed'))",
            name=op.f("ck_supervision_orders_ended_when_over"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'settled', 'lapsed')",
            name=op.f("ck_supervision_orders_state"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_supervision_orders_ticket_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_supervision_orders_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_supervision_orders_number")),
    )
    op.create_index("ix_orders_state", "supervision_orders", ["state", "id"], unique=False)
    op.create_index("ix_orders_ticket_id", "supervision_orders", ["ticket_id", "id"], unique=False)
    op.create_index("ix_orders_unit_id", "supervision_orders", ["unit_id", "id"], unique=False)
    op.create_index(
        "uq_orders_unsettled",
        "supervision_orders",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'answered')"),
    )
    op.create_table(
        "order_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_accepted IS NULL)",
            name=op.f("ck_order_answers_decided_with_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["supervision_orders.id"], name=op.f("fk_order_answers_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_answers")),
    )
    op.create_index("ix_order_answers_order_id", "order_answers", ["order_id", "id"], unique=False)
    op.create_table(
        "owed_orders",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_owed_orders_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owed_orders")),
    )
    op.create_index(
        "ix_owed_orders_open",
        "owed_orders",
        ["id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_owed_orders_ticket_id", "owed_orders", ["ticket_id"], unique=False)
    op.create_table(
        "warnings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("card_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_texted", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "kind IN ('card', 'desk', 'order', 'order_insisted', 'order_answered', 'unsigned', 'absent')",
            name=op.f("ck_warnings_kind"),
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_warnings_card_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["supervision_orders.id"], name=op.f("fk_warnings_order_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_warnings_staff_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_warnings_ticket_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_warnings_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
    )
    op.create_index(
        "ix_warnings_card_id",
        "warnings",
        ["card_id"],
        unique=False,
        postgresql_where=sa.text("card_id IS NOT NULL"),
    )
    op.create_index(
        "ix_warnings_order_id",
        "warnings",
        ["order_id"],
        unique=False,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_index("ix_warnings_staff_id", "warnings", ["staff_id", "id"], unique=False)
    op.create_index(
        "ix_warnings_unopened",
        "warnings",
        ["staff_id", "id"],
        unique=False,
        postgresql_where=sa.text("opened_at IS NULL"),
    )
    op.create_index("uq_warnings_key", "warnings", ["staff_id", "key"], unique=True)
    op.create_table(
        "reach",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("wants_texts", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reach_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_reach")),
    )
    op.create_table(
        "duty_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('reached', 'not_needed')", name=op.f("ck_duty_calls_outcome")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_duty_calls_ended_with_outcome")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_duty_calls_card_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_duty_calls_ticket_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_duty_calls_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_calls")),
        sa.UniqueConstraint("card_id", name=op.f("uq_duty_calls_card_id")),
    )
    op.create_index(
        "ix_duty_calls_open",
        "duty_calls",
        ["id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_duty_calls_ticket_id", "duty_calls", ["ticket_id"], unique=False)
    op.create_table(
        "duty_rings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("whom", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('reached', 'no_answer', 'busy', 'wrong_number')",
            name=op.f("ck_duty_rings_outcome"),
        ),
        sa.CheckConstraint(
            "whom IN ('duty', 'deputy', 'unit_head')", name=op.f("ck_duty_rings_whom")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["duty_calls.id"], name=op.f("fk_duty_rings_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_rings")),
    )
    op.create_index("ix_duty_rings_call_id", "duty_rings", ["call_id", "id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM clocks WHERE kind = 'order'")
    _check_kinds(*KINDS, *OTHERS)
    op.drop_table("duty_rings")
    op.drop_table("duty_calls")
    op.drop_table("reach")
    op.drop_table("warnings")
    op.drop_table("owed_orders")
    op.drop_table("order_answers")
    op.drop_table("supervision_orders")
    op.drop_table("cards")


def _check_kinds(*kinds: str) -> None:
    codes = ", ".join(f"'{one}'" for one in kinds)
    op.drop_constraint(op.f("ck_clocks_kind"), "clocks")
    op.create_check_constraint(op.f("ck_clocks_kind"), "clocks", f"kind IN ({codes})")
