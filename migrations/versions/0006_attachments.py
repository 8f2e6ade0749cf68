"""Files of tickets: what each is, where it lies, and who gave it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("of_seq", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=43), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("is_for_unit", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("thumbnail_as", sa.String(length=64), nullable=True),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('jpeg', 'pdf', 'docx', 'xlsx', 'mp4', 'm4a', 'mp3', 'amr')",
            name=op.f("ck_attachments_kind"),
        ),
        sa.CheckConstraint(
            "source IN ('citizen', 'hotline', 'unit')", name=op.f("ck_attachments_source")
        ),
        sa.CheckConstraint(
            "(width IS NULL) = (thumbnail_as IS NULL)", name=op.f("ck_attachments_picture")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachments_size")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_attachments_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("key", name=op.f("uq_attachments_key")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachments_stored_as")),
        sa.UniqueConstraint("thumbnail_as", name=op.f("uq_attachments_thumbnail_as")),
    )
    op.create_index("ix_attachments_ticket_id", "attachments", ["ticket_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("attachments")
