"""Articles: what we know, in the words that are told to people."""

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.people.models import Staff, Unit
from hotline.tickets.models import Category
from kb.rules import Kind, State

NUMBER = "'K' || lpad(id::text, greatest(6, length(id::text)), '0')"
IS_UNFINISHED = text("replaces_id IS NOT NULL AND state IN ('draft', 'submitted')")
IS_PUBLISHED = text("state = 'published'")


class Article(Base):
    """One answer. `author_id` wrote the present words (nobody: they were imported).

    A changed wording of a published article is a row of its own that names it in `replaces_id`
    and is laid over it when it is published; there is at most one such row at a time.
    """

    __tablename__ = "kb_articles"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", State),
        CheckConstraint("publisher_id IS NULL OR publisher_id <> author_id", name="four_eyes"),
        CheckConstraint("valid_from <= valid_until", name="valid_dates"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_at"),
        Index("ix_kb_articles_tokens", "tokens", postgresql_using="gin"),
        Index("ix_kb_articles_state_updated_at", "state", "updated_at", "id"),
        Index("ix_kb_articles_title", "title", postgresql_where=IS_PUBLISHED),
        Index("uq_kb_articles_wording", "replaces_id", unique=True, postgresql_where=IS_UNFINISHED),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), Computed(NUMBER, persisted=True), unique=True)
    kind: Mapped[Kind] = mapped_column(Code(Kind))
    state: Mapped[State] = mapped_column(Code(State), server_default="draft")
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    keywords: Mapped[str] = mapped_column(String(500), server_default="")
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    is_public: Mapped[bool] = mapped_column(Boolean, server_default="false")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(500), server_default="")
    tokens: Mapped[Any] = mapped_column(TSVECTOR, deferred=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("kb_articles.id"))
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    updated_at: Mapped[Stamp]
    published_at: Mapped[Stamp | None]

    category: Mapped[Category | None] = relationship(lazy="raise", viewonly=True)
    unit: Mapped[Unit | None] = relationship(lazy="raise", viewonly=True)
    author: Mapped[Staff | None] = relationship(
        foreign_keys=[author_id], lazy="raise", viewonly=True
    )
    replaces: Mapped["Article | None"] = relationship(
        remote_side="Article.id", lazy="raise", viewonly=True
    )
