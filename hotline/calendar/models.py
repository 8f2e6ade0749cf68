"""The stored calendar: single days, years, office hours and closures, the city's and units' own.

Only days that the calendar says something of have a row; all others go by the week.
"""

from datetime import date, time

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Time,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline.calendar.rules import LONGEST_NAME, Source, Status
from hotline.columns import Code, Key, Stamp, one_of
from hotline.extensions import Base


class CalendarYear(Base):
    """A year and whether its days are published; `changed_at` is the calendar's version."""

    __tablename__ = "calendar_years"
    __table_args__ = (one_of("status", Status), one_of("source", Source))

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    status: Mapped[Status] = mapped_column(Code(Status))
    source: Mapped[Source] = mapped_column(Code(Source))
    changed_at: Mapped[Stamp]
    changed_by: Mapped[str] = mapped_column(String(60))


class CalendarDay(Base):
    """A day that is stated: a holiday, a make-up day, a closure."""

    __tablename__ = "calendar_days"
    __table_args__ = (one_of("source", Source),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_working: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), server_default="")
    source: Mapped[Source] = mapped_column(Code(Source))


class OfficeHours(Base):
    """A rule for opening hours, in order; the last one that fits a day holds.

    A unit with rules of its own goes by them alone; all others by those without a unit.
    """

    __tablename__ = "office_hours"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="dates"),
        Index("uq_office_hours_place", text("coalesce(unit_code, '')"), "place", unique=True),
    )

    id: Mapped[Key]
    place: Mapped[int]
    from_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    weekdays: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    intervals: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[Stamp]
    changed_by: Mapped[str] = mapped_column(String(60))
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    is_open_on_holidays: Mapped[bool] = mapped_column(Boolean, server_default="false")


class OfficeClosure(Base):
    """Shut once, a day or a part of it: everybody, or one unit."""

    __tablename__ = "office_closures"
    __table_args__ = (Index("ix_office_closures_closed_on", "closed_on"),)

    id: Mapped[Key]
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    closed_on: Mapped[date] = mapped_column(Date)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    reason: Mapped[str] = mapped_column(String(LONGEST_NAME))
    changed_at: Mapped[Stamp]
    changed_by: Mapped[str] = mapped_column(String(60))
