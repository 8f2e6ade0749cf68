"""Notes and flags on citizens; what an operator's day and a ticket's relatives are found by."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "citizen_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("citizen_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_citizen_notes_citizen_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_notes")),
    )
    op.create_index(
        "ix_citizen_notes_citizen_id", "citizen_notes", ["citizen_id", "id"], unique=False
    )
    op.create_table(
        "citizen_flags",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("citizen_id", sa.BigInteger(), nullable=False),
        sa.Column("flag", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=60), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "flag IN ('hearing_impaired', 'speech_impaired', 'sight_impaired', 'needs_dialect', 'needs_interpreter', 'elderly', 'at_risk', 'repeated_caller', 'abusive')",
            name=op.f("ck_citizen_flags_flag"),
        ),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name=op.f("fk_citizen_flags_citizen_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_flags")),
    )
    op.create_index(
        "ix_citizen_flags_citizen_id", "citizen_flags", ["citizen_id", "id"], unique=False
    )
    op.create_index(
        "uq_citizen_flags_set",
        "citizen_flags",
        ["citizen_id", "flag"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_ticket_events_desk",
            "ticket_events",
            ["actor", "at"],
            postgresql_where=sa.text(
                "kind IN ('received', 'sorted', 'answered') AND actor LIKE 'staff:%'"
            ),
            postgresql_concurrently=True,
        )
        for column in ("reopened_from", "merged_into_id"):
            op.create_index(
                f"ix_tickets_{column}",
                "tickets",
                [column],
                postgresql_where=sa.text(f"{column} IS NOT NULL"),
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_tickets_merged_into_id", postgresql_concurrently=True)
        op.drop_index("ix_tickets_reopened_from", postgresql_concurrently=True)
        op.drop_index("ix_ticket_events_desk", postgresql_concurrently=True)
    op.drop_table("citizen_flags")
    op.drop_table("citizen_notes")
