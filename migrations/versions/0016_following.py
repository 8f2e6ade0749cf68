"""Deadlines follow the calendar: what each is made of, and how far a recomputation is."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEX = "ix_clocks_working_due"


def upgrade() -> None:
    op.create_table(
        "calendar_recomputations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("days", sa.ARRAY(sa.Date()), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=40), server_default="waiting", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("looked_at", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("was_passed_by", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_clock", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage IN ('waiting', 'running', 'done')", name=op.f("ck_calendar_recomputations_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_recomputations")),
    )
    op.create_index(
        "ix_calendar_recomputations_open",
        "calendar_recomputations",
        ["id"],
        unique=False,
        postgresql_where=sa.text("stage <> 'done' OR look_again_at IS NOT NULL"),
    )
    op.add_column("clocks", sa.Column("counted_from", sa.Date(), nullable=True))
    op.add_column("clocks", sa.Column("counted_days", sa.Integer(), nullable=True))
    op.add_column("clocks", sa.Column("counted_minute", sa.Time(), nullable=True))
    with op.get_context().autocommit_block():
        op.create_index(
            INDEX,
            "clocks",
            ["due_at", "id"],
            unique=False,
            postgresql_concurrently=True,
            postgresql_where=sa.text(
                "stopped_at IS NULL AND paused_at IS NULL AND pace <> 'natural_hours'"
            ),
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "clocks", postgresql_concurrently=True)
    for name in ("counted_minute", "counted_days", "counted_from"):
        op.drop_column("clocks", name)
    op.drop_table("calendar_recomputations")
