"""What came back to a unit, and what is done again, lie in indexes of their own."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NAMES = {"ix_assignments_sent_back": "sent_back > 0", "ix_assignments_redone": "round > 1"}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, where in NAMES.items():
            op.execute(
                f"CREATE INDEX CONCURRENTLY {name} ON assignments (unit_id, ticket_id)"
                f" WHERE ended_at IS NULL AND {where}"
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in NAMES:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
