"""Texts in and out, who wants none, and what was asked by text.

A text is found by the blind index of its number; number and words are encrypted. The
surprise: a citizen's answer counts until `closed_at`, not until the first `answered_at`,
because the last answer within the time counts.
"""

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Code, EncryptedText, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.messages.rules import WAITING, Delivery, Direction

WAITING_CODES = ", ".join(f"'{state.value}'" for state in WAITING)
IS_WAITING = text(f"state IN ({WAITING_CODES})")


class Message(Base):
    """One text. `event_key` keeps a text from being written twice for one event."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("direction", Direction),
        one_of("state", Delivery),
        Index("ix_messages_due", "next_try_at", "id", postgresql_where=IS_WAITING),
        Index("ix_messages_phone", "phone_index", "created_at"),
        Index("ix_messages_ticket_id", "ticket_id", "id"),
    )

    id: Mapped[Key]
    direction: Mapped[Direction] = mapped_column(Code(Direction))
    kind: Mapped[str] = mapped_column(String(40))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizens.id"))
    phone: Mapped[str] = mapped_column(EncryptedText)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[str] = mapped_column(EncryptedText)
    segments: Mapped[int] = mapped_column(SmallInteger)
    provider_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    event_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[Delivery] = mapped_column(Code(Delivery))
    error: Mapped[str | None] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    created_at: Mapped[Stamp]
    exempt_until: Mapped[Stamp | None]
    next_try_at: Mapped[Stamp | None]
    claimed_until: Mapped[Stamp | None]
    first_tried_at: Mapped[Stamp | None]
    sent_at: Mapped[Stamp | None]


class OptOut(Base):
    """A number that wants no texts."""

    __tablename__ = "opt_outs"

    phone_index: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    word: Mapped[str] = mapped_column(String(20))
    at: Mapped[Stamp]


class Question(Base):
    """What we asked a number; one at a time, so that a digit has one meaning."""

    __tablename__ = "questions"
    __table_args__ = (
        Index(
            "uq_questions_open",
            "phone_index",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_questions_ticket_id", "ticket_id"),
        Index("ix_questions_reference", "reference"),
    )

    id: Mapped[Key]
    phone_index: Mapped[bytes] = mapped_column(LargeBinary)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    reference: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Stamp]
    expires_at: Mapped[Stamp]
    answered_at: Mapped[Stamp | None]
    wants_words: Mapped[bool]
    closed_at: Mapped[Stamp | None]


class EarlyReport(Base):
    """What the carrier said of a text before we had stored its id; laid over it by the sweep."""

    __tablename__ = "early_reports"

    provider_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    state: Mapped[Delivery] = mapped_column(Code(Delivery))
    error: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[Stamp]


class Pace(Base):
    """When the next text may be handed to the carrier; one row, for all workers."""

    __tablename__ = "message_pace"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    next_at: Mapped[Stamp]
