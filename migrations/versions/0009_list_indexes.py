"""Each working list and each filter of tickets reads a range of an index."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DUE = "coalesce(due_at, 'infinity'::timestamptz)"
RANK = "(CASE urgency WHEN 'critical' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END)"
INDEXES = (
    ("ix_tickets_open_due", f"state, {DUE}, id", "closed_at IS NULL"),
    ("ix_tickets_open_urgency", f"state, {RANK}, id", "closed_at IS NULL"),
    ("ix_tickets_category_code", "category_code, id", ""),
    ("ix_tickets_channel", "channel, id", ""),
    ("ix_tickets_district_code", "district_code, id", ""),
    ("ix_tickets_urgent", "urgency, id", "urgency <> 'normal'"),
    ("ix_tickets_lamp", "lamp, id", "lamp <> 'green'"),
    ("ix_tickets_confidential", "id", "is_confidential"),
    ("ix_tickets_redone", "id", "round > 1"),
    ("ix_tickets_upstream_number", "upstream_number", "upstream_number IS NOT NULL"),
)
OLD = "ix_tickets_state_due_at"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, columns, where in INDEXES:
            only = f" WHERE {where}" if where else ""
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON tickets ({columns}){only}")
        op.drop_index(OLD, table_name="tickets", postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(OLD, "tickets", ["state", "due_at", "id"], postgresql_concurrently=True)
        for name, _, _ in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
