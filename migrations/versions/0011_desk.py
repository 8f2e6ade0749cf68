"""The hotline's desk: services, objections, questions, emergency mode, late entry, urges."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = ("sort", "dispatch", "sign", "contact", "handle", "decision", "review", "callback", "whole")
COUNT_URGES = """
UPDATE tickets SET urges = found.times, urged_at = found.last_at
FROM (
    SELECT ticket_id, count(*) AS times, max(at) AS last_at
    FROM ticket_events WHERE kind = 'urged' GROUP BY ticket_id
) AS found
WHERE tickets.id = found.ticket_id
"""


def upgrade() -> None:
    op.create_table(
        "service_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("is_three_way", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by", sa.String(length=60), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acceptance_seq", sa.Integer(), nullable=True),
        sa.Column("their_number", sa.String(length=200), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "service IN ('110', '119', '120', '122')", name=op.f("ck_service_calls_service")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_service_calls_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_calls")),
    )
    op.create_index(
        "ix_service_calls_ticket_id", "service_calls", ["ticket_id", "id"], unique=False
    )
    op.create_index(
        "ix_service_calls_waiting",
        "service_calls",
        ["called_at", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_service_calls_waiting",
        "service_calls",
        ["ticket_id", "service"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("refused_by", sa.String(length=60), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objected_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_upheld IS NULL)",
            name=op.f("ck_objections_decided_with_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_objections_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_objections_ticket_id")),
    )
    op.create_index(
        "ix_objections_open",
        "objections",
        ["objected_at", "id"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "unit_questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("is_by_hotline", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("answer_seq", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_unit_questions_ticket_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_questions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_questions")),
    )
    op.create_index(
        "ix_unit_questions_ticket_id", "unit_questions", ["ticket_id", "id"], unique=False
    )
    op.create_index(
        "ix_unit_questions_to_ask",
        "unit_questions",
        ["asked_at", "id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND is_by_hotline"),
    )
    op.create_index(
        "uq_unit_questions_open",
        "unit_questions",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "emergency_modes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("acknowledgement", sa.Text(), nullable=False),
        sa.Column("is_holding_callbacks", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=60), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_emergency_modes_ended_by_somebody"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_modes")),
    )
    op.create_index(
        "uq_emergency_modes_running",
        "emergency_modes",
        [sa.literal_column("(true)")],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("tickets", sa.Column("entered_late_at", sa.DateTime(timezone=True)))
    op.add_column(
        "tickets", sa.Column("urges", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("tickets", sa.Column("urged_at", sa.DateTime(timezone=True)))
    op.execute(COUNT_URGES)
    _check_kinds(*KINDS[:-1], "acceptance", "whole")
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_tickets_entered_late",
            "tickets",
            ["entered_late_at", "id"],
            postgresql_where=sa.text("entered_late_at IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_tickets_entered_late", table_name="tickets", postgresql_concurrently=True)
    op.execute("DELETE FROM clocks WHERE kind = 'acceptance'")
    _check_kinds(*KINDS)
    for column in ("urged_at", "urges", "entered_late_at"):
        op.drop_column("tickets", column)
    op.drop_table("emergency_modes")
    op.drop_table("unit_questions")
    op.drop_table("objections")
    op.drop_table("service_calls")


def _check_kinds(*kinds: str) -> None:
    codes = ", ".join(f"'{one}'" for one in kinds)
    op.drop_constraint(op.f("ck_clocks_kind"), "clocks")
    op.create_check_constraint(op.f("ck_clocks_kind"), "clocks", f"kind IN ({codes})")
