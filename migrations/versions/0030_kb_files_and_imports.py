"""Files that articles show, and files of articles on their way in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kb_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("thumbnail_as", sa.String(length=64), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('jpeg', 'pdf', 'docx', 'xlsx', 'mp4', 'm4a', 'mp3', 'amr')",
            name=op.f("ck_kb_files_kind"),
        ),
        sa.CheckConstraint(
            "(width IS NULL) = (thumbnail_as IS NULL)", name=op.f("ck_kb_files_picture")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_kb_files_size")),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_kb_files_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_files")),
        sa.UniqueConstraint("key", name=op.f("uq_kb_files_key")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_kb_files_stored_as")),
        sa.UniqueConstraint("thumbnail_as", name=op.f("uq_kb_files_thumbnail_as")),
    )
    op.create_index("ix_kb_files_added_at", "kb_files", ["added_at"], unique=False)
    op.create_table(
        "kb_imports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sheet", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kb_imports_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kb_imports")),
        sa.UniqueConstraint("key", name=op.f("uq_kb_imports_key")),
    )
    op.create_index("ix_kb_imports_made_at", "kb_imports", ["made_at"], unique=False)


def downgrade() -> None:
    op.drop_table("kb_imports")
    op.drop_table("kb_files")
