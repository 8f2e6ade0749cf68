"""Extensions, suspensions, promises that wake: what a unit asks for in time."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = ("sort", "dispatch", "sign", "contact", "handle", "decision")
OTHERS = ("review", "callback", "order", "acceptance", "whole")


def upgrade() -> None:
    _check_kinds(*KINDS, "extension", "suspension", *OTHERS)
    op.add_column(
        "clocks", sa.Column("is_held", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column(
        "tickets", sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("promises", sa.Column("entered_by", sa.String(length=60), nullable=True))
    op.add_column(
        "promises", sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("working_days", sa.SmallInteger(), nullable=False),
        sa.Column("is_second", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("old_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("new_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upstream_consent", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(is_granted IS TRUE) = (new_due_at IS NOT NULL)",
            name=op.f("ck_extensions_granted_with_limit"),
        ),
        sa.CheckConstraint(
            "is_granted IS NULL OR decided_at IS NOT NULL",
            name=op.f("ck_extensions_granted_decided"),
        ),
        sa.CheckConstraint("working_days >= 1", name=op.f("ck_extensions_working_days")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_extensions_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_extensions_ticket_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_extensions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index(
        "ix_extensions_open",
        "extensions",
        ["ticket_id"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index("ix_extensions_ticket_id", "extensions", ["ticket_id", "id"], unique=False)
    op.create_index("ix_extensions_unit_id", "extensions", ["unit_id", "asked_at"], unique=False)
    op.create_index(
        "uq_extensions_open",
        "extensions",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "suspensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "ended_because IN ('date', 'citizen', 'unit', 'replied', 'continued', 'critical', 'over')",
            name=op.f("ck_suspensions_ended_because"),
        ),
        sa.CheckConstraint(
            "reason IN ('litigation', 'waiting_for_citizen', 'force_majeure', 'season_bound')",
            name=op.f("ck_suspensions_reason"),
        ),
        sa.CheckConstraint(
            "(began_at IS NULL) = (ends_at IS NULL)", name=op.f("ck_suspensions_begins_and_ends")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)",
            name=op.f("ck_suspensions_ended_because_of"),
        ),
        sa.CheckConstraint(
            "(is_granted IS TRUE) = (began_at IS NOT NULL)",
            name=op.f("ck_suspensions_granted_begins"),
        ),
        sa.CheckConstraint(
            "is_granted IS NULL OR decided_at IS NOT NULL",
            name=op.f("ck_suspensions_granted_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_suspensions_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_suspensions_ticket_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_suspensions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspensions")),
    )
    op.create_index(
        "ix_suspensions_ends_at",
        "suspensions",
        ["ends_at", "id"],
        unique=False,
        postgresql_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "ix_suspensions_open",
        "suspensions",
        ["ticket_id"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index("ix_suspensions_ticket_id", "suspensions", ["ticket_id", "id"], unique=False)
    op.create_index("ix_suspensions_unit_id", "suspensions", ["unit_id", "asked_at"], unique=False)
    op.create_index(
        "uq_suspensions_in_force",
        "suspensions",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text("began_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.create_index(
        "uq_suspensions_open",
        "suspensions",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("suspensions")
    op.drop_table("extensions")
    op.drop_column("promises", "asked_again_at")
    op.drop_column("promises", "entered_by")
    op.drop_column("tickets", "suspended_until")
    op.drop_column("clocks", "is_held")
    op.execute("DELETE FROM clocks WHERE kind IN ('extension', 'suspension')")
    _check_kinds(*KINDS, *OTHERS)


def _check_kinds(*kinds: str) -> None:
    codes = ", ".join(f"'{one}'" for one in kinds)
    op.drop_constraint(op.f("ck_clocks_kind"), "clocks")
    op.create_check_constraint(op.f("ck_clocks_kind"), "clocks", f"kind IN ({codes})")
