"""What was asked, what was done with each article, and what is to be learned from it.

Nothing here names a citizen: what was asked is masked before it is stored (`masking`), and
citizens are told apart by a random mark of the page that they have open, never by who they are.
`Count` is folded from `Use`, so that uses may be forgotten one day and the sums stand.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from kb.use.kinds import Source, Stand, UseKind

LONGEST_ASKED = 200
LONGEST_KEY = 120
IS_UNUSED = text("used_article_id IS NULL")
IS_FRESH = text("NOT is_counted")
HAS_MARK = text("mark IS NOT NULL")
IS_OPEN = text("state = 'open'")


class Search(Base):
    """One question, as it was asked in the end. `asker` joins what one person types in a row."""

    __tablename__ = "kb_searches"
    __table_args__ = (
        one_of("source", Source),
        Index("ix_kb_searches_asker", "asker", "at"),
        Index("ix_kb_searches_source_at", "source", "at"),
        Index("ix_kb_searches_unused", "at", postgresql_where=IS_UNUSED),
    )

    id: Mapped[Key]
    asked: Mapped[str] = mapped_column(String(LONGEST_ASKED))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    source: Mapped[Source] = mapped_column(Code(Source))
    asker: Mapped[str] = mapped_column(String(60))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    found: Mapped[int] = mapped_column(SmallInteger)
    used_article_id: Mapped[int | None] = mapped_column(
        ForeignKey("kb_articles.id", ondelete="SET NULL")
    )
    at: Mapped[Stamp]


class Use(Base):
    """One thing that was done with an article; `mark` lets a citizen's page count once a kind."""

    __tablename__ = "kb_uses"
    __table_args__ = (
        one_of("kind", UseKind),
        one_of("source", Source),
        Index("ix_kb_uses_article_id", "article_id", "id"),
        Index("ix_kb_uses_ticket_id", "ticket_id", postgresql_where=text("ticket_id IS NOT NULL")),
        Index("ix_kb_uses_at", "at"),
        Index("ix_kb_uses_fresh", "id", postgresql_where=IS_FRESH),
        Index(
            "uq_kb_uses_mark", "mark", "article_id", "kind", unique=True, postgresql_where=HAS_MARK
        ),
    )

    id: Mapped[Key]
    article_id: Mapped[int] = mapped_column(ForeignKey("kb_articles.id", ondelete="CASCADE"))
    kind: Mapped[UseKind] = mapped_column(Code(UseKind))
    source: Mapped[Source] = mapped_column(Code(Source))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    search_id: Mapped[int | None] = mapped_column(ForeignKey("kb_searches.id", ondelete="SET NULL"))
    mark: Mapped[str | None] = mapped_column(String(60))
    is_counted: Mapped[bool] = mapped_column(Boolean, server_default="false")
    at: Mapped[Stamp]


class Count(Base):
    """An article's uses, summed up by a job."""

    __tablename__ = "kb_counts"

    article_id: Mapped[int] = mapped_column(
        ForeignKey("kb_articles.id", ondelete="CASCADE"), primary_key=True
    )
    opened: Mapped[int] = mapped_column(server_default="0")
    inserted: Mapped[int] = mapped_column(server_default="0")
    texted: Mapped[int] = mapped_column(server_default="0")
    answered: Mapped[int] = mapped_column(server_default="0")
    helpful: Mapped[int] = mapped_column(server_default="0")
    unhelpful: Mapped[int] = mapped_column(server_default="0")
    complained: Mapped[int] = mapped_column(server_default="0")


class Complaint(Base):
    """Somebody says that an article is wrong; an editor looks at it and says what was done."""

    __tablename__ = "kb_complaints"
    __table_args__ = (
        one_of("state", Stand),
        one_of("source", Source),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        Index("ix_kb_complaints_open", "id", postgresql_where=IS_OPEN),
        Index("ix_kb_complaints_article_id", "article_id", "id"),
    )

    id: Mapped[Key]
    article_id: Mapped[int] = mapped_column(ForeignKey("kb_articles.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Text)
    source: Mapped[Source] = mapped_column(Code(Source))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    at: Mapped[Stamp]
    state: Mapped[Stand] = mapped_column(Code(Stand), server_default="open")
    settled_at: Mapped[Stamp | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Dismissal(Base):
    """A group of questions that an editor wants to see no more."""

    __tablename__ = "kb_dismissals"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    example: Mapped[str] = mapped_column(String(LONGEST_ASKED))
    by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Stamp]


class Proposal(Base):
    """A draft made of what was answered to citizens without an article, without its people."""

    __tablename__ = "kb_proposals"
    __table_args__ = (
        one_of("state", Stand),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index("ix_kb_proposals_open", "times", "id", postgresql_where=IS_OPEN),
        Index("ix_kb_proposals_category_code", "category_code"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(String(200))
    questions: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    times: Mapped[int]
    ticket_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    made_at: Mapped[Stamp]
    state: Mapped[Stand] = mapped_column(Code(Stand), server_default="open")
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("kb_articles.id", ondelete="SET NULL")
    )
