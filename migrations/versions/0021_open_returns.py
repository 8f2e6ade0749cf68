"""Returns on which a decision is waited for, found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "ix_returns_open"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            INDEX,
            "returns",
            ["ticket_id"],
            unique=False,
            postgresql_concurrently=True,
            postgresql_where=sa.text("decided_at IS NULL"),
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, "returns", postgresql_concurrently=True)
