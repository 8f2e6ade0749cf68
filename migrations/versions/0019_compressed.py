"""A category says whether its limits are compressed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("is_compressed", sa.Boolean(), server_default="false", nullable=False)
    op.add_column("categories", column)


def downgrade() -> None:
    op.drop_column("categories", "is_compressed")
