"""Units keep hours of their own, and offices are shut for a day or a part of it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NAME = "uq_office_hours_place"


def upgrade() -> None:
    op.create_table(
        "office_closures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_code", sa.String(length=20), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["units.code"], name=op.f("fk_office_closures_unit_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_closures")),
    )
    op.create_index("ix_office_closures_closed_on", "office_closures", ["closed_on"], unique=False)
    op.add_column("office_hours", sa.Column("unit_code", sa.String(20), nullable=True))
    op.create_foreign_key(
        op.f("fk_office_hours_unit_code"), "office_hours", "units", ["unit_code"], ["code"]
    )
    op.add_column(
        "office_hours",
        sa.Column("is_open_on_holidays", sa.Boolean(), server_default="false", nullable=False),
    )
    op.drop_constraint(op.f("uq_office_hours_place"), "office_hours", type_="unique")
    with op.get_context().autocommit_block():
        op.create_index(
            NAME,
            "office_hours",
            [sa.text("coalesce(unit_code, '')"), "place"],
            unique=True,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(NAME, "office_hours", postgresql_concurrently=True)
    op.execute("DELETE FROM office_hours WHERE unit_code IS NOT NULL")
    op.create_unique_constraint(op.f("uq_office_hours_place"), "office_hours", ["place"])
    op.drop_column("office_hours", "is_open_on_holidays")
    op.drop_column("office_hours", "unit_code")
    op.drop_table("office_closures")
