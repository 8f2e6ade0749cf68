"""Operators' seats: what each is doing now, where their calls ring, and how their day went."""

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hotline.calls.kinds import BreakReason, Device, SeatState
from hotline.columns import Code, EncryptedText, Key, Stamp, one_of
from hotline.extensions import Base


class Seat(Base):
    """One operator's place. `call_id` is the call that rings, is talked on or wrapped up."""

    __tablename__ = "seats"
    __table_args__ = (
        one_of("state", SeatState),
        one_of("reason", BreakReason),
        one_of("device", Device),
        Index("ix_seats_ready", "idle_since", postgresql_where=text("state = 'ready'")),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    state: Mapped[SeatState] = mapped_column(Code(SeatState))
    reason: Mapped[BreakReason | None] = mapped_column(Code(BreakReason))
    since: Mapped[Stamp]
    idle_since: Mapped[Stamp | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    misses: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    device: Mapped[Device] = mapped_column(Code(Device))
    address: Mapped[str | None] = mapped_column(EncryptedText)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default="{}")
    registered_at: Mapped[Stamp | None]
    wrap_up_until: Mapped[Stamp | None]
    after: Mapped[SeatState | None] = mapped_column(Code(SeatState))


class SeatSpan(Base):
    """How long an operator was in one state; the figures are made of these."""

    __tablename__ = "seat_spans"
    __table_args__ = (
        one_of("state", SeatState),
        one_of("reason", BreakReason),
        Index("ix_seat_spans_staff_id", "staff_id", "since"),
        Index("uq_seat_spans_now", "staff_id", unique=True, postgresql_where=text("until IS NULL")),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[SeatState] = mapped_column(Code(SeatState))
    reason: Mapped[BreakReason | None] = mapped_column(Code(BreakReason))
    since: Mapped[Stamp]
    until: Mapped[Stamp | None]
