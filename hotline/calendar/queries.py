"""Reading the calendar: as a year of days, and as the object that counts with them.

`load` is cheap: a process keeps the calendar and asks every five seconds at most whether it has
changed.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select

from hotline import clock
from hotline.calendar.models import CalendarDay, CalendarYear, OfficeHours
from hotline.calendar.rules import LAST_YEAR, published_through, read_intervals
from hotline.errors import NotFound
from hotline.extensions import db
from hotline.hours import SATURDAY, Hours
from hotline.worktime import FIRST_YEAR, Calendar

KEPT_FOR = timedelta(seconds=5)
CACHE = "calendar_cache"

Version = tuple[Any, ...]


@dataclass(frozen=True)
class _Kept:
    """The calendar of a version, and when that was last seen to be the stored one."""

    calendar: Calendar
    version: Version
    seen_at: datetime


def load() -> Calendar:
    """The city's calendar as it is stored, at most five seconds old."""
    kept: _Kept | None = current_app.extensions.get(CACHE)
    now = clock.now()
    if kept is not None and abs(now - kept.seen_at) < KEPT_FOR:
        return kept.calendar
    version = _version()
    calendar = kept.calendar if kept is not None and kept.version == version else _read(now)
    current_app.extensions[CACHE] = _Kept(calendar, version, now)
    return calendar


def forget() -> None:
    """Read the stored calendar anew next time."""
    current_app.extensions.pop(CACHE, None)


def year_of_days(year: int) -> dict[str, Any]:
    """Every day of a year as the API tells it. Raises NotFound for a year that isn't kept."""
    wanted = select(CalendarYear.status).where(CalendarYear.year == year)
    status = db.session.scalar(wanted) if FIRST_YEAR <= year <= LAST_YEAR else None
    if status is None:
        raise NotFound("unknown_year", "There is no calendar of this year.", field="year")
    stated = {one.day: one for one in stated_days(year)}
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    days = [_on_the_wire(first + timedelta(days=n), stated) for n in range(length)]
    return {"year": year, "status": status.value, "days": days}


def stated_days(year: int) -> list[CalendarDay]:
    """The rows of a year's stated days, in order."""
    rows = (
        select(CalendarDay)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(rows))


def _on_the_wire(day: date, stated: dict[date, CalendarDay]) -> dict[str, Any]:
    row = stated.get(day)
    found: dict[str, Any] = {
        "date": day.isoformat(),
        "working": row.is_working if row else day.weekday() < SATURDAY,
    }
    if row and row.name:
        found["name"] = row.name
    return found


def _version() -> Version:
    hours = select(func.max(OfficeHours.changed_at), func.count(OfficeHours.id)).subquery()
    found = db.session.execute(
        select(
            func.max(CalendarYear.changed_at),
            func.count(CalendarYear.year),
            select(hours.c[0]).scalar_subquery(),
            select(hours.c[1]).scalar_subquery(),
        )
    )
    return tuple(found.one())


def _read(now: datetime) -> Calendar:
    statuses = {
        year: status
        for year, status in db.session.execute(select(CalendarYear.year, CalendarYear.status))
    }
    days = db.session.execute(select(CalendarDay.day, CalendarDay.is_working))
    hours = db.session.scalars(select(OfficeHours).order_by(OfficeHours.place))
    return _built(
        current_app.config["CITY_TIMEZONE"],
        tuple(_rule(row) for row in hours),
        frozenset((day, is_working) for day, is_working in days),
        published_through(statuses, otherwise=now.year - 1),
    )


@lru_cache(maxsize=4)
def _built(
    zone: str, hours: tuple[Hours, ...], days: frozenset[tuple[date, bool]], last_year: int
) -> Calendar:
    return Calendar(ZoneInfo(zone), hours, dict(days), last_year)


def _rule(row: OfficeHours) -> Hours:
    weekdays = None if row.weekdays is None else frozenset(row.weekdays)
    return Hours(read_intervals(row.intervals), row.from_on, row.until_on, weekdays)
