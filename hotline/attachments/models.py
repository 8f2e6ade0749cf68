"""A file of a ticket; the file itself lies outside the database (`storage`)."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline.attachments.rules import Kind, Source
from hotline.columns import Code, EncryptedText, Key, Stamp, one_of
from hotline.extensions import Base


class Attachment(Base):
    """One file. `of_seq` is the event it came with: a report, a supplement, a reply.

    `key` stands in its address and can't be guessed; `digest` is the SHA-256 that the history
    keeps, `stored_as` and `thumbnail_as` are names in the storage.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("source", Source),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("(width IS NULL) = (thumbnail_as IS NULL)", name="picture"),
        Index("ix_attachments_ticket_id", "ticket_id", "id"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    of_seq: Mapped[int | None] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    kind: Mapped[Kind] = mapped_column(Code(Kind))
    source: Mapped[Source] = mapped_column(Code(Source))
    is_for_unit: Mapped[bool] = mapped_column(Boolean, server_default="false")
    name: Mapped[str] = mapped_column(EncryptedText)
    size: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    stored_as: Mapped[str] = mapped_column(String(64), unique=True)
    thumbnail_as: Mapped[str | None] = mapped_column(String(64), unique=True)
    added_by: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[Stamp]
