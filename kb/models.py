"""Articles: what we know, in the words that are told to people, and the words they had before."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
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
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from hotline.columns import Code, Json, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.people.models import Staff, Unit
from hotline.tickets.models import Category
from kb.rules import Change, Kind, State, Step

NUMBER = "'K' || lpad(id::text, greatest(6, length(id::text)), '0')"
IS_UNFINISHED = text("replaces_id IS NOT NULL AND state IN ('draft', 'submitted')")
IS_PUBLISHED = text("state = 'published'")
IS_REWORDED = text("wording_id IS NOT NULL")
IS_APPROVED = text("state = 'submitted' AND publisher_id IS NOT NULL")


class Article(Base):
    """One answer. `author_id` wrote the present words (nobody: they were imported).

    A changed wording of a published article is a row of its own that names it in `replaces_id`
    and is laid over it when it is published; there is at most one such row at a time.

    `version` counts every saving, so that nobody writes over what another has written meanwhile;
    `revision` is the number of the last published revision, counted without a gap. A submitted
    article with a `publisher_id` was read and approved, and is published at `publish_at`. A
    category's code stays when the category is gone; there is no foreign key for that reason.
    """

    __tablename__ = "kb_articles"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("state", State),
        CheckConstraint("publisher_id IS NULL OR publisher_id <> author_id", name="four_eyes"),
        CheckConstraint("valid_from <= valid_until", name="valid_dates"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_at"),
        CheckConstraint(
            "state <> 'submitted' OR publisher_id IS NULL OR publish_at IS NOT NULL",
            name="approved_for_a_time",
        ),
        CheckConstraint("review_days > 0", name="review_days"),
        Index("ix_kb_articles_tokens", "tokens", postgresql_using="gin"),
        Index("ix_kb_articles_state_updated_at", "state", "updated_at", "id"),
        Index("ix_kb_articles_title", "title", postgresql_where=IS_PUBLISHED),
        Index("ix_kb_articles_updated_at", "updated_at"),
        Index("ix_kb_articles_unit_id", "unit_id", "state"),
        Index("ix_kb_articles_publish_at", "publish_at", postgresql_where=IS_APPROVED),
        Index("ix_kb_articles_review_on", "review_on", postgresql_where=IS_PUBLISHED),
        Index("ix_kb_articles_valid_until", "valid_until", postgresql_where=IS_PUBLISHED),
        Index("uq_kb_articles_wording", "replaces_id", unique=True, postgresql_where=IS_UNFINISHED),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), Computed(NUMBER, persisted=True), unique=True)
    kind: Mapped[Kind] = mapped_column(Code(Kind))
    state: Mapped[State] = mapped_column(Code(State), server_default="draft")
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    keywords: Mapped[str] = mapped_column(String(500), server_default="")
    category_code: Mapped[str | None] = mapped_column(String(20))
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
    guide: Mapped[Json] = mapped_column(server_default="{}")
    questions: Mapped[str] = mapped_column(Text, server_default="")
    synonyms: Mapped[str] = mapped_column(String(500), server_default="")
    places: Mapped[str] = mapped_column(String(500), server_default="")
    languages: Mapped[str] = mapped_column(String(40), server_default="zh")
    document_number: Mapped[str] = mapped_column(String(100), server_default="")
    source_url: Mapped[str] = mapped_column(String(500), server_default="")
    publish_at: Mapped[Stamp | None]
    review_days: Mapped[int | None] = mapped_column(Integer)
    review_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(Integer, server_default="0")
    restores: Mapped[int | None] = mapped_column(Integer)
    remark: Mapped[str] = mapped_column(String(500), server_default="")

    category: Mapped[Category | None] = relationship(
        primaryjoin=lambda: foreign(Article.category_code) == Category.code,
        lazy="raise",
        viewonly=True,
    )
    unit: Mapped[Unit | None] = relationship(lazy="raise", viewonly=True)
    author: Mapped[Staff | None] = relationship(
        foreign_keys=[author_id], lazy="raise", viewonly=True
    )
    publisher: Mapped[Staff | None] = relationship(
        foreign_keys=[publisher_id], lazy="raise", viewonly=True
    )
    replaces: Mapped["Article | None"] = relationship(
        remote_side="Article.id", lazy="raise", viewonly=True
    )


class Revision(Base):
    """The words of an article as they were published once; rows are only added.

    `wording_id` is the row that held a changed wording until it was published, `restores` the
    revision whose words were taken back.
    """

    __tablename__ = "kb_revisions"
    __table_args__ = (
        one_of("kind_of_change", Change),
        CheckConstraint("publisher_id IS NULL OR publisher_id <> author_id", name="four_eyes"),
        CheckConstraint("version > 0", name="version"),
        Index("ix_kb_revisions_wording_id", "wording_id", postgresql_where=IS_REWORDED),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey("kb_articles.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind_of_change: Mapped[Change] = mapped_column(Code(Change))
    wording: Mapped[Json]
    restores: Mapped[int | None] = mapped_column(Integer)
    wording_id: Mapped[int | None] = mapped_column(BigInteger)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Stamp]

    author: Mapped[Staff | None] = relationship(
        foreign_keys=[author_id], lazy="raise", viewonly=True
    )
    publisher: Mapped[Staff | None] = relationship(
        foreign_keys=[publisher_id], lazy="raise", viewonly=True
    )


class Reminder(Base):
    """That people were reminded of an article's day, once a step."""

    __tablename__ = "kb_reminders"
    __table_args__ = (one_of("step", Step),)

    article_id: Mapped[int] = mapped_column(ForeignKey("kb_articles.id"), primary_key=True)
    step: Mapped[Step] = mapped_column(Code(Step), primary_key=True)
    due_on: Mapped[date] = mapped_column(Date, primary_key=True)
    at: Mapped[Stamp]
