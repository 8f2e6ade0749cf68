"""The clocks of a ticket as rows: when each began, is due, stands still, ended."""

from datetime import date, time
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, Time, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base
from hotline.tickets.clocks import Clock, Lamp, Pace

if TYPE_CHECKING:
    from hotline.tickets.models import Ticket


class ClockRow(Base):
    """A running or ended clock of a ticket, the hotline's (no unit) or a unit's.

    `counted_from`, `counted_days`, `counted_minute`: what a deadline in working days is made of
    (`counting`), so that it follows the calendar.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        one_of("kind", Clock),
        one_of("lamp", Lamp),
        one_of("pace", Pace),
        Index(
            "uq_clocks_running",
            "ticket_id",
            "kind",
            text("coalesce(unit_id, 0)"),
            unique=True,
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index(
            "ix_clocks_next_change_at",
            "next_change_at",
            postgresql_where=text("stopped_at IS NULL AND paused_at IS NULL"),
        ),
        Index("ix_clocks_ticket_id", "ticket_id"),
        Index(
            "ix_clocks_working_due",
            "due_at",
            "id",
            postgresql_where=text(
                "stopped_at IS NULL AND paused_at IS NULL AND pace <> 'natural_hours'"
            ),
        ),
        Index(
            "ix_clocks_unit_lamp",
            "unit_id",
            "lamp",
            postgresql_where=text("stopped_at IS NULL AND unit_id IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[Clock] = mapped_column(Code(Clock))
    started_at: Mapped[Stamp]
    due_at: Mapped[Stamp]
    pace: Mapped[Pace] = mapped_column(Code(Pace))
    is_provisional: Mapped[bool] = mapped_column(Boolean, server_default="false")
    next_change_at: Mapped[Stamp | None]
    lamp: Mapped[Lamp] = mapped_column(Code(Lamp), server_default="green")
    paused_at: Mapped[Stamp | None]
    stopped_at: Mapped[Stamp | None]
    is_held: Mapped[bool] = mapped_column(Boolean, server_default="false")
    counted_from: Mapped[date | None] = mapped_column(Date)
    counted_days: Mapped[int | None] = mapped_column(Integer)
    counted_minute: Mapped[time | None] = mapped_column(Time)
    ticket: Mapped["Ticket"] = relationship(lazy="raise")
