"""People are warned of articles that have to be looked after."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


KINDS = (
    "card",
    "desk",
    "order",
    "order_insisted",
    "order_answered",
    "unsigned",
    "absent",
)


def upgrade() -> None:
    _allow((*KINDS, "article"))


def downgrade() -> None:
    op.execute("DELETE FROM warnings WHERE kind = 'article'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    codes = ", ".join(f"'{one}'" for one in kinds)
    op.drop_constraint(op.f("ck_warnings_kind"), "warnings", type_="check")
    op.create_check_constraint(op.f("ck_warnings_kind"), "warnings", f"kind IN ({codes})")
