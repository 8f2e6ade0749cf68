"""Several units handle one ticket, each once at a time; how an assisting unit's part ends."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OUTCOME, INDEX = "ck_assignments_outcome", "uq_assignments_active_unit"
BEFORE = "'returned', 'redone', 'withdrawn', 'merged', 'closed'"
NEW = "'done', 'overruled', 'let_go'"


def upgrade() -> None:
    op.add_column("assignments", sa.Column("reply_seq", sa.Integer(), nullable=True))
    _allow(f"{BEFORE}, {NEW}")
    with op.get_context().autocommit_block():
        op.create_index(
            INDEX,
            "assignments",
            ["ticket_id", "unit_id"],
            unique=True,
            postgresql_concurrently=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "assignments", postgresql_concurrently=True)
    op.execute(f"UPDATE assignments SET outcome = 'closed' WHERE outcome IN ({NEW})")
    _allow(BEFORE)
    op.drop_column("assignments", "reply_seq")


def _allow(outcomes: str) -> None:
    """Another CHECK, looked through without keeping writers out."""
    op.execute(f"ALTER TABLE assignments DROP CONSTRAINT {OUTCOME}")
    check = f"CHECK (outcome IN ({outcomes})) NOT VALID"
    op.execute(f"ALTER TABLE assignments ADD CONSTRAINT {OUTCOME} {check}")
    op.execute(f"ALTER TABLE assignments VALIDATE CONSTRAINT {OUTCOME}")
