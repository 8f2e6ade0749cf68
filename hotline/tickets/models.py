"""The ticket and what belongs to it; the ticket's row is narrow, its words lie beside it."""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    SmallInteger,
    String,
    Text,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.citizens.models import Citizen
from hotline.columns import Code, EncryptedText, Json, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.people.models import Unit
from hotline.tickets import append_only
from hotline.tickets.clock_models import ClockRow as ClockRow
from hotline.tickets.clocks import Lamp
from hotline.tickets.kinds import CallbackRule, Channel, RequestType, Role, Urgency
from hotline.tickets.states import FINAL, State

FINAL_CODES = ", ".join(sorted(f"'{state.value}'" for state in FINAL))
DESK_EVENTS = "kind IN ('received', 'sorted', 'answered') AND actor LIKE 'staff:%'"
"""What an operator's own figures of the day are counted from."""
DUE = "coalesce(tickets.due_at, 'infinity'::timestamptz)"
"""A ticket without a limit stands behind all that have one."""
RANK = "CASE tickets.urgency WHEN 'critical' THEN 0 WHEN 'urgent' THEN 1 ELSE 2 END"
DUE_KEY, RANK_KEY = (text(one.replace("tickets.", "")) for one in (DUE, f"({RANK})"))
IS_OPEN = text("closed_at IS NULL")
TICKET_IDS = Sequence("ticket_ids", metadata=Base.metadata, data_type=BigInteger)
"""A ticket's id is drawn before its row is written, because its number is made of it."""


class Category(Base):
    """A node of the subject tree; leaves carry limits. Which unit takes it stands in dispatch."""

    __tablename__ = "categories"
    __table_args__ = (one_of("urgency", Urgency),)

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    name: Mapped[str] = mapped_column(String(80))
    is_leaf: Mapped[bool]
    limit_working_days: Mapped[int | None] = mapped_column(SmallInteger)
    limit_hours: Mapped[int | None] = mapped_column(SmallInteger)
    urgency: Mapped[Urgency] = mapped_column(Code(Urgency), server_default="normal")
    is_confidential: Mapped[bool] = mapped_column(Boolean, server_default="false")
    transfer: Mapped[str] = mapped_column(String(40), server_default="")
    keywords: Mapped[str] = mapped_column(String(500), server_default="")
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    is_compressed: Mapped[bool] = mapped_column(Boolean, server_default="false")


class RequestTypeRule(Base):
    """A request type's limit in working days and how its callbacks are planned."""

    __tablename__ = "request_types"
    __table_args__ = (one_of("code", RequestType), one_of("callback", CallbackRule))

    code: Mapped[RequestType] = mapped_column(Code(RequestType), primary_key=True)
    limit_working_days: Mapped[int] = mapped_column(SmallInteger)
    callback: Mapped[CallbackRule] = mapped_column(Code(CallbackRule))


class Ticket(Base):
    """One matter of one citizen."""

    __tablename__ = "tickets"
    __table_args__ = (
        one_of("state", State),
        one_of("channel", Channel),
        one_of("request_type", RequestType),
        one_of("urgency", Urgency),
        one_of("lamp", Lamp),
        CheckConstraint(
            f"(closed_at IS NOT NULL) = (state IN ({FINAL_CODES}))", name="closed_when_final"
        ),
        Index("ix_tickets_open_due", "state", DUE_KEY, "id", postgresql_where=IS_OPEN),
        Index("ix_tickets_open_urgency", "state", RANK_KEY, "id", postgresql_where=IS_OPEN),
        Index("ix_tickets_state_id", "state", "id"),
        Index("ix_tickets_category_code", "category_code", "id"),
        Index("ix_tickets_channel", "channel", "id"),
        Index("ix_tickets_district_code", "district_code", "id"),
        Index("ix_tickets_urgent", "urgency", "id", postgresql_where=text("urgency <> 'normal'")),
        Index("ix_tickets_lamp", "lamp", "id", postgresql_where=text("lamp <> 'green'")),
        Index("ix_tickets_confidential", "id", postgresql_where=text("is_confidential")),
        Index("ix_tickets_redone", "id", postgresql_where=text("round > 1")),
        Index(
            "ix_tickets_upstream_number",
            "upstream_number",
            postgresql_where=text("upstream_number IS NOT NULL"),
        ),
        Index("ix_tickets_citizen_id", "citizen_id", "id"),
        Index("ix_tickets_received_at", "received_at", "id"),
        Index(
            "ix_tickets_reopened_from",
            "reopened_from",
            postgresql_where=text("reopened_from IS NOT NULL"),
        ),
        Index(
            "ix_tickets_merged_into_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_tickets_entered_late",
            "entered_late_at",
            "id",
            postgresql_where=text("entered_late_at IS NOT NULL"),
        ),
        Index(
            "uq_tickets_upstream",
            "upstream_system",
            "upstream_number",
            unique=True,
            postgresql_where=text("upstream_number IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[State] = mapped_column(Code(State))
    channel: Mapped[Channel] = mapped_column(Code(Channel))
    line: Mapped[str | None] = mapped_column(String(20))
    request_type: Mapped[RequestType | None] = mapped_column(Code(RequestType))
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    urgency: Mapped[Urgency] = mapped_column(Code(Urgency))
    is_confidential: Mapped[bool]
    is_history: Mapped[bool] = mapped_column(Boolean, server_default="false")
    district_code: Mapped[str | None] = mapped_column(String(20))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizens.id"))
    entered_by: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[Stamp]
    sorted_at: Mapped[Stamp | None]
    closed_at: Mapped[Stamp | None]
    round: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    due_at: Mapped[Stamp | None]
    lamp: Mapped[Lamp] = mapped_column(Code(Lamp), server_default="green")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    reopened_from: Mapped[str | None] = mapped_column(String(20))
    upstream_system: Mapped[str | None] = mapped_column(String(40))
    upstream_number: Mapped[str | None] = mapped_column(String(80))
    upstream_due_at: Mapped[Stamp | None]
    last_seq: Mapped[int] = mapped_column(Integer, server_default="0")
    last_hash: Mapped[bytes] = mapped_column(LargeBinary)
    entered_late_at: Mapped[Stamp | None]
    urges: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    urged_at: Mapped[Stamp | None]
    suspended_until: Mapped[Stamp | None]

    texts: Mapped["TicketText"] = relationship(lazy="raise", viewonly=True)
    citizen: Mapped[Citizen | None] = relationship(lazy="raise", viewonly=True)
    category: Mapped[Category | None] = relationship(lazy="raise", viewonly=True)


class TicketText(Base):
    """A ticket's words; erasable. The unit of a confidential ticket sees only `unit_text`.

    The history keeps a digest of title and body under `salt`; erasing empties the salt too.
    """

    __tablename__ = "ticket_texts"
    __table_args__ = (
        Index("ix_ticket_texts_tokens", "tokens", postgresql_using="gin"),
        Index("ix_ticket_texts_unit_tokens", "unit_tokens", postgresql_using="gin"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    unit_text: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text, server_default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lng: Mapped[float | None] = mapped_column(Float)
    reporter: Mapped[str | None] = mapped_column(EncryptedText)
    query_code: Mapped[str] = mapped_column(EncryptedText)
    salt: Mapped[str] = mapped_column(String(40))
    tokens: Mapped[Any] = mapped_column(TSVECTOR)
    unit_tokens: Mapped[Any] = mapped_column(TSVECTOR)


class TicketEvent(Base):
    """One link of a ticket's history; never changed. Facts hold ids and codes, no words."""

    __tablename__ = "ticket_events"
    __table_args__ = (
        Index("ix_ticket_events_desk", "actor", "at", postgresql_where=text(DESK_EVENTS)),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[Stamp]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(60))
    facts: Mapped[Json]
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class EventWords(Base):
    """The personal words of an event; erasable, the event keeps their salted digest."""

    __tablename__ = "event_words"

    ticket_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    salt: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(EncryptedText)


class Holder(Base):
    """Which unit holds the ticket, in which role, from when until when."""

    __tablename__ = "ticket_holders"
    __table_args__ = (
        one_of("role", Role),
        Index("ix_ticket_holders_ticket_id", "ticket_id"),
        Index(
            "uq_ticket_holders_now",
            "unit_id",
            "ticket_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_ticket_holders_unit_id", "unit_id", "ticket_id"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    sub_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    role: Mapped[Role] = mapped_column(Code(Role))
    since: Mapped[Stamp]
    until: Mapped[Stamp | None]
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id], viewonly=True)


for moment, statement in append_only.MOMENTS:
    event.listen(TicketEvent.__table__, moment, DDL(statement))  # type: ignore[no-untyped-call]
