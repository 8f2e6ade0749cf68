"""A sub-unit is told from a unit that has another above it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


CHECK = "sub_units_have_units"


def upgrade() -> None:
    op.add_column(
        "units",
        sa.Column("is_sub_unit", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_check_constraint(
        op.f(f"ck_units_{CHECK}"), "units", "NOT is_sub_unit OR parent_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(f"ck_units_{CHECK}"), "units", type_="check")
    op.drop_column("units", "is_sub_unit")
