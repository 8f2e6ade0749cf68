"""The hotline's own running clocks lie by lamp in an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_clocks_desk_lamp",
            "clocks",
            ["kind", "lamp"],
            postgresql_where=sa.text("stopped_at IS NULL AND unit_id IS NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_clocks_desk_lamp", table_name="clocks", postgresql_concurrently=True)
