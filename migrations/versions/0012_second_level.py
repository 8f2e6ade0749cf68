"""A unit hands a ticket down to a sub-unit, and its head approves replies."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLE = "ck_ticket_holders_role"
ROLES, ROLES_BEFORE = "role IN ('lead', 'assist', 'sub')", "role IN ('lead', 'assist')"


def upgrade() -> None:
    _allow(ROLES)
    op.create_table(
        "sub_assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("sub_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("limit_working_days", sa.SmallInteger(), nullable=False),
        sa.Column("limit_hours", sa.SmallInteger(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_by", sa.String(length=60), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=60), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.String(length=60), nullable=True),
        sa.Column("reply_seq", sa.Integer(), nullable=True),
        sa.Column("completion", sa.String(length=40), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_result", sa.String(length=40), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.String(length=40), nullable=True),
        sa.Column("end_seq", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "completion IN ('solved', 'partly_solved', 'explained', 'planned', 'no_legal_basis', 'not_a_duty', 'withdrawn', 'unreachable')",
            name=op.f("ck_sub_assignments_completion"),
        ),
        sa.CheckConstraint(
            "contact_result IN ('reached', 'no_answer', 'busy', 'wrong_number', 'refused')",
            name=op.f("ck_sub_assignments_contact_result"),
        ),
        sa.CheckConstraint(
            "outcome IN ('replied', 'returned', 'taken_back', 'ended')",
            name=op.f("ck_sub_assignments_outcome"),
        ),
        sa.CheckConstraint(
            "return_reason IN ('not_our_duty', 'other_unit', 'other_place', 'needs_joint', 'unclear', 'after_inspection')",
            name=op.f("ck_sub_assignments_return_reason"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_sub_assignments_ended_with_outcome"),
        ),
        sa.CheckConstraint(
            "(replied_at IS NULL) = (completion IS NULL)",
            name=op.f("ck_sub_assignments_replied_with_result"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_sub_assignments_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["sub_unit_id"], ["units.id"], name=op.f("fk_sub_assignments_sub_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_sub_assignments_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sub_assignments")),
    )
    op.create_index(
        "ix_sub_assignments_sub_unit_id", "sub_assignments", ["sub_unit_id", "id"], unique=False
    )
    op.create_index(
        "ix_sub_assignments_ticket_id", "sub_assignments", ["ticket_id", "id"], unique=False
    )
    op.create_index(
        "ix_sub_assignments_unit_active",
        "sub_assignments",
        ["sub_unit_id", "ticket_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_sub_assignments_active",
        "sub_assignments",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "submitted_replies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("completion", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_result", sa.String(length=40), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decision_seq", sa.Integer(), nullable=True),
        sa.Column("is_approved", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "completion IN ('solved', 'partly_solved', 'explained', 'planned', 'no_legal_basis', 'not_a_duty', 'withdrawn', 'unreachable')",
            name=op.f("ck_submitted_replies_completion"),
        ),
        sa.CheckConstraint(
            "contact_result IN ('reached', 'no_answer', 'busy', 'wrong_number', 'refused')",
            name=op.f("ck_submitted_replies_contact_result"),
        ),
        sa.CheckConstraint(
            "is_approved IS NULL OR decided_at IS NOT NULL",
            name=op.f("ck_submitted_replies_decided_with_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_submitted_replies_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_submitted_replies_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submitted_replies")),
    )
    op.create_index(
        "ix_submitted_replies_ticket_id", "submitted_replies", ["ticket_id", "id"], unique=False
    )
    op.create_index(
        "uq_submitted_replies_open",
        "submitted_replies",
        ["assignment_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("submitted_replies")
    op.drop_table("sub_assignments")
    op.execute("DELETE FROM ticket_holders WHERE role = 'sub'")
    _allow(ROLES_BEFORE)


def _allow(roles: str) -> None:
    """Another CHECK, looked through without keeping writers out."""
    op.execute(f"ALTER TABLE ticket_holders DROP CONSTRAINT {ROLE}")
    op.execute(f"ALTER TABLE ticket_holders ADD CONSTRAINT {ROLE} CHECK ({roles}) NOT VALID")
    op.execute(f"ALTER TABLE ticket_holders VALIDATE CONSTRAINT {ROLE}")
