"""A picture or a document that articles show; the file itself lies outside the database."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.attachments.rules import Kind
from hotline.columns import Big, Code, Key, Stamp, one_of
from hotline.extensions import Base


class ArticleFile(Base):
    """One file. It belongs to whatever words name its `key`, so that it goes with them.

    A changed wording, a revision and its restoring show the files that they name, and nobody sees
    one whose article they may not read. `stored_as` and `thumbnail_as` are names in the storage.
    """

    __tablename__ = "kb_files"
    __table_args__ = (
        one_of("kind", Kind),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("(width IS NULL) = (thumbnail_as IS NULL)", name="picture"),
        Index("ix_kb_files_added_at", "added_at"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(43), unique=True)
    kind: Mapped[Kind] = mapped_column(Code(Kind))
    name: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    stored_as: Mapped[str] = mapped_column(String(64), unique=True)
    thumbnail_as: Mapped[str | None] = mapped_column(String(64), unique=True)
    added_by: Mapped[Big] = mapped_column(ForeignKey("staff.id"))
    added_at: Mapped[Stamp]
