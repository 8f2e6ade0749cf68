"""A telephone exchange is a role of its own; calls are found by whose legs they had."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = (
    "operator",
    "shift_leader",
    "dispatcher",
    "reviewer",
    "callback_agent",
    "supervisor",
    "inspector",
    "editor",
    "head",
    "administrator",
)
IN_UNITS = ("handler", "unit_head", "unit_dispatcher")


def upgrade() -> None:
    _allow((*BEFORE, "exchange", *IN_UNITS))
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_call_legs_staff_id",
            "call_legs",
            ["staff_id", "call_id"],
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_call_legs_staff_id", table_name="call_legs", postgresql_concurrently=True)
    op.execute("DELETE FROM memberships WHERE role = 'exchange'")
    _allow((*BEFORE, *IN_UNITS))


def _allow(roles: tuple[str, ...]) -> None:
    codes = ", ".join(f"'{one}'" for one in roles)
    op.drop_constraint(op.f("ck_memberships_role"), "memberships", type_="check")
    op.create_check_constraint(op.f("ck_memberships_role"), "memberships", f"role IN ({codes})")
