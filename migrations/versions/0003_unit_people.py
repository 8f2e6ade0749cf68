"""A unit names who of its people sees to a ticket; replies sent back are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNT = """
INSERT INTO counter_deltas (name, key, delta)
SELECT 'assignments.stage', units.code || '/sent_back', count(*)
FROM assignments JOIN units ON units.id = assignments.unit_id
WHERE ended_at IS NULL AND return_asked_at IS NULL AND replied_at IS NULL
AND signed_at IS NOT NULL AND sent_back > 0
GROUP BY units.code
"""
FORGET = "DELETE FROM {} WHERE name = 'assignments.stage' AND key LIKE '%/sent\\_back'"


def upgrade() -> None:
    op.add_column("assignments", sa.Column("handler_staff_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_assignments_handler_staff_id"),
        "assignments",
        "staff",
        ["handler_staff_id"],
        ["id"],
    )
    op.execute(COUNT)
    with op.get_context().autocommit_block():
        op.create_index(
            op.f("ix_returns_unit_id"),
            "returns",
            ["unit_id", "id"],
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(op.f("ix_returns_unit_id"), "returns", postgresql_concurrently=True)
    op.execute(FORGET.format("counters"))
    op.execute(FORGET.format("counter_deltas"))
    op.drop_constraint(op.f("fk_assignments_handler_staff_id"), "assignments", type_="foreignkey")
    op.drop_column("assignments", "handler_staff_id")
