"""The machine calls citizens back: its calls, who wants none, and two more outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OUTCOMES = ("reached", "no_answer", "busy", "wrong_number", "refused")
WAYS = ("person", "sms", "link")


def upgrade() -> None:
    op.create_table(
        "callback_voice_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.String(length=60), nullable=False),
        sa.Column("was_contacted", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.String(length=40), nullable=True),
        sa.Column("satisfied", sa.SmallInteger(), nullable=True),
        sa.Column("ending", sa.String(length=40), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ending IN ('answered', 'missed', 'handed_over', 'failed', 'needless')",
            name=op.f("ck_callback_voice_calls_ending"),
        ),
        sa.CheckConstraint(
            "solved IN ('yes', 'partly', 'no')", name=op.f("ck_callback_voice_calls_solved")
        ),
        sa.CheckConstraint(
            "(ending IS NULL) = (ended_at IS NULL)",
            name=op.f("ck_callback_voice_calls_ended_with_ending"),
        ),
        sa.CheckConstraint(
            "satisfied BETWEEN 1 AND 5", name=op.f("ck_callback_voice_calls_satisfied")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_callback_voice_calls_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["callback_plans.id"], name=op.f("fk_callback_voice_calls_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_voice_calls")),
        sa.UniqueConstraint("call_id", name=op.f("uq_callback_voice_calls_call_id")),
    )
    op.create_index(
        "ix_callback_voice_calls_plan_id", "callback_voice_calls", ["plan_id", "id"], unique=False
    )
    op.create_index(
        "uq_callback_voice_calls_open",
        "callback_voice_calls",
        ["plan_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "callback_voice_stops",
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_callback_voice_stops_call_id")
        ),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_callback_voice_stops")),
    )
    _allow("callback_attempts", "outcome", (*OUTCOMES, "machine", "unfinished"))
    _allow("callback_answers", "via", (*WAYS, "voice"))


def downgrade() -> None:
    op.execute("UPDATE callback_answers SET via = 'person' WHERE via = 'voice'")
    op.execute(
        "UPDATE callback_attempts SET outcome = 'no_answer'"
        " WHERE outcome IN ('machine', 'unfinished')"
    )
    _allow("callback_answers", "via", WAYS)
    _allow("callback_attempts", "outcome", OUTCOMES)
    op.drop_table("callback_voice_stops")
    op.drop_table("callback_voice_calls")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    codes = ", ".join(f"'{one}'" for one in words)
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({codes})")
