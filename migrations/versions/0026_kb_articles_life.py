"""Articles keep item guides, revisions, scheduled publishing, reviews and reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


IS_PUBLISHED = sa.text("state = 'published'")
IS_APPROVED = sa.text("state = 'submitted' AND publisher_id IS NOT NULL")
INDEXES = (
    ("ix_kb_articles_updated_at", ["updated_at"], None),
    ("ix_kb_articles_unit_id", ["unit_id", "state"], None),
    ("ix_kb_articles_publish_at", ["publish_at"], IS_APPROVED),
    ("ix_kb_articles_review_on", ["review_on"], IS_PUBLISHED),
    ("ix_kb_articles_valid_until", ["valid_until"], IS_PUBLISHED),
)
COLUMNS = (
    ("guide", postgresql.JSONB(astext_type=sa.Text()), "{}"),
    ("questions", sa.Text(), ""),
    ("synonyms", sa.String(length=500), ""),
    ("places", sa.String(length=500), ""),
    ("languages", sa.String(length=40), "zh"),
    ("document_number", sa.String(length=100), ""),
    ("source_url", sa.String(length=500), ""),
    ("publish_at", sa.DateTime(timezone=True), None),
    ("review_days", sa.Integer(), None),
    ("review_on", sa.Date(), None),
    ("revision", sa.Integer(), "0"),
    ("restores", sa.Integer(), None),
    ("remark", sa.String(length=500), ""),
)
FIRST_REVISIONS = """
    INSERT INTO kb_revisions (article_id, version, kind_of_change, wording, author_id,
                              publisher_id, at)
    SELECT a.id, a.version,
           CASE WHEN a.author_id IS NULL THEN 'imported' ELSE 'published' END,
           jsonb_build_object(
               'kind', a.kind, 'title', a.title, 'body', a.body, 'keywords', a.keywords,
               'category', a.category_code, 'unit', u.code, 'is_public', a.is_public,
               'valid_from', a.valid_from, 'valid_until', a.valid_until, 'source', a.source),
           a.author_id, a.publisher_id, a.published_at
    FROM kb_articles a LEFT JOIN units u ON u.id = a.unit_id
    WHERE a.published_at IS NOT NULL AND a.state IN ('published', 'retired')
"""


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        is_null = default is None
        op.add_column(
            "kb_articles", sa.Column(name, kind, server_default=default, nullable=is_null)
        )
    op.drop_constraint(op.f("fk_kb_articles_category_code"), "kb_articles", type_="foreignkey")
    op.create_check_constraint(
        op.f("ck_kb_articles_approved_for_a_time"),
        "kb_articles",
        "state <> 'submitted' OR publisher_id IS NULL OR publish_at IS NOT NULL",
    )
    op.create_check_constraint(op.f("ck_kb_articles_review_days"), "kb_articles", "review_days > 0")
    op.create_table(
        "kb_revisions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind_of_change", sa.String(length=40), nullable=False),
        sa.Column("wording", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("wording_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("publisher_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind_of_change IN ('published', 'reworded', 'restored', 'republished', 'imported')",
            name=op.f("ck_kb_revisions_kind_of_change"),
        ),
        sa.CheckConstraint(
            "publisher_id IS NULL OR publisher_id <> author_id",
            name=op.f("ck_kb_revisions_four_eyes"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_kb_revisions_version")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["kb_articles.id"], name=op.f("fk_kb_revisions_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff.id"], name=op.f("fk_kb_revisions_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["staff.id"], name=op.f("fk_kb_revisions_publisher_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_kb_revisions")),
    )
    op.create_index(
        "ix_kb_revisions_wording_id",
        "kb_revisions",
        ["wording_id"],
        unique=False,
        postgresql_where=sa.text("wording_id IS NOT NULL"),
    )
    op.create_table(
        "kb_reminders",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('review_due', 'review_overdue', 'expiring', 'expired')",
            name=op.f("ck_kb_reminders_step"),
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["kb_articles.id"], name=op.f("fk_kb_reminders_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "step", "due_on", name=op.f("pk_kb_reminders")),
    )
    op.execute(FIRST_REVISIONS)
    op.execute(
        "UPDATE kb_articles SET revision = version"
        " WHERE published_at IS NOT NULL AND state IN ('published', 'retired')"
    )
    with op.get_context().autocommit_block():
        for name, columns, where in INDEXES:
            op.create_index(
                name, "kb_articles", columns, postgresql_where=where, postgresql_concurrently=True
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name, _columns, _where in reversed(INDEXES):
            op.drop_index(name, table_name="kb_articles", postgresql_concurrently=True)
    op.drop_table("kb_reminders")
    op.drop_table("kb_revisions")
    op.drop_constraint(op.f("ck_kb_articles_review_days"), "kb_articles", type_="check")
    op.drop_constraint(op.f("ck_kb_articles_approved_for_a_time"), "kb_articles", type_="check")
    op.execute(
        "UPDATE kb_articles SET category_code = NULL"
        " WHERE category_code NOT IN (SELECT code FROM categories)"
    )
    op.create_foreign_key(
        op.f("fk_kb_articles_category_code"),
        "kb_articles",
        "categories",
        ["category_code"],
        ["code"],
    )
    for name, _kind, _default in reversed(COLUMNS):
        op.drop_column("kb_articles", name)
