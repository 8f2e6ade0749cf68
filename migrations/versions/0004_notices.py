"""Announced outages and closures: notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("supply", sa.String(length=40), nullable=False),
        sa.Column("districts", sa.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("words", sa.ARRAY(sa.String(length=40)), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "supply IN ('water', 'power', 'gas', 'heat', 'traffic', 'other')",
            name=op.f("ck_notices_supply"),
        ),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_notices_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_notices_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_ends_at", "notices", ["ends_at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("notices")
