"""Calls whose end another exchange never told are lost."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BEFORE = ("citizen", "operator", "system")


def upgrade() -> None:
    _allow((*BEFORE, "lost"))


def downgrade() -> None:
    op.execute("UPDATE calls SET hung_up_by = 'system' WHERE hung_up_by = 'lost'")
    _allow(BEFORE)


def _allow(codes: tuple[str, ...]) -> None:
    """Old rows keep to the narrower list: nothing is read to be checked while calls wait."""
    listed = ", ".join(f"'{one}'" for one in codes)
    op.drop_constraint(op.f("ck_calls_hung_up_by"), "calls", type_="check")
    op.create_check_constraint(
        op.f("ck_calls_hung_up_by"),
        "calls",
        f"hung_up_by IN ({listed})",
        postgresql_not_valid=True,
    )
    op.execute("ALTER TABLE calls VALIDATE CONSTRAINT ck_calls_hung_up_by")
