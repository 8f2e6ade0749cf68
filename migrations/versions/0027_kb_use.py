"""What was asked of the knowledge base, what was used of it, and what is learned from it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kb_searches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("asker", sa.String(length=60), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.SmallInteger(), nullable=False),
        sa.Column("used_article_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "source IN ('console', 'unit', 'callback', 'knowledge', 'portal', 'public', 'api')",
            name=op.f("ck_kb_searches_source"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kb_searches_staff_id")),
        sa.ForeignKeyConstraint(
            ["used_article_id"],
            ["kb_articles.id"],
            name=op.f("fk_kb_searches_used_article_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_searches")),
    )
    op.create_index("ix_kb_searches_asker", "kb_searches", ["asker", "at"], unique=False)
    op.create_index("ix_kb_searches_source_at", "kb_searches", ["source", "at"], unique=False)
    op.create_index(
        "ix_kb_searches_unused",
        "kb_searches",
        ["at"],
        unique=False,
        postgresql_where=sa.text("used_article_id IS NULL"),
    )
    op.create_table(
        "kb_uses",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("search_id", sa.BigInteger(), nullable=True),
        sa.Column("mark", sa.String(length=60), nullable=True),
        sa.Column("is_counted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('opened', 'inserted', 'texted', 'answered', 'helpful', 'unhelpful', 'complained')",
            name=op.f("ck_kb_uses_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('console', 'unit', 'callback', 'knowledge', 'portal', 'public', 'api')",
            name=op.f("ck_kb_uses_source"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["kb_articles.id"],
            name=op.f("fk_kb_uses_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["kb_searches.id"],
            name=op.f("fk_kb_uses_search_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kb_uses_staff_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_kb_uses_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_uses")),
    )
    op.create_index("ix_kb_uses_article_id", "kb_uses", ["article_id", "id"], unique=False)
    op.create_index("ix_kb_uses_at", "kb_uses", ["at"], unique=False)
    op.create_index(
        "ix_kb_uses_fresh",
        "kb_uses",
        ["id"],
        unique=False,
        postgresql_where=sa.text("NOT is_counted"),
    )
    op.create_index(
        "ix_kb_uses_ticket_id",
        "kb_uses",
        ["ticket_id"],
        unique=False,
        postgresql_where=sa.text("ticket_id IS NOT NULL"),
    )
    op.create_index(
        "uq_kb_uses_mark",
        "kb_uses",
        ["mark", "article_id", "kind"],
        unique=True,
        postgresql_where=sa.text("mark IS NOT NULL"),
    )
    op.create_table(
        "kb_counts",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("inserted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("texted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("helpful", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unhelpful", sa.Integer(), server_default="0", nullable=False),
        sa.Column("complained", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["kb_articles.id"],
            name=op.f("fk_kb_counts_article_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_kb_counts")),
    )
    op.create_table(
        "kb_complaints",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), server_default="open", nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_kb_complaints_settled")
        ),
        sa.CheckConstraint(
            "source IN ('console', 'unit', 'callback', 'knowledge', 'portal', 'public', 'api')",
            name=op.f("ck_kb_complaints_source"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'dismissed')", name=op.f("ck_kb_complaints_state")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["kb_articles.id"],
            name=op.f("fk_kb_complaints_article_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["staff.id"], name=op.f("fk_kb_complaints_settled_by")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kb_complaints_staff_id")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_kb_complaints_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_complaints")),
    )
    op.create_index(
        "ix_kb_complaints_article_id", "kb_complaints", ["article_id", "id"], unique=False
    )
    op.create_index(
        "ix_kb_complaints_open",
        "kb_complaints",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "kb_dismissals",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("example", sa.String(length=200), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_kb_dismissals_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kb_dismissals")),
    )
    op.create_table(
        "kb_proposals",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("category_code", sa.String(length=20), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ticket_ids", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), server_default="open", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_kb_proposals_decided")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'dismissed')", name=op.f("ck_kb_proposals_state")
        ),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["kb_articles.id"],
            name=op.f("fk_kb_proposals_article_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["category_code"], ["categories.code"], name=op.f("fk_kb_proposals_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_kb_proposals_decided_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_kb_proposals_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_proposals")),
    )
    op.create_index(
        "ix_kb_proposals_category_code", "kb_proposals", ["category_code"], unique=False
    )
    op.create_index(
        "ix_kb_proposals_open",
        "kb_proposals",
        ["times", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.drop_table("kb_proposals")
    op.drop_table("kb_dismissals")
    op.drop_table("kb_complaints")
    op.drop_table("kb_counts")
    op.drop_table("kb_uses")
    op.drop_table("kb_searches")
