"""Cards, warnings and who opened them, calls to duty phones, supervision orders.

Free words (why a card was voided, what an order says and is answered) lie with the ticket's
events, where they can be erased; the rows keep the event's number. Deadlines are clocks.
"""

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from hotline.columns import Code, EncryptedText, Json, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.tickets.clocks import Clock
from hotline.tickets.models import ClockRow
from supervision.rules import (
    CARDED,
    CallEnd,
    Colour,
    OrderState,
    RingOutcome,
    VoidReason,
    WarningKind,
    Whom,
)

STANDS = sql("voided_at IS NULL")
UNSETTLED = sql("state IN ('open', 'answered')")
DESK_LAMPS = Index(
    "ix_clocks_desk_lamp",
    ClockRow.kind,
    ClockRow.lamp,
    postgresql_where=sql("stopped_at IS NULL AND unit_id IS NULL"),
)
"""The hotline's own running clocks by lamp; those of units have an index of their own."""


class Card(Base):
    """A warning to a unit, once an assignment, clock and colour unless a former one was voided."""

    __tablename__ = "cards"
    __table_args__ = (
        one_of("clock", sorted(CARDED)),
        one_of("colour", Colour),
        one_of("void_reason", VoidReason),
        CheckConstraint("(voided_at IS NULL) = (void_reason IS NULL)", name="voided_with_reason"),
        Index(
            "uq_cards_standing",
            "assignment_id",
            "clock",
            "colour",
            unique=True,
            postgresql_where=STANDS,
        ),
        Index("ix_cards_ticket_id", "ticket_id", "id"),
        Index("ix_cards_unit_id", "unit_id", "id"),
        Index("ix_cards_red", "id", postgresql_where=sql("colour = 'red'")),
        Index("ix_cards_voided", "id", postgresql_where=sql("voided_at IS NOT NULL")),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    clock_id: Mapped[int] = mapped_column(ForeignKey("clocks.id"))
    clock: Mapped[Clock] = mapped_column(Code(Clock))
    colour: Mapped[Colour] = mapped_column(Code(Colour))
    due_at: Mapped[Stamp]
    issued_at: Mapped[Stamp]
    seq: Mapped[int]
    voided_at: Mapped[Stamp | None]
    voided_by: Mapped[str | None] = mapped_column(String(60))
    void_reason: Mapped[VoidReason | None] = mapped_column(Code(VoidReason))
    void_seq: Mapped[int | None]


class Order(Base):
    """A supervision order to a ticket's leading unit; `seq` is its event, with the reason."""

    __tablename__ = "supervision_orders"
    __table_args__ = (
        one_of("state", OrderState),
        CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('settled', 'lapsed'))", name="ended_when_over"
        ),
        Index("uq_orders_unsettled", "ticket_id", unique=True, postgresql_where=UNSETTLED),
        Index("ix_orders_ticket_id", "ticket_id", "id"),
        Index("ix_orders_unit_id", "unit_id", "id"),
        Index("ix_orders_state", "state", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    state: Mapped[OrderState] = mapped_column(Code(OrderState))
    issued_at: Mapped[Stamp]
    issued_by: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    due_at: Mapped[Stamp]
    ended_at: Mapped[Stamp | None]
    ended_by: Mapped[str | None] = mapped_column(String(60))


class OrderAnswer(Base):
    """What the unit answered to an order, and whether the supervisor was content with it."""

    __tablename__ = "order_answers"
    __table_args__ = (
        CheckConstraint(
            "(decided_at IS NULL) = (is_accepted IS NULL)", name="decided_with_verdict"
        ),
        Index("ix_order_answers_order_id", "order_id", "id"),
    )

    id: Mapped[Key]
    order_id: Mapped[int] = mapped_column(ForeignKey("supervision_orders.id"))
    seq: Mapped[int]
    answered_at: Mapped[Stamp]
    answered_by: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[Stamp | None]
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decision_seq: Mapped[int | None]
    is_accepted: Mapped[bool | None]


class OwedOrder(Base):
    """A second dissatisfaction was found reasonable: an order is to be issued."""

    __tablename__ = "owed_orders"
    __table_args__ = (
        Index("ix_owed_orders_open", "id", postgresql_where=sql("ended_at IS NULL")),
        Index("ix_owed_orders_ticket_id", "ticket_id"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    seq: Mapped[int]
    since: Mapped[Stamp]
    ended_at: Mapped[Stamp | None]


class WarningRow(Base):
    """Who was warned of what, when, and when they opened it; `key` keeps it from coming twice."""

    __tablename__ = "warnings"
    __table_args__ = (
        one_of("kind", WarningKind),
        Index("uq_warnings_key", "staff_id", "key", unique=True),
        Index("ix_warnings_staff_id", "staff_id", "id"),
        Index("ix_warnings_unopened", "staff_id", "id", postgresql_where=sql("opened_at IS NULL")),
        Index("ix_warnings_card_id", "card_id", postgresql_where=sql("card_id IS NOT NULL")),
        Index("ix_warnings_order_id", "order_id", postgresql_where=sql("order_id IS NOT NULL")),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[WarningKind] = mapped_column(Code(WarningKind))
    key: Mapped[str] = mapped_column(String(80))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("supervision_orders.id"))
    facts: Mapped[Json] = mapped_column(server_default=sql("'{}'::jsonb"))
    made_at: Mapped[Stamp]
    opened_at: Mapped[Stamp | None]
    is_texted: Mapped[bool] = mapped_column(Boolean, server_default="false")


class Reach(Base):
    """How somebody of the staff wants to be warned beside the page: a text to their own number."""

    __tablename__ = "reach"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(EncryptedText)
    wants_texts: Mapped[bool]
    changed_at: Mapped[Stamp]


class DutyCall(Base):
    """A task: ring the unit about a critical ticket that nobody signs."""

    __tablename__ = "duty_calls"
    __table_args__ = (
        one_of("outcome", CallEnd),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_with_outcome"),
        Index("ix_duty_calls_open", "id", postgresql_where=sql("ended_at IS NULL")),
        Index("ix_duty_calls_ticket_id", "ticket_id"),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), unique=True)
    made_at: Mapped[Stamp]
    ended_at: Mapped[Stamp | None]
    outcome: Mapped[CallEnd | None] = mapped_column(Code(CallEnd))


class Ring(Base):
    """One attempt to reach somebody of the unit by phone."""

    __tablename__ = "duty_rings"
    __table_args__ = (
        one_of("whom", Whom),
        one_of("outcome", RingOutcome),
        Index("ix_duty_rings_call_id", "call_id", "id"),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("duty_calls.id"))
    at: Mapped[Stamp]
    by: Mapped[str] = mapped_column(String(60))
    whom: Mapped[Whom] = mapped_column(Code(Whom))
    outcome: Mapped[RingOutcome] = mapped_column(Code(RingOutcome))
    note: Mapped[str | None] = mapped_column(EncryptedText)
