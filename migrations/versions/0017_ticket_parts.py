"""Which tickets are the parts of which other."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_parts",
        sa.Column("part_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["tickets.id"], name=op.f("fk_ticket_parts_parent_id")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["tickets.id"], name=op.f("fk_ticket_parts_part_id")),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_ticket_parts")),
    )
    op.create_index(
        "uq_ticket_parts_position", "ticket_parts", ["parent_id", "position"], unique=True
    )


def downgrade() -> None:
    op.drop_table("ticket_parts")
