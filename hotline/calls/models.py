"""Calls, their ends, their history, and what is asked of the carrier.

A number is kept encrypted and found by its blind index. The surprise: a call back is a call too,
outbound and in the queue, at the place (`queued_at`) of the call it makes up for.
"""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hotline import crypto
from hotline.calls.kinds import (
    ELSEWHERE,
    Asked,
    Direction,
    HungUpBy,
    LegEnd,
    LegRole,
    LegState,
    Mode,
    OrderState,
    Purpose,
    Result,
    Skill,
)
from hotline.calls.states import IN_QUEUE, CallState
from hotline.columns import Code, EncryptedText, Json, Key, Stamp, one_of
from hotline.extensions import Base

OWED_CODES = "'callback_asked', 'missed', 'abandoned'"
QUEUED = ", ".join(f"'{state.value}'" for state in IN_QUEUE)


def new_ref() -> str:
    """What an address names a call or an end of one by; it can't be guessed."""
    return crypto.new_token()[:22]


class Line(Base):
    """A published number: 12345 itself, or one that was merged into it."""

    __tablename__ = "lines"
    __table_args__ = (one_of("mode", Mode), one_of("skill", Skill))

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    mode: Mapped[Mode] = mapped_column(Code(Mode))
    greeting_zh: Mapped[str] = mapped_column(String(300), server_default="")
    greeting_en: Mapped[str] = mapped_column(String(300), server_default="")
    transfer_to: Mapped[str | None] = mapped_column(String(20))
    skill: Mapped[Skill | None] = mapped_column(Code(Skill))
    rank: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    opened_at: Mapped[Stamp]
    closed_at: Mapped[Stamp | None]


class Call(Base):
    """One call. `ended_at` is when its citizen's end was over; until then it is live."""

    __tablename__ = "calls"
    __table_args__ = (
        one_of("direction", Direction),
        one_of("purpose", Purpose),
        one_of("state", CallState),
        one_of("skill", Skill),
        one_of("result", Result),
        one_of("hung_up_by", HungUpBy),
        Index(
            "ix_calls_queue",
            text("rank DESC"),
            "queued_at",
            postgresql_where=text(f"state IN ({QUEUED})"),
        ),
        Index("ix_calls_live", "heard_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_calls_to_write_up", "id", postgresql_where=text("state = 'wrap_up'")),
        Index("ix_calls_created_at", "created_at", "id"),
        Index("ix_calls_phone", "phone_index", "created_at"),
        Index("ix_calls_staff", "staff_id", "created_at"),
        Index(
            "uq_calls_owed",
            "phone_index",
            unique=True,
            postgresql_where=text(f"purpose IN ({OWED_CODES}) AND state IN ({QUEUED})"),
        ),
    )

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    direction: Mapped[Direction] = mapped_column(Code(Direction))
    purpose: Mapped[Purpose | None] = mapped_column(Code(Purpose))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("lines.id"))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizens.id"))
    language: Mapped[str] = mapped_column(String(10), server_default="zh_CN")
    state: Mapped[CallState] = mapped_column(Code(CallState))
    step: Mapped[str] = mapped_column(String(20), server_default="")
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    is_served: Mapped[bool] = mapped_column(server_default="false")
    is_critical: Mapped[bool] = mapped_column(server_default="false")
    rank: Mapped[int] = mapped_column(Integer, server_default="0")
    skill: Mapped[Skill | None] = mapped_column(Code(Skill))
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    attempt: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    not_before: Mapped[Stamp | None]
    flow: Mapped[str | None] = mapped_column(String(40))
    flow_subject: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[Stamp]
    queued_at: Mapped[Stamp | None]
    offered_to: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    offered_at: Mapped[Stamp | None]
    declined_by: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[Stamp | None]
    held_at: Mapped[Stamp | None]
    ended_at: Mapped[Stamp | None]
    hung_up_by: Mapped[HungUpBy | None] = mapped_column(Code(HungUpBy))
    finished_at: Mapped[Stamp | None]
    result: Mapped[Result | None] = mapped_column(Code(Result))
    note: Mapped[str | None] = mapped_column(EncryptedText)
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    heard_at: Mapped[Stamp]


class CallLeg(Base):
    """One end of a call, as the carrier knows it."""

    __tablename__ = "call_legs"
    __table_args__ = (
        one_of("role", LegRole),
        one_of("state", LegState),
        one_of("outcome", LegEnd),
        Index("ix_call_legs_call_id", "call_id", "id"),
        Index("ix_call_legs_staff_id", "staff_id", "call_id"),
        Index("ix_call_legs_open", "staff_id", postgresql_where=text("state <> 'ended'")),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[LegRole] = mapped_column(Code(LegRole))
    provider_id: Mapped[str | None] = mapped_column(String(80), unique=True)
    address: Mapped[str | None] = mapped_column(EncryptedText)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    label: Mapped[str] = mapped_column(String(80), server_default="")
    state: Mapped[LegState] = mapped_column(Code(LegState))
    sequence: Mapped[int] = mapped_column(Integer, server_default="-1")
    outcome: Mapped[LegEnd | None] = mapped_column(Code(LegEnd))
    created_at: Mapped[Stamp]
    answered_at: Mapped[Stamp | None]
    ended_at: Mapped[Stamp | None]

    @property
    def is_elsewhere(self) -> bool:
        """Whether another exchange holds it, so that nothing can be asked of our carrier."""
        return (self.provider_id or "").startswith(ELSEWHERE)


class CallTicket(Base):
    """A ticket that came of a call, or that it is about."""

    __tablename__ = "call_tickets"
    __table_args__ = (Index("ix_call_tickets_ticket_id", "ticket_id"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    linked_at: Mapped[Stamp]
    linked_by: Mapped[str] = mapped_column(String(60))


class CallEvent(Base):
    """One line of a call's history: what happened, when, by whom; ids and codes only."""

    __tablename__ = "call_events"
    __table_args__ = (Index("ix_call_events_call_id", "call_id", "id"),)

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[Stamp]
    actor: Mapped[str] = mapped_column(String(60))
    facts: Mapped[Json]


class CarrierOrder(Base):
    """Something asked of the carrier about one end of a call, until it is done or given up."""

    __tablename__ = "carrier_orders"
    __table_args__ = (
        one_of("asked", Asked),
        one_of("state", OrderState),
        Index(
            "ix_carrier_orders_due",
            "next_try_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_carrier_orders_leg_id", "leg_id", "id"),
    )

    id: Mapped[Key]
    leg_id: Mapped[int] = mapped_column(ForeignKey("call_legs.id"))
    asked: Mapped[Asked] = mapped_column(Code(Asked))
    step: Mapped[str] = mapped_column(String(20), server_default="")
    state: Mapped[OrderState] = mapped_column(Code(OrderState))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    created_at: Mapped[Stamp]
    next_try_at: Mapped[Stamp]
    claimed_until: Mapped[Stamp | None]
    first_tried_at: Mapped[Stamp | None]
    error: Mapped[str | None] = mapped_column(String(200))
